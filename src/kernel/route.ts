/**
 * Which way a packet goes: the addresses of the host, its routes, and the checks on a packet's source.
 *
 * Linux: net/ipv4/fib_frontend.c, route.c, devinet.c inet_select_addr
 * Left out: route caches, exceptions other than a path's own MTU
 */
import type { Ipv4 } from '../wire/address.ts'
import { IP_MF, IP_OFFMASK } from '../wire/packet.ts'
import { hasPorts } from './conntrack/tuple.ts'
import {
  BROADCAST,
  fib_lookup,
  fibOf,
  isAddressOf,
  isBroadcastOf,
  isInSubnet,
  knownAt,
  LOCAL,
  localType,
  refuses,
  RT_SCOPE_LINK,
  RT_SCOPES,
  RT_TABLE_LOCAL,
  scopeOf,
  type FibResult,
  type Flow,
} from './fib.ts'
import type { ConfName, Dev, Netns, Route } from './netns.ts'

export function devByIndex(net: Netns, ifindex: number): Dev | undefined {
  return net.devs[ifindex - 1]
}

export function devByName(net: Netns, name: string): Dev | undefined {
  return net.devs.find((d) => d.name === name && !d.gone)
}

export function devName(net: Netns, ifindex: number): string {
  return net.devs[ifindex - 1]?.name ?? ''
}

/** Is it one of the host's own addresses (127.0.0.0/8 too)? They stay its own while their device is down. Linux: table local */
export function isLocal(net: Netns, a: Ipv4): boolean {
  return localType(net, a) === LOCAL
}

/** A broadcast address of one of its subnets, or of all. */
export function isBroadcast(net: Netns, a: Ipv4): boolean {
  return localType(net, a) === BROADCAST
}

export function isMulticast(a: Ipv4): boolean {
  return a >>> 28 === 14
}

export function isForMany(net: Netns, a: Ipv4): boolean {
  return isBroadcast(net, a) || isMulticast(a)
}

/**
 * The address that a device speaks with towards a next hop (0: any); 0: no address anywhere. One that is known less far than
 * `scope` is not told; of other devices, those of lo first, none that is known on its link only. Linux: inet_select_addr
 */
export function inet_select_addr(
  net: Netns,
  ifindex: number,
  nexthop: Ipv4,
  scope: number = RT_SCOPE_LINK,
): Ipv4 {
  const own = (devByIndex(net, ifindex)?.addrs ?? []).filter((a) => scopeOf(a) <= scope)
  const near = nexthop === 0 ? undefined : own.find((a) => isInSubnet(a, nexthop))
  const chosen = near ?? own[0]
  if (chosen) return chosen.addr
  for (const { addrs } of net.devs)
    for (const a of addrs) if (scopeOf(a) !== RT_SCOPE_LINK && scopeOf(a) <= scope) return a.addr
  return 0
}

/** What routing says of a packet that came in. */
export type RouteResult =
  /** `broadcast`: it is for everybody on the link. */
  | { kind: 'local'; broadcast: boolean }
  /** `redirect`: it leaves the way it came, and its sender could have sent it there itself. */
  | { kind: 'forward'; ifindex: number; nexthop: Ipv4; redirect: boolean }
  | { kind: 'error'; reason: string; where: string; icmp: number; martian: '' | 'source' | 'destination' }

/**
 * The greater of `all` and the device's own value decides. What every packet asks is written out below: a name that differs
 * from call to call makes the lookup slow. Linux: IN_DEV_MAXCONF, IN_DEV_ORCONF
 */
export function devConf(net: Netns, dev: Dev, name: ConfName): number {
  return Math.max(net.confAll[name], dev.conf[name])
}

function refused(
  reason: string,
  martian: '' | 'source' | 'destination',
  where = 'ip_rcv_finish_core',
): RouteResult {
  return { kind: 'error', reason, where, icmp: -1, martian }
}

