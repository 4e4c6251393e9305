import { defineLesson } from '../../src/lesson/lesson.ts'

export default defineLesson({
  id: '22-forgotten-switch',
  lab: 'gateway',
  setup: [{ on: 'gateway', line: 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -o eth1 -j MASQUERADE' }],
  steps: [
    {
      id: 'hangs',
      show: 'gateway',
      rows: ['S37'],
      predict: {
        options: ['server', 'routing', 'nat', 'answer'],
        // With one hop to live a packet that would be passed on comes back.
        answer: {
          on: 'pc1',
          line: 'hping3 -S -p 80 -t 1 -c 1 baidu.com 2>/dev/null | grep -q TTL && echo server || echo routing',
        },
      },
    },
    {
      id: 'empty',
      show: 'gateway',
      run: [{ on: 'pc1', line: 'curl -m 3 http://baidu.com/' }],
      find: {
        on: 'gateway',
        line: 'conntrack -C',
        wrong: [{ id: 'one', on: 'gateway', line: 'echo 1' }],
      },
    },
    {
      id: 'counters',
      show: 'gateway',
      find: {
        on: 'gateway',
        line: "nstat -asz IpInAddrErrors | awk '/^IpInAddr/ {print $2}'",
        wrong: [
          {
            id: 'passed',
            on: 'gateway',
            line: "nstat -asz IpForwDatagrams | awk '/^IpForw/ {print $2}'",
          },
        ],
      },
    },
    {
      id: 'fix',
      show: 'gateway',
      rows: ['S38', 'S39'],
      goal: {
        check: { on: 'pc1', line: 'curl -s -m 3 -o /dev/null http://baidu.com/' },
        solution: [{ on: 'gateway', line: 'sysctl -w net.ipv4.ip_forward=1' }],
        par: 1,
        wrong: [
          {
            id: 'nat',
            on: 'gateway',
            line: "test $(iptables -t nat -S | grep -c '^-A') -gt 1",
            by: [{ on: 'gateway', line: 'iptables -t nat -A POSTROUTING -j MASQUERADE' }],
          },
          {
            id: 'filter',
            on: 'gateway',
            line: "iptables -S FORWARD | grep -q '^-A'",
            by: [{ on: 'gateway', line: 'iptables -A FORWARD -j ACCEPT' }],
          },
          {
            id: 'written',
            on: 'gateway',
            line: "grep -q '^ *net.ipv4.ip_forward *= *1' /etc/sysctl.conf",
            by: [{ on: 'gateway', line: 'echo net.ipv4.ip_forward=1 >> /etc/sysctl.conf' }],
          },
        ],
      },
    },
    {
      id: 'second',
      show: 'gateway',
      run: [
        { on: 'gateway', line: 'iptables -P FORWARD DROP' },
        { on: 'gateway', line: 'conntrack -F' },
        { on: 'pc1', line: 'curl -m 3 http://baidu.com/' },
      ],
      find: {
        on: 'gateway',
        line: "iptables -nvxL FORWARD | sed -n '1s/.*DROP \\([0-9]*\\) packets.*/\\1/p'",
      },
    },
    {
      id: 'open',
      show: 'gateway',
      goal: {
        check: {
          on: 'pc1',
          line: 'curl -s -m 3 -o /dev/null http://baidu.com/',
        },
        solution: [
          { on: 'gateway', line: 'iptables -A FORWARD -s 192.168.0.0/16 -j ACCEPT' },
          { on: 'gateway', line: 'iptables -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT' },
        ],
        par: 2,
        wrong: [
          {
            id: 'oneway',
            on: 'gateway',
            line: "iptables -S FORWARD | grep -v ESTABLISHED | grep -q -e '-s 192.*ACCEPT' -e '-i eth0.*ACCEPT' -e '-o eth1.*ACCEPT'",
            by: [{ on: 'gateway', line: 'iptables -A FORWARD -s 192.168.0.0/16 -j ACCEPT' }],
          },
          {
            id: 'answers',
            on: 'gateway',
            line: "iptables -S FORWARD | grep -q 'ESTABLISHED.*ACCEPT'",
            by: [
              {
                on: 'gateway',
                line: 'iptables -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT',
              },
            ],
          },
        ],
      },
    },
    {
      id: 'tell',
      show: 'gateway',
      predict: { options: ['curl', 'table', 'place'], answer: 'place' },
    },
  ],
})
