/**
 * A dynamic pool: four hosts inside and two public addresses between them. Which one a host gets is a hash of its
 * address; what is scarce are not addresses but ports towards one server.
 */
import type { LabSpec } from '../spec.ts'
import { baidu, lone, OUTSIDE, router } from './parts.ts'

const INSIDE = [2, 3, 4, 5].map((n) => ({ name: `pc${n - 1}`, address: `192.168.0.${n}` }))

export const pool: LabSpec = {
  name: 'pool',
  hosts: [
    ...INSIDE.map(({ name, address }) => lone(name, 'client', `${address}/24`, '192.168.0.1')),
    router(
      'gateway',
      ['192.168.0.1/24', '100.100.100.100/24'],
      [{ dst: 'default', dev: 'eth1' }],
      ['iptables -t nat -A POSTROUTING -o eth1 -j SNAT --to-source 100.100.101.1-100.100.101.2'],
    ),
    baidu({ dst: '100.100.101.0/24', via: '100.100.100.100', dev: 'eth0' }),
  ],
  links: [
    { ends: [...INSIDE.map(({ name }) => `${name}:eth0`), 'gateway:eth0'], delay: 500 },
    { ends: ['baidu:eth0', 'gateway:eth1'], delay: 15_000 },
  ],
  names: {
    ...OUTSIDE,
    gateway: '192.168.0.1',
    ...Object.fromEntries(INSIDE.map(({ name, address }) => [name, address])),
  },
}
