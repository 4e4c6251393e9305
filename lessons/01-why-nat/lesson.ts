import { defineLesson } from '../../src/lesson/lesson.ts'

/** The public address in the reply tuple, and the port, of the first entry that is listed. */
const PUBLIC = "sed -n '1s/.* dst=\\([0-9.]*\\) .*/\\1/p'"
const PORT = "sed -n '1s/.* dport=\\([0-9]*\\) .*/\\1/p'"
const OUT = 'iptables -t nat -A POSTROUTING -s 192.168.0.3 -j SNAT --to-source 100.100.100.102'
const IN = 'iptables -t nat -A PREROUTING -d 100.100.100.102 -j DNAT --to-destination 192.168.0.3'

export default defineLesson({
  id: '01-why-nat',
  lab: 'gateway',
  steps: [
    {
      id: 'private',
      show: 'gateway',
      rows: ['S4', 'S13'],
      predict: {
        options: ['answer', 'refused', 'lost'],
        // Light enough for a page that has just been opened.
        answer: { on: 'pc1', line: 'curl -sm2 -o /dev/null http://baidu.com/ && echo answer || echo lost' },
      },
      run: [{ on: 'gateway', line: 'sysctl -w net.ipv4.ip_forward=1' }],
    },
    {
      id: 'static',
      show: 'gateway',
      rows: ['S7'],
      run: [
        { on: 'gateway', line: 'for i in 1 2 3 4; do ip addr add 100.100.100.10$i/24 dev eth1; done' },
        {
          on: 'gateway',
          line: 'iptables -t nat -A POSTROUTING -s 192.168.0.2 -j SNAT --to-source 100.100.100.101',
        },
        {
          on: 'gateway',
          line: 'iptables -t nat -A PREROUTING -d 100.100.100.101 -j DNAT --to-destination 192.168.0.2',
        },
      ],
      goal: {
        // Out, and in by the address of its own: from pc2 itself, so that one line sees both.
        check: {
          on: 'pc2',
          line: 'curl -s -m 3 -o /dev/null http://baidu.com/ && curl -s -m 3 http://100.100.100.102/ | grep -q pc2',
        },
        solution: [
          { on: 'gateway', line: OUT },
          { on: 'gateway', line: IN },
        ],
        par: 2,
        wrong: [
          {
            id: 'outonly',
            on: 'pc2',
            line: 'curl -s -m 3 -o /dev/null http://baidu.com/',
            by: [{ on: 'gateway', line: OUT }],
          },
          {
            id: 'inonly',
            on: 'baidu',
            line: 'curl -s -m 3 http://100.100.100.102/ | grep -q pc2',
            by: [{ on: 'gateway', line: IN }],
          },
        ],
      },
    },
    {
      id: 'dynamic',
      show: 'gateway',
      rows: ['S8'],
      run: [
        { on: 'gateway', line: 'iptables -t nat -F' },
        {
          on: 'gateway',
          line: 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j SNAT --to-source 100.100.100.101-100.100.100.104',
        },
        { on: 'gateway', line: 'conntrack -F' },
      ],
      goal: {
        check: {
          on: 'gateway',
          line: 'test $(conntrack -L 2>/dev/null | grep -o "src=192.168.0.[234] " | sort -u | wc -l) = 3',
        },
        solution: [
          { on: 'pc1', line: 'ping -c 1 baidu.com' },
          { on: 'pc2', line: 'ping -c 1 baidu.com' },
          { on: 'pc3', line: 'ping -c 1 baidu.com' },
        ],
        par: 3,
      },
      find: {
        on: 'gateway',
        line: "conntrack -L 2>/dev/null | grep -o 'dst=100[^ ]*' | sort -u | wc -l",
        wrong: [
          { id: 'machines', on: 'gateway', line: 'echo 3' },
          { id: 'pool', on: 'gateway', line: 'echo 4' },
        ],
      },
    },
    {
      id: 'napt',
      show: 'gateway',
      rows: ['S9'],
      run: [
        { on: 'gateway', line: 'iptables -t nat -F' },
        { on: 'gateway', line: 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE' },
        { on: 'gateway', line: 'conntrack -F' },
      ],
      goal: {
        check: {
          on: 'gateway',
          line: 'test $(conntrack -L -p tcp 2>/dev/null | grep -o "src=192.168.0.[234] " | sort -u | wc -l) = 3',
        },
        solution: [
          { on: 'pc1', line: 'curl http://baidu.com/' },
          { on: 'pc2', line: 'curl http://baidu.com/' },
          { on: 'pc3', line: 'curl http://baidu.com/' },
        ],
        par: 3,
      },
      find: {
        on: 'gateway',
        line: `conntrack -L -p tcp -s 192.168.0.3 2>/dev/null | ${PORT}`,
        wrong: [
          { id: 'service', on: 'gateway', line: 'echo 80' },
          {
            id: 'neighbour',
            on: 'gateway',
            line: `conntrack -L -p tcp -s 192.168.0.2 2>/dev/null | ${PORT}`,
          },
        ],
      },
    },
    {
      id: 'round',
      show: 'gateway',
      rows: ['S6', 'S14', 'S15', 'S16'],
      predict: { options: ['inside', 'outside', 'server'], answer: 'outside' },
      goal: {
        check: {
          on: 'gateway',
          line: `test "$(conntrack -L -p icmp -s 192.168.0.2 2>/dev/null | ${PUBLIC})" = 100.100.100.100`,
        },
        solution: [{ on: 'pc1', line: 'ping -c 1 baidu.com' }],
        par: 1,
      },
    },
    {
      id: 'ways',
      show: 'gateway',
      rows: ['S10', 'S11', 'S12'],
      predict: { options: ['source', 'destination', 'both'], answer: 'destination' },
    },
    {
      id: 'wall',
      show: 'gateway',
      rows: ['S5'],
      run: [{ on: 'baidu', line: 'ip route add 192.168.0.0/24 via 100.100.100.100 dev eth0' }],
      predict: {
        options: ['outside', 'inside'],
        answer: {
          on: 'baidu',
          line: 'ip route replace 192.168.0.0/24 via 100.100.100.100 dev eth0; curl -s -m 3 -o /dev/null http://192.168.0.2/ && echo inside || echo outside',
        },
      },
    },
    {
      id: 'late',
      show: 'gateway',
      rows: ['S1', 'S2', 'S3'],
      find: {
        on: 'pc1',
        line: "ping -c 1 baidu.com | sed -n 's/.*time=\\([0-9.]*\\) ms/\\1/p'",
        about: 0.1,
        wrong: [
          { id: 'near', on: 'pc1', line: "ping -c 1 gateway | sed -n 's/.*time=\\([0-9.]*\\) ms/\\1/p'" },
        ],
      },
    },
  ],
})
