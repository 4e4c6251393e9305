import { defineLesson } from '../../src/lesson/lesson.ts'

const WEB = 'http://192.168.0.30/'
const IN = 'iptables -t raw -A PREROUTING -p tcp --dport 80 -j NOTRACK'
const OUT = 'iptables -t raw -A OUTPUT -p tcp --sport 80 -j NOTRACK'
const AB = `ab -c 100 -n 600 -r -s 2 ${WEB}`
/** So many that the page does not show each packet on its way. */
const PAGES = 'ab -q -c 1 -n 101 http://192.168.0.30:8080/'
/** Connections that vm1 has taken since it was started. */
const TAKEN = "nstat -asz TcpPassiveOpens | awk '/Opens/ {print $2}'"
/** A connection of vm2 with the container. What docker-proxy still has to say to vm2 is another one. */
const TRACKED = "conntrack -L -p tcp 2>/dev/null | grep '192.168.0.2 ' | grep -q '172.17.0.2 '"

export default defineLesson({
  id: '14-without-state',
  lab: 'docker',
  period: 'article',
  setup: [
    { on: 'vm1', line: 'docker run --name nginx-hostnet --privileged --network=host -itd feisky/nginx:80' },
    { on: 'vm1', line: 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat' },
    { on: 'vm2', line: 'ulimit -n 65536' },
  ],
  steps: [
    {
      id: 'state',
      rows: ['S97', 'S98'],
      show: 'vm1',
      predict: { options: ['fixed', 'shared', 'both'], answer: 'shared' },
    },
    {
      id: 'notrack',
      rows: ['S98'],
      show: 'vm1',
      goal: {
        check: { on: 'vm1', line: `test $(${TAKEN}) -ge 600 && test $(conntrack -C) -lt 300` },
        solution: [
          { on: 'vm1', line: IN },
          { on: 'vm1', line: OUT },
          { on: 'vm2', line: AB },
        ],
        wrong: [
          {
            id: 'half',
            on: 'vm1',
            line: 'conntrack -L -p tcp -s 192.168.0.30 2>/dev/null | grep -q UNREPLIED',
            by: [
              { on: 'vm1', line: IN },
              { on: 'vm2', line: AB },
            ],
          },
          {
            id: 'tracked',
            on: 'vm1',
            line: 'test $(conntrack -C) -ge 300',
            by: [{ on: 'vm2', line: AB }],
          },
          {
            id: 'quiet',
            on: 'vm1',
            line: 'iptables -t raw -S | grep -qi -e notrack',
            by: [
              { on: 'vm1', line: IN },
              { on: 'vm1', line: OUT },
            ],
          },
        ],
        par: 3,
      },
    },
    {
      id: 'nat',
      rows: ['S98'],
      show: 'vm1',
      goal: {
        check: { on: 'vm1', line: 'iptables -t raw -S PREROUTING | grep -e "dport 8080" | grep -qi notrack' },
        solution: [{ on: 'vm1', line: 'iptables -t raw -A PREROUTING -p tcp --dport 8080 -j NOTRACK' }],
        wrong: [
          {
            id: 'output',
            on: 'vm1',
            line: 'iptables -t raw -S OUTPUT | grep -q 8080',
            by: [{ on: 'vm1', line: 'iptables -t raw -A OUTPUT -p tcp --dport 8080 -j NOTRACK' }],
          },
        ],
        par: 1,
      },
    },
    {
      id: 'who',
      rows: ['S98'],
      show: 'vm1',
      predict: {
        options: ['no', 'yes'],
        answer: {
          on: 'vm2',
          line: 'curl -sfm2 -o /dev/null http://192.168.0.30:8080/ && echo yes || echo no',
        },
      },
      run: [{ on: 'vm2', line: PAGES }],
      find: {
        on: 'vm1',
        line: `conntrack -L -p tcp --orig-port-dst 8080 -d 172.17.0.2 2>/dev/null | awk '{sub("src=", "", $5); print $5; exit}'`,
        wrong: [
          { id: 'client', on: 'vm1', line: 'echo 192.168.0.2' },
          { id: 'host', on: 'vm1', line: 'echo 192.168.0.30' },
        ],
      },
    },
    {
      id: 'stateless',
      rows: ['S99'],
      show: 'vm1',
      goal: {
        check: {
          on: 'vm1',
          line: `tc -s filter show dev eth0 ingress | grep -q 'Sent [1-9]' && tc -s filter show dev eth0 egress | grep -q 'Sent [1-9]' && ! { ${TRACKED}; }`,
        },
        solution: [
          { on: 'vm1', line: 'iptables -t raw -A PREROUTING -p tcp --sport 8080 -j NOTRACK' },
          { on: 'vm1', line: 'tc qdisc add dev eth0 clsact' },
          {
            on: 'vm1',
            line: 'tc filter add dev eth0 ingress protocol ip u32 match ip protocol 6 0xff match ip dport 8080 0xffff action nat ingress 192.168.0.30/32 172.17.0.2',
          },
          {
            on: 'vm1',
            line: 'tc filter add dev eth0 egress protocol ip u32 match ip protocol 6 0xff match ip sport 8080 0xffff action nat egress 172.17.0.2/32 192.168.0.30',
          },
          { on: 'vm1', line: 'conntrack -F' },
          { on: 'vm2', line: PAGES },
        ],
        wrong: [
          {
            id: 'oneway',
            on: 'vm1',
            line: `tc -s filter show dev eth0 ingress | grep -q 'Sent [1-9]' && ! tc filter show dev eth0 egress | grep -q 'nat egress'`,
            by: [
              { on: 'vm1', line: 'tc qdisc add dev eth0 clsact' },
              {
                on: 'vm1',
                line: 'tc filter add dev eth0 ingress protocol ip u32 match ip protocol 6 0xff match ip dport 8080 0xffff action nat ingress 192.168.0.30/32 172.17.0.2',
              },
              { on: 'vm2', line: 'curl -sm 1 http://192.168.0.30:8080/' },
            ],
          },
          {
            id: 'remembered',
            on: 'vm1',
            line: `tc -s filter show dev eth0 egress | grep -q 'Sent [1-9]' && ${TRACKED}`,
            by: [
              { on: 'vm1', line: 'tc qdisc add dev eth0 clsact' },
              {
                on: 'vm1',
                line: 'tc filter add dev eth0 ingress protocol ip u32 match ip protocol 6 0xff match ip dport 8080 0xffff action nat ingress 192.168.0.30/32 172.17.0.2',
              },
              {
                on: 'vm1',
                line: 'tc filter add dev eth0 egress protocol ip u32 match ip protocol 6 0xff match ip sport 8080 0xffff action nat egress 172.17.0.2/32 192.168.0.30',
              },
              { on: 'vm2', line: PAGES },
            ],
          },
        ],
        par: 6,
      },
    },
    {
      id: 'choice',
      rows: ['S97', 'S99'],
      show: 'vm1',
      predict: { options: ['port', 'office', 'prefix'], answer: 'office' },
    },
  ],
})
