/**
 * Which way a packet goes: the addresses of the host, its routes, and the checks on a packet's source.
 *
 * Linux: net/ipv4/fib_frontend.c, route.c, devinet.c inet_select_addr
 * Left out: route caches, policy routing, multipath, TOS
 */
import { contains, netmask, type Ipv4 } from '../wire/address.ts'
import type { ConfName, Dev, Netns, Route } from './netns.ts'

export function devByIndex(net: Netns, ifindex: number): Dev | undefined {
  return net.devs[ifindex - 1]
}

export function devByName(net: Netns, name: string): Dev | undefined {
  return net.devs.find((d) => d.name === name)
}

export function devName(net: Netns, ifindex: number): string {
  return net.devs[ifindex - 1]?.name ?? ''
}

/** Is it one of the host's own addresses (127.0.0.0/8 too)? They stay its own while their device is down. Linux: table local */
export function isLocal(net: Netns, a: Ipv4): boolean {
  if (a >>> 24 === 127) return true
  for (const dev of net.devs) for (const c of dev.addrs) if (c.addr === a) return true
  return false
}

/** A broadcast address of one of its subnets, or of all. */
export function isBroadcast(net: Netns, a: Ipv4): boolean {
  if (a === 0xffffffff) return true
  for (const dev of net.devs)
    for (const c of dev.addrs)
      if (c.bits < 31 && dev.up && a === (c.addr | ~netmask(c.bits)) >>> 0) return true
  return false
}

export function isMulticast(a: Ipv4): boolean {
  return a >>> 28 === 14
}

/** The route with the longest prefix; among equals the lowest metric. Null: none. Linux: fib_lookup */
export function fib_lookup(net: Netns, dst: Ipv4): Route | null {
  let best: Route | null = null
  for (const r of net.routes) {
    if (!contains(r.dst, dst)) continue
    if (r.type === 'unicast' && !devByIndex(net, r.ifindex)?.up) continue
    if (!best || r.dst.bits > best.dst.bits || (r.dst.bits === best.dst.bits && r.metric < best.metric))
      best = r
  }
  return best
}

/** The address that a device speaks with towards a next hop; 0: no address anywhere. Linux: inet_select_addr */
export function inet_select_addr(net: Netns, ifindex: number, nexthop: Ipv4): Ipv4 {
  const dev = devByIndex(net, ifindex)
  const own = dev?.addrs ?? []
  const near = own.find((c) => contains(c, nexthop)) ?? own[0]
  if (near) return near.addr
  for (const other of net.devs) if (!other.loopback && other.addrs[0]) return other.addrs[0].addr
  return 0
}

/** What routing says of a packet that came in. */
export type RouteResult =
  | { kind: 'local' }
  | { kind: 'forward'; ifindex: number; nexthop: Ipv4 }
  | { kind: 'error'; reason: string; where: string; icmp: number }

/** The greater of `all` and the device's own value decides. Linux: IN_DEV_MAXCONF */
const conf = (net: Netns, dev: Dev, name: ConfName): number => Math.max(net.confAll[name], dev.conf[name])

const drop = (reason: string, where = 'ip_rcv_finish_core'): RouteResult => ({
  kind: 'error',
  reason,
  where,
  icmp: -1,
})

/** Route lookup for a received packet. `icmp` is the code of a destination unreachable to send, -1: none. */
export function ip_route_input(net: Netns, src: Ipv4, dst: Ipv4, iif: number): RouteResult {
  const dev = devByIndex(net, iif)
  const loopback = dev?.loopback ?? false
  if (isMulticast(src) || src === 0xffffffff) return drop('IP_INVALID_SOURCE')
  if (src >>> 24 === 0 && dst !== 0xffffffff) return drop('IP_INVALID_SOURCE')
  if (!loopback && dev && conf(net, dev, 'route_localnet') === 0) {
    if (dst >>> 24 === 127) return drop('IP_LOCALNET')
    if (src >>> 24 === 127) return drop('IP_LOCALNET')
  }
  if (!loopback && dev && isLocal(net, src) && conf(net, dev, 'accept_local') === 0)
    return drop('IP_LOCAL_SOURCE')
  if (!loopback && dev && conf(net, dev, 'rp_filter') > 0) {
    const back = fib_lookup(net, src)
    const strict = conf(net, dev, 'rp_filter') === 1
    if (!back || back.type !== 'unicast' || (strict && back.ifindex !== iif)) return drop('IP_RPFILTER')
  }
  if (isLocal(net, dst) || isBroadcast(net, dst)) return { kind: 'local' }
  if (!dev || dev.conf.forwarding === 0) return drop('IP_INADDRERRORS', 'ip_error')
  const route = fib_lookup(net, dst)
  if (!route) return { kind: 'error', reason: 'IP_INNOROUTES', where: 'ip_error', icmp: 0 }
  switch (route.type) {
    case 'unicast':
      return { kind: 'forward', ifindex: route.ifindex, nexthop: route.via || dst }
    case 'blackhole':
      return drop('NOT_SPECIFIED', 'ip_error')
    case 'unreachable':
      return { kind: 'error', reason: 'NOT_SPECIFIED', where: 'ip_error', icmp: 1 }
    default:
      return { kind: 'error', reason: 'NOT_SPECIFIED', where: 'ip_error', icmp: 13 }
  }
}

/** What a local sender gets: the device, the next hop and a source address; or the errno of connect() and sendto(). */
export type OutputRoute =
  | { ifindex: number; nexthop: Ipv4; src: Ipv4 }
  | { errno: 'ENETUNREACH' | 'EINVAL' | 'EACCES' | 'EHOSTUNREACH' }

/** Route lookup for a packet made here. Linux: ip_route_output_key */
export function ip_route_output(net: Netns, dst: Ipv4): OutputRoute {
  if (isLocal(net, dst)) return { ifindex: 1, nexthop: dst, src: dst }
  const route = fib_lookup(net, dst)
  if (!route) return { errno: 'ENETUNREACH' }
  if (route.type === 'blackhole') return { errno: 'EINVAL' }
  if (route.type === 'prohibit') return { errno: 'EACCES' }
  if (route.type === 'unreachable') return { errno: 'EHOSTUNREACH' }
  const nexthop = route.via || dst
  return { ifindex: route.ifindex, nexthop, src: route.src || inet_select_addr(net, route.ifindex, nexthop) }
}
