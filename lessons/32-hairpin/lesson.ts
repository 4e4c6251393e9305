import { defineLesson } from '../../src/lesson/lesson.ts'

const HAIRPIN =
  'iptables -t nat -A POSTROUTING -s 192.168.0.0/24 -d 192.168.0.2 -p tcp --dport 80 -j MASQUERADE'
/** What becomes of a call: the option's id. */
const CALL =
  'curl -s -m 3 -o /dev/null http://100.100.100.100/; case $? in 0) echo page;; 7) echo refused;; *) echo silence;; esac'
/** Where the answers to pc are sent, as the latest entry has it: the one that lives longest. */
const TO = "sed -n '1s/.* dst=\\([0-9.]*\\) .*/\\1/p'"

export default defineLesson({
  id: '32-hairpin',
  lab: 'hairpin',
  steps: [
    {
      id: 'inside',
      show: 'gateway',
      predict: { options: ['page', 'refused', 'silence'], answer: { on: 'pc', line: CALL } },
    },
    {
      id: 'answer',
      show: 'web',
      run: [{ on: 'pc', line: 'curl -m 3 http://100.100.100.100/' }],
      find: {
        on: 'gateway',
        line: `conntrack -L -p tcp -s 192.168.0.3 2>/dev/null | ${TO}`,
        wrong: [
          { id: 'web', on: 'gateway', line: 'echo 192.168.0.2' },
          { id: 'public', on: 'gateway', line: 'echo 100.100.100.100' },
          { id: 'gateway', on: 'gateway', line: 'echo 192.168.0.1' },
        ],
      },
    },
    {
      id: 'reset',
      show: 'pc',
      predict: { options: ['nothing', 'reset', 'accept'], answer: 'reset' },
    },
    {
      id: 'cure',
      show: 'gateway',
      goal: {
        check: { on: 'pc', line: 'curl -s -m 3 http://100.100.100.100/ | grep -q web' },
        solution: [{ on: 'gateway', line: HAIRPIN }],
        par: 1,
        wrong: [
          {
            id: 'dnat',
            on: 'gateway',
            line: "test $(iptables -t nat -S PREROUTING | grep -c '^-A') -gt 1",
            by: [
              {
                on: 'gateway',
                line: 'iptables -t nat -I PREROUTING -i eth0 -d 100.100.100.100 -p tcp --dport 80 -j DNAT --to-destination 192.168.0.2',
              },
            ],
          },
          {
            id: 'outer',
            on: 'gateway',
            line: "iptables -t nat -S POSTROUTING | sed '1,2d' | grep -q -e '-o eth1 ' -e '-d 100'",
            by: [
              {
                on: 'gateway',
                line: 'iptables -t nat -A POSTROUTING -s 192.168.0.0/24 -d 100.100.100.100 -j MASQUERADE',
              },
            ],
          },
        ],
      },
    },
    {
      id: 'itself',
      show: 'gateway',
      predict: { options: ['page', 'refused', 'silence'], answer: { on: 'web', line: CALL } },
    },
    {
      id: 'price',
      show: 'web',
      run: [
        { on: 'gateway', line: 'conntrack -F' },
        { on: 'pc', line: 'curl -s -o /dev/null http://100.100.100.100/' },
      ],
      find: {
        on: 'gateway',
        line: `conntrack -L -p tcp -s 192.168.0.3 2>/dev/null | ${TO}`,
        wrong: [{ id: 'pc', on: 'gateway', line: 'echo 192.168.0.3' }],
      },
    },
    {
      id: 'others',
      show: 'web',
      predict: { options: ['gateway', 'caller'], answer: 'caller' },
    },
  ],
})
