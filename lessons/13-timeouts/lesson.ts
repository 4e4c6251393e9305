import { defineLesson } from '../../src/lesson/lesson.ts'

const SYSCTL = 'net.netfilter.nf_conntrack_tcp_timeout_'
const TIME_WAIT = `sysctl -n ${SYSCTL}time_wait`
/** The connection that nobody may cut. */
const SESSION = 'conntrack -L -p tcp --orig-port-dst 2222 2>/dev/null | grep -q ESTABLISHED'

export default defineLesson({
  id: '13-timeouts',
  lab: 'docker',
  period: 'article',
  setup: [
    { on: 'vm1', line: 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat' },
    { on: 'vm1', line: 'sysctl -q -w net.netfilter.nf_conntrack_max=131072' },
    { on: 'vm1', line: 'nc -l -p 2222 &' },
    { on: 'vm2', line: 'ulimit -n 65536' },
    { on: 'vm2', line: 'sleep 1000000 | nc 192.168.0.30 2222 &' },
    { on: 'vm2', line: 'ab -c 50 -n 300 -q http://192.168.0.30:8080/; sleep 1' },
  ],
  steps: [
    {
      id: 'read',
      rows: ['S93', 'S94'],
      show: 'vm1',
      find: {
        on: 'vm1',
        line: TIME_WAIT,
        wrong: [
          { id: 'left', on: 'vm1', line: "conntrack -L 2>/dev/null | awk '/TIME_WAIT/ {print $3; exit}'" },
          { id: 'established', on: 'vm1', line: `sysctl -n ${SYSCTL}established` },
        ],
      },
    },
    {
      id: 'lower',
      rows: ['S94', 'S95'],
      show: 'vm1',
      predict: {
        options: ['now', 'soon', 'never'],
        answer: {
          on: 'vm1',
          line:
            `n=$(conntrack -C); sysctl -qw ${SYSCTL}time_wait=10; a=$(conntrack -L 2>/dev/null | wc -l); sleep 15; ` +
            'b=$(conntrack -L 2>/dev/null | wc -l); test $((a * 2)) -lt $n && echo now || { test $((b * 2)) -lt $n && echo soon || echo never; }',
        },
      },
      goal: {
        check: { on: 'vm1', line: `test $(${TIME_WAIT}) -le 30` },
        solution: [{ on: 'vm1', line: `sysctl -w ${SYSCTL}time_wait=10` }],
        wrong: [
          {
            id: 'other',
            on: 'vm1',
            line: `test $(sysctl -n ${SYSCTL}fin_wait) -ne 120 -o $(sysctl -n ${SYSCTL}close_wait) -ne 60 -o $(sysctl -n ${SYSCTL}close) -ne 10`,
            by: [{ on: 'vm1', line: `sysctl -w ${SYSCTL}close_wait=10` }],
          },
          {
            id: 'more',
            on: 'vm1',
            line: `test $(${TIME_WAIT}) -gt 30 -a $(${TIME_WAIT}) -ne 120`,
            by: [{ on: 'vm1', line: `sysctl -w ${SYSCTL}time_wait=60` }],
          },
        ],
        par: 1,
      },
    },
    {
      id: 'newer',
      rows: ['S93', 'S95'],
      show: 'vm1',
      run: [{ on: 'vm2', line: 'ab -c 50 -n 300 -q http://192.168.0.30:8080/; sleep 1' }],
      find: {
        on: 'vm1',
        line: `conntrack -L 2>/dev/null | awk '/TIME_WAIT/ && $3 <= 30 {n++} END {print n + 0}'`,
        about: 0.02,
        wrong: [{ id: 'all', on: 'vm1', line: 'conntrack -C' }],
      },
    },
    {
      id: 'lazy',
      rows: ['S93'],
      show: 'vm1',
      predict: {
        options: ['exact', 'lazy'],
        answer: {
          on: 'vm1',
          line: 'sleep 12; c=$(conntrack -C); l=$(conntrack -L 2>/dev/null | wc -l); test $c -gt $((l + 10)) && echo lazy || echo exact',
        },
      },
    },
    {
      id: 'knife',
      rows: ['S95'],
      show: 'vm1',
      goal: {
        check: { on: 'vm1', line: `test $(conntrack -C) -le 5 && ${SESSION}` },
        solution: [{ on: 'vm1', line: 'conntrack -D -p tcp --state TIME_WAIT' }],
        wrong: [
          {
            id: 'cut',
            on: 'vm1',
            line: `! { ${SESSION}; }`,
            by: [{ on: 'vm1', line: 'conntrack -F' }],
          },
        ],
        par: 1,
      },
    },
    {
      id: 'price',
      rows: ['S95'],
      show: 'vm1',
      predict: { options: ['established', 'timewait', 'synsent'], answer: 'timewait' },
      find: {
        on: 'vm1',
        line: `echo $(($(sysctl -n ${SYSCTL}established) / 86400))`,
        wrong: [
          { id: 'seconds', on: 'vm1', line: `sysctl -n ${SYSCTL}established` },
          { id: 'hours', on: 'vm1', line: `echo $(($(sysctl -n ${SYSCTL}established) / 3600))` },
        ],
      },
    },
    {
      id: 'all',
      rows: ['S96'],
      show: 'vm1',
      find: {
        on: 'vm1',
        line: 'sysctl -n net.netfilter.nf_conntrack_udp_timeout',
        wrong: [{ id: 'stream', on: 'vm1', line: 'sysctl -n net.netfilter.nf_conntrack_udp_timeout_stream' }],
      },
    },
  ],
})
