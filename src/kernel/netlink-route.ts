/**
 * Changes to the routing table, as a program asks for them by rtnetlink. What cannot work is refused in the kernel's own
 * words.
 *
 * Linux: net/ipv4/fib_frontend.c, fib_trie.c fib_table_insert, fib_table_delete; fib_semantics.c fib_create_info,
 * fib_check_nh
 * Left out: of a path's metrics all but MTU and advmss are kept, and not heeded
 */
import { contains, netmask, type Cidr, type Ipv4 } from '../wire/address.ts'
import { RT_TABLE_MAIN, rt_cache_flush } from './fib.ts'
import type { NetlinkError } from './netlink.ts'
import type { Dev, Hop, Netns, Route } from './netns.ts'
import { devByIndex, isBroadcast, isForMany, isLocal } from './route.ts'

/** What a route must be like to be deleted; null: no matter. */
export interface RouteMatch {
  table: number
  dst: Cidr
  via: Ipv4 | null
  ifindex: number | null
  src: Ipv4 | null
  metric: number | null
  tos: number
  type: Route['type'] | null
  proto: Route['proto'] | null
  scope: Route['scope'] | null
}

/** NLM_F_*: add is EXCL, replace may create, change may not, append goes behind its equals, prepend before them. */
export type RouteMode = 'add' | 'replace' | 'change' | 'append' | 'prepend'

const sameDst = (a: Cidr, b: Cidr): boolean => a.addr === b.addr && a.bits === b.bits

/** Linux: INET_ECN_MASK */
const ECN = 3

function badPrefix({ addr, bits }: Cidr): NetlinkError | null {
  const hostBits = (addr & ~netmask(bits)) >>> 0
  return hostBits === 0 ? null : { errno: 'EINVAL', message: 'Invalid prefix for given prefix length' }
}

/** Types of routes that lead somewhere. */
const WITH_DEVICE: readonly Route['type'][] = ['unicast', 'local', 'broadcast']

/** A route with its device found (`ifindex` 0: to be found by the gateway), or why it cannot be. */
function checkNexthop(net: Netns, route: Route): Route | NetlinkError {
  if (!WITH_DEVICE.includes(route.type)) {
    if (route.via === 0 && route.ifindex === 0) return route
    const message = 'Gateway, device and multipath can not be specified for this route type'
    return { errno: 'EINVAL', message }
  }
  if (route.via === 0) {
    const dev = devByIndex(net, route.ifindex)
    if (!dev) return { errno: 'ENODEV' }
    return dev.up ? route : { errno: 'ENETDOWN', message: 'Device for nexthop is not up' }
  }
  if (route.onlink) return checkOnlink(net, route)
  const dev = route.scope === 'link' ? null : gatewayDevice(net, route.via, route.ifindex)
  if (!dev)
    return {
      errno: route.scope === 'link' ? 'EINVAL' : 'ENETUNREACH',
      message: 'Nexthop has invalid gateway',
    }
  if (!dev.up) return { errno: 'ENETDOWN' }
  return { ...route, ifindex: dev.ifindex }
}

/** Each of several next hops must be there. Linux: fib_get_nhs */
function checkHops(net: Netns, wanted: Route, hops: readonly Hop[]): Route | NetlinkError {
  const checked: Hop[] = []
  for (const hop of hops) {
    const one = checkNexthop(net, { ...wanted, via: hop.via, ifindex: hop.ifindex })
    if ('errno' in one) return one
    checked.push({ ...hop, ifindex: one.ifindex })
  }
  const [{ via, ifindex }] = checked
  const { hops: _, ...plain } = wanted
  return { ...plain, via, ifindex, ...(checked.length > 1 ? { hops: checked } : {}) }
}

/** A device has gone: true where the route goes with it. Of several next hops those are dead. Linux: fib_sync_down_dev */
export function goesDown(route: Route, ifindex: number): boolean {
  if (!route.hops) return route.ifindex === ifindex
  route.hops = route.hops.map((h) => (h.ifindex === ifindex ? { ...h, dead: true } : h))
  return route.hops.every((h) => h.dead)
}

/** It is there again. Linux: fib_sync_up */
export function comesUp({ routes }: Netns, ifindex: number): void {
  for (const route of routes)
    if (route.hops) route.hops = route.hops.map((h) => (h.ifindex === ifindex ? { ...h, dead: false } : h))
}

/** The device is named, and nobody is asked whether the gateway is there. Linux: fib_check_nh_v4_gw, RTNH_F_ONLINK */
function checkOnlink(net: Netns, route: Route): Route | NetlinkError {
  const dev = devByIndex(net, route.ifindex)
  if (!dev) return { errno: 'ENODEV', message: 'Nexthop device required for onlink' }
  if (!dev.up) return { errno: 'ENETDOWN', message: 'Nexthop device is not up' }
  if (isLocal(net, route.via) || isForMany(net, route.via))
    return { errno: 'EINVAL', message: 'Nexthop has invalid gateway' }
  return route
}

