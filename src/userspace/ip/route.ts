/**
 * `ip route`: add, change, replace, append, prepend, del; show, flush and get are in route-show.ts and route-get.ts.
 *
 * man 8 ip-route; Linux: iproute2, ip/iproute.c
 * Left out: IPv6, encapsulations, scopes that have no name here
 */
import { RT_TABLE_LOCAL, RT_TABLE_MAIN } from '../../kernel/fib.ts'
import { addRoute, delRoute, type RouteMode } from '../../kernel/netlink-route.ts'
import type { Hop, Route } from '../../kernel/netns.ts'
import { devByName } from '../../kernel/route.ts'
import type { Cidr } from '../../wire/address.ts'
import {
  abbreviated,
  answered,
  complain,
  duplicate,
  invalidArgument,
  leftOut,
  matches,
  needDev,
  peek,
  Quit,
  take,
  takeAddress,
  takeNumber,
  takePrefix,
  type Args,
} from './args.ts'
import type { Ip } from './ip.ts'
import { routeMetrics, takeMetric, takeRealms, takeTos, type Metrics } from './metrics.ts'
import { get } from './route-get.ts'
import { flush, show } from './route-show.ts'
import { takeTableId } from './tables.ts'
import { ROUTE_HELP } from './usage.ts'

const COMMANDS = [
  'list',
  'show',
  'lst',
  'get',
  'add',
  'change',
  'replace',
  'prepend',
  'append',
  'test',
  'delete',
  'flush',
  'save',
  'restore',
  'showdump',
  'help',
] as const

export function ipRoute(ip: Ip, args: Args): void {
  const word = peek(args)
  if (word === undefined) {
    show(ip, args)
    return
  }
  args.at++
  const command = word === 'chg' ? 'change' : abbreviated(word, COMMANDS)
  switch (command) {
    case 'list':
    case 'show':
    case 'lst':
      show(ip, args)
      break
    case 'get':
      get(ip, args)
      break
    case 'flush':
      flush(ip, args)
      break
    case 'add':
    case 'change':
    case 'replace':
    case 'prepend':
    case 'append':
    case 'delete':
      modify(ip, args, command)
      break
    case 'help':
      throw new Quit(255, ROUTE_HELP)
    case undefined:
      throw complain(`Command "${word}" is unknown, try "ip route help".`)
    default:
      throw leftOut(`route ${command}`)
  }
}

export const ROUTE_TYPES = [
  'unicast',
  'local',
  'broadcast',
  'unreachable',
  'prohibit',
  'blackhole',
  'throw',
] as const
/** /etc/iproute2/rt_protos */
const PROTOCOLS: Readonly<Record<string, number>> = {
  unspec: 0,
  redirect: 1,
  kernel: 2,
  boot: 3,
  static: 4,
  gated: 8,
  ra: 9,
  mrt: 10,
  zebra: 11,
  bird: 12,
  dnrouted: 13,
  xorp: 14,
  ntk: 15,
  dhcp: 16,
  keepalived: 18,
  babel: 42,
  openr: 99,
  bgp: 186,
  isis: 187,
  ospf: 188,
  rip: 189,
  eigrp: 192,
}
const OTHER_TYPES = ['multicast', 'anycast', 'nat', 'xresolve']

/** Linux: fib_metrics: 65535 bytes and the link's own header less. */
const MOST_MTU = 65535 - 15

/** Keywords of the real command that have no meaning here. */
const OTHERS = new Set('as from expires nhid vrf pref encap ttl-propagate'.split(' '))

interface Wanted {
  dst: Cidr | null
  via: number | null
  dev: string | null
  src: number | null
  metric: number | null
  mtu: number | null
  lock: boolean
  metrics: Metrics
  tos: number
  realms: number
  onlink: boolean
  type: Route['type'] | null
  proto: Route['proto'] | null
  scope: Route['scope'] | null
  table: number | null
  hops: Hop[]
}

function readRoute(ip: Ip, args: Args): Wanted {
  const wanted: Wanted = {
    dst: null,
    via: null,
    dev: null,
    src: null,
    metric: null,
    mtu: null,
    lock: false,
    metrics: { values: {}, locks: [] },
    tos: 0,
    realms: 0,
    onlink: false,
    type: null,
    proto: null,
    scope: null,
    table: null,
    hops: [],
  }
  let known = ip.options.family === 'inet'
  while (peek(args) !== undefined) {
    const word = take(args)
    if (word === 'src') {
      wanted.src = takeAddress(args, known)
      known = true
    } else if (word === 'via') {
      if (wanted.via !== null) throw invalidArgument('use nexthop syntax to specify multiple via\n', word)
      if (peek(args) === 'inet') args.at++
      wanted.via = takeAddress(args, known)
      known = true
    } else if (matches(word, 'metric') || matches(word, 'priority') || word === 'preference')
      wanted.metric = takeNumber(args, '"metric" value is invalid\n')
    else if (word === 'mtu') {
      wanted.lock = peek(args) === 'lock'
      if (wanted.lock) args.at++
      wanted.mtu = takeNumber(args, '"mtu" value is invalid\n')
    } else if (word === 'tos' || matches(word, 'dsfield')) wanted.tos = takeTos(args)
    else if (takeMetric(args, word, wanted.metrics)) continue
    else if (matches(word, 'realms')) wanted.realms = takeRealms(args)
    else if (word === 'onlink') wanted.onlink = true
    else if (word === 'scope') wanted.scope = takeScope(args)
    else if (matches(word, 'protocol')) wanted.proto = takeProtocol(args)
    else if (matches(word, 'table')) {
      wanted.table = takeTableId(args, '"table" value is invalid\n')
    } else if (word === 'dev' || word === 'oif') wanted.dev = take(args)
    else if (word === 'nexthop') wanted.hops.push(takeHop(ip, args))
    else if (OTHERS.has(word)) throw leftOut(word)
    else {
      args.at--
      takeDestination(args, wanted, known)
      known = true
    }
  }
  if (!wanted.dst) throw new Quit(255, ROUTE_HELP)
  return wanted
}

