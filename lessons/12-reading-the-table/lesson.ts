import { defineLesson } from '../../src/lesson/lesson.ts'

const LIST = 'conntrack -L -o extended 2>/dev/null'
/** Entries of vm2, one source port a line. */
const PORTS =
  "conntrack -L -p tcp -s 192.168.0.2 2>/dev/null | sed 's/.*192.168.0.30 sport=\\([0-9]*\\).*/\\1/'"

export default defineLesson({
  id: '12-reading-the-table',
  lab: 'docker',
  period: 'article',
  setup: [
    { on: 'vm1', line: 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat' },
    { on: 'vm1', line: 'sysctl -q -w net.netfilter.nf_conntrack_max=131072' },
    { on: 'vm2', line: 'ulimit -n 65536' },
    { on: 'vm2', line: 'ab -c 50 -n 300 -q http://192.168.0.30:8080/; sleep 1' },
  ],
  steps: [
    {
      id: 'line',
      rows: ['S87', 'S88'],
      show: 'vm1',
      find: {
        on: 'vm1',
        line: `${LIST} | awk 'NR == 1 {sub("src=", "", $11); print $11}'`,
        wrong: [
          { id: 'client', on: 'vm1', line: `${LIST} | awk 'NR == 1 {sub("src=", "", $7); print $7}'` },
          { id: 'host', on: 'vm1', line: `${LIST} | awk 'NR == 1 {sub("dst=", "", $8); print $8}'` },
        ],
      },
    },
    {
      id: 'count',
      rows: ['S89', 'S90'],
      show: 'vm1',
      find: {
        on: 'vm1',
        line: `${LIST} | wc -l`,
        wrong: [
          { id: 'requests', on: 'vm1', line: 'echo 300' },
          { id: 'max', on: 'vm1', line: 'sysctl -n net.netfilter.nf_conntrack_max' },
        ],
      },
    },
    {
      id: 'states',
      rows: ['S91', 'S93'],
      show: 'vm1',
      predict: {
        options: ['seconds', 'state', 'source'],
        answer: {
          on: 'vm1',
          line: `${LIST} | awk 'NR == 1 {print ($6 ~ /^[A-Z_]+$/ ? "state" : $6 ~ /=/ ? "source" : "seconds")}'`,
        },
      },
      find: {
        on: 'vm1',
        line: `${LIST} | awk '/tcp/ {n[$6]++} END {for (i in n) print n[i], i}' | sort -nr | awk 'NR == 1 {print $2}'`,
        wrong: [{ id: 'open', on: 'vm1', line: 'echo ESTABLISHED' }],
      },
    },
    {
      id: 'sources',
      rows: ['S89', 'S92'],
      show: 'vm1',
      predict: {
        options: ['whole', 'bare', 'port'],
        answer: {
          on: 'vm1',
          line: `${LIST} | awk '{print $7}' | cut -d "=" -f 2 | awk 'NR == 1 {print (/=/ ? "whole" : /[.]/ ? "bare" : "port")}'`,
        },
      },
      find: {
        on: 'vm1',
        line: `${LIST} | awk '{print $7}' | cut -d "=" -f 2 | sort | uniq -c | sort -nr | awk 'NR == 1 {print $2}'`,
        wrong: [{ id: 'container', on: 'vm1', line: 'echo 172.17.0.2' }],
      },
    },
    {
      id: 'odd',
      rows: ['S92'],
      show: 'vm1',
      find: {
        on: 'vm1',
        line: `${PORTS} | awk '{n += $1 % 2} END {print n + 0}'`,
        wrong: [
          { id: 'half', on: 'vm1', line: `${PORTS} | awk 'END {print int(NR / 2)}'` },
          { id: 'all', on: 'vm1', line: `${PORTS} | wc -l` },
        ],
      },
    },
    {
      id: 'why',
      rows: ['S92'],
      show: 'vm1',
      find: {
        on: 'vm2',
        line: 'echo $(((60999 - 32768 + 1) / 2))',
        wrong: [
          { id: 'both', on: 'vm2', line: 'echo $((60999 - 32768 + 1))' },
          { id: 'fence', on: 'vm2', line: 'echo $(((60999 - 32768) / 2))' },
          { id: 'every', on: 'vm2', line: 'echo 65535' },
        ],
      },
    },
    {
      id: 'ceiling',
      rows: ['S92', 'S93'],
      show: 'vm1',
      predict: { options: ['grows', 'fails', 'stays'], answer: 'stays' },
    },
  ],
})
