import { defineLesson } from '../../src/lesson/lesson.ts'

/** Status 0: a rule of this chain has counted a packet. */
const counted = (chain: string): string =>
  `iptables -nvxL ${chain} | awk 'NR > 2 && $1 > 0 {n++} END {exit !n}'`
/** Status 0: this chain has a rule. */
const hasRule = (chain: string): string => `iptables -S ${chain} | grep -q '^-A'`

export default defineLesson({
  id: '02-hooks',
  lab: 'gateway',
  setup: [{ on: 'gateway', line: 'sysctl -q -w net.ipv4.ip_forward=1' }],
  steps: [
    {
      id: 'doors',
      show: 'gateway',
      rows: ['S17', 'S19'],
      predict: { options: ['input', 'forward', 'all'], answer: 'forward' },
    },
    {
      id: 'tables',
      show: 'gateway',
      rows: ['S18', 'S20', 'S21', 'S22'],
      goal: {
        check: {
          on: 'gateway',
          line: `${counted('FORWARD')} || iptables -t mangle -nvxL FORWARD | awk 'NR > 2 && $1 > 0 {n++} END {exit !n}'`,
        },
        solution: [
          { on: 'gateway', line: 'iptables -A FORWARD -p icmp' },
          { on: 'pc1', line: 'ping -c 1 -W 1 baidu.com' },
        ],
        par: 2,
        wrong: [
          {
            id: 'input',
            on: 'gateway',
            line: `${hasRule('INPUT')} && ! ${hasRule('FORWARD')}`,
            by: [{ on: 'gateway', line: 'iptables -A INPUT -p icmp' }],
          },
          {
            id: 'nobody',
            on: 'gateway',
            line: hasRule('FORWARD'),
            by: [{ on: 'gateway', line: 'iptables -A FORWARD -p icmp' }],
          },
        ],
      },
    },
    {
      id: 'order',
      show: 'gateway',
      rows: ['S26'],
      predict: {
        options: ['lives', 'dies'],
        answer: {
          on: 'gateway',
          line: 'iptables -A OUTPUT -m mark --mark 1 -j DROP; iptables -t mangle -A OUTPUT -p icmp -j MARK --set-mark 1; ping -c 1 -W 1 baidu.com >/dev/null 2>&1 && echo lives || echo dies',
        },
      },
    },
    {
      id: 'first',
      show: 'gateway',
      rows: ['S21', 'S26'],
      run: [
        { on: 'gateway', line: 'iptables -F OUTPUT' },
        { on: 'gateway', line: 'iptables -A INPUT -p icmp -j DROP' },
        { on: 'gateway', line: 'iptables -A INPUT -s 192.168.0.2 -j ACCEPT' },
      ],
      predict: {
        options: ['accept', 'drop', 'narrow'],
        answer: {
          on: 'gateway',
          line: 'iptables -F INPUT; iptables -F OUTPUT; iptables -A INPUT -p icmp -j DROP; iptables -A INPUT -s 192.168.0.2 -j ACCEPT; ping -c 1 -W 1 pc1 >/dev/null 2>&1 && echo accept || echo drop',
        },
      },
      goal: {
        // The answer to a ping comes in by INPUT, as a ping does: so the gateway can try both in one line.
        check: {
          on: 'gateway',
          line: 'ping -c 1 -W 1 pc1 >/dev/null 2>&1 && ! ping -c 1 -W 1 pc2 >/dev/null 2>&1',
        },
        solution: [{ on: 'gateway', line: 'iptables -I INPUT 1 -s 192.168.0.2 -j ACCEPT' }],
        par: 1,
        wrong: [
          {
            id: 'everybody',
            on: 'gateway',
            line: 'ping -c 1 -W 1 pc2 >/dev/null 2>&1',
            by: [{ on: 'gateway', line: 'iptables -D INPUT -p icmp -j DROP' }],
          },
          {
            id: 'appended',
            on: 'gateway',
            line: "test $(iptables -S INPUT | grep -c 'ACCEPT$') -gt 2",
            by: [{ on: 'gateway', line: 'iptables -A INPUT -s 192.168.0.2 -p icmp -j ACCEPT' }],
          },
        ],
      },
    },
    {
      id: 'own',
      show: 'gateway',
      rows: ['S24'],
      run: [{ on: 'gateway', line: 'iptables -F INPUT' }],
      goal: {
        check: {
          on: 'gateway',
          line: "ping -c 1 -W 1 pc2 >/dev/null 2>&1 && ! ping -c 1 -W 1 pc3 >/dev/null 2>&1 && iptables -nL | grep -q '([1-9][0-9]* references)'",
        },
        solution: [
          { on: 'gateway', line: 'iptables -N GUESTS' },
          { on: 'gateway', line: 'iptables -A GUESTS -s 192.168.0.4 -j DROP' },
          { on: 'gateway', line: 'iptables -A INPUT -j GUESTS' },
        ],
        par: 3,
        wrong: [
          {
            id: 'direct',
            on: 'gateway',
            line: "! ping -c 1 -W 1 pc3 >/dev/null 2>&1 && ! iptables -nL | grep -q 'references)'",
            by: [{ on: 'gateway', line: 'iptables -A INPUT -s 192.168.0.4 -j DROP' }],
          },
          {
            id: 'nojump',
            on: 'gateway',
            line: "iptables -nL | grep -q '(0 references)'",
            by: [
              { on: 'gateway', line: 'iptables -N GUESTS' },
              { on: 'gateway', line: 'iptables -A GUESTS -s 192.168.0.4 -j DROP' },
            ],
          },
          {
            id: 'everybody',
            on: 'gateway',
            line: '! ping -c 1 -W 1 pc2 >/dev/null 2>&1',
            by: [
              { on: 'gateway', line: 'iptables -N GUESTS' },
              { on: 'gateway', line: 'iptables -A GUESTS -j DROP' },
              { on: 'gateway', line: 'iptables -A INPUT -j GUESTS' },
            ],
          },
        ],
      },
    },
    {
      id: 'sleep',
      show: 'gateway',
      rows: ['S25'],
      predict: {
        options: ['one', 'none'],
        answer: {
          on: 'gateway',
          line: 'ping -c 1 -W 1 pc1 >/dev/null; test "$(conntrack -C)" -gt 0 && echo one || echo none',
        },
      },
      goal: {
        check: {
          on: 'gateway',
          line: 'ping -c 1 -W 1 pc1 >/dev/null; test "$(conntrack -C)" -gt 0',
        },
        solution: [
          { on: 'gateway', line: 'iptables -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT' },
        ],
        par: 1,
      },
    },
    {
      id: 'nat',
      show: 'gateway',
      rows: ['S23', 'S27', 'S28', 'S29'],
      predict: {
        options: ['takes', 'refuses'],
        answer: {
          on: 'gateway',
          line: 'iptables -t nat -A PREROUTING -j SNAT --to-source 100.100.100.100 2>/dev/null && echo takes || echo refuses',
        },
      },
      find: {
        on: 'gateway',
        line: "iptables -t nat -S | grep -c '^-P'",
        wrong: [
          { id: 'article', on: 'gateway', line: 'echo 3' },
          { id: 'hooks', on: 'gateway', line: "iptables -t mangle -S | grep -c '^-P'" },
        ],
      },
    },
    {
      id: 'local',
      show: 'gateway',
      rows: ['S30'],
      predict: {
        options: ['prerouting', 'output', 'postrouting'],
        answer: {
          on: 'gateway',
          line: 'iptables -t nat -I PREROUTING -p icmp; iptables -t nat -I OUTPUT -p icmp; ping -c 1 baidu.com >/dev/null; iptables -t nat -nvxL OUTPUT | awk \'NR == 3 {print ($1 > 0) ? "output" : "prerouting"}\'',
        },
      },
    },
  ],
})
