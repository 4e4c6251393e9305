/**
 * The forwarding information base: rules that choose a table, tables that hold routes, and the table `local`, which
 * follows from the addresses of the devices.
 *
 * Linux: net/ipv4/fib_rules.c, fib_trie.c fib_trie_table, fib_trie_unmerge, fib_frontend.c fib_add_ifaddr
 * Left out: users, realms and tunnels in rules
 */
import { contains, netmask, printCidr, type Cidr, type Ipv4 } from '../wire/address.ts'
import type { Dev, IfAddr, Netns, Route } from './netns.ts'
import { part } from './parts.ts'

/** Numbers of the tables that always exist. Linux: enum rt_class_t */
export const RT_TABLE_DEFAULT = 253
export const RT_TABLE_MAIN = 254
export const RT_TABLE_LOCAL = 255

/** How far an address or a route is known. Linux: enum rt_scope_t */
export const RT_SCOPE_LINK = 253
export const RT_SCOPES = { global: 0, link: RT_SCOPE_LINK, host: 254 } as const

/** Linux: ifa_scope, as programs set it */
export const scopeOf = (a: IfAddr): number => a.scope ?? (a.addr >>> 24 === 127 ? RT_SCOPES.host : 0)

/** Is it in the subnet that an address has brought? Linux: inet_ifa_match */
export function isInSubnet({ addr, peer = addr, bits }: IfAddr, a: Ipv4): boolean {
  return contains({ addr: peer, bits }, a)
}

/** The last address of that subnet. */
export function lastOf({ addr, peer = addr, bits }: IfAddr): Ipv4 {
  return (peer | ~netmask(bits)) >>> 0
}

/** A routing rule; what is null or 0 is not asked for. Linux: struct fib4_rule */
export interface FibRule {
  pref: number
  not: boolean
  from: Cidr | null
  to: Cidr | null
  iif: string
  oif: string
  mark: number
  mask: number
  /** TOS bits, 0: any. */
  tos: number
  /** The protocol, and from which to which port; absent: any. */
  ipproto?: number
  sport?: PortRange
  dport?: PortRange
  action: 'lookup' | 'blackhole' | 'unreachable' | 'prohibit' | 'goto' | 'nop'
  table: number
  /** Routes whose prefix is not longer, or that lead by a device of this group, do not count: the next rule is asked. */
  shortest?: number
  group?: number
  /** The preference of the rule to go on with. Linux: FRA_GOTO */
  target?: number
  proto: 'kernel' | 'boot' | 'static'
}

/** Both ends belong to it. Linux: struct fib_rule_port_range */
export interface PortRange {
  start: number
  end: number
}

/** What a lookup is about. Addresses 0: unknown; ifindexes 0: none. Linux: struct flowi4 */
export interface Flow {
  daddr: Ipv4
  saddr: Ipv4
  iif: number
  oif: number
  mark: number
  tos: number
  /** The protocol and its ports, 0: not known. Only rules that ask for them look. */
  proto?: number
  sport?: number
  dport?: number
}

/** The rules of a fresh namespace. Linux: fib_default_rules_init */
export function defaultRules(): FibRule[] {
  const rule = (pref: number, table: number): FibRule => ({
    pref,
    not: false,
    from: null,
    to: null,
    iif: '',
    oif: '',
    mark: 0,
    mask: 0,
    tos: 0,
    action: 'lookup',
    table,
    proto: 'kernel',
  })
  return [rule(0, RT_TABLE_LOCAL), rule(32766, RT_TABLE_MAIN), rule(32767, RT_TABLE_DEFAULT)]
}

/** What a lookup finds besides a route: an address of the host, or one that stands for a whole subnet. */
export type FibResult = Route | typeof LOCAL | typeof BROADCAST
export const LOCAL = { type: 'local' } as const
export const BROADCAST = { type: 'broadcast' } as const

