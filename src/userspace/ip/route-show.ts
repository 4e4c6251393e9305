/** `ip route show` and `ip route flush`. Linux: iproute2, ip/iproute.c iproute_list_flush_or_save, print_route */
import { RT_TABLE_LOCAL, RT_TABLE_MAIN, rt_cache_flush } from '../../kernel/fib.ts'
import { hasCarrier } from '../../kernel/netlink-link.ts'
import { sortedRoutes } from '../../kernel/netlink-route.ts'
import type { Hop, Route } from '../../kernel/netns.ts'
import { devByIndex, devName } from '../../kernel/route.ts'
import { contains, printCidr, printIpv4, type Cidr } from '../../wire/address.ts'
import {
  invalidArgument,
  leftOut,
  matches,
  needDev,
  peek,
  Quit,
  take,
  takeNumber,
  takePrefix,
  type Args,
  type Prefix,
} from './args.ts'
import type { Ip } from './ip.ts'
import { printJson, when, type JsonObject } from './json.ts'
import { localRoutes } from './local.ts'
import {
  metricsObject,
  metricsText,
  realmsObject,
  realmsText,
  takeRealms,
  takeTos,
  tosText,
} from './metrics.ts'
import { tableName, takeTableId } from './tables.ts'

interface Filter {
  table: number | 'all'
  /** A route's prefix must lie in it (root), or contain it (match); exact is both. */
  root: Prefix | null
  match: Prefix | null
  via: Prefix | null
  src: Prefix | null
  ifindex: number
  type: string | null
  proto: string | null
  scope: string | null
  metric: number | null
  tos: number | null
  realms: number | null
}

/** A line of any table. */
type Shown = Route

const TYPES = ['unicast', 'unreachable', 'prohibit', 'blackhole', 'local', 'broadcast', 'throw', 'multicast']

function readFilter(ip: Ip, args: Args): Filter {
  const filter: Filter = {
    table: RT_TABLE_MAIN,
    root: null,
    match: null,
    via: null,
    src: null,
    ifindex: 0,
    type: null,
    proto: null,
    scope: null,
    metric: null,
    tos: null,
    realms: null,
  }
  const known = ip.options.family === 'inet'
  let dev: string | null = null
  while (peek(args) !== undefined) {
    const word = take(args)
    if (matches(word, 'table')) filter.table = takeTable(args)
    else if (matches(word, 'cached') || matches(word, 'cloned')) filter.type = 'cache'
    else if (matches(word, 'protocol')) filter.proto = take(args)
    else if (matches(word, 'scope')) filter.scope = take(args)
    else if (matches(word, 'type')) {
      filter.type = take(args)
      if (!TYPES.includes(filter.type)) throw invalidArgument('node type value is invalid\n', filter.type)
    } else if (word === 'dev' || word === 'oif') dev = take(args)
    else if (matches(word, 'metric') || matches(word, 'priority'))
      filter.metric = takeNumber(args, '"metric" value is invalid\n')
    else if (word === 'via') filter.via = takePrefix(args, known)
    else if (word === 'src') filter.src = takePrefix(args, known)
    else if (word === 'tos' || matches(word, 'dsfield')) filter.tos = takeTos(args, 'TOS value is invalid\n')
    else if (matches(word, 'realms')) filter.realms = takeRealms(args, 'invalid realms\n')
    else if (['vrf', 'iif', 'mark', 'from'].includes(word)) throw leftOut(word)
    else {
      const which = matches(word, 'to') ? take(args) : word
      if (matches(which, 'root')) filter.root = takePrefix(args, known)
      else if (matches(which, 'match')) filter.match = takePrefix(args, known)
      else {
        if (!matches(which, 'exact')) args.at--
        filter.root = filter.match = takePrefix(args, known)
      }
    }
  }
  if (dev !== null) filter.ifindex = needDev(ip.net, dev).ifindex
  return filter
}

