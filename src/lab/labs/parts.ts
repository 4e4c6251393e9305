/** What the ready labs have in common: hosts of one card, and the server outside. */
import type { HostSpec } from '../spec.ts'

const MEMORY = 512 * 1024 * 1024

/** A host with one card, and the router that it sends everything to. */
export function lone(
  name: string,
  role: HostSpec['role'],
  address: string,
  via: string,
  http: number[] = [],
): HostSpec {
  return {
    name,
    role,
    memory: MEMORY,
    devs: [{ name: 'eth0', addrs: [address] }],
    routes: [{ dst: 'default', via, dev: 'eth0' }],
    http,
  }
}

/** A router: addresses of eth0, eth1, ..., its routes, and what is typed when it boots. */
export function router(
  name: string,
  addrs: readonly string[],
  routes: HostSpec['routes'],
  init: readonly string[],
): HostSpec {
  return {
    name,
    role: 'gateway',
    memory: MEMORY,
    devs: addrs.map((a, i) => ({ name: `eth${i}`, addrs: a.split(' ') })),
    routes,
    http: [],
    init: ['sysctl -q -w net.ipv4.ip_forward=1', ...init],
  }
}

/** The server outside: private addresses lead nowhere for it. */
export const baidu = (...routes: HostSpec['routes']): HostSpec => ({
  name: 'baidu',
  role: 'server',
  memory: MEMORY,
  devs: [{ name: 'eth0', addrs: ['123.125.115.110/32'] }],
  routes: [{ dst: '100.100.100.0/24', dev: 'eth0' }, ...routes],
  http: [80, 443],
})

export const OUTSIDE = { 'baidu.com': '123.125.115.110', baidu: '123.125.115.110' } as const
