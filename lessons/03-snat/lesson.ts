import { defineLesson } from '../../src/lesson/lesson.ts'

export default defineLesson({
  id: '03-snat',
  lab: 'gateway',
  steps: [
    {
      id: 'look',
      show: 'gateway',
      rows: ['S13'],
      predict: {
        options: ['server', 'routing', 'filter'],
        answer: {
          on: 'pc1',
          line: 'curl -sm2 -o /dev/null http://baidu.com/ && echo server || echo routing',
        },
      },
    },
    {
      id: 'forward',
      show: 'gateway',
      rows: ['S37', 'S38', 'S39'],
      goal: {
        check: { on: 'gateway', line: 'sysctl -n net.ipv4.ip_forward | grep -qx 1' },
        solution: [{ on: 'gateway', line: 'sysctl -w net.ipv4.ip_forward=1' }],
        par: 1,
      },
    },
    {
      id: 'without',
      show: 'baidu',
      predict: { options: ['public', 'inside', 'private'], answer: 'private' },
    },
    {
      id: 'rule',
      show: 'gateway',
      rows: ['S27', 'S29', 'S31', 'S32'],
      goal: {
        check: { on: 'pc1', line: 'curl -s http://baidu.com/ >/dev/null' },
        solution: [{ on: 'gateway', line: 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE' }],
        par: 1,
        wrong: [
          {
            id: 'card',
            on: 'gateway',
            line: "iptables -t nat -S POSTROUTING | grep -q -- '-o eth0 '",
            by: [{ on: 'gateway', line: 'iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE' }],
          },
          {
            id: 'inner',
            on: 'gateway',
            line: "iptables -t nat -S POSTROUTING | grep -q 'to-source 192\\.168'",
            by: [
              {
                on: 'gateway',
                line: 'iptables -t nat -A POSTROUTING -s 192.168.0.2 -j SNAT --to-source 192.168.0.1',
              },
            ],
          },
          {
            id: 'others',
            on: 'gateway',
            line: "iptables -t nat -S POSTROUTING | grep -q '^-A'",
            by: [{ on: 'gateway', line: 'iptables -t nat -A POSTROUTING -s 192.168.0.3 -j MASQUERADE' }],
          },
        ],
      },
    },
    {
      id: 'syn',
      show: 'gateway',
      rows: ['S10', 'S14', 'S15'],
      predict: { options: ['private', 'inside', 'public'], answer: 'public' },
      goal: {
        check: {
          on: 'gateway',
          line: 'conntrack -L -p tcp -s 192.168.0.2 | grep -q dst=100.100.100.100',
        },
        solution: [{ on: 'pc1', line: 'curl http://baidu.com/' }],
        par: 1,
      },
    },
    {
      id: 'answer',
      show: 'gateway',
      rows: ['S16'],
      predict: { options: ['one', 'none', 'two'], answer: 'none' },
    },
    {
      id: 'share',
      show: 'gateway',
      rows: ['S4', 'S9'],
      predict: { options: ['address', 'order', 'port'], answer: 'port' },
      goal: {
        check: {
          on: 'gateway',
          line: 'conntrack -L -p tcp -s 192.168.0.3 | grep -q dst=100.100.100.100 && conntrack -L -p tcp -s 192.168.0.4 | grep -q dst=100.100.100.100',
        },
        solution: [
          { on: 'pc2', line: 'curl http://baidu.com/' },
          { on: 'pc3', line: 'curl http://baidu.com/' },
        ],
        par: 2,
      },
    },
    {
      id: 'named',
      show: 'gateway',
      rows: ['S31', 'S33'],
      run: [{ on: 'gateway', line: 'ip addr add 100.100.100.101/24 dev eth1' }],
      goal: {
        check: {
          on: 'gateway',
          line: "conntrack -L -p tcp -s 192.168.0.2 2>/dev/null | grep -q 'dst=100.100.100.101 '",
        },
        solution: [
          {
            on: 'gateway',
            line: 'iptables -t nat -I POSTROUTING 1 -s 192.168.0.2 -j SNAT --to-source 100.100.100.101',
          },
          { on: 'pc1', line: 'curl http://baidu.com/' },
        ],
        par: 2,
        wrong: [
          {
            id: 'behind',
            on: 'gateway',
            line: "iptables -t nat -S POSTROUTING | grep -q '100.100.100.101' && iptables -t nat -S POSTROUTING | sed -n 2p | grep -q MASQUERADE",
            by: [
              {
                on: 'gateway',
                line: 'iptables -t nat -A POSTROUTING -s 192.168.0.2 -j SNAT --to-source 100.100.100.101',
              },
              { on: 'pc1', line: 'curl -s -o /dev/null http://baidu.com/' },
            ],
          },
          {
            id: 'unused',
            on: 'gateway',
            line: "iptables -t nat -S POSTROUTING | grep -q '100.100.100.101'",
            by: [
              {
                on: 'gateway',
                line: 'iptables -t nat -I POSTROUTING -s 192.168.0.2 -j SNAT --to-source 100.100.100.101',
              },
            ],
          },
        ],
      },
    },
    {
      id: 'moved',
      show: 'gateway',
      rows: ['S31'],
      run: [
        { on: 'gateway', line: 'ip addr flush dev eth1' },
        { on: 'gateway', line: 'ip addr add 100.100.100.200/24 dev eth1' },
        { on: 'gateway', line: 'ip route add default dev eth1' },
        // The provider's side has learned it, too.
        { on: 'baidu', line: 'ip neigh flush dev eth0' },
      ],
      predict: { options: ['both', 'named', 'masked'], answer: 'masked' },
      goal: {
        check: { on: 'pc1', line: 'curl -s -m 3 http://baidu.com/ >/dev/null' },
        solution: [{ on: 'gateway', line: 'iptables -t nat -D POSTROUTING 1' }],
        par: 1,
        wrong: [
          {
            id: 'old',
            on: 'gateway',
            line: "iptables -t nat -S POSTROUTING | sed -n 2p | grep -q '100.100.100.101'",
            by: [{ on: 'pc2', line: 'curl -s -o /dev/null http://baidu.com/' }],
          },
        ],
      },
    },
  ],
})
