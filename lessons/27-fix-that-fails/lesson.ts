import { defineLesson } from '../../src/lesson/lesson.ts'

const MAX = 'sysctl -n net.netfilter.nf_conntrack_max'
const TIME_WAIT = 'net.netfilter.nf_conntrack_tcp_timeout_time_wait'
const DROPS = "$(conntrack -S | sed -n 's/.* drop=\\([0-9]*\\).*/\\1/p')"
/** Some 20 connections a second, for so many times five seconds. */
const load = (times: string, url: string): string =>
  `for i in ${times}; do ab -q -c 1 -n 101 ${url} > /tmp/ab 2>&1; sleep 5; done`
const LOAD = load('1 2 3 4 5 6', 'http://192.168.0.30:8080/')

export default defineLesson({
  id: '27-fix-that-fails',
  lab: 'docker',
  period: 'article',
  setup: [
    { on: 'vm1', line: 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat' },
    { on: 'vm1', line: 'sysctl -q -w net.netfilter.nf_conntrack_max=400' },
  ],
  steps: [
    {
      id: 'law',
      show: 'vm1',
      predict: {
        options: ['never', 'seconds', 'minutes'],
        answer: {
          on: 'vm1',
          line: `awk 'BEGIN {t = 131072 / 6315.99; print (t < 60 ? "seconds" : t < 600 ? "minutes" : "never")}'`,
        },
      },
    },
    {
      id: 'small',
      show: 'vm1',
      find: {
        on: 'vm1',
        line: `echo $(($(${MAX}) / 20))`,
        wrong: [
          { id: 'needed', on: 'vm1', line: `echo $((20 * $(sysctl -n ${TIME_WAIT})))` },
          { id: 'lifetime', on: 'vm1', line: `sysctl -n ${TIME_WAIT}` },
        ],
      },
    },
    {
      id: 'short',
      show: 'vm1',
      run: [{ on: 'vm2', line: load('1 2', 'http://192.168.0.30:8080/') }],
      predict: { options: ['proved', 'young'], answer: 'young' },
    },
    {
      id: 'long',
      show: 'vm1',
      goal: {
        check: { on: 'vm1', line: `test ${DROPS} -gt 0` },
        solution: [{ on: 'vm2', line: LOAD }],
        par: 1,
      },
    },
    {
      id: 'mend',
      show: 'vm1',
      goal: {
        check: {
          on: 'vm1',
          line:
            `test $(${MAX}) -le 400 && ! iptables -t raw -S | grep -qi notrack && ` +
            // What vm2 may still be sending is not part of it.
            `iptables -t raw -I PREROUTING -i eth0 -j DROP && conntrack -F 2> /tmp/flushed && d=${DROPS} && ` +
            `${load('1 2 3 4 5 6 7', 'http://172.17.0.2:8080/')} && test ${DROPS} -eq $d`,
        },
        solution: [{ on: 'vm1', line: `sysctl -w ${TIME_WAIT}=10` }],
        wrong: [
          {
            id: 'bigger',
            on: 'vm1',
            line: `test $(${MAX}) -gt 400`,
            by: [{ on: 'vm1', line: 'sysctl -w net.netfilter.nf_conntrack_max=4000' }],
          },
          {
            id: 'notrack',
            on: 'vm1',
            line: 'iptables -t raw -S | grep -qi notrack',
            by: [{ on: 'vm1', line: 'iptables -t raw -A PREROUTING -p tcp --dport 8080 -j NOTRACK' }],
          },
          {
            id: 'slow',
            on: 'vm1',
            line: `test $(sysctl -n ${TIME_WAIT}) -lt 120`,
            by: [{ on: 'vm1', line: `sysctl -w ${TIME_WAIT}=60` }],
          },
        ],
        par: 1,
      },
    },
    {
      id: 'clients',
      show: 'vm1',
      find: {
        on: 'vm1',
        line: 'echo $((131072 / 14116 + 1))',
        wrong: [
          { id: 'nine', on: 'vm1', line: 'echo $((131072 / 14116))' },
          { id: 'one', on: 'vm1', line: 'echo 1' },
        ],
      },
    },
  ],
})