function unreachable(reason: string, icmp: number): RouteResult {
  return { kind: 'error', reason, where: 'ip_error', icmp, martian: '' }
}

/** The group that every device with an address is in. */
export const ALL_HOSTS = 0xe0000001

const TO_US: RouteResult = { kind: 'local', broadcast: false }
const TO_ALL: RouteResult = { kind: 'local', broadcast: true }

/** The way of what this host takes: not of a group that it has not joined. Linux: net/core/dst.c dst_discard, ip_check_mc_rcu */
export function toUs(net: Netns, daddr: Ipv4): RouteResult {
  if (isMulticast(daddr) && daddr !== ALL_HOSTS) return refused('NOT_SPECIFIED', '', 'dst_discard')
  return isBroadcast(net, daddr) ? TO_ALL : TO_US
}

/** The same for those that few labs touch. */
export function keptConf(net: Netns, { name: dev }: Dev, name: string, otherwise: number): number {
  const of = (scope: string): number => net.sysctl[`net.ipv4.conf.${scope}.${name}`] ?? otherwise
  return Math.max(of('all'), of(dev))
}

/** What of a packet routing looks at. */
export interface Routed {
  saddr: Ipv4
  daddr: Ipv4
  mark: number
  tos: number
  /** Looked at where a rule asks for it. */
  protocol?: number
  sport?: number
  dport?: number
  frag?: number
}

/** Filled in anew for every lookup, so that none costs memory. */
const asked: Flow = { daddr: 0, saddr: 0, iif: 0, oif: 0, mark: 0, tos: 0, proto: 0, sport: 0, dport: 0 }

/**
 * Protocol and ports of a packet, as far as rules ask for them. A fragment has no ports, and those of the way back are the
 * other way round. Linux: fib4_rules_early_flow_dissect
 */
function dissect(flow: Flow, { dissects }: { dissects: boolean }, p: Routed, back: boolean): void {
  const ported = dissects && hasPorts(p.protocol ?? 0) && ((p.frag ?? 0) & (IP_MF | IP_OFFMASK)) === 0
  flow.proto = dissects ? (p.protocol ?? 0) : 0
  flow.sport = (ported && (back ? p.dport : p.sport)) || 0
  flow.dport = (ported && (back ? p.sport : p.dport)) || 0
}

const NO_WAY_BACK = refused('IP_RPFILTER', 'source')

/**
 * Could the source be reached by the way that the packet came? `oif`: by which it will leave, 0 for this host.
 * Linux: fib_validate_source
 */
function validateSource(net: Netns, dev: Dev, p: Routed, oif: number): 'ok' | 'on link' | RouteResult {
  const rpf = Math.max(net.confAll.rp_filter, dev.conf.rp_filter)
  const acceptLocal = devConf(net, dev, 'accept_local') !== 0
  if (!net.fibCustom && isAddressOf(net, p.saddr) && !acceptLocal) return refused('IP_LOCAL_SOURCE', 'source')
  if (rpf === 0 && oif !== dev.ifindex && (!net.fibCustom || acceptLocal)) return 'ok'
  asked.daddr = p.saddr
  asked.saddr = p.daddr
  // The way back begins where the packet goes: at its device, or here.
  asked.iif = oif || 1
  asked.oif = 0
  asked.mark = devConf(net, dev, 'src_valid_mark') !== 0 ? p.mark : 0
  asked.tos = p.tos
  dissect(asked, fibOf(net), p, true)
  const back = fib_lookup(net, asked)
  const lost = rpf === 0 ? 'ok' : NO_WAY_BACK
  if (back === null || refuses(back)) return lost
  if (back.type === 'broadcast') return refused('IP_INVALID_SOURCE', 'source')
  if (back.type === 'local' && !acceptLocal) return refused('IP_LOCAL_SOURCE', 'source')
  if (leadsTo(back, dev, p.saddr)) return isOnLink(back) ? 'on link' : 'ok'
  // A device without an address is nobody's way back.
  if (dev.addrs.length === 0) return lost
  if (rpf === 1) return lost
  // There is another way back that is better; is there one by this device, too?
  asked.oif = dev.ifindex
  const direct = fib_lookup(net, asked)
  return direct?.type === 'unicast' && isOnLink(direct) ? 'on link' : 'ok'
}

