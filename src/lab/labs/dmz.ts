/**
 * A DMZ behind a stateful firewall: inside may go anywhere, everybody may come to the DMZ's web server, and nobody comes
 * inside, not even from the DMZ. What belongs to a conversation that was allowed passes by its state.
 */
import type { LabSpec } from '../spec.ts'
import { baidu, lone, OUTSIDE, router } from './parts.ts'

export const dmz: LabSpec = {
  name: 'dmz',
  hosts: [
    lone('pc', 'client', '192.168.0.2/24', '192.168.0.1', [80]),
    router(
      'firewall',
      ['192.168.0.1/24', '100.100.100.100/24', '172.16.0.1/24'],
      [{ dst: 'default', dev: 'eth1' }],
      [
        'iptables -P INPUT DROP',
        'iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
        'iptables -A INPUT -i eth0 -j ACCEPT',
        'iptables -P FORWARD DROP',
        'iptables -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
        'iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP',
        'iptables -A FORWARD -i eth0 -j ACCEPT',
        'iptables -A FORWARD -o eth2 -d 172.16.0.2 -p tcp --dport 80 -j ACCEPT',
        'iptables -t nat -A PREROUTING -d 100.100.100.100 -p tcp --dport 80 -j DNAT --to-destination 172.16.0.2',
        'iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE',
      ],
    ),
    lone('web', 'server', '172.16.0.2/24', '172.16.0.1', [80, 8080]),
    baidu(),
  ],
  links: [
    { ends: ['pc:eth0', 'firewall:eth0'], delay: 500 },
    { ends: ['web:eth0', 'firewall:eth2'], delay: 500 },
    { ends: ['baidu:eth0', 'firewall:eth1'], delay: 15_000 },
  ],
  names: {
    ...OUTSIDE,
    firewall: '192.168.0.1',
    pc: '192.168.0.2',
    web: '172.16.0.2',
  },
}
