import { defineLesson } from '../../src/lesson/lesson.ts'

const FETCH = 'curl -sf -m 3 -o /dev/null http://server/'
/** How many packets a rule of the firewall has counted. */
const counted = (state: string): string =>
  `iptables -nvxL FORWARD | awk '/ctstate ${state}/ {print $1; exit}'`
const WALL =
  "iptables -S FORWARD | grep -q -e '-P FORWARD DROP' && iptables -S FORWARD | grep -q -e 'INVALID -j DROP'"
const BOTH = 'conntrack -L -p tcp -s 192.168.0.2 2>/dev/null | grep -q ASSURED'

export default defineLesson({
  id: '38-half-a-conversation',
  lab: 'half',
  steps: [
    {
      id: 'ways',
      show: 'out',
      run: [{ on: 'pc', line: 'ping -c 1 server' }],
      predict: {
        options: ['page', 'refused', 'silence'],
        answer: {
          on: 'pc',
          line: 'curl -s -m 3 -o /dev/null http://server/; case $? in 0) echo page;; 7) echo refused;; *) echo silence;; esac',
        },
      },
    },
    {
      id: 'count',
      show: 'out',
      run: [
        { on: 'out', line: 'iptables -Z FORWARD' },
        { on: 'pc', line: 'curl -sS -m 3 http://server/' },
      ],
      find: {
        on: 'out',
        line: counted('NEW'),
        wrong: [
          { id: 'dropped', on: 'out', line: counted('INVALID') },
          { id: 'established', on: 'out', line: counted('RELATED') },
        ],
      },
    },
    {
      id: 'opinions',
      show: 'out',
      find: {
        on: 'out',
        line: "conntrack -L -p tcp --dport 80 2>/dev/null | awk '{print $4; exit}'",
        wrong: [
          {
            id: 'server',
            on: 'server',
            line: 'ss -Htan state syn-recv | awk \'NR == 1 {print "SYN-RECV"}\'',
          },
          { id: 'pc', on: 'out', line: 'echo ESTABLISHED' },
        ],
      },
    },
    {
      id: 'first',
      show: 'out',
      predict: {
        options: ['syn', 'synack', 'ack'],
        answer: { on: 'out', line: `test "$(${counted('NEW')})" -ge 1 && echo ack || echo syn` },
      },
    },
    {
      id: 'loose',
      show: 'out',
      predict: {
        options: ['invalid', 'new'],
        answer: {
          on: 'pc',
          line: 'hping3 -q -c 1 -A -p 8000 -I eth1 -a 192.168.0.2 server 2>&1 | grep -q "1 packets received" && echo new || echo invalid',
        },
      },
    },
    {
      id: 'mend',
      show: 'out',
      goal: {
        check: { on: 'pc', line: FETCH },
        also: [{ on: 'out', line: `${WALL} && ${BOTH}` }],
        solution: [
          { on: 'server', line: 'ip route replace 192.168.0.0/24 via 10.0.1.1' },
          { on: 'pc', line: 'curl http://server/' },
        ],
        par: 2,
        wrong: [
          {
            id: 'open',
            on: 'out',
            line: `! { ${WALL}; }`,
            by: [
              { on: 'out', line: 'iptables -F FORWARD' },
              { on: 'out', line: 'iptables -P FORWARD ACCEPT' },
            ],
          },
          {
            id: 'around',
            on: 'pc',
            line: 'ip route get 10.0.1.2 | grep -q eth1',
            by: [
              { on: 'pc', line: 'ip route replace default via 192.168.1.1 dev eth1 src 192.168.0.2' },
              { on: 'pc', line: 'curl -m 3 http://server/' },
            ],
          },
          {
            id: 'liberal',
            on: 'out',
            line: 'test "$(sysctl -n net.netfilter.nf_conntrack_tcp_be_liberal)" != 0',
            by: [
              { on: 'out', line: 'sysctl -w net.netfilter.nf_conntrack_tcp_be_liberal=1' },
              { on: 'pc', line: 'curl -m 3 http://server/' },
            ],
          },
          {
            id: 'blind',
            on: 'out',
            line: `test "$(${counted('INVALID')})" -ge 0 && iptables -S FORWARD | sed -n 2p | grep -q ACCEPT`,
            by: [
              { on: 'out', line: 'iptables -I FORWARD -i eth0 -p tcp -d 10.0.1.2 --dport 80 -j ACCEPT' },
              { on: 'pc', line: 'curl -m 3 http://server/' },
            ],
          },
          {
            id: 'try',
            on: 'server',
            line: 'ip route get 192.168.0.2 | grep -q eth0',
            by: [{ on: 'server', line: 'ip route replace 192.168.0.0/24 via 10.0.1.1' }],
          },
        ],
      },
    },
    {
      id: 'cannot',
      show: 'out',
      run: [
        { on: 'server', line: 'ip route replace 192.168.0.0/24 via 10.0.2.1' },
        { on: 'out', line: 'conntrack -F' },
      ],
      goal: {
        check: { on: 'pc', line: FETCH },
        also: [
          { on: 'out', line: WALL },
          { on: 'server', line: 'ip route get 192.168.0.2 | grep -q eth1' },
          // Another port is as closed to stray packets as it was: what is sent to it here is a SYN/ACK that nobody asked for.
          {
            on: 'pc',
            line: '! hping3 -q -c 1 -S -A -p 8000 -I eth1 -a 192.168.0.2 server 2>&1 | grep -q "1 packets received"',
          },
        ],
        solution: [
          { on: 'out', line: 'iptables -I FORWARD -i eth0 -p tcp -d 10.0.1.2 --dport 80 -j ACCEPT' },
        ],
        par: 1,
        wrong: [
          {
            id: 'wide',
            on: 'pc',
            line: 'hping3 -q -c 1 -S -A -p 8000 -I eth1 -a 192.168.0.2 server 2>&1 | grep -q "1 packets received"',
            by: [{ on: 'out', line: 'iptables -I FORWARD -i eth0 -j ACCEPT' }],
          },
          {
            id: 'behind',
            on: 'out',
            line: 'iptables -S FORWARD | tail -n 1 | grep -q -e "--dport 80"',
            by: [{ on: 'out', line: 'iptables -A FORWARD -i eth0 -p tcp -d 10.0.1.2 --dport 80 -j ACCEPT' }],
          },
          {
            id: 'untracked',
            on: 'out',
            line: 'iptables -t raw -S | grep -qi notrack && ! iptables -S FORWARD | grep -q UNTRACKED',
            by: [
              {
                on: 'out',
                line: 'iptables -t raw -A PREROUTING -i eth0 -p tcp -d 10.0.1.2 --dport 80 -j CT --notrack',
              },
            ],
          },
        ],
      },
    },
    {
      id: 'mirror',
      show: 'back',
      run: [
        { on: 'back', line: 'iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP' },
        { on: 'pc', line: 'ping -c 1 -W 1 server' },
      ],
      find: {
        on: 'back',
        line: 'conntrack -C',
        wrong: [{ id: 'dropped', on: 'back', line: counted('INVALID') }],
      },
    },
  ],
})