/** Does a way use a device? One of the host's own addresses leads to the device that has it. Linux: fib_info_nh_uses_dev */
function leadsTo(way: FibResult, dev: Dev, to: Ipv4): boolean {
  if (!('ifindex' in way)) return dev.addrs.some((a) => a.addr === to)
  return way.ifindex === dev.ifindex || way.hops?.some((h) => h.ifindex === dev.ifindex) === true
}

/** Does it lead there without a gateway? */
function isOnLink(way: FibResult): boolean {
  return !('via' in way) || way.via === 0
}

/** Route lookup for a received packet. `icmp` is the code of a destination unreachable to send, -1: none. */
export function ip_route_input(net: Netns, p: Routed, iif: number): RouteResult {
  const { saddr, daddr, mark, tos } = p
  const fib = fibOf(net)
  if (fib.dissects) return ip_route_input_slow(net, p, iif)
  const at = knownAt(fib.input, saddr, daddr, iif)
  const same = at.saddr === (saddr | 0) && at.daddr === (daddr | 0) && at.ifindex === iif
  if (same && at.mark === mark && at.tos === tos) return at.answer as RouteResult
  const answer = ip_route_input_slow(net, p, iif)
  at.saddr = saddr | 0
  at.daddr = daddr | 0
  at.ifindex = iif
  at.mark = mark
  at.tos = tos
  at.answer = answer
  return answer
}

function ip_route_input_slow(net: Netns, p: Routed, iif: number): RouteResult {
  const dev = devByIndex(net, iif)
  const { saddr, daddr } = p
  const loopback = dev?.loopback ?? false
  if (isMulticast(saddr) || saddr === 0xffffffff) return refused('IP_INVALID_SOURCE', 'source')
  if (saddr === 0 && daddr !== 0xffffffff && daddr !== 0 && daddr >>> 8 !== 0xe00000)
    return refused('IP_INVALID_SOURCE', 'source')
  if (daddr === 0 && saddr !== 0) return refused('IP_INVALID_DEST', 'destination')
  if (!dev) return refused('IP_INADDRERRORS', '', 'ip_error')
  if (isMulticast(daddr)) return inputMulticast(net, dev, p)
  if (!loopback && Math.max(net.confAll.route_localnet, dev.conf.route_localnet) === 0) {
    if (daddr >>> 24 === 127) return refused('IP_LOCALNET', 'destination')
    if (saddr >>> 24 === 127) return refused('IP_LOCALNET', 'source')
  }
  asked.daddr = daddr
  asked.saddr = saddr
  asked.iif = iif
  asked.oif = 0
  asked.mark = p.mark
  asked.tos = p.tos
  dissect(asked, fibOf(net), p, false)
  // What is for everybody on the link is for this host, too, and no table is asked.
  const found = daddr === 0xffffffff || daddr === 0 ? BROADCAST : fib_lookup(net, asked)
  if (found?.type === 'local' || found?.type === 'broadcast') {
    if (loopback || saddr === 0) return toUs(net, daddr)
    const checked = validateSource(net, dev, p, 0)
    return typeof checked === 'string' ? toUs(net, daddr) : checked
  }
  // Without forwarding there is no way on, whatever the routes say.
  if (dev.conf.forwarding === 0) return unreachable('IP_INADDRERRORS', -1)
  if (found === null) return unreachable('IP_INNOROUTES', 0)
  if (found.type !== 'unicast') return refusedByRoute(found)
  const checked = validateSource(net, dev, p, found.ifindex)
  if (typeof checked !== 'string') return checked
  const redirect = checked === 'on link' && found.ifindex === iif && devConf(net, dev, 'send_redirects') !== 0
  return { kind: 'forward', ifindex: found.ifindex, nexthop: found.via || daddr, redirect }
}

