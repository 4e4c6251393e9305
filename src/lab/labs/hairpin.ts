/**
 * Hairpin: a server inside is published by the gateway's public address. From outside that works; who calls the same
 * address from inside is answered by somebody she did not call.
 */
import type { LabSpec } from '../spec.ts'
import { baidu, lone, OUTSIDE, router } from './parts.ts'

export const hairpin: LabSpec = {
  name: 'hairpin',
  hosts: [
    lone('web', 'client', '192.168.0.2/24', '192.168.0.1', [80]),
    lone('pc', 'client', '192.168.0.3/24', '192.168.0.1'),
    router(
      'gateway',
      ['192.168.0.1/24', '100.100.100.100/24'],
      [{ dst: 'default', dev: 'eth1' }],
      [
        'iptables -t nat -A PREROUTING -d 100.100.100.100 -p tcp --dport 80 -j DNAT --to-destination 192.168.0.2',
        'iptables -t nat -A POSTROUTING -o eth1 -s 192.168.0.0/24 -j MASQUERADE',
      ],
    ),
    baidu(),
  ],
  links: [
    { ends: ['web:eth0', 'pc:eth0', 'gateway:eth0'], delay: 500 },
    { ends: ['baidu:eth0', 'gateway:eth1'], delay: 15_000 },
  ],
  names: {
    ...OUTSIDE,
    gateway: '192.168.0.1',
    web: '192.168.0.2',
    pc: '192.168.0.3',
  },
}
