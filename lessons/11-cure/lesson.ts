import { defineLesson } from '../../src/lesson/lesson.ts'

const MAX = 'sysctl -n net.netfilter.nf_conntrack_max'
const BUCKETS = 'sysctl -n net.netfilter.nf_conntrack_buckets'

export default defineLesson({
  id: '11-cure',
  lab: 'docker',
  period: 'article',
  setup: [
    { on: 'vm1', line: 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat' },
    { on: 'vm2', line: 'ulimit -n 65536' },
  ],
  steps: [
    {
      id: 'price',
      rows: ['S83', 'S84'],
      show: 'vm1',
      find: {
        on: 'vm1',
        line: 'echo $(((131072 * 376 + 65536 * 16) / 1024 / 1024))',
        about: 0.05,
        wrong: [
          { id: 'bytes', on: 'vm1', line: 'echo $((131072 * 376 + 65536 * 16))' },
          { id: 'times', on: 'vm1', line: "awk 'BEGIN {print 1.4 * 131072 / 1000}'" },
        ],
      },
    },
    {
      id: 'raise',
      rows: ['S84'],
      show: 'vm1',
      goal: {
        check: { on: 'vm1', line: `test $(${MAX}) -ge 14500` },
        solution: [
          { on: 'vm1', line: 'sysctl -w net.netfilter.nf_conntrack_max=131072' },
          { on: 'vm1', line: 'sysctl -w net.netfilter.nf_conntrack_buckets=65536' },
        ],
        wrong: [
          {
            id: 'buckets',
            on: 'vm1',
            line: `test $(${MAX}) -eq 1000 -a $(${BUCKETS}) -ne 65536`,
            by: [{ on: 'vm1', line: 'sysctl -w net.netfilter.nf_conntrack_buckets=131072' }],
          },
          {
            id: 'small',
            on: 'vm1',
            line: `test $(${MAX}) -gt 1000`,
            by: [{ on: 'vm1', line: 'sysctl -w net.netfilter.nf_conntrack_max=5000' }],
          },
          {
            id: 'flushed',
            on: 'vm1',
            line: `test $(${MAX}) -lt 1000`,
            by: [{ on: 'vm1', line: 'sysctl -w net.netfilter.nf_conntrack_max=500' }],
          },
        ],
        par: 1,
      },
    },
    {
      id: 'again',
      rows: ['S85'],
      show: 'vm1',
      predict: {
        options: ['crawl', 'half', 'nearly'],
        answer: {
          on: 'vm2',
          line: `ab -c 300 -n 1200 -r -s 2 -q http://192.168.0.30:8080/ | awk '/^Requests per second/ {print ($4 > 4500 ? "nearly" : $4 > 1000 ? "half" : "crawl")}'`,
        },
      },
      goal: {
        check: { on: 'vm1', line: 'test $(conntrack -C) -gt 1000' },
        solution: [{ on: 'vm2', line: 'ab -c 300 -n 1100 -r -s 2 http://192.168.0.30:8080/' }],
        wrong: [
          {
            id: 'less',
            on: 'vm1',
            line: 'test $(conntrack -C) -ge 40',
            by: [{ on: 'vm2', line: 'ab -c 20 -n 100 http://192.168.0.30:8080/' }],
          },
        ],
        par: 1,
      },
    },
    {
      id: 'compare',
      rows: ['S85', 'S86'],
      show: 'vm1',
      predict: { options: ['table', 'work', 'lost'], answer: 'work' },
    },
    {
      id: 'restart',
      rows: ['S84'],
      show: 'vm1',
      predict: {
        options: ['kept', 'gone'],
        answer: {
          on: 'vm1',
          line:
            'docker rm -f nginx > /tmp/id; docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat > /tmp/id; ' +
            `test $(${MAX}) -gt 1000 && echo kept || echo gone`,
        },
      },
      goal: {
        check: {
          on: 'vm1',
          line: `grep -q ip_forward /etc/sysctl.conf && sysctl -q -w net.netfilter.nf_conntrack_max=1000 && { sysctl -q -p; test $(${MAX}) -ge 14500; }`,
        },
        solution: [
          { on: 'vm1', line: 'echo net.netfilter.nf_conntrack_max=131072 >> /etc/sysctl.conf' },
          { on: 'vm1', line: 'sysctl -p' },
        ],
        wrong: [
          {
            id: 'forward',
            on: 'vm1',
            line: '! grep -q ip_forward /etc/sysctl.conf',
            by: [{ on: 'vm1', line: 'echo net.netfilter.nf_conntrack_max=131072 > /etc/sysctl.conf' }],
          },
          {
            id: 'typo',
            on: 'vm1',
            line: 'grep -q conntrack /etc/sysctl.conf',
            by: [{ on: 'vm1', line: 'echo nf_conntrack_max=131072 >> /etc/sysctl.conf' }],
          },
        ],
        par: 1,
      },
    },
  ],
})