/** A group is heard where the device has joined it; all are in 224.0.0.1. Linux: ip_check_mc_rcu, ip_mc_validate_source */
function inputMulticast(net: Netns, dev: Dev, p: Routed): RouteResult {
  if (p.daddr !== ALL_HOSTS) return refused('NOT_SPECIFIED', '')
  if (p.saddr >>> 24 === 127 && !dev.loopback && devConf(net, dev, 'route_localnet') === 0)
    return refused('IP_LOCALNET', '')
  if (p.saddr === 0 || dev.loopback) return toUs(net, p.daddr)
  const checked = validateSource(net, dev, p, 0)
  return typeof checked === 'string' ? toUs(net, p.daddr) : checked
}

function refusedByRoute(route: Route): RouteResult {
  if (route.type === 'blackhole') return unreachable('NOT_SPECIFIED', -1)
  // A rule's word is about the net, a route's about the host.
  if (route.type === 'unreachable' && route.table === 0) return unreachable('IP_INNOROUTES', 0)
  return unreachable('NOT_SPECIFIED', route.type === 'unreachable' ? 1 : 13)
}

/** What a local sender gets: the device, the next hop and a source address; or the errno of connect() and sendto(). */
export type OutputRoute =
  /** `heard`: it is for many, and for this host, too. */
  | { ifindex: number; nexthop: Ipv4; src: Ipv4; heard: boolean }
  | { errno: 'ENETUNREACH' | 'EINVAL' | 'EACCES' | 'EHOSTUNREACH' }

/** What a local sender may say besides the destination. */
export interface OutputFlow {
  saddr?: Ipv4
  mark?: number
  tos?: number
  oif?: number
  proto?: number | undefined
  sport?: number | undefined
  dport?: number | undefined
}

/** The same for a segment of TCP, whose way is most often that of the one before it. Linux: sk_dst_check */
export function ip_route_segment(net: Netns, p: Routed): OutputRoute {
  const { daddr: dst, saddr, mark, tos } = p
  const fib = fibOf(net)
  if (fib.dissects) {
    const { protocol: proto, sport, dport } = p
    // What answers a ping says no more of itself than that. Linux: icmp_reply
    const ports = hasPorts(proto ?? 0) ? { sport, dport } : {}
    return ip_route_output(net, dst, { saddr, mark, tos, proto, ...ports })
  }
  const at = knownAt(fib.output, saddr, dst, 0)
  const same = at.saddr === (saddr | 0) && at.daddr === (dst | 0) && at.ifindex === 0
  if (same && at.mark === mark && at.tos === tos) return at.answer as OutputRoute
  const answer = ip_route_output(net, dst, { saddr, mark, tos })
  at.saddr = saddr | 0
  at.daddr = dst | 0
  at.ifindex = 0
  at.mark = mark
  at.tos = tos
  at.answer = answer
  return answer
}

/**
 * May a socket's packet to an address not be cut on the way? It may where the socket does not look for the MTU, or cannot make packets
 * as small as a router has asked for. Linux: ip_dont_fragment
 */
export function ip_dont_fragment({ net, now }: { net: Netns; now: number }, daddr: Ipv4): boolean {
  if (net.params.noPmtuDisc) return false
  // Apart, as what asks a list takes memory even where there is none, and this is asked for every segment.
  return net.pmtu === undefined || !isLocked(net.pmtu, daddr, now)
}

function isLocked(pmtu: NonNullable<Netns['pmtu']>, daddr: Ipv4, now: number): boolean {
  return pmtu.some((p) => p.daddr === daddr && p.lock && p.expires > now)
}

/** Has any way an MTU that is not its device's? */
export function hasOwnMtu(net: Netns): boolean {
  return net.pmtu !== undefined || fibOf(net).hasMtu
}

