import { defineLesson } from '../../src/lesson/lesson.ts'

const RULE = (ports: string): string =>
  `-s 192.168.0.0/16 -p tcp -j SNAT --to-source 100.100.100.100:${ports}`
/** How many of six fetches, one after the other, get a page. */
const six = (port: string): string =>
  `n=0; for i in 1 2 3 4 5 6; do curl -s -m 1 -o /dev/null http://baidu.com${port}/ && n=$((n+1)); done`
const SIX =
  'for i in 1 2 3 4 5 6; do curl -s -m 1 -o /dev/null http://baidu.com/ && echo page || echo nothing; done'

export default defineLesson({
  id: '25-exhaustion',
  lab: 'gateway',
  // Since Linux 6.5 a SYN may take the place of a connection that is over (nat_harder_one_port in test/recorded).
  period: 'article',
  setup: [
    { on: 'gateway', line: 'sysctl -q -w net.ipv4.ip_forward=1' },
    { on: 'gateway', line: `iptables -t nat -A POSTROUTING ${RULE('40000-40003')}` },
  ],
  steps: [
    {
      id: 'six',
      show: 'gateway',
      predict: {
        options: ['six', 'four', 'one'],
        answer: {
          on: 'pc1',
          line: `${six('')}; case $n in 6) echo six;; 4) echo four;; *) echo one;; esac`,
        },
      },
      goal: {
        check: { on: 'gateway', line: "conntrack -S | grep -q 'insert_failed=[1-9]'" },
        solution: [{ on: 'pc1', line: SIX }],
        par: 1,
      },
    },
    {
      id: 'counter',
      show: 'gateway',
      find: {
        on: 'gateway',
        line: "conntrack -S | sed -n 's/.* insert_failed=\\([0-9]*\\) .*/\\1/p'",
        wrong: [
          {
            id: 'found',
            on: 'gateway',
            line: "conntrack -S | sed -n 's/.*[^_a-z]found=\\([0-9]*\\) .*/\\1/p'",
          },
          { id: 'entries', on: 'gateway', line: 'conntrack -C' },
        ],
      },
    },
    {
      id: 'full',
      show: 'gateway',
      predict: {
        options: ['full', 'room'],
        answer: {
          on: 'gateway',
          line: 'test "$(conntrack -C)" -ge "$(sysctl -n net.netfilter.nf_conntrack_max)" && echo full || echo room',
        },
      },
    },
    {
      id: 'elsewhere',
      show: 'gateway',
      predict: {
        options: ['none', 'all'],
        answer: { on: 'pc1', line: `${six(':443')}; test $n -gt 0 && echo all || echo none` },
      },
    },
    {
      id: 'cure',
      show: 'gateway',
      goal: {
        check: { on: 'pc1', line: `${six('')}; test $n = 6` },
        solution: [{ on: 'gateway', line: `iptables -t nat -R POSTROUTING 1 ${RULE('40000-40099')}` }],
        par: 1,
        wrong: [
          {
            id: 'max',
            on: 'gateway',
            line: 'test "$(sysctl -n net.netfilter.nf_conntrack_max)" -gt 16384',
            by: [{ on: 'gateway', line: 'sysctl -w net.netfilter.nf_conntrack_max=65536' }],
          },
          {
            id: 'behind',
            on: 'gateway',
            line: "test $(iptables -t nat -S POSTROUTING | grep -c '^-A') -gt 1",
            by: [{ on: 'gateway', line: `iptables -t nat -A POSTROUTING ${RULE('40000-40099')}` }],
          },
          {
            id: 'few',
            on: 'gateway',
            line: "! iptables -t nat -S POSTROUTING | grep -q ':40000-40003'",
            by: [{ on: 'gateway', line: `iptables -t nat -R POSTROUTING 1 ${RULE('40000-40004')}` }],
          },
        ],
      },
    },
    {
      id: 'rate',
      show: 'gateway',
      find: {
        on: 'gateway',
        line: 'echo $((4 * 60 / $(sysctl -n net.netfilter.nf_conntrack_tcp_timeout_time_wait)))',
        wrong: [
          { id: 'second', on: 'gateway', line: 'echo 4' },
          { id: 'forever', on: 'gateway', line: 'echo 0' },
        ],
      },
    },
  ],
})
