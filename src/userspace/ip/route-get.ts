/** `ip route get`: what the kernel would do with a packet. Linux: iproute2, ip/iproute.c iproute_get; net/ipv4/route.c */
import {
  ALL_HOSTS,
  devByIndex,
  devName,
  ip_route_input,
  ip_route_output,
  isBroadcast,
  isLocal,
  isMulticast,
  type OutputFlow,
  type OutputRoute,
  type Routed,
} from '../../kernel/route.ts'
import { fib_lookup, RT_TABLE_LOCAL, RT_TABLE_MAIN, type Flow } from '../../kernel/fib.ts'
import type { Dev } from '../../kernel/netns.ts'
import { printIpv4, type Ipv4 } from '../../wire/address.ts'
import { IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP } from '../../wire/packet.ts'
import {
  answered,
  invalidArgument,
  leftOut,
  matches,
  needDev,
  peek,
  Quit,
  take,
  takeNumber,
  takePrefix,
  takeProtocol,
  type Args,
} from './args.ts'
import type { Ip } from './ip.ts'
import { tableName } from './tables.ts'
import { ROUTE_HELP } from './usage.ts'

interface Question {
  dst: Ipv4 | null
  from: Ipv4 | null
  iif: string | null
  oif: string | null
  mark: number
  tos: number
  /** Whose packet it would be, null: it comes in, and nobody's. */
  uid: number | null
  proto: number
  sport: number
  dport: number
}

/** Whoever names no protocol asks for UDP. Linux: inet_rtm_getroute */
const ASKED_AS = { proto: IPPROTO_UDP, sport: 0, dport: 0 }

function read(ip: Ip, args: Args): Question {
  const q: Question = { dst: null, from: null, iif: null, oif: null, mark: 0, tos: 0, uid: null, ...ASKED_AS }
  let known = ip.options.family === 'inet'
  while (peek(args) !== undefined) {
    let word = take(args)
    if (matches(word, 'from')) q.from = takePrefix(args, known).addr
    else if (matches(word, 'iif')) q.iif = take(args)
    else if (matches(word, 'oif') || word === 'dev') q.oif = take(args)
    else if (word === 'mark') q.mark = takeNumber(args, 'invalid mark\n')
    else if (matches(word, 'tos') || matches(word, 'dsfield'))
      q.tos = takeNumber(args, 'TOS value is invalid\n') & 0xff
    else if (['notify', 'connected', 'vrf', 'fibmatch', 'as'].includes(word)) throw leftOut(word)
    else if (word === 'ipproto') q.proto = takeRoutedProtocol(args)
    else if (word === 'sport' || word === 'dport') q[word] = takePort(args, word)
    else if (word === 'uid') q.uid = takeNumber(args, 'invalid UID\n')
    else {
      if (word === 'to') word = take(args)
      if (matches(word, 'help')) throw new Quit(255, ROUTE_HELP)
      args.at--
      const { addr, bits } = takePrefix(args, known)
      if (bits !== 32) ip.err(`Warning: /${bits} as prefix is invalid, only /32 (or none) is supported.\n`)
      q.dst = addr
      known = true
    }
  }
  return q
}

/** Only these may be asked about. Linux: rtm_getroute_parse_ip_proto */
function takeRoutedProtocol(args: Args): number {
  const proto = takeProtocol(args)
  if (![IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP].includes(proto))
    answered({ errno: 'EOPNOTSUPP', message: 'Unsupported ip proto' })
  return proto
}

function takePort(args: Args, word: string): number {
  const port = takeNumber(args, `invalid ${word}\n`)
  if (port > 0xffff) throw invalidArgument(`invalid ${word}\n`, String(port))
  return port
}

/** A lookup that is tied to a device: any route of it, else the device itself is taken for the link. */
function byDevice(ip: Ip, dst: Ipv4, dev: Dev, more: OutputFlow): OutputRoute {
  if (!dev.up) return { errno: 'ENETUNREACH' }
  return ip_route_output(ip.net, dst, { ...more, oif: dev.ifindex })
}

/**
 * The table that decides, if it is not `main`. Until somebody changes the rules, Linux keeps `local` and
 * `main` in one. Linux: fib_unmerge
 */
function tableOf(ip: Ip, flow: Flow): string {
  const found = fib_lookup(ip.net, flow)
  if (found === null) return ''
  const own = 'table' in found ? found.table : RT_TABLE_LOCAL
  // A rule that refuses is in no table.
  if (own === 0 || (own === RT_TABLE_LOCAL && !ip.net.fibSplit)) return ''
  return own === RT_TABLE_MAIN ? '' : `table ${tableName(own)} `
}

function markOf(mark: number): string {
  if (mark === 0) return ''
  return `mark ${mark < 16 ? mark : `0x${mark.toString(16)}`} `
}

/** The greatest number is nobody. */
const uidOf = (uid: number | null): string => (uid === null || uid === 0xffffffff ? '' : `uid ${uid} `)

