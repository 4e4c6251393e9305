/**
 * A connection as the tools print it: `conntrack -L`, `conntrack -E`, /proc/net/nf_conntrack.
 *
 * man 8 conntrack; libnetfilter_conntrack src/conntrack/snprintf_default.c;
 * Linux: net/netfilter/nf_conntrack_standalone.c ct_seq_show
 * Left out: security contexts
 */
import { IPS_ASSURED, IPS_SEEN_REPLY, type ConnView, type Tuple } from '../../kernel/conntrack/conn.ts'
import { IPCT_MARK, IPCT_NEW, IPCT_PROTOINFO } from '../../kernel/conntrack/table.ts'
import type { TraceEvent } from '../../kernel/trace.ts'
import { printIpv4 } from '../../wire/address.ts'
import { labelNames, type LabelMap } from './labelmap.ts'
import { ctime } from '../iptables/ctime.ts'
import { IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP } from '../../wire/packet.ts'

/** What `-o` asks for. */
export interface Format {
  extended?: boolean
  id?: boolean
  /** Names of labels. */
  labels?: LabelMap | null
  /** The time of its birth, in words. */
  ktimestamp?: boolean
  /** Events: who has deleted or changed it is not said. */
  anonymous?: boolean
  /** Events: seconds since 1970 at which the event came, microseconds. */
  timestamp?: number
}

type CtEvent = Extract<TraceEvent, { type: 'ct' }>

const NAMES: Readonly<Record<number, string>> = {
  [IPPROTO_ICMP]: 'icmp',
  [IPPROTO_TCP]: 'tcp',
  [IPPROTO_UDP]: 'udp',
  33: 'dccp',
  47: 'gre',
  58: 'icmpv6',
  132: 'sctp',
  136: 'udplite',
}

const IPPROTO_GRE = 47
const IPPROTO_DCCP = 33
const PORTED: ReadonlySet<number> = new Set([IPPROTO_TCP, IPPROTO_UDP, 33, 132, 136])

export function protoName(protonum: number): string {
  return NAMES[protonum] ?? 'unknown'
}

/** One direction. Protocols without ports have addresses only. GRE: the keys. */
export function tupleText(t: Tuple): string {
  const ends = `src=${printIpv4(t.src)} dst=${printIpv4(t.dst)}`
  if (t.protonum === IPPROTO_GRE)
    return `${ends} srckey=0x${t.sport.toString(16)} dstkey=0x${t.dport.toString(16)} `
  if (hasPorts(t.protonum)) return `${ends} sport=${t.sport} dport=${t.dport} `
  if (t.protonum === IPPROTO_ICMP) return `${ends} type=${t.dport >> 8} code=${t.dport & 255} id=${t.sport} `
  return `${ends} `
}

export function hasPorts(protonum: number): boolean {
  return PORTED.has(protonum)
}

function layer4(conn: ConnView): string {
  const { protonum } = conn.orig
  return `${protoName(protonum).padEnd(8)} ${protonum} `
}

/** Zone of both directions, or 0. */
export function zoneOfBoth({ zone }: ConnView): number {
  return (zone & 0xffff) === zone >>> 16 ? zone >>> 16 : 0
}

/** A direction's own zone and its counters, behind its tuple. */
function direction(conn: ConnView, dir: 0 | 1, zero: number): string {
  const id = dir === 0 ? conn.zone & 0xffff : conn.zone >>> 16
  const own = zero === dir + 1 || (id !== 0 && zoneOfBoth(conn) === 0)
  const zone = own ? `zone-${dir === 0 ? 'orig' : 'reply'}=${id} ` : ''
  const acct = conn.ext?.acct
  return zone + (acct ? `packets=${acct[dir * 2]} bytes=${acct[dir * 2 + 1]} ` : '')
}

/** `zero`: the direction whose zone is told although it is 0. */
function tuples(conn: ConnView, zero = 0): string {
  const unreplied = conn.status & IPS_SEEN_REPLY ? '' : '[UNREPLIED] '
  const assured = conn.status & IPS_ASSURED ? '[ASSURED] ' : ''
  const orig = tupleText(conn.orig) + direction(conn, 0, zero)
  return orig + unreplied + tupleText(conn.reply) + direction(conn, 1, zero) + assured
}

/** Seconds that it has lived; null: it was not noted when it began. */
export function deltaTime(conn: ConnView, now: number): number | null {
  return conn.ext && conn.ext.start >= 0 ? Math.floor((now - conn.ext.start) / 1_000_000) : null
}

