import { defineLesson } from '../../src/lesson/lesson.ts'

/** Packets that the first rule of a chain has counted. */
const count = (table: string, chain: string): string =>
  `iptables -t ${table} -nvxL ${chain} | awk 'NR == 3 {print $1}'`
const LOG = 'hping3 -2 -s 5140 -k -p 514 -c 1'

export default defineLesson({
  id: '21-first-packet',
  lab: 'gateway',
  setup: [
    { on: 'gateway', line: 'sysctl -q -w net.ipv4.ip_forward=1' },
    { on: 'gateway', line: 'iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE' },
    // It only counts what pc1 sends.
    { on: 'gateway', line: 'iptables -A FORWARD -s 192.168.0.2' },
  ],
  steps: [
    {
      id: 'page',
      show: 'gateway',
      predict: {
        options: ['all', 'sent', 'one'],
        // What the gateway itself fetches goes by the same rule.
        answer: {
          on: 'gateway',
          line: `iptables -t nat -Z; curl -s -o /dev/null http://baidu.com/; test "$(${count('nat', 'POSTROUTING')})" = 1 && echo one || echo sent`,
        },
      },
      goal: {
        check: { on: 'gateway', line: 'conntrack -L -p tcp -s 192.168.0.2 2>/dev/null | grep -q ASSURED' },
        solution: [{ on: 'pc1', line: 'curl http://baidu.com/' }],
        par: 1,
      },
    },
    {
      id: 'rest',
      show: 'gateway',
      find: {
        on: 'gateway',
        line: count('filter', 'FORWARD'),
        wrong: [{ id: 'nat', on: 'gateway', line: count('nat', 'POSTROUTING') }],
      },
    },
    {
      id: 'third',
      show: 'gateway',
      predict: { options: ['nothing', 'filter', 'nat'], answer: 'filter' },
    },
    {
      id: 'ping',
      show: 'gateway',
      predict: {
        options: ['three', 'one', 'six'],
        answer: {
          on: 'gateway',
          line: `iptables -t nat -Z; ping -c 3 baidu.com >/dev/null; test "$(${count('nat', 'POSTROUTING')})" = 1 && echo one || echo three`,
        },
      },
      goal: {
        check: { on: 'gateway', line: 'conntrack -L -p icmp -s 192.168.0.2 2>/dev/null | grep -q .' },
        solution: [{ on: 'pc1', line: 'ping -c 3 baidu.com' }],
        par: 1,
      },
    },
    {
      id: 'log',
      show: 'gateway',
      goal: {
        check: { on: 'gateway', line: 'conntrack -L -p udp --dport 514 2>/dev/null | grep -q .' },
        solution: [{ on: 'baidu', line: `${LOG} 100.100.100.100` }],
        par: 1,
      },
    },
    {
      id: 'ghost',
      show: 'gateway',
      run: [
        {
          on: 'gateway',
          line: 'iptables -t nat -A PREROUTING -p udp --dport 514 -j DNAT --to-destination 192.168.0.2',
        },
      ],
      predict: { options: ['pc1', 'gateway', 'both'], answer: 'gateway' },
      goal: {
        // With one hop to live it comes back from the gateway, unless it is for the gateway itself.
        check: { on: 'baidu', line: `${LOG} -t 1 100.100.100.100 2>/dev/null | grep -q TTL` },
        solution: [{ on: 'gateway', line: 'conntrack -D -p udp --dport 514' }],
        par: 1,
        wrong: [
          {
            id: 'rules',
            on: 'gateway',
            line: "test $(iptables -t nat -S | grep -c '^-A') -gt 2",
            by: [
              {
                on: 'gateway',
                line: 'iptables -t nat -I PREROUTING -p udp --dport 514 -j DNAT --to-destination 192.168.0.2',
              },
            ],
          },
          {
            id: 'again',
            on: 'gateway',
            line: 'conntrack -L -p udp --dport 514 2>/dev/null | grep -q src=100.100.100.100',
            by: [{ on: 'baidu', line: `${LOG} 100.100.100.100` }],
          },
        ],
      },
    },
  ],
})
