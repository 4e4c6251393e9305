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
import type { Dev, Route } from '../../kernel/netns.ts'
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
import { printJson, when, type JsonObject } from './json.ts'
import { metricsObject, metricsText, realmsObject, realmsText, takeTos, tosText } from './metrics.ts'
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
    else if (matches(word, 'tos') || matches(word, 'dsfield')) q.tos = takeTos(args, 'TOS value is invalid\n')
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
  return own === RT_TABLE_MAIN ? '' : tableName(own)
}

/** What the kernel answers, of a way that there is. */
interface Answer {
  type: string
  dst: Ipv4
  from: Ipv4 | null
  via: Ipv4
  dev: string
  table: string
  src: Ipv4
  mark: number
  /** Whose packet it would be; null: nobody's. */
  uid: number | null
  /** Of a group: the kernel's flag of such a route is also the bit that ip calls so. */
  bit: boolean
  cache: readonly string[]
  iif: string
  /** The route itself. */
  route: Partial<Route>
  /** What has been learnt of the way. */
  learnt: { seconds: number; mtu: number; lock: boolean } | null
}

function markText(mark: number): string {
  return mark < 16 ? String(mark) : `0x${mark.toString(16)}`
}

/** The greatest number is nobody. */
const NOBODY = 0xffffffff

function tell(ip: Ip, a: Answer): void {
  const { route, learnt } = a
  const way = learnt ? { ...route, mtu: learnt.mtu, lock: learnt.lock } : route
  const uid = a.uid === null || a.uid === NOBODY ? null : a.uid
  if (ip.options.json) {
    const metrics = metricsObject(way)
    const shown: JsonObject = {
      type: when(a.type !== '' || ip.options.details, a.type || 'unicast'),
      dst: printIpv4(a.dst),
      from: a.from === null ? undefined : printIpv4(a.from),
      tos: route.tos === undefined ? undefined : tosText(route.tos),
      gateway: a.via === 0 ? undefined : printIpv4(a.via),
      dev: a.dev,
      table: a.table || undefined,
      prefsrc: a.src === 0 ? undefined : printIpv4(a.src),
      flags: a.bit ? ['rt_offload_failed'] : [],
      mark: a.mark === 0 ? undefined : markText(a.mark),
      flow: route.realms === undefined ? undefined : realmsObject(route.realms),
      uid: uid ?? undefined,
      cache: [...a.cache],
      expires: learnt?.seconds,
      metrics: metrics && [metrics],
      iif: a.iif || undefined,
    }
    printJson(ip, [shown])
    return
  }
  const word = (name: string, value: string): string => (value === '' ? '' : `${name} ${value} `)
  ip.out(
    (a.type === '' && !ip.options.details ? '' : `${a.type || 'unicast'} `) +
      `${printIpv4(a.dst)} ` +
      word('from', a.from === null ? '' : printIpv4(a.from)) +
      word('tos', route.tos === undefined ? '' : tosText(route.tos)) +
      word('via', a.via === 0 ? '' : printIpv4(a.via)) +
      `dev ${a.dev} ` +
      word('table', a.table) +
      word('src', a.src === 0 ? '' : printIpv4(a.src)) +
      (a.bit ? 'rt_offload_failed ' : '') +
      word('mark', a.mark === 0 ? '' : markText(a.mark)) +
      (route.realms === undefined ? '' : `${realmsText(route.realms)} `) +
      word('uid', uid === null ? '' : String(uid)) +
      `${ip.options.eol}    cache ` +
      (a.cache.length === 0 ? '' : `<${a.cache.join()}> `) +
      (learnt ? `expires ${learnt.seconds}sec ` : '') +
      metricsText(way) +
      word('iif', a.iif) +
      '\n',
  )
}

/** The route of a flow; nothing for one of the host's own addresses. */
function routeOf({ net }: Ip, flow: Flow): Partial<Route> {
  const found = fib_lookup(net, flow)
  return found !== null && 'dst' in found ? found : {}
}

/** What has been learnt of the way to an address. */
function learntOf(ip: Ip, daddr: Ipv4): Answer['learnt'] {
  const { now } = ip.k
  const learnt = ip.net.pmtu?.find((p) => p.daddr === daddr && p.expires > now)
  if (learnt === undefined) return null
  return { seconds: Math.floor((learnt.expires - now) / 1_000_000), mtu: learnt.mtu, lock: learnt.lock }
}

export function get(ip: Ip, args: Args): void {
  const { dst, from, iif, oif, mark, tos, uid, proto, sport, dport } = read(ip, args)
  if (dst === null) throw new Quit(1, 'need at least a destination address\n')
  if (iif !== null) {
    incoming(ip, { daddr: dst, saddr: from ?? 0, mark, tos, protocol: proto, sport, dport }, iif, uid)
    return
  }
  const dev = oif === null ? null : needDev(ip.net, oif)
  if (from !== null && !isLocal(ip.net, from)) answered({ errno: 'ENETUNREACH' })
  const more = { mark, tos, proto, sport, dport }
  const asked = { daddr: dst, saddr: from ?? 0, iif: 1, oif: dev?.ifindex ?? 0, ...more }
  const found = dst === 0xffffffff ? 'broadcast' : fib_lookup(ip.net, asked)?.type
  // Who names nobody means himself.
  const local = found === 'local' || dst === 0
  const way =
    dev && !local ? byDevice(ip, dst, dev, more) : ip_route_output(ip.net, dst, { ...more, saddr: from ?? 0 })
  if ('errno' in way) {
    answered(way)
    return
  }
  const broadcast = found === 'broadcast'
  const group = isMulticast(dst)
  const loops = ip.net.devs[way.ifindex - 1]?.loopback === true
  const many = dst === ALL_HOSTS ? ['local', 'mc'] : ['mc']
  const flags = local || (loops && !broadcast) ? ['local'] : broadcast ? ['local', 'brd'] : []
  tell(ip, {
    type: local ? 'local' : broadcast ? 'broadcast' : group ? 'multicast' : '',
    dst,
    from,
    via: local || way.nexthop === dst ? 0 : way.nexthop,
    dev: devName(ip.net, way.ifindex),
    table: tableOf(ip, asked),
    src: from === null ? way.src : 0,
    mark,
    uid: uid ?? 0,
    bit: group,
    cache: group ? many : flags,
    iif: '',
    route: routeOf(ip, asked),
    learnt: learntOf(ip, dst),
  })
}

/** What would become of a packet that comes in. */
function incoming(ip: Ip, p: Routed, iif: string, uid: number | null): void {
  const { daddr: dst, saddr: from, mark } = p
  const dev = needDev(ip.net, iif)
  const r = ip_route_input(ip.net, p, dev.ifindex)
  const flow = { ...p, proto: p.protocol ?? 0, iif: dev.ifindex, oif: 0 }
  const common = { dst, from, table: tableOf(ip, flow), src: 0, mark, uid, bit: false, iif, learnt: null }
  if (r.kind === 'local') {
    const broadcast = isBroadcast(ip.net, dst)
    const cache = broadcast ? ['local', 'brd'] : ['local']
    tell(ip, { ...common, type: broadcast ? 'broadcast' : 'local', via: 0, dev: 'lo', cache, route: {} })
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
  tell(ip, {
    ...common,
    type: '',
    via: r.nexthop === dst ? 0 : r.nexthop,
    dev: devByIndex(ip.net, r.ifindex)?.name ?? '',
    cache: r.redirect ? ['redirect'] : [],
    route: routeOf(ip, flow),
  })
}