/** The date of its birth as ctime() writes it. */
function birth(conn: ConnView): string {
  return conn.ext && conn.ext.start >= 0 ? `[start=${ctime(conn.ext.start)}] ` : ''
}

function lived(conn: ConnView, now: number): string {
  const seconds = deltaTime(conn, now)
  return seconds === null ? '' : `delta-time=${seconds} `
}

const helperText = (conn: ConnView): string => (conn.ext?.helper ? `helper=${conn.ext.helper} ` : '')
const zoneText = (conn: ConnView): string => (zoneOfBoth(conn) ? `zone=${zoneOfBoth(conn)} ` : '')

const stateText = (conn: ConnView): string => (conn.state === '' ? '' : `${conn.state} `)
const layer3 = (format: Format): string => (format.extended ? 'ipv4     2 ' : '')
const idText = (conn: ConnView, format: Format): string => (format.id ? `id=${ctId(conn)} ` : '')

/**
 * The id that the tools show names the entry as long as it lives. Linux draws it from the address of the entry and a
 * secret; here it is the number of the entry, spread over 32 bits.
 */
export function ctId(conn: ConnView): number {
  return Math.imul(conn.id, 0x9e3779b1) >>> 0
}

function labelText(conn: ConnView, { labels }: Format): string {
  const names = labels ? labelNames(labels, conn.ext?.labels ?? []) : []
  return names.length === 0 ? '' : `labels=${names.join(',')}`
}

/** A line of `conntrack -L`, without the newline. `now` is lab time. */
export function conntrackLine(conn: ConnView, now: number, format: Format = {}): string {
  const head = `${layer3(format)}${layer4(conn)}${conn.secondsLeft} ${stateText(conn)}`
  const born = format.ktimestamp ? birth(conn) : ''
  const rest = `${zoneText(conn)}${lived(conn, now)}${born}${helperText(conn)}`
  const told = `${idText(conn, format)}${labelText(conn, format)}`
  return `${head}${tuples(conn)}mark=${conn.mark} ${rest}use=${conn.use} ${told}`.trimEnd()
}

/**
 * A line of `conntrack -E`, without the newline. The TCP state is there where the event tells it, the mark where it is
 * set; a deletion by a program names the program's netlink port.
 */
export function eventLine(event: CtEvent, format: Format = {}): string {
  const { conn } = event
  const state = event.event !== 'UPDATE' || event.events & (IPCT_NEW | IPCT_PROTOINFO) ? stateText(conn) : ''
  const mark = conn.mark !== 0 || event.events & IPCT_MARK ? `mark=${conn.mark} ` : ''
  const head = `${stamp(format)}${`[${event.event}]`.padStart(9)} ${layer3(format)}${layer4(conn)}`
  const died = event.event === 'DESTROY' ? lived(conn, event.time) : ''
  // Old kernels tell less of what has gone.
  const bare = event.event === 'DESTROY' && (event.events & IPCT_PROTOINFO) === 0
  const helper = bare ? '' : helperText(conn)
  const rest = `${mark}${zoneText(conn)}${died}${helper}${idText(conn, format)}`
  const line = `${head}${bare ? '' : `${conn.secondsLeft} ${state}`}${tuples(conn)}${rest}`.trimEnd()
  return event.portid && !format.anonymous ? `${line} [USERSPACE] portid=${event.portid}` : line
}

function stamp(format: Format): string {
  if (format.timestamp === undefined) return ''
  const seconds = Math.floor(format.timestamp / 1_000_000)
  const micros = String(format.timestamp % 1_000_000).padStart(6, '0')
  return `[${seconds}.${micros}]\t`
}

/** A line of /proc/net/nf_conntrack, without the newline. Whoever reads it holds a reference: `use` is one more. */
export function procLine(conn: ConnView, now: number): string {
  // The kernel has no name for DCCP any more.
  const proto = conn.orig.protonum === IPPROTO_DCCP ? 'unknown  33 ' : layer4(conn)
  const gre = conn.gre ? `timeout=${conn.gre[0]}, stream_timeout=${conn.gre[1]} ` : ''
  const head = `${layer3({ extended: true })}${proto}${conn.secondsLeft} ${stateText(conn)}${gre}`
  const zero = conn.ext?.zeroZone ?? 0
  const zone = (conn.zone === 0 && zero === 0) || zoneOfBoth(conn) !== 0 ? `zone=${zoneOfBoth(conn)} ` : ''
  const told = tuples(conn, zero)
  const both = conn.orig.protonum === IPPROTO_DCCP ? told.replace(/ [sd]port=0/g, '') : told
  return `${head}${both}mark=${conn.mark} ${zone}${lived(conn, now)}use=${conn.use + 1}`
}
