import { defineLesson } from '../../src/lesson/lesson.ts'

/** SYNs in a forged name, each from another port, to a server that is not there: ten thousand a second, for so long. */
const flood = (seconds: number): string =>
  `timeout -s INT ${seconds} hping3 -q -S -p 80 -a 10.1.7.7 -s 1000 --flood 123.125.115.111`
const counter = (name: string): string => `conntrack -S | sed -n 's/.* ${name}=\\([0-9]*\\).*/\\1/p'`

export default defineLesson({
  id: '28-syn-flood',
  lab: 'clients',
  setup: [{ on: 'gateway', line: 'sysctl -q -w net.netfilter.nf_conntrack_max=300' }],
  steps: [
    {
      id: 'flood',
      show: 'gateway',
      predict: {
        options: ['shut', 'works'],
        answer: {
          on: 'crowd',
          line: `${flood(0.1)} > /tmp/flood 2>&1; curl -sfm 5 -o /dev/null http://baidu.com/ && echo works || echo shut`,
        },
      },
      goal: {
        check: { on: 'gateway', line: "conntrack -S | grep -q ' early_drop=[1-9]'" },
        solution: [{ on: 'crowd', line: flood(0.1) }],
        wrong: [
          {
            id: 'few',
            on: 'gateway',
            line: 'conntrack -L 2>/dev/null | grep -q SYN_SENT',
            by: [{ on: 'crowd', line: flood(0.003) }],
          },
        ],
        par: 1,
      },
    },
    {
      id: 'victims',
      show: 'gateway',
      find: {
        on: 'gateway',
        line: counter('early_drop'),
        wrong: [
          { id: 'drop', on: 'gateway', line: counter('drop') },
          { id: 'there', on: 'gateway', line: 'conntrack -L 2>/dev/null | grep -c SYN_SENT' },
        ],
      },
    },
    {
      id: 'good',
      show: 'gateway',
      predict: { options: ['oldest', 'unassured', 'chance'], answer: 'unassured' },
      goal: {
        check: { on: 'gateway', line: 'conntrack -L -p tcp -s 192.168.0.2 2>/dev/null | grep -q ASSURED' },
        solution: [{ on: 'crowd', line: 'curl http://baidu.com/' }],
        par: 1,
      },
    },
    {
      id: 'stays',
      show: 'gateway',
      run: [{ on: 'crowd', line: flood(0.1) }],
      find: {
        on: 'gateway',
        line: 'conntrack -L 2>/dev/null | grep -c ASSURED',
        wrong: [{ id: 'all', on: 'gateway', line: 'conntrack -L 2>/dev/null | wc -l' }],
      },
    },
    {
      id: 'other',
      show: 'gateway',
      predict: { options: ['evicts', 'drops'], answer: 'drops' },
    },
  ],
})