/**
 * How many bytes fit through the way of a packet: what "fragmentation needed" has taught, but not for those of others, who
 * are told themselves; what its route says; the MTU of the device. Linux: ip_dst_mtu_maybe_forward, ipv4_mtu
 */
export function ip_dst_mtu(k: { net: Netns; now: number }, dev: Dev, flow: Flow): number {
  const { net } = k
  const learnt = net.pmtu?.find((p) => p.daddr === flow.daddr && p.expires > k.now)
  const counts = flow.iif === 1 || learnt?.lock || net.sysctl['net.ipv4.ip_forward_use_pmtu']
  if (learnt && counts && learnt.mtu < dev.mtu) return learnt.mtu
  if (!fibOf(net).hasMtu) return dev.mtu
  const { ifindex, mtu }: Partial<Route> = fib_lookup(net, flow) ?? {}
  return (ifindex === dev.ifindex && mtu) || dev.mtu
}

/** The largest segment that the route to an address says to ask for; 0: it says nothing. Linux: dst_metric_advmss */
export function routeAdvmss(net: Netns, saddr: Ipv4, daddr: Ipv4): number {
  if (!fibOf(net).hasAdvmss) return 0
  const { metrics }: Partial<Route> = fib_lookup(net, { daddr, saddr, iif: 1, oif: 0, mark: 0, tos: 0 }) ?? {}
  return Number(metrics?.['advmss'] ?? 0)
}

/** Linux: net.ipv4.route.mtu_expires, net.ipv4.route.min_pmtu */
const MTU_EXPIRES = 600_000_000
const MIN_PMTU = 552

/** A router has said how much fits through the way to a destination. Linux: ip_rt_update_pmtu, update_or_create_fnhe */
export function ip_rt_update_pmtu(k: { net: Netns; now: number }, daddr: Ipv4, told: number): void {
  const { net } = k
  const route = ip_route_output(net, daddr)
  const dev = 'errno' in route ? undefined : devByIndex(net, route.ifindex)
  if (!dev) return
  const flow = { daddr, saddr: 0, iif: 1, oif: 0, mark: 0, tos: 0 }
  const old = ip_dst_mtu(k, dev, flow)
  const way: Partial<Route> = fib_lookup(net, flow) ?? {}
  if (old < told || way.lock) return
  const lock = told < MIN_PMTU
  const mtu = lock ? Math.min(old, MIN_PMTU) : told
  net.pmtu = [
    ...(net.pmtu ?? []).filter((p) => p.daddr !== daddr && p.expires > k.now),
    { daddr, mtu, lock, expires: k.now + MTU_EXPIRES },
  ]
}

const LOOPBACK: Ipv4 = 0x7f000001

/** With which address the host speaks to one of its own: the first of that subnet on its device. Linux: fib_add_ifaddr */
function localSource(net: Netns, dst: Ipv4): Ipv4 {
  for (const { addrs } of net.devs) {
    const own = addrs.find((a) => a.addr === dst)
    if (own) return addrs.find((a) => a.bits === own.bits && isInSubnet(a, own.peer ?? dst))?.addr ?? dst
  }
  return dst
}

/**
 * Which way a packet goes that is made here: the device, the next hop, and the address that it gets as its source where it
 * has none. Or the errno that its sender gets. Linux: net/ipv4/route.c ip_route_output_key
 */
