/** What is done in each ready lab before it is proved: lines that both the lab and Linux can run. */
export const COMMANDS: Readonly<Record<string, readonly (readonly [host: string, line: string])[][]>> = {
  gateway: [
    [
      ['gateway', 'sysctl -w net.ipv4.ip_forward=1'],
      ['gateway', 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE'],
      ['pc1', 'curl -s http://baidu.com/'],
      ['pc2', 'ping -c 1 baidu.com'],
      ['pc3', 'echo hello | nc -u -w 1 baidu.com 5000'],
    ],
    [
      ['gateway', 'sysctl -w net.ipv4.ip_forward=1'],
      ['gateway', 'iptables -t nat -A PREROUTING -d 100.100.100.100 -j DNAT --to-destination 192.168.0.2'],
      ['baidu', 'ping -c 1 100.100.100.100'],
      ['baidu', 'curl -s http://100.100.100.100:8080/'],
    ],
    [
      ['gateway', 'sysctl -w net.ipv4.ip_forward=1'],
      ['gateway', 'iptables -P FORWARD DROP'],
      ['gateway', 'iptables -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT'],
      ['gateway', 'iptables -A FORWARD -p tcp --dport 80 -j ACCEPT'],
      ['gateway', 'iptables -t nat -A POSTROUTING -o eth1 -j SNAT --to-source 100.100.100.100'],
      ['gateway', 'ip addr add 192.168.0.9/24 dev eth0'],
      ['gateway', 'ip route add 10.0.0.0/8 via 192.168.0.2'],
      ['pc1', 'curl -s -m 2 http://baidu.com/'],
      ['pc1', 'ping -c 1 -W 1 baidu.com'],
      ['pc2', 'for i in $(seq 3); do curl -s http://baidu.com/ >/dev/null; done'],
    ],
  ],
  static: [
    [
      ['gateway', 'ipset create bad hash:ip timeout 600 counters; ipset create nets hash:net comment'],
      ['gateway', 'ipset add bad 192.168.0.2; ipset add nets 192.168.0.0/24 comment "own ones"'],
      ['gateway', 'ipset add nets 192.168.0.4 nomatch; ipset add bad 10.9.8.7 timeout 0'],
      ['gateway', 'iptables -I FORWARD -m set --match-set nets src -j SET --add-set bad src --exist'],
      ['gateway', 'iptables -A FORWARD -p icmp -m set --match-set bad src -j DROP'],
      ['mail', 'ping -c 1 -W 1 baidu.com'],
      ['web', 'ping -c 2 -W 1 baidu.com'],
      ['pc', 'curl -s http://baidu.com/'],
    ],
    [
      ['baidu', 'curl -s http://100.100.101.2/'],
      ['pc', 'curl -s http://baidu.com/'],
      ['mail', 'ping -c 1 baidu.com'],
      ['baidu', 'ping -c 1 100.100.101.4'],
    ],
    [
      ['gateway', 'iptables -t nat -F'],
      ['gateway', 'iptables -t nat -A PREROUTING -d 100.100.101.9 -j DNAT --to-destination 192.168.0.2'],
      ['gateway', 'iptables -t nat -A POSTROUTING -s 192.168.0.2 -o eth1 -j SNAT --to-source 100.100.101.9'],
      ['baidu', 'curl -s http://100.100.101.9/'],
      ['web', 'curl -s http://baidu.com/'],
    ],
  ],
  pool: [
    [
      ['pc1', 'curl -s http://baidu.com/'],
      ['pc2', 'curl -s http://baidu.com/'],
      ['pc3', 'curl -s http://baidu.com/'],
      ['pc4', 'curl -s http://baidu.com/'],
      ['pc4', 'ping -c 1 baidu.com'],
    ],
    [
      ['gateway', 'iptables -t nat -F POSTROUTING'],
      [
        'gateway',
        'iptables -t nat -A POSTROUTING -o eth1 -p udp -j SNAT --to-source 100.100.101.1:40000-40003',
      ],
      ['pc1', 'for i in 1 2 3 4 5 6; do echo $i | nc -u -w 1 -p 500$i baidu.com 5000; done'],
    ],
  ],
  twice: [
    [
      ['left', 'curl -s http://right.example/'],
      ['right', 'curl -s http://left.example/'],
      ['left', 'ping -c 1 right.example'],
    ],
  ],
  hairpin: [
    [
      ['baidu', 'curl -s http://100.100.100.100/'],
      ['pc', 'curl -s -m 2 http://100.100.100.100/'],
      ['web', 'curl -s -m 2 http://100.100.100.100/'],
      ['gateway', 'curl -s -m 2 http://100.100.100.100/'],
    ],
    [
      [
        'gateway',
        'iptables -t nat -A POSTROUTING -s 192.168.0.0/24 -d 192.168.0.2 -p tcp --dport 80 -j MASQUERADE',
      ],
      [
        'gateway',
        'iptables -t nat -A OUTPUT -d 100.100.100.100 -p tcp --dport 80 -j DNAT --to-destination 192.168.0.2',
      ],
      ['pc', 'curl -s http://100.100.100.100/'],
      ['web', 'curl -s http://100.100.100.100/'],
      ['gateway', 'curl -s http://100.100.100.100/'],
    ],
  ],
  uplinks: [
    [
      ['baidu', 'curl -s http://100.100.100.100/'],
      ['baidu', 'curl -s -m 2 http://200.200.200.100/'],
      ['web', 'curl -s http://baidu.com/'],
    ],
    [
      [
        'gateway',
        'iptables -t mangle -A PREROUTING -i eth2 -m conntrack --ctstate NEW -j CONNMARK --set-mark 2',
      ],
      ['gateway', 'iptables -t mangle -A PREROUTING -i eth0 -j CONNMARK --restore-mark'],
      ['gateway', 'ip route add default via 200.200.200.1 table 2'],
      ['gateway', 'ip rule add fwmark 2 lookup 2'],
      ['baidu', 'curl -s http://200.200.200.100/'],
      ['baidu', 'curl -s http://100.100.100.100/'],
    ],
  ],
  half: [
    [['pc', 'curl -s -m 3 http://server/']],
    [
      ['server', 'ip route replace 192.168.0.0/24 via 10.0.1.1'],
      ['pc', 'curl -s -m 3 http://server/'],
    ],
  ],
  dmz: [
    [
      ['pc', 'curl -s http://baidu.com/'],
      ['baidu', 'curl -s http://100.100.100.100/'],
      ['baidu', 'curl -s -m 2 http://100.100.100.100:8080/'],
      ['web', 'ping -c 1 -W 1 pc'],
      ['pc', 'curl -s http://web:8080/'],
    ],
    [
      ['firewall', 'iptables -I INPUT -p tcp --dport 80 -j DROP'],
      ['baidu', 'curl -s http://100.100.100.100/'],
      ['firewall', 'iptables -I FORWARD -i eth1 -m conntrack --ctorigdstport 80 --ctdir ORIGINAL -j DROP'],
      ['baidu', 'curl -s -m 2 http://100.100.100.100/'],
    ],
  ],
  service: [
    [
      ['client', 'curl -s http://api.default/'],
      ['client', 'curl -s http://node:30081/'],
      ['pod1', 'curl -s http://api.default/'],
      ['node', 'curl -s http://api.default/'],
      ['client', 'curl -s -m 2 http://dead.default/'],
      ['pod2', 'ping -c 1 client'],
    ],
  ],
  clients: [
    [
      ['crowd', 'for i in 1 2 3 4 5; do nc -z -w 2 -s 10.1.0.$i baidu.com 80; done'],
      ['crowd', 'ping -c 1 -I 10.1.7.7 baidu.com'],
    ],
  ],
  docker: [
    [
      ['vm1', 'ip link set veth5f2a9c1 up'],
      [
        'vm1',
        'iptables -t nat -A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
      ],
      [
        'vm1',
        'iptables -A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT',
      ],
      ['vm2', 'curl -s -m 3 http://192.168.0.30:8080/'],
      ['container', 'ping -c 1 192.168.0.2'],
    ],
  ],
}
