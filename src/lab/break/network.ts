/**
 * The network in which something is broken: the article's figure, finished. Everybody goes out by one address, one
 * server is published, and a wall keeps out the rest. What must work, and what must not, is what traffic shows.
 */
import { gateway } from '../labs/gateway.ts'
import type { LabSpec } from '../spec.ts'

const RULES = [
  'iptables -P INPUT DROP',
  'iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  'iptables -A INPUT -i eth0 -j ACCEPT',
  'iptables -P FORWARD DROP',
  'iptables -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  'iptables -A FORWARD -i eth0 -o eth1 -j ACCEPT',
  'iptables -A FORWARD -i eth1 -o eth0 -d 192.168.0.2 -p tcp --dport 80 -j ACCEPT',
  'iptables -t nat -A PREROUTING -i eth1 -p tcp --dport 8080 -j DNAT --to-destination 192.168.0.2:80',
  'iptables -t nat -A POSTROUTING -o eth1 -s 192.168.0.0/24 -j MASQUERADE',
]

export const network: LabSpec = {
  ...gateway,
  name: 'puzzle',
  hosts: gateway.hosts.map((h) =>
    h.name === 'gateway' ? { ...h, init: ['sysctl -q -w net.ipv4.ip_forward=1', ...RULES] } : h,
  ),
}

export interface Goal {
  key: 'out1' | 'out2' | 'ping' | 'in' | 'wall' | 'shield'
  on: string
  /** Exit status 0: as it should be. */
  line: string
}

/** In this order, on one copy of the lab: a later conversation meets what earlier ones have left behind. */
export const GOALS: readonly Goal[] = [
  { key: 'out1', on: 'pc1', line: 'curl -sf -m 4 -o /dev/null http://baidu.com/' },
  { key: 'out2', on: 'pc2', line: 'curl -sf -m 4 -o /dev/null http://baidu.com/' },
  { key: 'ping', on: 'pc3', line: 'ping -q -c 1 -W 2 baidu.com' },
  { key: 'in', on: 'baidu', line: 'curl -sf -m 4 http://100.100.100.100:8080/ | grep -q pc1' },
  { key: 'wall', on: 'baidu', line: '! ping -q -c 1 -W 1 100.100.100.100' },
  {
    key: 'shield',
    on: 'baidu',
    line: 'ip route replace 192.168.0.0/24 via 100.100.100.100; ! curl -s -m 2 -o /dev/null http://192.168.0.3/',
  },
]
