import { defineLesson } from '../../src/lesson/lesson.ts'

export default defineLesson({
  id: '07-baseline',
  lab: 'docker',
  period: 'article',
  setup: [
    { on: 'vm1', line: 'docker run --name nginx-hostnet --privileged --network=host -itd feisky/nginx:80' },
  ],
  steps: [
    {
      id: 'one',
      rows: ['S46', 'S47', 'S48'],
      show: 'vm1',
      predict: {
        options: ['yes', 'no'],
        answer: {
          on: 'vm1',
          line: 'curl -so /dev/null http://192.168.0.30/; test $(conntrack -C) -gt 0 && echo yes || echo no',
        },
      },
      goal: {
        check: { on: 'vm1', line: 'conntrack -L -p tcp -s 192.168.0.2 | grep -q " dport=80 "' },
        solution: [{ on: 'vm2', line: 'curl http://192.168.0.30/' }],
        par: 1,
      },
    },
    {
      id: 'descriptors',
      rows: ['S49', 'S50'],
      show: 'vm1',
      predict: {
        options: ['slow', 'refuses', 'fine'],
        answer: {
          on: 'vm2',
          // The same with less: as many sockets as there are descriptors.
          line: 'ulimit -n 30; ab -c 50 -n 50 -q http://192.168.0.30/ 2>&1 | grep -q "Too many open files" && echo refuses || echo fine',
        },
      },
      goal: {
        check: { on: 'vm2', line: 'test $(ulimit -n) -ge 5004' },
        solution: [{ on: 'vm2', line: 'ulimit -n 65536' }],
        wrong: [
          {
            id: 'few',
            on: 'vm2',
            line: 'test $(ulimit -n) -ne 1024',
            by: [{ on: 'vm2', line: 'ulimit -n 4096' }],
          },
          {
            id: 'elsewhere',
            on: 'vm1',
            line: 'test $(ulimit -n) -ne 1024',
            by: [{ on: 'vm1', line: 'ulimit -n 65536' }],
          },
        ],
        par: 1,
      },
    },
    {
      id: 'words',
      rows: ['S51', 'S52'],
      show: 'vm1',
      predict: {
        options: ['all', 'each', 'sum'],
        answer: {
          on: 'vm2',
          line: `awk 'BEGIN {t = 1000 * 5000 / 6576.21; print (t > 0.1 && t < 1 ? "all" : t > 700 && t < 800 ? "each" : "sum")}'`,
        },
      },
    },
    {
      id: 'times',
      rows: ['S53', 'S54'],
      show: 'vm1',
      predict: { options: ['nginx', 'syn', 'wire'], answer: 'syn' },
    },
    {
      id: 'measure',
      rows: ['S51', 'S52', 'S54'],
      show: 'vm1',
      goal: {
        check: { on: 'vm1', line: 'test $(conntrack -C) -ge 1000' },
        solution: [{ on: 'vm2', line: 'ab -c 100 -n 1000 -r -s 2 http://192.168.0.30/' }],
        wrong: [
          {
            id: 'less',
            on: 'vm1',
            line: 'test $(conntrack -C) -ge 20',
            by: [{ on: 'vm2', line: 'ab -c 20 -n 50 http://192.168.0.30/' }],
          },
        ],
        par: 1,
      },
    },
    {
      id: 'left',
      rows: ['S47', 'S55'],
      show: 'vm1',
      find: {
        on: 'vm1',
        line: 'conntrack -L 2>/dev/null | grep -c TIME_WAIT',
        about: 0.1,
        wrong: [
          { id: 'max', on: 'vm1', line: 'sysctl -n net.netfilter.nf_conntrack_max' },
          { id: 'live', on: 'vm1', line: 'conntrack -L 2>/dev/null | grep -c ESTABLISHED' },
        ],
      },
    },
  ],
})
