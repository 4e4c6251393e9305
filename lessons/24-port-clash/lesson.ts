import { defineLesson } from '../../src/lesson/lesson.ts'

/** The port that answers are sent to, of the first entry that is listed. */
const PORT = "sed -n '1s/.* dport=\\([0-9]*\\) .*/\\1/p'"
const ASK = 'echo | nc -N -p 6000 baidu.com'

export default defineLesson({
  id: '24-port-clash',
  lab: 'gateway',
  setup: [
    { on: 'gateway', line: 'sysctl -q -w net.ipv4.ip_forward=1' },
    { on: 'gateway', line: 'iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE' },
  ],
  steps: [
    {
      id: 'keep',
      show: 'gateway',
      predict: {
        options: ['same', 'other'],
        // The gateway itself goes by the same rule.
        answer: {
          on: 'gateway',
          line: `${ASK} 80 >/dev/null; test "$(conntrack -L -p tcp 2>/dev/null | ${PORT})" = 6000 && echo same || echo other`,
        },
      },
      goal: {
        check: {
          on: 'gateway',
          line: "conntrack -L -p tcp -s 192.168.0.2 --sport 6000 2>/dev/null | grep -q 'ASSURED'",
        },
        solution: [{ on: 'pc1', line: `${ASK} 80` }],
        par: 1,
        wrong: [
          {
            id: 'port',
            on: 'gateway',
            line: 'conntrack -L -p tcp -s 192.168.0.2 2>/dev/null | grep -q .',
            by: [{ on: 'pc1', line: 'curl -s -o /dev/null http://baidu.com/' }],
          },
        ],
      },
    },
    {
      id: 'clash',
      show: 'gateway',
      predict: {
        options: ['refused', 'first', 'second'],
        answer: { on: 'pc2', line: `${ASK} 80 -w 3 >/dev/null && echo second || echo refused` },
      },
      goal: {
        check: {
          on: 'gateway',
          line: "conntrack -L -p tcp -s 192.168.0.3 --sport 6000 --dport 80 2>/dev/null | grep -q 'ASSURED'",
        },
        solution: [{ on: 'pc2', line: `${ASK} 80` }],
        par: 1,
        wrong: [
          {
            id: 'port',
            on: 'gateway',
            line: 'conntrack -L -p tcp -s 192.168.0.3 2>/dev/null | grep -q .',
            by: [{ on: 'pc2', line: 'curl -s -o /dev/null http://baidu.com/' }],
          },
        ],
      },
    },
    {
      id: 'which',
      show: 'gateway',
      find: {
        on: 'gateway',
        line: `conntrack -L -p tcp -s 192.168.0.3 --sport 6000 --dport 80 2>/dev/null | ${PORT}`,
        wrong: [
          { id: 'own', on: 'gateway', line: 'echo 6000' },
          { id: 'service', on: 'gateway', line: 'echo 80' },
        ],
      },
    },
    {
      id: 'elsewhere',
      show: 'gateway',
      predict: {
        options: ['same', 'other'],
        answer: {
          on: 'gateway',
          line: `${ASK} 443 >/dev/null; test "$(conntrack -L -p tcp --dport 443 2>/dev/null | ${PORT})" = 6000 && echo same || echo other`,
        },
      },
      goal: {
        check: {
          on: 'gateway',
          line: "conntrack -L -p tcp -s 192.168.0.4 --sport 6000 --dport 443 2>/dev/null | grep -q 'ASSURED'",
        },
        solution: [{ on: 'pc3', line: `${ASK} 443` }],
        par: 1,
      },
    },
    {
      id: 'count',
      show: 'gateway',
      find: {
        on: 'gateway',
        line: 'conntrack -L -p tcp --reply-port-dst 6000 2>/dev/null | wc -l',
        wrong: [{ id: 'asked', on: 'gateway', line: 'conntrack -L -p tcp --sport 6000 2>/dev/null | wc -l' }],
      },
    },
  ],
})
