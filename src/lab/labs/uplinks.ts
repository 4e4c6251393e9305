/**
 * Two uplinks: a web server is published on the address of the second provider, and the default route leads to the
 * first. The answer is turned back to the right source, and leaves by the wrong door. Outside, which is one host here
 * with a card for each provider, nobody believes a source that comes by the wrong line (rp_filter).
 */
import type { LabSpec } from '../spec.ts'
import { lone, router } from './parts.ts'

export const uplinks: LabSpec = {
  name: 'uplinks',
  hosts: [
    lone('web', 'client', '192.168.0.2/24', '192.168.0.1', [80]),
    router(
      'gateway',
      ['192.168.0.1/24', '100.100.100.100/24', '200.200.200.100/24'],
      [{ dst: 'default', via: '100.100.100.1', dev: 'eth1' }],
      [
        'iptables -t nat -A PREROUTING -d 100.100.100.100 -p tcp --dport 80 -j DNAT --to-destination 192.168.0.2',
        'iptables -t nat -A PREROUTING -d 200.200.200.100 -p tcp --dport 80 -j DNAT --to-destination 192.168.0.2',
        'iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE',
        'iptables -t nat -A POSTROUTING -o eth2 -j MASQUERADE',
      ],
    ),
    {
      name: 'baidu',
      role: 'server',
      memory: 512 * 1024 * 1024,
      devs: [
        { name: 'eth0', addrs: ['100.100.100.1/24', '123.125.115.110/32'] },
        { name: 'eth1', addrs: ['200.200.200.1/24'] },
      ],
      routes: [],
      http: [80],
      init: [
        'ip route replace 100.100.100.0/24 dev eth0 src 123.125.115.110',
        'ip route replace 200.200.200.0/24 dev eth1 src 123.125.115.110',
        'sysctl -q -w net.ipv4.conf.eth0.rp_filter=1',
        'sysctl -q -w net.ipv4.conf.eth1.rp_filter=1',
      ],
    },
  ],
  links: [
    { ends: ['web:eth0', 'gateway:eth0'], delay: 500 },
    { ends: ['baidu:eth0', 'gateway:eth1'], delay: 12_000 },
    { ends: ['baidu:eth1', 'gateway:eth2'], delay: 13_000 },
  ],
  names: { 'baidu.com': '123.125.115.110', web: '192.168.0.2', gateway: '192.168.0.1' },
}