/** `via ADDRESS dev DEVICE weight N`, until the next one. Linux: iproute2, parse_one_nh */
function takeHop(ip: Ip, args: Args): Hop {
  const hop: Hop = { via: 0, ifindex: 0, weight: 1 }
  while (peek(args) !== undefined && peek(args) !== 'nexthop') {
    const word = take(args)
    if (word === 'via') hop.via = takeAddress(args, true)
    else if (word === 'dev') {
      const name = take(args)
      const dev = devByName(ip.net, name)
      if (!dev) throw new Quit(255, `Cannot find device "${name}"\nError: cannot parse nexthop\n`)
      hop.ifindex = dev.ifindex
    } else if (word === 'weight') {
      const text = take(args)
      hop.weight = /^\d+$/.test(text) ? Number(text) : 0
      if (hop.weight < 1 || hop.weight > 256) throw invalidArgument('"weight" is invalid\n', text)
    } else if (word === 'onlink' || matches(word, 'realms')) throw leftOut(`nexthop ${word}`)
    else {
      args.at--
      break
    }
  }
  return hop
}

function takeDestination(args: Args, wanted: Wanted, known: boolean): void {
  let word = take(args)
  if (word === 'to') word = take(args)
  if (OTHER_TYPES.includes(word)) throw leftOut(`type ${word}`)
  const type = ROUTE_TYPES.find((t) => t === word)
  if (type) {
    wanted.type = type
    word = take(args)
  }
  if (matches(word, 'help')) throw new Quit(255, ROUTE_HELP)
  if (wanted.dst) throw duplicate('to', word)
  args.at--
  const { addr, bits } = takePrefix(args, known)
  wanted.dst = { addr, bits }
}

function takeScope(args: Args): Route['scope'] {
  const word = take(args)
  if (word === 'link' || word === '253') return 'link'
  if (word === 'global' || word === 'universe' || word === '0') return 'global'
  if (word === 'host' || word === '254') return 'host'
  if (word === 'nowhere' || word === '255') answered({ errno: 'EINVAL', message: 'Invalid scope' })
  if (word === 'site') throw leftOut(`scope ${word}`)
  throw invalidArgument('invalid "scope" value\n', word)
}

/** Linux: rtnl_rtprot_n2a */
function protocolName(number: number): string {
  return Object.keys(PROTOCOLS).find((name) => PROTOCOLS[name] === number) ?? String(number)
}

function takeProtocol(args: Args): Route['proto'] {
  const word = take(args)
  if (Object.hasOwn(PROTOCOLS, word)) return word
  if (/^\d+$/.test(word) && Number(word) <= 255) return protocolName(Number(word))
  throw invalidArgument('"protocol" value is invalid\n', word)
}

function scopeOf(type: Route['type'] | null, via: number | null): Route['scope'] {
  if (type === 'local') return 'host'
  if (type === 'broadcast') return 'link'
  return (type === null || type === 'unicast') && via === null ? 'link' : 'global'
}

function modify(ip: Ip, args: Args, command: RouteMode | 'delete'): void {
  const wanted = readRoute(ip, args)
  const { dst, via, dev, src, metric, mtu, lock, tos, realms, onlink, type, proto, scope, table, hops } =
    wanted
  if (!dst) return
  const ifindex = dev === null ? 0 : needDev(ip.net, dev).ifindex
  // Where a route goes that names no table.
  const home = type === 'local' || type === 'broadcast' ? RT_TABLE_LOCAL : RT_TABLE_MAIN
  if (command === 'delete') {
    const match = { dst, via, src, metric, tos, type, proto, scope, table: table ?? home }
    answered(delRoute(ip.net, { ...match, ifindex: dev === null ? null : ifindex }))
    return
  }
  if (hops.length > 0 && via !== null && via !== hops[0].via)
    answered({ errno: 'EINVAL', message: 'Nexthop gateway does not match RTA_GATEWAY or RTA_VIA' })
  const route: Route = {
    dst,
    via: via ?? 0,
    ifindex,
    src: src ?? 0,
    metric: metric ?? 0,
    type: type ?? 'unicast',
    proto: proto ?? 'boot',
    scope: scope ?? (hops.length > 0 ? 'global' : scopeOf(type, via)),
    table: table === null || table === 0 ? home : table,
    ...(tos === 0 ? {} : { tos }),
    ...(realms === 0 ? {} : { realms }),
    ...routeMetrics(wanted.metrics),
    ...(onlink ? { onlink } : {}),
    ...(hops.length > 0 ? { hops } : {}),
    ...(mtu === null || mtu === 0 ? {} : { mtu: Math.min(mtu, MOST_MTU), ...(lock ? { lock } : {}) }),
  }
  answered(addRoute(ip.net, route, command))
}
