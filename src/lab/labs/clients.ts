/**
 * Many clients: one box that speaks as every address of 10.1.0.0/16 (a local route for the whole prefix), behind a
 * gateway with one address. So a table can be filled by thousands of clients, and a flood of forged ones told from them.
 */
import type { LabSpec } from '../spec.ts'
import { baidu, lone, OUTSIDE, router } from './parts.ts'

export const clients: LabSpec = {
  name: 'clients',
  hosts: [
    {
      ...lone('crowd', 'client', '192.168.0.2/24', '192.168.0.1'),
      init: ['ip route add local 10.1.0.0/16 dev lo'],
    },
    router(
      'gateway',
      ['192.168.0.1/24', '100.100.100.100/24'],
      [{ dst: '10.1.0.0/16', via: '192.168.0.2', dev: 'eth0' }],
      [
        // Answers to forged addresses go to the next router: on the link itself, each would wait here for a neighbour.
        'ip route add default via 123.125.115.110 dev eth1 onlink',
        'iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE',
      ],
    ),
    baidu(),
  ],
  links: [
    { ends: ['crowd:eth0', 'gateway:eth0'], delay: 500 },
    { ends: ['baidu:eth0', 'gateway:eth1'], delay: 15_000 },
  ],
  names: { ...OUTSIDE, gateway: '192.168.0.1', crowd: '192.168.0.2' },
}
