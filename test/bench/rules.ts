/** The gateway of the benchmarks as command lines, for the simulator and for a real kernel alike: 20 rules, as on a Docker host. */

export const LAN = {
  addr: '192.168.0.1/24',
  mac: '02:00:00:00:00:03',
  client: '192.168.0.2',
  peer: '02:00:00:00:00:01',
}
export const WAN = {
  addr: '100.100.100.100/24',
  mac: '02:00:00:00:00:04',
  next: '100.100.100.1',
  peer: '02:00:00:00:00:02',
}
export const SERVER = '123.125.115.110'
/** Source ports of the flows. */
export const FIRST_PORT = 1024
export const FLOWS = 20_000

/**
 * What Docker installs for one published port, the article's SNAT rule, and a stateful firewall. A packet of a known
 * flow meets 8 rules in FORWARD, the first one of a flow two more, and those of the nat table.
 */
export const RULES: readonly string[] = [
  'iptables -t nat -N DOCKER',
  'iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
  'iptables -t nat -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER',
  'iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
  'iptables -t nat -A DOCKER -i docker0 -j RETURN',
  'iptables -t nat -A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
  'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -o wan -j SNAT --to-source 100.100.100.100',
  'iptables -N DOCKER',
  'iptables -N DOCKER-USER',
  'iptables -N DOCKER-ISOLATION-STAGE-1',
  'iptables -N DOCKER-ISOLATION-STAGE-2',
  'iptables -P FORWARD DROP',
  'iptables -A FORWARD -j DOCKER-USER',
  'iptables -A FORWARD -j DOCKER-ISOLATION-STAGE-1',
  'iptables -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  'iptables -A FORWARD -o docker0 -j DOCKER',
  'iptables -A FORWARD -i docker0 ! -o docker0 -j ACCEPT',
  'iptables -A FORWARD -i docker0 -o docker0 -j ACCEPT',
  'iptables -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  'iptables -A FORWARD -i lan -o wan -m conntrack --ctstate NEW -j ACCEPT',
  'iptables -A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT',
  'iptables -A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2',
  'iptables -A DOCKER-ISOLATION-STAGE-1 -j RETURN',
  'iptables -A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP',
  'iptables -A DOCKER-ISOLATION-STAGE-2 -j RETURN',
  'iptables -A DOCKER-USER -j RETURN',
]

/** The lines that make the gateway of both. */
export const GATEWAY: readonly string[] = [
  'sysctl -qw net.ipv4.ip_forward=1',
  `ip neigh replace ${LAN.client} lladdr ${LAN.peer} dev lan nud permanent`,
  `ip neigh replace ${WAN.next} lladdr ${WAN.peer} dev wan nud permanent`,
  ...RULES,
]
