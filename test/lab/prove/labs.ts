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
