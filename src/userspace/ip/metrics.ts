/**
 * What a route says of the connections that go by it, as words of `ip route`. The model heeds the MTU and `advmss`; the rest
 * is kept and shown.
 *
 * Linux: iproute2, ip/iproute.c mx_names, parse_metrics, print_rta_metrics; net/ipv4/metrics.c ip_metrics_convert
 */
import type { Route } from '../../kernel/netns.ts'
import { DSCP_CLASSES } from '../../kernel/xtables/dscp.ts'
import { answered, invalidArgument, matches, peek, take, takeNumber, type Args } from './args.ts'
import type { Json, JsonObject } from './json.ts'

/** In the order of the kernel's numbers: RTAX_MTU and those behind it. */
const SHOWN = [
  'mtu',
  'window',
  'rtt',
  'rttvar',
  'ssthresh',
  'cwnd',
  'advmss',
  'reordering',
  'hoplimit',
  'initcwnd',
  'features',
  'rto_min',
  'initrwnd',
  'quickack',
  'congctl',
  'fastopen_no_cookie',
] as const
export type MetricName = (typeof SHOWN)[number]

export interface Metrics {
  values: Record<string, number | string>
  locks: string[]
}

/** How each is called where it is read, whether it may be locked, and what is said of a bad value. */
const READ: readonly [name: MetricName, lockable: boolean, complaint: string][] = [
  ['hoplimit', true, '"hoplimit" value is invalid\n'],
  ['advmss', true, '"mss" value is invalid\n'],
  ['reordering', true, '"reordering" value is invalid\n'],
  ['rtt', true, '"rtt" value is invalid\n'],
  ['rto_min', false, '"rto_min" value is invalid\n'],
  ['window', true, '"window" value is invalid\n'],
  ['cwnd', true, '"cwnd" value is invalid\n'],
  ['initcwnd', true, '"initcwnd" value is invalid\n'],
  ['initrwnd', true, '"initrwnd" value is invalid\n'],
  ['features', true, ''],
  ['quickack', true, '"quickack" value is invalid\n'],
  ['congctl', true, ''],
  ['rttvar', true, '"rttvar" value is invalid\n'],
  ['ssthresh', true, '"ssthresh" value is invalid\n'],
  ['fastopen_no_cookie', true, '"fastopen_no_cookie" value is invalid\n'],
]

const PREFIXES: ReadonlySet<string> = new Set(['advmss', 'reordering', 'window', 'cwnd', 'ssthresh'])
/** Milliseconds of a word; a number alone is in the kernel's own eighths or quarters. Linux: get_time_rtt */
const TIME = /^(\d+(?:\.\d*)?)(s|sec|secs|ms|msec|msecs)?$/
const MOST_HOPS = 255
const MOST_MSS = 65535 - 40
const CONGESTION = ['reno', 'cubic']

function takeTime(args: Args, unit: number, complaint: string): number {
  const word = take(args)
  const m = TIME.exec(word)
  if (!m) throw invalidArgument(complaint, word)
  if ((m[2] as string | undefined) === undefined) return Math.ceil(Number(m[1]))
  return Math.ceil(Number(m[1]) * (m[2].startsWith('s') ? 1000 : 1)) * unit
}

function takeValue(args: Args, name: MetricName, complaint: string): number | string {
  const word = peek(args)
  switch (name) {
    case 'rtt':
      return takeTime(args, 8, complaint)
    case 'rttvar':
      return takeTime(args, 4, complaint)
    case 'rto_min':
      return takeTime(args, 1, complaint)
    case 'congctl':
      return take(args)
    case 'features':
      if (take(args) !== 'ecn') throw invalidArgument('"features" value not valid\n', word ?? '')
      return 1
    default: {
      const value = takeNumber(args, complaint)
      if (name === 'hoplimit' && value > MOST_HOPS) throw invalidArgument(complaint, word ?? '')
      if ((name === 'quickack' || name === 'fastopen_no_cookie') && value > 1)
        throw invalidArgument(`"${name}" value should be 0 or 1\n`, word ?? '')
      return value
    }
  }
}

/** Take a metric, when the word names one. */
export function takeMetric(args: Args, word: string, metrics: Metrics): boolean {
  const known = READ.find(([name]) => (PREFIXES.has(name) ? matches(word, name) : word === name))
  if (!known) return false
  const [name, lockable, complaint] = known
  if (name === 'rto_min') metrics.locks.push(name)
  else if (lockable && peek(args) === 'lock') {
    args.at++
    metrics.locks.push(name)
  }
  metrics.values[name] = takeValue(args, name, complaint)
  return true
}

