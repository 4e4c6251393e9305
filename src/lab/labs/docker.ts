/**
 * The article's case: VM1 with Docker, VM2 that asks it for pages. A container can stand behind VM1's bridge docker0; it
 * is a namespace of VM1's machine. Each machine has two CPUs and 8 GB.
 */
import { DAEMON_RULES } from '../../userspace/docker/network.ts'
import { ARTICLE_NS } from '../cost.ts'
import type { LabSpec } from '../spec.ts'
import { DROPWATCH } from './dropwatch.ts'

const GIB = 1024 ** 3

export const docker: LabSpec = {
  name: 'docker',
  cpus: { vm2: 2, vm1: 2 },
  costs: ARTICLE_NS,
  hosts: [
    {
      name: 'vm2',
      role: 'client',
      memory: 8 * GIB,
      cpus: 'vm2',
      devs: [{ name: 'eth0', addrs: ['192.168.0.2/24'] }],
      routes: [{ dst: 'default', via: '192.168.0.30', dev: 'eth0' }],
      http: [],
    },
    {
      name: 'vm1',
      role: 'gateway',
      memory: 8 * GIB,
      buckets: 65536,
      cpus: 'vm1',
      devs: [
        { name: 'eth0', addrs: ['192.168.0.30/24'] },
        { name: 'veth5f2a9c1', addrs: [], down: true },
      ],
      bridges: [
        { name: 'docker0', mac: '02:42:6d:5e:91:0f', addrs: ['172.17.0.1/16'], ports: ['veth5f2a9c1'] },
      ],
      routes: [],
      http: [],
      files: {
        '/var/run/docker.sock': '',
        '/var/lib/docker/containers.json': '[]\n',
        '/etc/sysctl.conf': 'net.ipv4.ip_forward=1\n',
        '/root/dropwatch.stp': DROPWATCH,
        '/etc/apt/sources.list.d/docker.list': '',
      },
      init: ['sysctl -q -w net.ipv4.ip_forward=1', ...DAEMON_RULES.map((rule) => `iptables ${rule}`)],
    },
    {
      name: 'container',
      role: 'server',
      memory: 8 * GIB,
      on: 'vm1',
      inum: 4026532385,
      cpus: 'vm1',
      devs: [{ name: 'eth0', addrs: ['172.17.0.2/16'], mac: '02:42:ac:11:00:02' }],
      routes: [{ dst: 'default', via: '172.17.0.1', dev: 'eth0' }],
      http: [],
    },
  ],
  links: [
    { ends: ['vm2:eth0', 'vm1:eth0'], delay: 100 },
    { ends: ['container:eth0', 'vm1:veth5f2a9c1'], delay: 0 },
  ],
  names: { vm1: '192.168.0.30', vm2: '192.168.0.2', container: '172.17.0.2' },
}
