import { defineLesson } from '../../src/lesson/lesson.ts'

export default defineLesson({
  id: '01-snat',
  lab: 'gateway',
  steps: [
    {
      id: 'look',
      show: 'gateway',
      predict: { options: ['server', 'routing', 'filter'], answer: 'routing' },
    },
    {
      id: 'forward',
      show: 'gateway',
      goal: {
        check: { on: 'gateway', line: 'sysctl -n net.ipv4.ip_forward | grep -qx 1' },
        solution: [{ on: 'gateway', line: 'sysctl -w net.ipv4.ip_forward=1' }],
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
      goal: {
        check: { on: 'pc1', line: 'curl -s http://baidu.com/ >/dev/null' },
        solution: [{ on: 'gateway', line: 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE' }],
      },
    },
    {
      id: 'syn',
      show: 'gateway',
      predict: { options: ['private', 'inside', 'public'], answer: 'public' },
      goal: {
        check: {
          on: 'gateway',
          line: 'conntrack -L -p tcp -s 192.168.0.2 | grep -q dst=100.100.100.100',
        },
        solution: [{ on: 'pc1', line: 'curl http://baidu.com/' }],
      },
    },
    {
      id: 'answer',
      show: 'gateway',
      predict: { options: ['one', 'none', 'two'], answer: 'none' },
    },
    {
      id: 'share',
      show: 'gateway',
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
      },
    },
  ],
})
