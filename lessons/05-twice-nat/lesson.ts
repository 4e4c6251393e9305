import { defineLesson } from '../../src/lesson/lesson.ts'

const OUT = 'iptables -t nat -A POSTROUTING -s 192.168.0.2 -j SNAT --to-source 100.100.100.100'
const IN = 'iptables -t nat -A PREROUTING -d 100.100.100.100 -j DNAT --to-destination 192.168.0.2'

export default defineLesson({
  id: '05-twice-nat',
  lab: 'gateway',
  setup: [{ on: 'gateway', line: 'sysctl -q -w net.ipv4.ip_forward=1' }],
  steps: [
    {
      id: 'pair',
      show: 'gateway',
      rows: ['S12', 'S36'],
      goal: {
        // Out, and in by the public address: from pc1 itself, so that one line sees both.
        check: {
          on: 'pc1',
          line: 'curl -s -m 3 -o /dev/null http://baidu.com/ && curl -s -m 3 http://100.100.100.100/ | grep -q pc1',
        },
        solution: [
          { on: 'gateway', line: OUT },
          { on: 'gateway', line: IN },
        ],
        par: 2,
        wrong: [
          {
            id: 'outonly',
            on: 'pc1',
            line: 'curl -s -m 3 -o /dev/null http://baidu.com/',
            by: [{ on: 'gateway', line: OUT }],
          },
          {
            id: 'inonly',
            on: 'baidu',
            line: 'curl -s -m 3 http://100.100.100.100/ | grep -q pc1',
            by: [{ on: 'gateway', line: IN }],
          },
        ],
      },
    },
    {
      id: 'own',
      show: 'gateway',
      rows: ['S16', 'S36'],
      predict: {
        options: ['pc1', 'gateway', 'nobody'],
        answer: { on: 'gateway', line: 'ping -c 1 -W 2 baidu.com >/dev/null && echo gateway || echo pc1' },
      },
    },
    {
      id: 'price',
      show: 'gateway',
      rows: ['S36'],
      predict: {
        options: ['gateway', 'pc1'],
        // Whoever answers from behind the gateway is one hop further away.
        answer: {
          on: 'baidu',
          line: 'ping -c 1 -W 2 100.100.100.100 | grep -q ttl=63 && echo pc1 || echo gateway',
        },
      },
      find: {
        on: 'baidu',
        line: "ping -c 1 -W 2 100.100.100.100 | sed -n 's/.*ttl=\\([0-9]*\\).*/\\1/p'",
        wrong: [{ id: 'start', on: 'gateway', line: 'sysctl -n net.ipv4.ip_default_ttl' }],
      },
    },
    {
      id: 'same',
      show: 'gateway',
      rows: ['S12'],
      run: [{ on: 'pc1', line: 'ip route del default' }],
      goal: {
        check: { on: 'baidu', line: 'curl -s -m 3 http://100.100.100.100/ | grep -q pc1' },
        solution: [
          { on: 'gateway', line: 'iptables -t nat -A POSTROUTING -o eth0 -d 192.168.0.2 -j MASQUERADE' },
        ],
        par: 1,
        wrong: [
          {
            id: 'card',
            on: 'gateway',
            line: "iptables -t nat -S POSTROUTING | grep -q -- '-o eth1 '",
            by: [{ on: 'gateway', line: 'iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE' }],
          },
          {
            id: 'public',
            on: 'gateway',
            line: "iptables -t nat -S POSTROUTING | grep -q -- '-d 192.168.0.2/32 .*--to-source 100'",
            by: [
              {
                on: 'gateway',
                line: 'iptables -t nat -A POSTROUTING -d 192.168.0.2 -j SNAT --to-source 100.100.100.100',
              },
            ],
          },
        ],
      },
    },
    {
      id: 'power',
      show: 'gateway',
      rows: ['S37', 'S38', 'S39'],
      run: [
        { on: 'pc1', line: 'ip route add default via 192.168.0.1' },
        // What a reboot does to a value that was only typed.
        { on: 'gateway', line: 'sysctl -q -w net.ipv4.ip_forward=0' },
      ],
      goal: {
        check: { on: 'pc1', line: 'curl -s -m 3 -o /dev/null http://baidu.com/' },
        solution: [{ on: 'gateway', line: 'sysctl -w net.ipv4.ip_forward=1' }],
        par: 1,
        wrong: [
          {
            id: 'written',
            on: 'gateway',
            line: "grep -q '^ *net.ipv4.ip_forward *= *1' /etc/sysctl.conf && ! sysctl -n net.ipv4.ip_forward | grep -q 1",
            by: [{ on: 'gateway', line: 'echo net.ipv4.ip_forward=1 >> /etc/sysctl.conf' }],
          },
          {
            id: 'rules',
            on: 'gateway',
            line: "test $(iptables -t nat -S | grep -c '^-A') -gt 3",
            by: [{ on: 'gateway', line: 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE' }],
          },
        ],
      },
    },
    {
      id: 'kept',
      show: 'gateway',
      rows: ['S40'],
      goal: {
        check: {
          on: 'gateway',
          line: 'sysctl -q -w net.ipv4.ip_forward=0; sysctl -q -p; sysctl -n net.ipv4.ip_forward | grep -q 1',
        },
        solution: [{ on: 'gateway', line: 'echo net.ipv4.ip_forward=1 >> /etc/sysctl.conf' }],
        par: 1,
        wrong: [
          {
            id: 'remark',
            on: 'gateway',
            line: "grep -q '^#net.ipv4.ip_forward' /etc/sysctl.conf",
            by: [{ on: 'gateway', line: 'cat /etc/sysctl.conf | grep ip_forward' }],
          },
        ],
      },
    },
  ],
})