/** What is looked up, in the order in which it is found: worked out anew after a change. */
interface Compiled {
  net: Netns
  generation: number
  /** The host's own and its broadcast addresses: an open hash of addresses as signed numbers, and what each is. */
  addrs: Int32Array
  types: Uint8Array
  tables: Map<number, Row[]>
  /** Does any route have an MTU of its own? Or another metric that counts, or realms? */
  hasMtu: boolean
  hasAdvmss: boolean
  hasRealms: boolean
  /** Does a rule ask for protocols or ports, or has a route several hops? Then packets of one pair of addresses may go different ways. */
  dissects: boolean
  /** What packets that came in, and those made here, were told last: a load asks for the same few ways again and again. */
  input: Known[]
  output: Known[]
}

/** A question and its answer. Addresses as signed numbers. */
export interface Known {
  saddr: number
  daddr: number
  ifindex: number
  mark: number
  tos: number
  answer: unknown
}

const KNOWN = 16

function known(): Known[] {
  return Array.from({ length: KNOWN }, () => ({
    saddr: 0,
    daddr: 0,
    ifindex: -1,
    mark: 0,
    tos: 0,
    answer: null,
  }))
}

/** Where the answer to a question would be kept, and whether it is there. */
export function knownAt(at: Known[], saddr: Ipv4, daddr: Ipv4, ifindex: number): Known {
  return at[((saddr ^ (saddr >>> 16)) + (daddr ^ (daddr >>> 16)) + ifindex) & (KNOWN - 1)]
}

interface Row {
  /** As signed numbers. */
  addr: number
  mask: number
  route: Route
}

const IS_LOCAL = 1
const IS_BROADCAST = 2
const RESULTS = [null, LOCAL, BROADCAST] as const

const compiled = new WeakMap<Netns, Compiled>()
/** Those asked for last: one of them is most often the next one too. */
const recent: (Compiled | null)[] = [null, null, null, null]
let oldest = 0

/** They are found again where they are asked for; until then they would hold namespaces of labs that are over. */
export function forgetRecentFibs(): void {
  recent.fill(null)
}

export const hasRecentFibs = (): boolean => recent.some((fib) => fib !== null)

/** Addresses, routes or the state of a device have changed. Linux: rt_cache_flush */
export function rt_cache_flush(net: Netns): void {
  net.fibGeneration++
}

/** Where an address is in the hash, or the place where it would be. */
function placeOf(addrs: Int32Array, types: Uint8Array, a: number): number {
  const mask = addrs.length - 1
  let at = (Math.imul(a, 0x9e3779b1) >>> 16) & mask
  while (types[at] !== 0 && addrs[at] !== a) at = (at + 1) & mask
  return at
}

/** All of a subnet that lo has an address in is the host's own, as 127.0.0.0/8 is. Linux: fib_add_ifaddr, IFF_LOOPBACK */
export function subnetsOfLo({ devs: [lo] }: Netns): (Route & { type: 'local' })[] {
  const found = new Map<string, Route & { type: 'local' }>()
  for (const a of lo.addrs) {
    const { addr: src, peer = src, bits, bare } = a
    const dst = { addr: (peer & netmask(bits)) >>> 0, bits }
    if (bare || dst.addr === 0 || (bits === 32 && dst.addr === src) || found.has(printCidr(dst))) continue
    found.set(printCidr(dst), { ...OF_LO, dst, src, metric: a.metric ?? 0 })
  }
  return [...found.values()]
}

