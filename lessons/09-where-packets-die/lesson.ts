import { defineLesson } from '../../src/lesson/lesson.ts'

const AB = 'ab -c 300 -n 1500 -r -s 30 -q http://192.168.0.30:8080/'

/**
 * Where a full table drops, as dropwatch.stp says it, without the load: a table with room for one connection, and two pings.
 */
const DROPS_AT =
  'sysctl -qw net.netfilter.nf_conntrack_max=1; timeout -s INT 6 stap --all-modules dropwatch.stp > /tmp/drops & ' +
  "sleep 0.1; ping -c1 -W1 192.168.0.2 > /tmp/1; ping -c1 -W1 192.168.0.2 > /tmp/2; wait; awk '/dropped at/ {print $NF; exit}' /tmp/drops"

const CALLEES = 'perf report -g graph,0 --stdio -S nf_hook_slow -s sym'
/** The name of the nth function that nf_hook_slow calls, by what it costs. */
const callee = (nth: number): string =>
  `${CALLEES} | grep -E '^ {15}[| ]--[0-9.]+%--' | sed -n '${nth}s/.*%--//p'`

export default defineLesson({
  id: '09-where-packets-die',
  lab: 'docker',
  period: 'article',
  setup: [
    { on: 'vm1', line: 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat' },
    { on: 'vm2', line: 'ulimit -n 65536' },
  ],
  steps: [
    {
      id: 'script',
      rows: ['S43', 'S65', 'S66'],
      show: 'vm1',
      find: {
        on: 'vm1',
        line: `sed -n 's/.*kernel.trace("\\([a-z_]*\\)").*/\\1/p' dropwatch.stp`,
        wrong: [
          { id: 'symname', on: 'vm1', line: "sed -n 's/.*\\(symname\\)(.*/\\1/p' dropwatch.stp" },
          { id: 'location', on: 'vm1', line: "sed -n 's/^global \\([a-z]*\\)/\\1/p' dropwatch.stp" },
        ],
      },
    },
    {
      id: 'watch',
      rows: ['S67', 'S68', 'S69'],
      show: 'vm1',
      find: {
        on: 'vm1',
        line: DROPS_AT,
        wrong: [
          { id: 'tcp', on: 'vm1', line: 'echo tcp_v4_rcv' },
          { id: 'free', on: 'vm1', line: 'echo kfree_skb' },
        ],
      },
    },
    {
      id: 'hook',
      rows: ['S70'],
      show: 'vm1',
      predict: { options: ['nat', 'hook', 'rule'], answer: 'hook' },
    },
    {
      id: 'record',
      rows: ['S71'],
      show: 'vm1',
      goal: {
        check: { on: 'vm1', line: `${CALLEES} | grep -q nf_hook_slow` },
        solution: [
          { on: 'vm1', line: 'perf record -a -g -- sleep 8 &' },
          { on: 'vm2', line: `timeout -s INT 2 ${AB}; sleep 7` },
        ],
        wrong: [
          {
            id: 'idle',
            on: 'vm1',
            line: 'perf report --stdio > /tmp/report && test -s /tmp/report',
            by: [{ on: 'vm1', line: 'perf record -a -g -- sleep 1' }],
          },
        ],
        par: 2,
      },
    },
    {
      id: 'callees',
      rows: ['S71', 'S72', 'S73'],
      show: 'vm1',
      find: {
        on: 'vm1',
        line: callee(1),
        wrong: [
          { id: 'itself', on: 'vm1', line: 'echo nf_hook_slow' },
          { id: 'second', on: 'vm1', line: callee(2) },
        ],
      },
    },
    {
      id: 'knobs',
      rows: ['S74'],
      show: 'vm1',
      find: {
        on: 'vm1',
        line: 'cat /proc/sys/net/netfilter/nf_conntrack_max',
        wrong: [{ id: 'buckets', on: 'vm1', line: 'cat /proc/sys/net/netfilter/nf_conntrack_buckets' }],
      },
    },
  ],
})
