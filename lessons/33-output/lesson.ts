import { defineLesson } from '../../src/lesson/lesson.ts'

const call = (address: string): string =>
  `curl -s -m 3 -o /dev/null http://${address}:8080/; case $? in 0) echo page;; 7) echo refused;; *) echo silence;; esac`
const TO = '-j DNAT --to-destination 192.168.0.2:80'

export default defineLesson({
  id: '33-output',
  lab: 'gateway',
  setup: [
    { on: 'gateway', line: 'sysctl -q -w net.ipv4.ip_forward=1' },
    { on: 'gateway', line: `iptables -t nat -A PREROUTING -d 100.100.100.100 -p tcp --dport 8080 ${TO}` },
  ],
  steps: [
    {
      id: 'box',
      show: 'gateway',
      rows: ['S30'],
      predict: {
        options: ['page', 'refused', 'silence'],
        answer: { on: 'gateway', line: call('100.100.100.100') },
      },
    },
    {
      id: 'counter',
      show: 'gateway',
      run: [
        { on: 'gateway', line: 'iptables -t nat -Z' },
        { on: 'gateway', line: 'curl http://100.100.100.100:8080/' },
      ],
      find: {
        on: 'gateway',
        line: "iptables -t nat -nvxL PREROUTING | awk 'NR == 3 {print $1}'",
      },
    },
    {
      id: 'rule',
      show: 'gateway',
      rows: ['S34'],
      goal: {
        check: {
          on: 'gateway',
          line: "curl -s -m 3 http://100.100.100.100:8080/ | grep -q '<h1>pc1' && curl -s -m 3 http://192.168.0.3:8080/ | grep -q '<h1>pc2'",
        },
        solution: [
          { on: 'gateway', line: `iptables -t nat -A OUTPUT -d 100.100.100.100 -p tcp --dport 8080 ${TO}` },
        ],
        par: 1,
        wrong: [
          {
            id: 'wide',
            on: 'gateway',
            line: "curl -s -m 3 http://100.100.100.100:8080/ | grep -q '<h1>pc1'",
            by: [{ on: 'gateway', line: `iptables -t nat -A OUTPUT -p tcp --dport 8080 ${TO}` }],
          },
          {
            id: 'output',
            on: 'gateway',
            line: "iptables -t nat -S OUTPUT | grep -q '^-A'",
            by: [
              { on: 'gateway', line: `iptables -t nat -A OUTPUT -d 192.168.0.1 -p tcp --dport 8080 ${TO}` },
            ],
          },
          {
            id: 'prerouting',
            on: 'gateway',
            line: "test $(iptables -t nat -S PREROUTING | grep -c '^-A') -gt 1",
            by: [{ on: 'gateway', line: `iptables -t nat -A PREROUTING -i lo -p tcp --dport 8080 ${TO}` }],
          },
        ],
      },
    },
    {
      id: 'source',
      show: 'gateway',
      run: [{ on: 'gateway', line: 'curl -s -o /dev/null http://100.100.100.100:8080/' }],
      find: {
        on: 'gateway',
        line: "conntrack -L -p tcp -s 100.100.100.100 --dport 8080 2>/dev/null | sed -n '1s/.* dst=\\([0-9.]*\\) .*/\\1/p'",
        wrong: [
          { id: 'card', on: 'gateway', line: 'echo 192.168.0.1' },
          { id: 'server', on: 'gateway', line: 'echo 192.168.0.2' },
        ],
      },
    },
    {
      id: 'loopback',
      show: 'gateway',
      rows: ['S30'],
      predict: {
        options: ['page', 'refused', 'silence'],
        answer: { on: 'gateway', line: call('127.0.0.1') },
      },
      goal: {
        check: { on: 'gateway', line: "curl -s -m 3 http://127.0.0.1:8080/ | grep -q '<h1>pc1'" },
        solution: [
          { on: 'gateway', line: `iptables -t nat -A OUTPUT -d 127.0.0.1 -p tcp --dport 8080 ${TO}` },
          { on: 'gateway', line: 'iptables -t nat -A POSTROUTING -o eth0 -s 127.0.0.0/8 -j MASQUERADE' },
          { on: 'gateway', line: 'sysctl -w net.ipv4.conf.all.route_localnet=1' },
        ],
        par: 3,
        wrong: [
          {
            id: 'route',
            on: 'gateway',
            line: "iptables -t nat -S OUTPUT | grep -q -e '127.0.0' -e 'LOCAL' && test \"$(sysctl -n net.ipv4.conf.all.route_localnet)\" = 0",
            by: [{ on: 'gateway', line: `iptables -t nat -A OUTPUT -d 127.0.0.1 -p tcp --dport 8080 ${TO}` }],
          },
          {
            id: 'source',
            on: 'gateway',
            line: "iptables -t nat -S OUTPUT | grep -q -e '127.0.0' -e 'LOCAL'",
            by: [
              { on: 'gateway', line: `iptables -t nat -A OUTPUT -d 127.0.0.1 -p tcp --dport 8080 ${TO}` },
              { on: 'gateway', line: 'sysctl -w net.ipv4.conf.all.route_localnet=1' },
            ],
          },
        ],
      },
    },
  ],
})