/** The device on whose link a gateway is: only routes without a gateway of their own lead there. */
function gatewayDevice(net: Netns, via: Ipv4, ifindex: number): Dev | null {
  if (isBroadcast(net, via)) return null
  if (isLocal(net, via)) {
    const own = net.devs.find((d) => d.addrs.some((a) => a.addr === via)) ?? net.devs[0]
    return ifindex === 0 || own.ifindex === ifindex ? own : null
  }
  let best: Route | null = null
  for (const r of net.routes) {
    if (r.table !== RT_TABLE_MAIN) continue
    if (r.type !== 'unicast' || r.scope !== 'link' || !contains(r.dst, via)) continue
    if (ifindex !== 0 && r.ifindex !== ifindex) continue
    if (!best || r.dst.bits > best.dst.bits || (r.dst.bits === best.dst.bits && r.metric < best.metric))
      best = r
  }
  return best ? (devByIndex(net, best.ifindex) ?? null) : null
}

/** Linux: inet_rtm_newroute */
export function addRoute(net: Netns, wanted: Route, mode: RouteMode): NetlinkError | null {
  const error = insertRoute(net, wanted, mode)
  if (error === null && wanted.type === 'local') net.fibCustom = true
  rt_cache_flush(net)
  return error
}

function insertRoute(net: Netns, wanted: Route, mode: RouteMode): NetlinkError | null {
  const bad = badPrefix(wanted.dst)
  if (bad) return bad
  if (((wanted.tos ?? 0) & ECN) !== 0)
    return { errno: 'EINVAL', message: 'Invalid dsfield (tos): ECN bits must be 0' }
  const route = wanted.hops ? checkHops(net, wanted, wanted.hops) : checkNexthop(net, wanted)
  if ('errno' in route) return route
  if (route.src !== 0 && !isLocal(net, route.src))
    return { errno: 'EINVAL', message: 'Invalid prefsrc address' }
  if (!net.fibTables?.includes(route.table)) net.fibTables = [...(net.fibTables ?? []), route.table]
  const equals = net.routes.filter(
    (r) =>
      r.table === route.table &&
      sameDst(r.dst, route.dst) &&
      r.tos === route.tos &&
      r.metric === route.metric,
  )
  if (equals.length === 0) {
    if (mode === 'change') return { errno: 'ENOENT' }
    net.routes.push(route)
    return null
  }
  if (mode === 'add') return { errno: 'EEXIST' }
  const twin = equals.find((r) => isSame(r, route))
  if (mode === 'replace' || mode === 'change') {
    if (twin) return twin === equals[0] ? null : { errno: 'EEXIST' }
    net.routes[net.routes.indexOf(equals[0])] = route
    return null
  }
  if (twin) return { errno: 'EEXIST' }
  const at =
    mode === 'prepend' ? net.routes.indexOf(equals[0]) : net.routes.indexOf(equals[equals.length - 1]) + 1
  net.routes.splice(at, 0, route)
  return null
}

function sameHops(a: readonly Hop[] = [], b: readonly Hop[] = []): boolean {
  const text = (hops: readonly Hop[]): string => hops.map((h) => `${h.via} ${h.ifindex} ${h.weight}`).join()
  return text(a) === text(b)
}

function isSame(a: Route, b: Route): boolean {
  return (
    a.type === b.type &&
    a.via === b.via &&
    a.ifindex === b.ifindex &&
    a.src === b.src &&
    a.proto === b.proto &&
    a.scope === b.scope &&
    a.mtu === b.mtu &&
    a.lock === b.lock &&
    a.onlink === b.onlink &&
    a.realms === b.realms &&
    JSON.stringify([a.metrics, a.locks]) === JSON.stringify([b.metrics, b.locks]) &&
    sameHops(a.hops, b.hops)
  )
}

/** The table as Linux walks it: by address, the longer prefix first, then by metric. Linux: fib_table_dump */
export function sortedRoutes(net: Netns): Route[] {
  return [...net.routes].sort(
    (a, b) =>
      a.table - b.table ||
      a.dst.addr - b.dst.addr ||
      b.dst.bits - a.dst.bits ||
      (b.tos ?? 0) - (a.tos ?? 0) ||
      a.metric - b.metric,
  )
}

/** Delete the first route that fits. Linux: inet_rtm_delroute, fib_table_delete */
export function delRoute(net: Netns, match: RouteMatch): NetlinkError | null {
  const bad = badPrefix(match.dst)
  if (bad) return bad
  const fits = (r: Route): boolean =>
    r.table === match.table &&
    sameDst(r.dst, match.dst) &&
    (r.tos ?? 0) === match.tos &&
    (match.via === null || r.via === match.via) &&
    (match.ifindex === null || r.ifindex === match.ifindex) &&
    (match.src === null || r.src === match.src) &&
    (match.metric === null || r.metric === match.metric) &&
    (match.type === null || r.type === match.type) &&
    (match.proto === null || r.proto === match.proto) &&
    (match.scope === null || r.scope === match.scope)
  const victim = sortedRoutes(net).find(fits)
  if (!victim) {
    // A table is there once a route was put into it, and stays when that has gone.
    const known = [RT_TABLE_MAIN, ...(net.fibTables ?? [])].includes(match.table)
    if (known) return { errno: 'ESRCH' }
    return { errno: 'ESRCH', message: 'FIB table does not exist' }
  }
  net.routes = net.routes.filter((r) => r !== victim)
  // With the way goes what was known of it.
  net.pmtu = []
  rt_cache_flush(net)
  return null
}
