/**
 * Twice NAT: two companies have merged, and both number their hosts 192.168.0.0/24. The box between them gives each side
 * another name for the other (10.1.0.0/24 is the left one, 10.2.0.0/24 the right one) and changes source and
 * destination of every packet. Which of the two networks of the same name is meant, the card tells by which it came.
 */
import type { LabSpec } from '../spec.ts'
import { lone, router } from './parts.ts'

export const twice: LabSpec = {
  name: 'twice',
  hosts: [
    lone('left', 'client', '192.168.0.2/24', '192.168.0.1', [80]),
    router(
      'between',
      ['192.168.0.1/24', '192.168.0.254/24'],
      [],
      [
        'ip route add 192.168.0.0/24 dev eth1 table 1',
        'ip route add 192.168.0.0/24 dev eth0 table 2',
        'ip rule add iif eth0 lookup 1',
        'ip rule add iif eth1 lookup 2',
        'iptables -t nat -A PREROUTING -i eth0 -d 10.2.0.0/24 -j NETMAP --to 192.168.0.0/24',
        'iptables -t nat -A POSTROUTING -o eth1 -s 192.168.0.0/24 -j NETMAP --to 10.1.0.0/24',
        'iptables -t nat -A PREROUTING -i eth1 -d 10.1.0.0/24 -j NETMAP --to 192.168.0.0/24',
        'iptables -t nat -A POSTROUTING -o eth0 -s 192.168.0.0/24 -j NETMAP --to 10.2.0.0/24',
      ],
    ),
    lone('right', 'server', '192.168.0.2/24', '192.168.0.254', [80]),
  ],
  links: [
    { ends: ['left:eth0', 'between:eth0'], delay: 500 },
    { ends: ['right:eth0', 'between:eth1'], delay: 500 },
  ],
  names: { 'left.example': '10.1.0.2', 'right.example': '10.2.0.2' },
}
