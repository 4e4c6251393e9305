/**
 * The article's figure: a LAN behind a gateway with one public address, and a server outside that knows nothing of the
 * LAN. The gateway forwards nothing and translates nothing until it is told to.
 */
import type { LabSpec } from '../spec.ts'

const MIB = 1024 * 1024

const client = (name: string, address: string): LabSpec['hosts'][number] => ({
  name,
  role: 'client',
  memory: 512 * MIB,
  devs: [{ name: 'eth0', addrs: [`${address}/24`] }],
  routes: [{ dst: 'default', via: '192.168.0.1', dev: 'eth0' }],
  http: [80, 8080],
})

export const gateway: LabSpec = {
  name: 'gateway',
  hosts: [
    client('pc1', '192.168.0.2'),
    client('pc2', '192.168.0.3'),
    client('pc3', '192.168.0.4'),
    {
      name: 'gateway',
      role: 'gateway',
      memory: 512 * MIB,
      devs: [
        { name: 'eth0', addrs: ['192.168.0.1/24'] },
        { name: 'eth1', addrs: ['100.100.100.100/24'] },
      ],
      routes: [{ dst: 'default', dev: 'eth1' }],
      http: [],
      files: {
        '/etc/sysctl.conf': '# Kernel settings, read at boot and by sysctl -p.\n#net.ipv4.ip_forward=1\n',
      },
    },
    {
      name: 'baidu',
      role: 'server',
      memory: 512 * MIB,
      devs: [{ name: 'eth0', addrs: ['123.125.115.110/32'] }],
      // The public network and nothing else: private addresses lead nowhere here.
      routes: [{ dst: '100.100.100.0/24', dev: 'eth0' }],
      http: [80, 443],
    },
  ],
  links: [
    { ends: ['pc1:eth0', 'pc2:eth0', 'pc3:eth0', 'gateway:eth0'], delay: 500 },
    { ends: ['baidu:eth0', 'gateway:eth1'], delay: 15_000 },
  ],
  names: {
    'baidu.com': '123.125.115.110',
    baidu: '123.125.115.110',
    gateway: '192.168.0.1',
    pc1: '192.168.0.2',
    pc2: '192.168.0.3',
    pc3: '192.168.0.4',
  },
}