function compile(net: Netns): Compiled {
  const own = new Map<Ipv4, number>()
  for (const dev of net.devs)
    for (const a of dev.addrs) {
      if (a.bits >= 31 || !dev.up) continue
      own.set(lastOf(a), IS_BROADCAST)
      if (a.brd) own.set(a.brd, IS_BROADCAST)
    }
  // They stay the host's own while their device is down.
  for (const dev of net.devs) for (const a of dev.addrs) own.set(a.addr, IS_LOCAL)
  let size = 8
  while (size < own.size * 2) size *= 2
  const addrs = new Int32Array(size)
  const types = new Uint8Array(size)
  for (const [a, type] of own) {
    const at = placeOf(addrs, types, a | 0)
    addrs[at] = a | 0
    types[at] = type
  }
  const tables = new Map<number, Row[]>()
  for (const route of [...subnetsOfLo(net), ...net.routes]) {
    const rows = tables.get(route.table) ?? []
    rows.push({ addr: route.dst.addr | 0, mask: netmask(route.dst.bits) | 0, route })
    tables.set(route.table, rows)
  }
  // Before there is a rule of one's own the tables `local` and `main` are one, of which the longest prefix counts.
  if (!net.fibSplit)
    tables.set(RT_TABLE_LOCAL, [...(tables.get(RT_TABLE_LOCAL) ?? []), ...(tables.get(RT_TABLE_MAIN) ?? [])])
  // A sort keeps the order of equals.
  for (const rows of tables.values())
    rows.sort(
      ({ route: a }, { route: b }) =>
        b.dst.bits - a.dst.bits || (b.tos ?? 0) - (a.tos ?? 0) || a.metric - b.metric,
    )
  const generation = net.fibGeneration
  const hasMtu = net.routes.some((r) => r.mtu !== undefined)
  const hasAdvmss = net.routes.some((r) => r.metrics !== undefined && 'advmss' in r.metrics)
  const hasRealms = net.routes.some((r) => r.realms !== undefined)
  const dissects =
    net.rules.some((r) => r.ipproto !== undefined || r.sport || r.dport) || net.routes.some((r) => r.hops)
  const has = { hasMtu, hasAdvmss, hasRealms }
  return { net, generation, addrs, types, tables, ...has, dissects, input: known(), output: known() }
}

export function fibOf(net: Netns): Compiled {
  for (let i = 0; i < 4; i++) {
    const fib = recent[i]
    if (fib !== null && fib.net === net && fib.generation === net.fibGeneration) return fib
  }
  return fibFound(net)
}

function fibFound(net: Netns): Compiled {
  let fib = compiled.get(net)
  if (fib === undefined || fib.generation !== net.fibGeneration) {
    fib = compile(net)
    compiled.set(net, fib)
  }
  recent[oldest] = fib
  oldest = (oldest + 1) & 3
  return fib
}

function ownType(fib: Compiled, a: Ipv4): FibResult | null {
  return RESULTS[fib.types[placeOf(fib.addrs, fib.types, a | 0)]]
}

/** Has a device just this address? Not what a subnet of lo makes the host's own. Linux: inet_lookup_ifaddr_rcu */
export function isAddressOf(net: Netns, a: Ipv4): boolean {
  return ownType(fibOf(net), a) === LOCAL
}

const NOBODY: Flow = { daddr: 0, saddr: 0, iif: 0, oif: 0, mark: 0, tos: 0 }

/** What the table `local` says of an address: the host's own, a broadcast address, or nothing. */
export function localType(net: Netns, a: Ipv4): FibResult | null {
  // It is in no table. Linux: inet_addr_type, ipv4_is_lbcast
  if (a === 0xffffffff) return BROADCAST
  const type = localRoute(net, a)?.type
  return type === 'local' ? LOCAL : type === 'broadcast' ? BROADCAST : null
}

/** What the table `local` says of an address, whatever that is. */
export function localRoute(net: Netns, a: Ipv4): FibResult | null {
  const fib = fibOf(net)
  return ownType(fib, a) ?? lookupTable(net, fib, RT_TABLE_LOCAL, { ...NOBODY, daddr: a })
}

/** The bits of a TOS that routing looks at. Linux: fib_dscp_masked_match, RT_TOS */
const TOS_OF_ROUTES = 0x1c

/** The route of a table for a flow; `oif` not 0: only routes of that device. Linux: fib_table_lookup */
function lookupTable(net: Netns, fib: Compiled, table: number, f: Flow): Route | null {
  const rows = fib.tables.get(table)
  if (rows === undefined) return null
  const to = f.daddr | 0
  for (let i = 0; i < rows.length; i++) {
    const r = rows[i]
    if (((r.addr ^ to) & r.mask) !== 0) continue
    const { route } = r
    if (route.tos !== undefined && route.tos !== (f.tos & TOS_OF_ROUTES)) continue
    if (route.hops !== undefined) {
      const chosen = part('multipath')(net, route, f)
      if (chosen !== null) return chosen
      continue
    }
    if (route.type === 'unicast' && !net.devs[route.ifindex - 1]?.up) continue
    if (f.oif !== 0 && route.ifindex !== f.oif && !refuses(route)) continue
    return route
  }
  return null
}

