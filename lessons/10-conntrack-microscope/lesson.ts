import { defineLesson } from '../../src/lesson/lesson.ts'

/** The number of each line "net_ratelimit: N callbacks suppressed". */
const SUPPRESSED = "dmesg | sed -n 's/.*net_ratelimit: \\([0-9]*\\) callbacks suppressed/\\1/p'"

export default defineLesson({
  id: '10-conntrack-microscope',
  lab: 'docker',
  period: 'article',
  setup: [
    { on: 'vm1', line: 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat' },
    { on: 'vm2', line: 'ulimit -n 65536' },
  ],
  steps: [
    {
      id: 'numbers',
      rows: ['S75', 'S76'],
      show: 'vm1',
      find: {
        on: 'vm1',
        line: 'sysctl -n net.netfilter.nf_conntrack_buckets',
        wrong: [
          { id: 'max', on: 'vm1', line: 'sysctl -n net.netfilter.nf_conntrack_max' },
          { id: 'count', on: 'vm1', line: 'sysctl -n net.netfilter.nf_conntrack_count' },
        ],
      },
    },
    {
      id: 'fill',
      rows: ['S75', 'S77'],
      show: 'vm1',
      predict: { options: ['all', 'limit', 'none'], answer: 'limit' },
      goal: {
        check: { on: 'vm1', line: 'dmesg | grep -q "table full"' },
        solution: [{ on: 'vm2', line: 'ab -c 300 -n 1100 -r -s 30 http://192.168.0.30:8080/' }],
        wrong: [
          {
            id: 'room',
            on: 'vm1',
            line: 'test $(conntrack -C) -ge 40',
            by: [{ on: 'vm2', line: 'ab -c 20 -n 100 http://192.168.0.30:8080/' }],
          },
        ],
        par: 1,
      },
    },
    {
      id: 'alive',
      rows: ['S80'],
      show: 'vm1',
      predict: {
        options: ['cut', 'lives'],
        answer: {
          on: 'vm1',
          // A connection is opened, then the table is made so small that it is full, then it says something.
          line:
            'sysctl -qw net.netfilter.nf_conntrack_max=100000; nc -l -p 2222 > /tmp/heard & sleep 0.1; ' +
            '(sleep 1; echo hello; sleep 1) | nc 127.0.0.1 2222 & sleep 0.5; sysctl -qw net.netfilter.nf_conntrack_max=1; ' +
            'sleep 3; grep -q hello /tmp/heard && echo lives || echo cut',
        },
      },
    },
    {
      id: 'log',
      rows: ['S78', 'S79'],
      show: 'vm1',
      run: [{ on: 'vm2', line: 'sleep 6; curl -sm 1 http://192.168.0.30:8080/' }],
      find: {
        on: 'vm1',
        line: `${SUPPRESSED} | tail -n 1`,
        wrong: [
          { id: 'printed', on: 'vm1', line: 'dmesg | grep -c "table full"' },
          {
            id: 'stamp',
            on: 'vm1',
            line: "dmesg | sed -n 's/^\\[ *\\([0-9]*\\).*suppressed/\\1/p' | tail -n 1",
          },
        ],
      },
    },
    {
      id: 'sum',
      rows: ['S79', 'S80'],
      show: 'vm1',
      predict: {
        options: ['printed', 'more', 'both'],
        answer: {
          on: 'vm1',
          line:
            `p=$(dmesg | grep -c 'table full'); s=$(${SUPPRESSED} | awk '{n += $1} END {print n + 0}'); ` +
            "d=$(conntrack -S | sed -n 's/.* drop=\\([0-9]*\\).*/\\1/p'); " +
            'test $p -eq $d && echo printed || { test $((p + s)) -le $d && echo both || echo more; }',
        },
      },
    },
    {
      id: 'chains',
      rows: ['S81', 'S82'],
      show: 'vm1',
      predict: { options: ['once', 'twice'], answer: 'twice' },
      find: {
        on: 'vm1',
        line: 'echo $((2 * 131072 / 65536))',
        wrong: [{ id: 'article', on: 'vm1', line: 'echo $((131072 / 65536))' }],
      },
    },
    {
      id: 'memory',
      rows: ['S83'],
      show: 'vm1',
      find: {
        on: 'vm1',
        line: 'echo $(($(sysctl -n net.netfilter.nf_conntrack_max) * 376 + $(sysctl -n net.netfilter.nf_conntrack_buckets) * 16))',
        about: 0.03,
        wrong: [
          {
            id: 'swapped',
            on: 'vm1',
            line: 'echo $(($(sysctl -n net.netfilter.nf_conntrack_max) * 16 + $(sysctl -n net.netfilter.nf_conntrack_buckets) * 376))',
          },
          {
            id: 'objects',
            on: 'vm1',
            line: 'echo $(($(sysctl -n net.netfilter.nf_conntrack_max) * 376))',
          },
          { id: 'megabytes', on: 'vm1', line: 'echo 1.4' },
        ],
      },
    },
  ],
})
