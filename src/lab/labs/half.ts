/**
 * Half a conversation: what pc sends goes by one router, what the server answers comes by the other. The first one's
 * firewall sees a SYN, and then an ACK of which it does not know what it answers: INVALID, and a rule drops that.
 */
import type { HostSpec, LabSpec } from '../spec.ts'
import { router } from './parts.ts'

const ended = (
  name: string,
  role: HostSpec['role'],
  addrs: readonly [string, string],
  routes: HostSpec['routes'],
  http: number[],
): HostSpec => ({
  name,
  role,
  memory: 512 * 1024 * 1024,
  devs: addrs.map((a, i) => ({ name: `eth${i}`, addrs: [a] })),
  routes,
  http,
})

export const half: LabSpec = {
  name: 'half',
  hosts: [
    ended(
      'pc',
      'client',
      ['192.168.0.2/24', '192.168.1.2/24'],
      [{ dst: 'default', via: '192.168.0.1', dev: 'eth0' }],
      [],
    ),
    router(
      'out',
      ['192.168.0.1/24', '10.0.1.1/24'],
      [],
      [
        'iptables -P FORWARD DROP',
        'iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP',
        'iptables -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
        'iptables -A FORWARD -i eth0 -m conntrack --ctstate NEW -j ACCEPT',
      ],
    ),
    router(
      'back',
      ['192.168.1.1/24', '10.0.2.1/24'],
      [{ dst: '192.168.0.0/24', via: '192.168.1.2', dev: 'eth0' }],
      [],
    ),
    ended(
      'server',
      'server',
      ['10.0.1.2/24', '10.0.2.2/24'],
      [{ dst: '192.168.0.0/24', via: '10.0.2.1', dev: 'eth1' }],
      [80],
    ),
  ],
  links: [
    { ends: ['pc:eth0', 'out:eth0'], delay: 500 },
    { ends: ['pc:eth1', 'back:eth0'], delay: 500 },
    { ends: ['server:eth0', 'out:eth1'], delay: 500 },
    { ends: ['server:eth1', 'back:eth1'], delay: 500 },
  ],
  names: { pc: '192.168.0.2', out: '192.168.0.1', back: '192.168.1.1', server: '10.0.1.2' },
}
