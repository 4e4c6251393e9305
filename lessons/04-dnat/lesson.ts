import { defineLesson } from '../../src/lesson/lesson.ts'

/** Status 0 on baidu: what is called from outside answers as this host. */
const answers = (url: string, host: string): string =>
  `curl -s -m 3 http://${url}/ | grep -q '<h1>${host}</h1>'`

export default defineLesson({
  id: '04-dnat',
  lab: 'gateway',
  setup: [{ on: 'gateway', line: 'sysctl -q -w net.ipv4.ip_forward=1' }],
  steps: [
    {
      id: 'closed',
      show: 'gateway',
      rows: ['S11'],
      predict: {
        options: ['page', 'refused', 'silence'],
        answer: {
          on: 'baidu',
          line: 'curl -s -m 3 -o /dev/null http://100.100.100.100/; case $? in 0) echo page;; 7) echo refused;; *) echo silence;; esac',
        },
      },
    },
    {
      id: 'rule',
      show: 'gateway',
      rows: ['S28', 'S34', 'S35'],
      goal: {
        check: { on: 'baidu', line: answers('100.100.100.100', 'pc1') },
        solution: [
          {
            on: 'gateway',
            line: 'iptables -t nat -A PREROUTING -d 100.100.100.100 -j DNAT --to-destination 192.168.0.2',
          },
        ],
        par: 1,
        wrong: [
          {
            id: 'whom',
            on: 'baidu',
            line: "curl -s -m 3 http://100.100.100.100/ | grep -q '<h1>'",
            by: [
              {
                on: 'gateway',
                line: 'iptables -t nat -A PREROUTING -d 100.100.100.100 -j DNAT --to-destination 192.168.0.3',
              },
            ],
          },
          {
            id: 'output',
            on: 'gateway',
            line: 'iptables -t nat -S OUTPUT | grep -q DNAT',
            by: [
              {
                on: 'gateway',
                line: 'iptables -t nat -A OUTPUT -d 100.100.100.100 -j DNAT --to-destination 192.168.0.2',
              },
            ],
          },
          {
            id: 'card',
            on: 'gateway',
            line: "iptables -t nat -S PREROUTING | grep -q -- '-i eth0 '",
            by: [
              {
                on: 'gateway',
                line: 'iptables -t nat -A PREROUTING -i eth0 -p tcp --dport 80 -j DNAT --to-destination 192.168.0.2',
              },
            ],
          },
          {
            id: 'never',
            on: 'gateway',
            line: "iptables -t nat -S PREROUTING | grep -q '^-A'",
            by: [
              {
                on: 'gateway',
                line: 'iptables -t nat -A PREROUTING -d 192.168.0.1 -j DNAT --to-destination 192.168.0.2',
              },
            ],
          },
        ],
      },
    },
    {
      id: 'way',
      show: 'gateway',
      rows: ['S28'],
      predict: {
        options: ['input', 'forward'],
        // A packet that may be passed on once less than it would have to be comes back, and one for the gateway does not.
        answer: {
          on: 'baidu',
          line: 'hping3 -S -p 80 -t 1 -c 1 100.100.100.100 2>/dev/null | grep -q TTL && echo forward || echo input',
        },
      },
    },
    {
      id: 'who',
      show: 'pc1',
      rows: ['S11'],
      predict: { options: ['gateway', 'public', 'caller'], answer: 'caller' },
      goal: {
        check: {
          on: 'gateway',
          line: "conntrack -L -p tcp -s 123.125.115.110 2>/dev/null | grep -q 'src=192.168.0.2 dst=123.125.115.110'",
        },
        solution: [{ on: 'baidu', line: 'curl http://100.100.100.100/' }],
        par: 1,
      },
    },
    {
      id: 'ports',
      show: 'gateway',
      rows: ['S11'],
      goal: {
        check: {
          on: 'baidu',
          line: `${answers('100.100.100.100:8080', 'pc2')} && ${answers('100.100.100.100', 'pc1')}`,
        },
        solution: [
          {
            on: 'gateway',
            line: 'iptables -t nat -I PREROUTING 1 -d 100.100.100.100 -p tcp --dport 8080 -j DNAT --to-destination 192.168.0.3:80',
          },
        ],
        par: 1,
        wrong: [
          {
            id: 'all',
            on: 'baidu',
            line: answers('100.100.100.100', 'pc2'),
            by: [
              {
                on: 'gateway',
                line: 'iptables -t nat -I PREROUTING 1 -d 100.100.100.100 -j DNAT --to-destination 192.168.0.3',
              },
            ],
          },
          {
            id: 'behind',
            on: 'gateway',
            line: "iptables -t nat -S PREROUTING | sed '1,2d' | grep -q -- '--dport 8080'",
            by: [
              {
                on: 'gateway',
                line: 'iptables -t nat -A PREROUTING -d 100.100.100.100 -p tcp --dport 8080 -j DNAT --to-destination 192.168.0.3:80',
              },
            ],
          },
        ],
      },
    },
    {
      id: 'filter',
      show: 'gateway',
      rows: ['S22', 'S26'],
      predict: { options: ['before', 'after'], answer: 'after' },
      goal: {
        check: {
          on: 'baidu',
          line: `! curl -s -m 3 -o /dev/null http://100.100.100.100:8080/ && ${answers('100.100.100.100', 'pc1')}`,
        },
        solution: [{ on: 'gateway', line: 'iptables -A FORWARD -d 192.168.0.3 -p tcp --dport 80 -j DROP' }],
        par: 1,
        wrong: [
          {
            id: 'both',
            on: 'baidu',
            line: '! curl -s -m 3 -o /dev/null http://100.100.100.100/',
            by: [{ on: 'gateway', line: 'iptables -A FORWARD -p tcp --dport 80 -j DROP' }],
          },
          {
            id: 'input',
            on: 'gateway',
            line: "iptables -S INPUT | grep -q '^-A'",
            by: [{ on: 'gateway', line: 'iptables -A INPUT -p tcp --dport 8080 -j DROP' }],
          },
          {
            id: 'old',
            on: 'gateway',
            line: "iptables -S FORWARD | grep -q -e '-d 100' -e '--dport 8080'",
            by: [{ on: 'gateway', line: 'iptables -A FORWARD -p tcp --dport 8080 -j DROP' }],
          },
        ],
      },
    },
    {
      id: 'local',
      show: 'gateway',
      rows: ['S30', 'S34'],
      predict: {
        options: ['page', 'refused', 'silence'],
        answer: {
          on: 'gateway',
          line: 'curl -s -m 3 -o /dev/null http://100.100.100.100/; case $? in 0) echo page;; 7) echo refused;; *) echo silence;; esac',
        },
      },
    },
  ],
})