function nameOf(net: Netns, ifindex: number): string {
  return net.devs[ifindex - 1]?.name ?? ''
}

/** Linux: fib4_rule_match, fib_rule_match */
function ruleMatches(net: Netns, r: FibRule, f: Flow): boolean {
  const hit =
    (r.from === null || contains(r.from, f.saddr)) &&
    (r.to === null || contains(r.to, f.daddr)) &&
    (r.iif === '' || r.iif === nameOf(net, f.iif)) &&
    (r.oif === '' || r.oif === nameOf(net, f.oif)) &&
    ((f.mark ^ r.mark) & r.mask) === 0 &&
    (r.tos === 0 || r.tos === (f.tos & 0x1e)) &&
    (r.ipproto === undefined || r.ipproto === f.proto) &&
    inRange(r.sport, f.sport ?? 0) &&
    inRange(r.dport, f.dport ?? 0)
  return hit !== r.not
}

function inRange(range: PortRange | undefined, port: number): boolean {
  return range === undefined || (port >= range.start && port <= range.end)
}

/** Does it say that there is no way? Then it leads by no device, and no rule passes over it. Linux: fib_props */
export function refuses({ type }: FibResult): boolean {
  return type === 'blackhole' || type === 'unreachable' || type === 'prohibit'
}

/** Does a rule pass over what its table has found? Linux: fib4_rule_suppress */
function suppresses(net: Netns, r: FibRule, found: FibResult, to: Ipv4): boolean {
  if (refuses(found)) return false
  const { dst, ifindex }: Partial<Route> = found
  if ((dst?.bits ?? 32) <= (r.shortest ?? -1)) return true
  const dev = ifindex === undefined ? net.devs.find((d) => isOf(d, to)) : net.devs[ifindex - 1]
  return (dev?.set?.group ?? 0) === r.group
}

/** The first rule whose table knows the destination decides. Null: no route. Linux: fib_lookup, fib_rules_lookup */
export function fib_lookup(net: Netns, f: Flow): FibResult | null {
  const fib = fibOf(net)
  const { rules } = net
  for (let i = 0; i < rules.length; i++) {
    const r = rules[i]
    if ((r.pref !== 32766 || r.proto !== 'kernel') && !ruleMatches(net, r, f)) continue
    if (r.action === 'nop') continue
    if (r.action === 'goto') {
      // Always onward; where there is no such rule, with the next one.
      const to = rules.findIndex(({ pref }) => pref === r.target)
      if (to > i) i = to - 1
      continue
    }
    if (r.action !== 'lookup') return { ...NO_ROUTE, type: r.action }
    const found = r.table === RT_TABLE_LOCAL ? localFor(net, fib, f) : lookupTable(net, fib, r.table, f)
    if (found !== null && found.type !== 'throw' && !suppresses(net, r, found, f.daddr)) return found
  }
  return null
}

/** Is it the broadcast address of the subnet that an address of a device is in? */
export function isBroadcastOf(own: IfAddr, a: Ipv4): boolean {
  return own.brd === a || (own.bits < 31 && lastOf(own) === a)
}

/** Does the table `local` have this address because of this device? */
export function isOf(dev: Dev | undefined, a: Ipv4): boolean {
  return dev?.addrs.some((x) => x.addr === a || isBroadcastOf(x, a)) === true
}

/** A lookup that is tied to a device finds the addresses of that device, not all of the host's. */
function localFor(net: Netns, fib: Compiled, f: Flow): FibResult | null {
  if (f.oif === 0 || isOf(net.devs[f.oif - 1], f.daddr)) {
    const own = ownType(fib, f.daddr)
    if (own !== null) return own
  }
  return lookupTable(net, fib, RT_TABLE_LOCAL, f)
}

const OF_LO = {
  via: 0,
  ifindex: 1,
  type: 'local',
  proto: 'kernel',
  scope: 'host',
  table: RT_TABLE_LOCAL,
} as const

const NO_ROUTE: Route = {
  dst: { addr: 0, bits: 0 },
  via: 0,
  ifindex: 0,
  src: 0,
  metric: 0,
  type: 'unreachable',
  proto: 'kernel',
  scope: 'global',
  // No table: a rule has said so.
  table: 0,
}