function takeTable(args: Args): Filter['table'] {
  if (peek(args) !== 'all') return takeTableId(args, 'table id value is invalid\n')
  args.at++
  return 'all'
}

/** Does a route pass? A prefix without a length (default) says nothing of addresses where it is the wider one. */
function passes(r: Shown, f: Filter): boolean {
  const inside = (wide: Cidr, narrow: Cidr): boolean =>
    narrow.bits >= wide.bits && contains(wide, narrow.addr)
  return (
    (f.table === 'all' || r.table === f.table) &&
    (f.root === null || f.root.any || inside(f.root, r.dst)) &&
    (f.match === null || inside(r.dst, f.match)) &&
    (f.via === null || (!r.hops && contains(f.via, r.via))) &&
    (f.src === null || contains(f.src, r.src)) &&
    (f.ifindex === 0 || (!r.hops && r.ifindex === f.ifindex)) &&
    (f.type === null || r.type === f.type) &&
    (f.proto === null || f.proto === 'all' || r.proto === f.proto) &&
    (f.scope === null || f.scope === 'all' || r.scope === f.scope) &&
    (f.metric === null || r.metric === f.metric) &&
    (f.tos === null || (r.tos ?? 0) === f.tos) &&
    (f.realms === null || (r.realms ?? 0) === f.realms)
  )
}

function allRoutes(ip: Ip): Shown[] {
  const set = sortedRoutes(ip.net)
  const main = set.filter((r) => r.table !== RT_TABLE_LOCAL)
  const local = localRoutes(ip.net).map((r): Shown => ({
    ...r,
    via: 0,
    metric: 0,
    proto: 'kernel',
    scope: r.type === 'local' ? 'host' : 'link',
    table: RT_TABLE_LOCAL,
  }))
  const all = [...local, ...set.filter((r) => r.table === RT_TABLE_LOCAL)]
  return [...main, ...all.sort((a, b) => a.dst.addr - b.dst.addr || b.dst.bits - a.dst.bits)]
}

const destination = (dst: Cidr): string =>
  dst.bits === 0 ? 'default' : dst.bits === 32 ? printIpv4(dst.addr) : printCidr(dst)

/** What of a route is said: what the filter has settled is not repeated, and what is as usual with -d only. */
function said({ options }: Ip, r: Shown, f: Filter): Record<string, boolean> {
  const any = (wanted: string | null): boolean => wanted === null || wanted === 'all'
  return {
    type: r.type !== 'unicast' || options.details,
    tos: r.tos !== undefined && f.tos === null,
    via: !r.hops && r.via !== 0 && f.via?.bits !== 32,
    dev: !r.hops && r.ifindex !== 0 && f.ifindex === 0,
    table: f.table === 'all' && (r.table !== RT_TABLE_MAIN || options.details),
    proto: (r.proto !== 'boot' || options.details) && any(f.proto),
    scope: (r.scope !== 'global' || options.details) && any(f.scope),
    src: r.src !== 0 && f.src?.bits !== 32,
    metric: r.metric !== 0 && f.metric === null,
    realms: r.realms !== undefined && f.realms === null,
  }
}

function routeFlags(ip: Ip, r: Shown): string[] {
  return [...(r.onlink ? ['onlink'] : []), ...(!r.hops && isLinkDown(ip, r) ? ['linkdown'] : [])]
}