/** The MTU of the route itself. */
function routeMtu(ip: Ip, flow: Flow): string {
  const found = fib_lookup(ip.net, flow)
  if (found === null || !('mtu' in found) || found.mtu === undefined) return ''
  return `mtu ${found.lock ? 'lock ' : ''}${found.mtu} `
}

/** What has been learnt of the way, else what its route says. */
function cachedMtu(ip: Ip, flow: Flow): string {
  const { now } = ip.k
  const learnt = ip.net.pmtu?.find((p) => p.daddr === flow.daddr && p.expires > now)
  if (learnt === undefined) return routeMtu(ip, flow)
  const left = Math.floor((learnt.expires - now) / 1_000_000)
  return `expires ${left}sec mtu ${learnt.lock ? 'lock ' : ''}${learnt.mtu} `
}

export function get(ip: Ip, args: Args): void {
  const { dst, from, iif, oif, mark, tos, uid, proto, sport, dport } = read(ip, args)
  if (dst === null) throw new Quit(1, 'need at least a destination address\n')
  if (iif !== null) {
    incoming(ip, { daddr: dst, saddr: from ?? 0, mark, tos, protocol: proto, sport, dport }, iif, uidOf(uid))
    return
  }
  const dev = oif === null ? null : needDev(ip.net, oif)
  if (from !== null && !isLocal(ip.net, from)) answered({ errno: 'ENETUNREACH' })
  const more = { mark, tos, proto, sport, dport }
  const asked = { daddr: dst, saddr: from ?? 0, iif: 1, oif: dev?.ifindex ?? 0, ...more }
  const found = dst === 0xffffffff ? 'broadcast' : fib_lookup(ip.net, asked)?.type
  // Who names nobody means himself.
  const local = found === 'local' || dst === 0
  const route =
    dev && !local ? byDevice(ip, dst, dev, more) : ip_route_output(ip.net, dst, { ...more, saddr: from ?? 0 })
  if ('errno' in route) {
    answered(route)
    return
  }
  const broadcast = found === 'broadcast'
  const group = isMulticast(dst)
  const type = local ? 'local ' : broadcast ? 'broadcast ' : group ? 'multicast ' : ''
  const table = tableOf(ip, asked)
  const source = from === null ? `src ${printIpv4(route.src)} ` : ''
  const loops = ip.net.devs[route.ifindex - 1]?.loopback === true
  const many = `<${dst === ALL_HOSTS ? 'local,' : ''}mc> `
  const flags = group ? many : local || (loops && !broadcast) ? '<local> ' : broadcast ? '<local,brd> ' : ''
  // The kernel's flag of such a route is also the bit that ip calls so.
  const bit = group ? 'rt_offload_failed ' : ''
  ip.out(
    `${type}${printIpv4(dst)} ${from === null ? '' : `from ${printIpv4(from)} `}` +
      `${local || route.nexthop === dst ? '' : `via ${printIpv4(route.nexthop)} `}` +
      `dev ${devName(ip.net, route.ifindex)} ${table}${source}${bit}${markOf(mark)}${uidOf(uid ?? 0)}${ip.options.eol}    cache ${flags}${cachedMtu(ip, asked)}\n`,
  )
}

/** What would become of a packet that comes in. */
function incoming(ip: Ip, p: Routed, iif: string, uid: string): void {
  const { daddr: dst, saddr: from } = p
  const dev = needDev(ip.net, iif)
  const r = ip_route_input(ip.net, p, dev.ifindex)
  const head = `${printIpv4(dst)} from ${printIpv4(from)} `
  const flow = { ...p, proto: p.protocol ?? 0, iif: dev.ifindex, oif: 0 }
  const table = tableOf(ip, flow)
  if (r.kind === 'local') {
    const flags = isBroadcast(ip.net, dst) ? '<local,brd> ' : '<local> '
    const type = isBroadcast(ip.net, dst) ? 'broadcast' : 'local'
    ip.out(
      `${type} ${head}dev lo ${table}${markOf(p.mark)}${uid}${ip.options.eol}    cache ${flags}iif ${iif} \n`,
    )
    return
  }
  if (r.kind === 'error') {
    if (r.icmp === 13) answered({ errno: 'EACCES' })
    if (
      ['IP_RPFILTER', 'IP_LOCALNET', 'IP_LOCAL_SOURCE', 'IP_INVALID_SOURCE', 'NOT_SPECIFIED'].includes(
        r.reason,
      ) &&
      r.icmp < 0
    )
      answered({ errno: 'EINVAL' })
    answered({ errno: r.icmp === 0 ? 'ENETUNREACH' : 'EHOSTUNREACH' })
    return
  }
  const via = r.nexthop === dst ? '' : `via ${printIpv4(r.nexthop)} `
  const out = devByIndex(ip.net, r.ifindex)?.name ?? ''
  const redirect = r.redirect ? '<redirect> ' : ''
  ip.out(
    `${head}${via}dev ${out} ${table}${markOf(p.mark)}${uid}${ip.options.eol}    cache ${redirect}${routeMtu(ip, flow)}iif ${iif} \n`,
  )
}