export function ip_route_output(net: Netns, dst: Ipv4, more: OutputFlow = {}): OutputRoute {
  // Nobody speaks by a device that is down, not even to himself.
  if (more.oif && devByIndex(net, more.oif)?.up === false) return { errno: 'ENETUNREACH' }
  // Who names nobody means himself.
  if (dst === 0)
    return { ifindex: 1, nexthop: more.saddr || LOOPBACK, src: more.saddr || LOOPBACK, heard: false }
  const found = fib_lookup(net, {
    daddr: dst,
    saddr: more.saddr ?? 0,
    iif: 1,
    oif: more.oif ?? 0,
    mark: more.mark ?? 0,
    tos: more.tos ?? 0,
    proto: more.proto ?? 0,
    sport: more.sport ?? 0,
    dport: more.dport ?? 0,
  })
  if (found?.type === 'local') {
    const { src }: Partial<Route> = found
    return { ifindex: 1, nexthop: dst, src: src || localSource(net, dst), heard: false }
  }
  const group = isMulticast(dst)
  // Whoever names the device, or an address of it, gets there without asking the routes. Linux: ip_route_output_key_hash_rcu
  const by = dst === 0xffffffff || group ? more.oif || deviceOf(net, more.saddr ?? 0) : 0
  if (by !== 0 && (dst === 0xffffffff || dst >>> 8 === 0xe00000 || more.saddr))
    return { ifindex: by, nexthop: dst, src: inet_select_addr(net, by, 0), heard: isHeard(net, by, dst) }
  const route = found?.type === 'broadcast' ? broadcastRoute(net, found, dst, more.oif ?? 0) : found
  // Who names a device gets there, whatever the routes say.
  if (more.oif && route?.type !== 'unicast')
    return { ifindex: more.oif, nexthop: dst, src: inet_select_addr(net, more.oif, dst), heard: false }
  if (!route) return { errno: 'ENETUNREACH' }
  if (route.type === 'blackhole') return { errno: 'EINVAL' }
  if (route.type === 'prohibit') return { errno: 'EACCES' }
  // A rule's word is about the net, a route's about the host.
  if (route.type === 'unreachable') return { errno: route.table === 0 ? 'ENETUNREACH' : 'EHOSTUNREACH' }
  // A way for all sorts leads to no gateway for a group, and to everybody none does. Linux: __mkroute_output
  const all = dst === 0xffffffff || found?.type === 'broadcast'
  const direct = all || (group && route.dst.bits < 4)
  const nexthop = direct ? dst : route.via || dst
  // To a group by a device that is named: the first address of that.
  const named = group && more.oif ? inet_select_addr(net, more.oif, 0) : route.src
  const scope = RT_SCOPES[route.scope ?? 'link']
  const src = named || inet_select_addr(net, route.ifindex, group ? nexthop : route.via, scope)
  const out = devByIndex(net, route.ifindex)
  const ofLo = (more.saddr || src) >>> 24 === 127
  if (ofLo && out?.loopback === false && devConf(net, out, 'route_localnet') === 0) return { errno: 'EINVAL' }
  const heard = (group || all) && isHeard(net, route.ifindex, dst)
  return { ifindex: route.ifindex, nexthop, src, heard }
}

/** The device that has an address, 0: none. */
function deviceOf(net: Netns, a: Ipv4): number {
  return net.devs.find((d) => d.addrs.some(({ addr }) => addr === a))?.ifindex ?? 0
}

/** Does the host hear what it sends by a device to many? To all, and to the group that every device is in. Linux: ip_mc_output */
function isHeard(net: Netns, ifindex: number, dst: Ipv4): boolean {
  return (!isMulticast(dst) || dst === ALL_HOSTS) && devByIndex(net, ifindex)?.loopback === false
}

/** What of a route says where it leads. */
type Way = Pick<Route, 'type' | 'table' | 'dst' | 'ifindex' | 'via' | 'src'> & Partial<Pick<Route, 'scope'>>

/** A broadcast address leads out of the device that it is of; `oif` not 0: only out of that one. */
function broadcastRoute(net: Netns, found: FibResult, dst: Ipv4, oif: number): Way | null {
  if ('ifindex' in found) return found
  for (const d of net.devs) {
    if (!d.up || (oif !== 0 && d.ifindex !== oif)) continue
    const own = d.addrs.find((a) => isBroadcastOf(a, dst))
    if (!own) continue
    const to = { addr: dst, bits: 32 }
    return { type: 'unicast', table: RT_TABLE_LOCAL, dst: to, ifindex: d.ifindex, via: 0, src: own.addr }
  }
  return null
}