function line(ip: Ip, r: Shown, f: Filter): string {
  const is = said(ip, r, f)
  const word = (shown: boolean, text: string): string => (shown ? `${text} ` : '')
  return (
    word(is['type'], r.type) +
    `${destination(r.dst)} ` +
    word(is['tos'], `tos ${tosText(r.tos ?? 0)}`) +
    word(is['via'], `via ${printIpv4(r.via)}`) +
    word(is['dev'], `dev ${devName(ip.net, r.ifindex)}`) +
    word(is['table'], `table ${tableName(r.table)}`) +
    word(is['proto'], `proto ${r.proto}`) +
    word(is['scope'], `scope ${r.scope}`) +
    word(is['src'], `src ${printIpv4(r.src)}`) +
    word(is['metric'], `metric ${r.metric}`) +
    routeFlags(ip, r)
      .map((flag) => `${flag} `)
      .join('') +
    word(is['realms'], realmsText(r.realms ?? 0)) +
    metricsText(r) +
    (r.hops ?? []).map((h) => `${ip.options.eol}${hopText(ip, h)}`).join('')
  )
}

/** The same for -j. */
function object(ip: Ip, r: Shown, f: Filter): JsonObject {
  const is = said(ip, r, f)
  const metrics = metricsObject(r)
  return {
    type: when(is['type'], r.type),
    dst: destination(r.dst),
    tos: when(is['tos'], tosText(r.tos ?? 0)),
    gateway: when(is['via'], printIpv4(r.via)),
    dev: when(is['dev'], devName(ip.net, r.ifindex)),
    table: when(is['table'], tableName(r.table)),
    protocol: when(is['proto'], r.proto),
    scope: when(is['scope'], r.scope),
    prefsrc: when(is['src'], printIpv4(r.src)),
    metric: when(is['metric'], r.metric),
    flags: routeFlags(ip, r),
    flow: is['realms'] ? realmsObject(r.realms ?? 0) : undefined,
    metrics: metrics && [metrics],
    nexthops: r.hops?.map(({ via, ifindex, weight, dead }) => ({
      gateway: via === 0 ? undefined : printIpv4(via),
      dev: devName(ip.net, ifindex),
      weight,
      flags: dead ? ['dead', 'linkdown'] : [],
    })),
  }
}

/** Nobody is at the other end of its device. Linux: RTNH_F_LINKDOWN */
function isLinkDown({ net }: Ip, { ifindex, type }: Shown): boolean {
  const dev = devByIndex(net, ifindex)
  return type !== 'local' && dev?.up === true && !hasCarrier(net, dev)
}

function hopText(ip: Ip, { via, ifindex, weight, dead }: Hop): string {
  const gateway = via === 0 ? '' : `via ${printIpv4(via)} `
  return `\tnexthop ${gateway}dev ${devName(ip.net, ifindex)} weight ${weight} ${dead ? 'dead linkdown ' : ''}`
}

function mustExist(ip: Ip, { table }: Filter, what: string): void {
  const exists =
    table === 'all' ||
    [RT_TABLE_MAIN, RT_TABLE_LOCAL].includes(table) ||
    ip.net.routes.some((r) => r.table === table) ||
    ip.net.fibTables?.includes(table)
  // A list has begun when the kernel refuses it.
  if (!exists && ip.options.json) ip.out('[')
  if (!exists) throw new Quit(2, `Error: ipv4: FIB table does not exist.\n${what} terminated\n`)
}

export function show(ip: Ip, args: Args): void {
  const filter = readFilter(ip, args)
  if (ip.options.family === 'inet6' || ip.options.family === 'link') return
  mustExist(ip, filter, 'Dump')
  const found = allRoutes(ip).filter((r) => passes(r, filter))
  if (ip.options.json)
    printJson(
      ip,
      found.map((r) => object(ip, r, filter)),
    )
  else for (const r of found) ip.out(`${line(ip, r, filter)}\n`)
}

/** The cache that `ip route flush cache` empties has been gone since Linux 3.6. */
export function flush(ip: Ip, args: Args): void {
  if (peek(args) === undefined) throw new Quit(1, '"ip route flush" requires arguments.\n')
  const filter = readFilter(ip, args)
  if (filter.type === 'cache') return
  mustExist(ip, filter, 'Flush')
  const { net } = ip
  net.routes = net.routes.filter((r) => !passes(r, filter))
  rt_cache_flush(net)
}
