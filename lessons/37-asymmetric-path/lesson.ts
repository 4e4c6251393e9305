import { defineLesson } from '../../src/lesson/lesson.ts'

const FIRST = '100.100.100.100'
const SECOND = '200.200.200.100'
const page = (address: string): string => `curl -sf -m 3 -o /dev/null http://${address}/`
const DENIED = "nstat -asz TcpExtIPReversePathFilter | awk '/IPReverse/ {print $2}'"
/** By which card the gateway sends what web answers. */
const WAY = 'ip route get 123.125.115.110 from 192.168.0.2 iif eth0'
const CONNMARK =
  'iptables -t mangle -A PREROUTING -i eth2 -m conntrack --ctstate NEW -j CONNMARK --set-mark 2'
const TABLE = 'ip route add default via 200.200.200.1 table 2'
const RULE = 'ip rule add fwmark 2 lookup 2'

export default defineLesson({
  id: '37-asymmetric-path',
  lab: 'uplinks',
  steps: [
    {
      id: 'two',
      show: 'gateway',
      run: [{ on: 'baidu', line: `curl -s -m 3 http://${FIRST}/` }],
      predict: {
        options: ['page', 'refused', 'silence'],
        answer: {
          on: 'baidu',
          line: `curl -s -m 3 -o /dev/null http://${SECOND}/; case $? in 0) echo page;; 7) echo refused;; *) echo silence;; esac`,
        },
      },
    },
    {
      id: 'entry',
      show: 'gateway',
      run: [{ on: 'baidu', line: `curl -s -m 3 http://${SECOND}/` }],
      find: {
        on: 'gateway',
        line: `conntrack -L -p tcp -d ${SECOND} 2>/dev/null | awk '{print $4; exit}'`,
        wrong: [
          {
            id: 'first',
            on: 'gateway',
            line: `conntrack -L -p tcp -d ${FIRST} 2>/dev/null | awk '{print $4; exit}'`,
          },
          { id: 'sent', on: 'gateway', line: 'echo SYN_SENT' },
        ],
      },
    },
    {
      id: 'door',
      show: 'gateway',
      predict: {
        options: ['eth1', 'eth2'],
        answer: { on: 'gateway', line: `${WAY} | sed -n '1s/.* dev \\([a-z0-9]*\\).*/\\1/p'` },
      },
    },
    {
      id: 'doorman',
      show: 'baidu',
      find: {
        on: 'baidu',
        line: DENIED,
        wrong: [{ id: 'switch', on: 'baidu', line: 'sysctl -n net.ipv4.conf.eth0.rp_filter' }],
      },
    },
    {
      id: 'cure',
      show: 'gateway',
      goal: {
        check: {
          on: 'baidu',
          line:
            `${page(SECOND)} && ${page(FIRST)} && ` +
            'test "$(sysctl -n net.ipv4.conf.eth0.rp_filter) $(sysctl -n net.ipv4.conf.eth1.rp_filter)" = "1 1"',
        },
        also: [{ on: 'web', line: page('baidu.com') }],
        solution: [
          { on: 'gateway', line: TABLE },
          { on: 'gateway', line: RULE },
          { on: 'gateway', line: CONNMARK },
          { on: 'gateway', line: 'iptables -t mangle -A PREROUTING -i eth0 -j CONNMARK --restore-mark' },
        ],
        par: 4,
        wrong: [
          {
            id: 'doorman',
            on: 'baidu',
            line: 'test "$(sysctl -n net.ipv4.conf.eth0.rp_filter) $(sysctl -n net.ipv4.conf.eth1.rp_filter)" != "1 1"',
            by: [{ on: 'baidu', line: 'sysctl -w net.ipv4.conf.eth0.rp_filter=0' }],
          },
          {
            id: 'default',
            on: 'gateway',
            line: "ip route | grep -q '^default.*dev eth2'",
            by: [{ on: 'gateway', line: 'ip route replace default via 200.200.200.1 dev eth2' }],
          },
          {
            id: 'from',
            on: 'gateway',
            line: `ip rule | grep -q 'from ${SECOND} '`,
            by: [
              { on: 'gateway', line: TABLE },
              { on: 'gateway', line: `ip rule add from ${SECOND} lookup 2` },
            ],
          },
          {
            id: 'packet',
            on: 'gateway',
            line: "iptables -t mangle -S | grep -q -e '-j MARK'",
            by: [
              { on: 'gateway', line: TABLE },
              { on: 'gateway', line: RULE },
              { on: 'gateway', line: 'iptables -t mangle -A PREROUTING -i eth2 -j MARK --set-mark 2' },
            ],
          },
          {
            id: 'restore',
            on: 'gateway',
            line: 'iptables -t mangle -S | grep -q -e set-xmark && ! iptables -t mangle -S | grep -q -e restore',
            by: [
              { on: 'gateway', line: TABLE },
              { on: 'gateway', line: RULE },
              { on: 'gateway', line: CONNMARK },
            ],
          },
          {
            id: 'table',
            on: 'gateway',
            line: 'iptables -t mangle -S | grep -q -e restore && ! ip rule | grep -q fwmark',
            by: [
              { on: 'gateway', line: CONNMARK },
              { on: 'gateway', line: 'iptables -t mangle -A PREROUTING -i eth0 -j CONNMARK --restore-mark' },
            ],
          },
        ],
      },
    },
    {
      id: 'memory',
      show: 'gateway',
      run: [{ on: 'baidu', line: `curl -s http://${SECOND}/` }],
      find: {
        on: 'gateway',
        line: `conntrack -L -p tcp -d ${SECOND} --state TIME_WAIT 2>/dev/null | sed -n '1s/.* mark=\\([0-9]*\\).*/\\1/p'`,
        wrong: [
          {
            id: 'other',
            on: 'gateway',
            line: `conntrack -L -p tcp -d ${FIRST} 2>/dev/null | sed -n '1s/.* mark=\\([0-9]*\\).*/\\1/p'`,
          },
        ],
      },
    },
    {
      id: 'own',
      show: 'gateway',
      predict: { options: ['both', 'first', 'none'], answer: 'first' },
    },
    {
      id: 'loose',
      show: 'gateway',
      run: [
        { on: 'gateway', line: 'sysctl -w net.ipv4.conf.all.rp_filter=1' },
        { on: 'baidu', line: `curl -s -m 3 http://${SECOND}/` },
      ],
      goal: {
        check: { on: 'baidu', line: `${page(SECOND)} && ${page(FIRST)}` },
        also: [
          {
            on: 'gateway',
            // The larger one of the two counts: 1 is strict, 2 loose.
            line: 'c=net.ipv4.conf; for dev in eth0 eth1; do test "$(sysctl -n $c.all.rp_filter $c.$dev.rp_filter | sort -n | tail -n 1)" = 1 || exit 1; done; test "$(sysctl -n $c.all.rp_filter $c.eth2.rp_filter | sort -n | tail -n 1)" = 2',
          },
        ],
        solution: [{ on: 'gateway', line: 'sysctl -w net.ipv4.conf.eth2.rp_filter=2' }],
        par: 1,
        wrong: [
          {
            id: 'off',
            on: 'gateway',
            line: 'test "$(sysctl -n net.ipv4.conf.all.rp_filter)" = 0',
            by: [{ on: 'gateway', line: 'sysctl -w net.ipv4.conf.all.rp_filter=0' }],
          },
          {
            id: 'everywhere',
            on: 'gateway',
            line: 'test "$(sysctl -n net.ipv4.conf.all.rp_filter)" = 2',
            by: [{ on: 'gateway', line: 'sysctl -w net.ipv4.conf.all.rp_filter=2' }],
          },
          {
            id: 'smaller',
            on: 'gateway',
            line: 'test "$(sysctl -n net.ipv4.conf.all.rp_filter)" = 1',
            by: [{ on: 'gateway', line: 'sysctl -w net.ipv4.conf.eth2.rp_filter=0' }],
          },
        ],
      },
    },
  ],
})
