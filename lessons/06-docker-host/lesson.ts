import { defineLesson } from '../../src/lesson/lesson.ts'

export default defineLesson({
  id: '06-docker-host',
  lab: 'docker',
  period: 'article',
  steps: [
    {
      id: 'machines',
      rows: ['S41', 'S42', 'S43', 'S44', 'S45'],
      show: 'vm1',
      predict: {
        options: ['none', 'some'],
        answer: { on: 'vm1', line: "iptables -t nat -S | grep -q '^-A' && echo some || echo none" },
      },
    },
    {
      id: 'hostnet',
      rows: ['S46', 'S48'],
      show: 'vm1',
      goal: {
        check: { on: 'vm2', line: 'curl -sfm2 -o /dev/null http://192.168.0.30/' },
        solution: [
          {
            on: 'vm1',
            line: 'docker run --name nginx-hostnet --privileged --network=host -itd feisky/nginx:80',
          },
        ],
        wrong: [
          {
            id: 'bridged',
            on: 'vm1',
            line: 'curl -sm1 -o /dev/null http://172.17.0.2/',
            by: [{ on: 'vm1', line: 'docker run --name nginx-hostnet -itd feisky/nginx:80' }],
          },
          {
            id: 'image',
            on: 'vm1',
            line: 'curl -sm1 -o /dev/null http://127.0.0.1:8080/',
            by: [
              {
                on: 'vm1',
                line: 'docker run --name nginx-hostnet --privileged --network=host -itd feisky/nginx:nat',
              },
            ],
          },
        ],
        par: 1,
      },
    },
    {
      id: 'without',
      rows: ['S47', 'S55'],
      show: 'vm1',
      predict: {
        options: ['same', 'container'],
        answer: {
          on: 'vm1',
          line: 'iptables -t nat -S DOCKER | grep -q DNAT && echo container || echo same',
        },
      },
    },
    {
      id: 'publish',
      rows: ['S56'],
      show: 'vm1',
      goal: {
        check: { on: 'vm2', line: 'curl -sfm2 -o /dev/null http://192.168.0.30:8080/' },
        solution: [
          { on: 'vm1', line: 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat' },
        ],
        wrong: [
          {
            id: 'unpublished',
            on: 'vm1',
            line: 'docker ps | grep -q nginx:nat && ! iptables -t nat -S DOCKER | grep -q DNAT',
            by: [{ on: 'vm1', line: 'docker run --name nginx --privileged -itd feisky/nginx:nat' }],
          },
          {
            id: 'inside',
            on: 'vm1',
            line: "iptables -t nat -S DOCKER | grep -q 'dport 8080 .*:80$'",
            by: [
              { on: 'vm1', line: 'docker run --name nginx --privileged -p 8080:80 -itd feisky/nginx:nat' },
            ],
          },
          {
            id: 'outside',
            on: 'vm1',
            line: "iptables -t nat -S DOCKER | grep DNAT | grep -qv 'dport 8080 '",
            by: [
              { on: 'vm1', line: 'docker run --name nginx --privileged -p 8000:8080 -itd feisky/nginx:nat' },
            ],
          },
        ],
        par: 1,
      },
    },
    {
      id: 'rules',
      rows: ['S57', 'S58'],
      show: 'vm1',
      predict: {
        options: ['hidden', 'last', 'tcp'],
        answer: {
          on: 'vm1',
          line: "iptables -t nat -S DOCKER | grep -q -e '-i docker0 -j RETURN' && echo hidden || echo last",
        },
      },
      find: {
        on: 'vm1',
        line: `iptables -t nat -nvL DOCKER | awk '$3 == "RETURN" {print $6}'`,
        wrong: [
          { id: 'any', on: 'vm1', line: `iptables -t nat -nvL DOCKER | awk '$3 == "RETURN" {print $7}'` },
        ],
      },
    },
    {
      id: 'first',
      rows: ['S58', 'S59'],
      show: 'vm1',
      predict: { options: ['host', 'container', 'bridge'], answer: 'container' },
      goal: {
        check: {
          on: 'vm1',
          line: 'conntrack -L -p tcp -s 192.168.0.2 --orig-port-dst 8080 | grep -q src=172.17.0.2',
        },
        solution: [{ on: 'vm2', line: 'curl http://192.168.0.30:8080/' }],
        wrong: [
          {
            id: 'local',
            on: 'vm1',
            line: 'conntrack -L -p tcp --orig-port-dst 8080 | grep -q dport=8080',
            by: [{ on: 'vm1', line: 'curl http://192.168.0.30:8080/' }],
          },
        ],
        par: 1,
      },
    },
  ],
})