/** As the kernel takes them. */
export function routeMetrics({ values, locks }: Metrics): Pick<Route, 'metrics' | 'locks'> {
  const { congctl, advmss } = values
  if (congctl !== undefined && !CONGESTION.includes(String(congctl)))
    answered({ errno: 'EINVAL', message: 'Unknown tcp congestion algorithm' })
  if (typeof advmss === 'number') values['advmss'] = Math.min(advmss, MOST_MSS)
  if (Object.keys(values).length === 0) return {}
  return { metrics: values, ...(locks.length > 0 ? { locks } : {}) }
}

interface Shown {
  name: MetricName
  locked: boolean
  value: number | string
}

function shown({ mtu, lock, metrics = {}, locks = [] }: Partial<Route>): Shown[] {
  const all: Record<string, number | string | undefined> = { ...metrics, mtu }
  return SHOWN.flatMap((name) => {
    const value = all[name]
    if (value === undefined || value === 0) return []
    return { name, locked: name === 'mtu' ? lock === true : locks.includes(name), value }
  })
}

/** Milliseconds of what the kernel keeps in eighths and quarters. */
function timeOf({ name, value }: Shown): number | null {
  const parts: Partial<Record<MetricName, number>> = { rtt: 8, rttvar: 4, rto_min: 1 }
  const part = parts[name]
  return part === undefined || typeof value === 'string' ? null : Math.floor(value / part)
}

/** Each with a blank behind it. */
export function metricsText(route: Partial<Route>): string {
  return shown(route)
    .map((m) => {
      const ms = timeOf(m)
      const time = ms === null ? m.value : ms >= 1000 ? `${ms / 1000}s` : `${ms}ms`
      return `${m.name} ${m.locked ? 'lock ' : ''}${m.name === 'features' ? 'ecn' : time} `
    })
    .join('')
}

export function metricsObject(route: Partial<Route>): JsonObject | undefined {
  const fields = shown(route).map((m): [string, Json] => {
    if (m.name === 'features') return ['ecn', null]
    if (m.name === 'congctl') return ['congestion', m.value]
    return [m.name, timeOf(m) ?? m.value]
  })
  return fields.length === 0 ? undefined : Object.fromEntries(fields)
}

/** `3/4`: from a realm to another; `4`: to it. Linux: get_rt_realms_or_raw */
export function takeRealms(args: Args, complaint = '"realm" value is invalid\n'): number {
  const word = take(args)
  if (/^\d+$/.test(word) && Number(word) <= 0xffffffff) return Number(word)
  const parts = word.split('/').map((p) => (p === 'cosmos' ? 0 : /^\d+$/.test(p) ? Number(p) : NaN))
  if (parts.length > 2 || parts.some((n) => !(n <= 255))) throw invalidArgument(complaint, word)
  return parts.length === 2 ? parts[0] * 0x10000 + parts[1] : parts[0]
}

export function realmsText(realms: number): string {
  const to = realms & 0xffff
  const name = (n: number): string => (n === 0 ? 'cosmos' : String(n))
  return realms >>> 16 === 0 ? `realm ${name(to)}` : `realms ${name(realms >>> 16)}/${name(to)}`
}

export function realmsObject(realms: number): JsonObject {
  return {
    from: realms >>> 16 === 0 ? undefined : String(realms >>> 16),
    to: String(realms & 0xffff),
  }
}

/** Linux: rtnl_dsfield_a2n */
export function takeTos(args: Args, complaint = '"tos" value is invalid\n'): number {
  const word = take(args)
  if (word === 'default') return 0
  if (Object.hasOwn(DSCP_CLASSES, word)) return DSCP_CLASSES[word] << 2
  const value = /^(0[xX])?[0-9a-fA-F]+$/.test(word) ? Number.parseInt(word.replace(/^0x/i, ''), 16) : NaN
  if (!(value <= 255)) throw invalidArgument(complaint, word)
  return value
}

/** Linux: rtnl_dsfield_n2a */
export function tosText(tos: number): string {
  const named = Object.keys(DSCP_CLASSES).find((name) => DSCP_CLASSES[name] << 2 === tos)
  return named ?? `0x${tos.toString(16).padStart(2, '0')}`
}
