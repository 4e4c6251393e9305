/**
 * Static 1:1: every host inside has a public address of its own, and is called by it. Two NETMAP rules keep the last
 * byte and change the rest, one for each direction in which a conversation can begin.
 */
import type { LabSpec } from '../spec.ts'
import { baidu, lone, OUTSIDE, router } from './parts.ts'

export const staticNat: LabSpec = {
  name: 'static',
  hosts: [
    lone('web', 'client', '192.168.0.2/24', '192.168.0.1', [80]),
    lone('mail', 'client', '192.168.0.3/24', '192.168.0.1', [80]),
    lone('pc', 'client', '192.168.0.4/24', '192.168.0.1'),
    router(
      'gateway',
      ['192.168.0.1/24', '100.100.100.100/24'],
      [{ dst: 'default', dev: 'eth1' }],
      [
        'iptables -t nat -A PREROUTING -i eth1 -d 100.100.101.0/24 -j NETMAP --to 192.168.0.0/24',
        'iptables -t nat -A POSTROUTING -o eth1 -s 192.168.0.0/24 -j NETMAP --to 100.100.101.0/24',
      ],
    ),
    // The block of addresses is routed to the gateway; none of them is on a card.
    baidu({ dst: '100.100.101.0/24', via: '100.100.100.100', dev: 'eth0' }),
  ],
  links: [
    { ends: ['web:eth0', 'mail:eth0', 'pc:eth0', 'gateway:eth0'], delay: 500 },
    { ends: ['baidu:eth0', 'gateway:eth1'], delay: 15_000 },
  ],
  names: { ...OUTSIDE, gateway: '192.168.0.1', web: '192.168.0.2', mail: '192.168.0.3', pc: '192.168.0.4' },
}
