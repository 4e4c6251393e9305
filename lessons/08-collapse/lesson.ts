import { defineLesson } from '../../src/lesson/lesson.ts'

export default defineLesson({
  id: '08-collapse',
  lab: 'docker',
  period: 'article',
  setup: [
    { on: 'vm1', line: 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat' },
    { on: 'vm2', line: 'ulimit -n 65536' },
  ],
  steps: [
    {
      id: 'one',
      rows: ['S56', 'S59'],
      show: 'vm1',
      predict: { options: ['less', 'same', 'more'], answer: 'more' },
      goal: {
        check: { on: 'vm1', line: 'conntrack -L -p tcp -s 192.168.0.2 | grep -q " dport=8080 "' },
        solution: [{ on: 'vm2', line: 'curl http://192.168.0.30:8080/' }],
        par: 1,
      },
    },
    {
      id: 'crowd',
      rows: ['S60', 'S61'],
      show: 'vm1',
      predict: {
        options: ['same', 'half', 'collapse'],
        answer: {
          on: 'vm2',
          line: `timeout -s INT 5 ab -c 300 -n 1500 -r -s 30 -q http://192.168.0.30:8080/ | awk '/^Requests per second/ {print ($4 > 5000 ? "same" : $4 > 1000 ? "half" : "collapse")}'`,
        },
      },
      goal: {
        check: { on: 'vm1', line: 'conntrack -S | grep -q " drop=[1-9]"' },
        solution: [{ on: 'vm2', line: 'ab -c 300 -n 1200 -r -s 30 http://192.168.0.30:8080/' }],
        wrong: [
          {
            id: 'small',
            on: 'vm1',
            line: 'test $(conntrack -L -p tcp --orig-port-dst 8080 2>/dev/null | wc -l) -ge 40',
            by: [{ on: 'vm2', line: 'ab -c 20 -n 100 http://192.168.0.30:8080/' }],
          },
        ],
        par: 1,
      },
    },
    {
      id: 'figures',
      rows: ['S61', 'S62'],
      show: 'vm1',
      find: {
        on: 'vm1',
        line: "conntrack -S | sed -n 's/.* drop=\\([0-9]*\\).*/\\1/p'",
        about: 0.05,
        wrong: [
          {
            id: 'early',
            on: 'vm1',
            line: "conntrack -S | sed -n 's/.* insert_failed=\\([0-9]*\\).*/\\1/p'",
          },
          { id: 'count', on: 'vm1', line: 'conntrack -C' },
        ],
      },
    },
    {
      id: 'pattern',
      rows: ['S61'],
      show: 'vm1',
      predict: { options: ['queue', 'again', 'timeout'], answer: 'again' },
    },
    {
      id: 'suspects',
      rows: ['S63', 'S64'],
      show: 'vm1',
      predict: {
        options: ['nginx', 'hooks', 'conntrack'],
        answer: { on: 'vm1', line: 'conntrack -S | grep -q " drop=[1-9]" && echo conntrack || echo hooks' },
      },
    },
  ],
})
