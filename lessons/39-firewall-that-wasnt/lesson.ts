import { defineLesson } from '../../src/lesson/lesson.ts'

const OUTSIDE = 'http://100.100.100.100'
const fetch = (url: string): string => `curl -sf -m 2 -o /dev/null ${url}`
const DROP = '-i eth1 -p tcp -m conntrack --ctorigdstport 9000 --ctdir ORIGINAL -j DROP'
/** Is there a rule that drops and looks so? */
const drops = (chain: string, what: string): string =>
  `iptables -S ${chain} | grep -e '-j DROP' -e '-j REJECT' | grep -q -e '${what}'`

export default defineLesson({
  id: '39-firewall-that-wasnt',
  lab: 'dmz',
  setup: [
    {
      on: 'firewall',
      line: 'iptables -t nat -A PREROUTING -d 100.100.100.100 -p tcp --dport 9000 -j DNAT --to-destination 172.16.0.2:8080',
    },
    { on: 'firewall', line: 'iptables -A FORWARD -o eth2 -d 172.16.0.2 -p tcp --dport 8080 -j ACCEPT' },
    { on: 'firewall', line: 'iptables -I INPUT -p tcp --dport 9000 -j DROP' },
  ],
  steps: [
    {
      id: 'closed',
      show: 'firewall',
      predict: {
        options: ['page', 'refused', 'silence'],
        answer: {
          on: 'baidu',
          line: `curl -s -m 2 -o /dev/null ${OUTSIDE}:9000/; case $? in 0) echo page;; 7) echo refused;; *) echo silence;; esac`,
        },
      },
    },
    {
      id: 'counter',
      show: 'firewall',
      run: [
        { on: 'firewall', line: 'iptables -Z' },
        { on: 'baidu', line: `curl ${OUTSIDE}:9000/` },
      ],
      find: {
        on: 'firewall',
        line: "iptables -nvxL INPUT | awk '/dpt:9000/ {print $1; exit}'",
        wrong: [
          {
            id: 'forward',
            on: 'firewall',
            line: "iptables -nvxL FORWARD | awk '/dpt:8080/ {print $1; exit}'",
          },
          { id: 'rest', on: 'firewall', line: "iptables -nvxL FORWARD | awk 'NR == 3 {print $1}'" },
        ],
      },
    },
    {
      id: 'port',
      show: 'firewall',
      predict: {
        options: ['9000', '8080', '80'],
        answer: {
          on: 'firewall',
          line: "conntrack -L -p tcp --orig-port-dst 9000 2>/dev/null | sed -n '1s/.* sport=\\([0-9]*\\) dport=[0-9]* .ASSURED.*/\\1/p'",
        },
      },
    },
    {
      id: 'close',
      show: 'firewall',
      goal: {
        check: { on: 'baidu', line: `! ${fetch(`${OUTSIDE}:9000/`)} && ${fetch(`${OUTSIDE}/`)}` },
        also: [{ on: 'pc', line: `${fetch('http://web:8080/')} && ${fetch('http://baidu.com/')}` }],
        solution: [{ on: 'firewall', line: `iptables -I FORWARD ${DROP}` }],
        par: 1,
        wrong: [
          {
            id: 'inside',
            on: 'pc',
            line: `! ${fetch('http://web:8080/')}`,
            by: [{ on: 'firewall', line: 'iptables -I FORWARD -d 172.16.0.2 -p tcp --dport 8080 -j DROP' }],
          },
          {
            id: 'shop',
            on: 'baidu',
            line: `! ${fetch(`${OUTSIDE}/`)}`,
            by: [{ on: 'firewall', line: 'iptables -I FORWARD -i eth1 -m conntrack --ctstate NEW -j DROP' }],
          },
          {
            id: 'world',
            on: 'pc',
            line: `! ${fetch('http://baidu.com/')}`,
            by: [{ on: 'firewall', line: 'iptables -I FORWARD -i eth1 -p tcp ! --dport 80 -j DROP' }],
          },
          {
            id: 'old',
            on: 'firewall',
            line: drops('FORWARD', 'dport 9000'),
            by: [{ on: 'firewall', line: 'iptables -I FORWARD -i eth1 -p tcp --dport 9000 -j DROP' }],
          },
          {
            id: 'late',
            on: 'firewall',
            line: `${drops('FORWARD', 'dport 8080')} || ${drops('FORWARD', 'origdstport 9000')}`,
            by: [{ on: 'firewall', line: 'iptables -A FORWARD -i eth1 -p tcp --dport 8080 -j DROP' }],
          },
          {
            id: 'input',
            on: 'firewall',
            line: "test $(iptables -S INPUT | grep -c -e '-j DROP' -e '-j REJECT') -gt 1",
            by: [{ on: 'firewall', line: 'iptables -I INPUT -i eth1 -p tcp --dport 8080 -j DROP' }],
          },
        ],
      },
    },
    {
      id: 'running',
      show: 'firewall',
      predict: { options: ['ends', 'goes-on'], answer: 'goes-on' },
    },
    {
      id: 'earlier',
      show: 'firewall',
      predict: { options: ['nat', 'mangle', 'forward'], answer: 'mangle' },
    },
    {
      id: 'order',
      show: 'firewall',
      run: [
        { on: 'firewall', line: `iptables -D FORWARD ${DROP}` },
        { on: 'firewall', line: `iptables -A FORWARD ${DROP}` },
      ],
      find: {
        on: 'firewall',
        line: "iptables -nL FORWARD --line-numbers | awk '/dpt:8080/ {print $1; exit}'",
        wrong: [
          {
            id: 'drop',
            on: 'firewall',
            line: "iptables -nL FORWARD --line-numbers | awk '/ctorigdstport/ {print $1; exit}'",
          },
          { id: 'state', on: 'firewall', line: 'echo 1' },
        ],
      },
    },
    {
      id: 'docker',
      show: 'firewall',
      predict: { options: ['ufw', 'plain', 'remembered'], answer: 'remembered' },
    },
  ],
})
