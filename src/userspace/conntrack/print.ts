/**
 * A connection as the tools print it: `conntrack -L`, `conntrack -E`, /proc/net/nf_conntrack.
 *
 * man 8 conntrack; libnetfilter_conntrack src/conntrack/snprintf_default.c;
 * Linux: net/netfilter/nf_conntrack_standalone.c ct_seq_show
 * Left out: packets= and bytes= (nf_conntrack_acct), zones, helpers, labels, security contexts
 */
import { IPS_ASSURED, IPS_SEEN_REPLY, type ConnView, type Tuple } from '../../kernel/conntrack/conn.ts'
import { IPCT_MARK, IPCT_NEW, IPCT_PROTOINFO } from '../../kernel/conntrack/table.ts'
import type { TraceEvent } from '../../kernel/trace.ts'
import { printIpv4 } from '../../wire/address.ts'
import { IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP } from '../../wire/packet.ts'

/** What `-o` asks for. */
export interface Format {
  extended?: boolean
  id?: boolean
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

export function protoName(protonum: number): string {
  return NAMES[protonum] ?? 'unknown'
}

/** One direction. Protocols without ports have addresses only. */
export function tupleText(t: Tuple): string {
  const ends = `src=${printIpv4(t.src)} dst=${printIpv4(t.dst)}`
  if (t.protonum === IPPROTO_TCP || t.protonum === IPPROTO_UDP)
    return `${ends} sport=${t.sport} dport=${t.dport} `
  if (t.protonum === IPPROTO_ICMP) return `${ends} type=${t.dport >> 8} code=${t.dport & 255} id=${t.sport} `
  return `${ends} `
}

function layer4(conn: ConnView): string {
  const { protonum } = conn.orig
  return `${protoName(protonum).padEnd(8)} ${protonum} `
}

function tuples(conn: ConnView): string {
  const unreplied = conn.status & IPS_SEEN_REPLY ? '' : '[UNREPLIED] '
  const assured = conn.status & IPS_ASSURED ? '[ASSURED] ' : ''
  return tupleText(conn.orig) + unreplied + tupleText(conn.reply) + assured
}

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

/** A line of `conntrack -L`, without the newline. */
export function conntrackLine(conn: ConnView, format: Format = {}): string {
  const head = `${layer3(format)}${layer4(conn)}${conn.secondsLeft} ${stateText(conn)}`
  return `${head}${tuples(conn)}mark=${conn.mark} use=${conn.use} ${idText(conn, format)}`.trimEnd()
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
  const line = `${head}${conn.secondsLeft} ${state}${tuples(conn)}${mark}${idText(conn, format)}`.trimEnd()
  return event.portid ? `${line} [USERSPACE] portid=${event.portid}` : line
}

function stamp(format: Format): string {
  if (format.timestamp === undefined) return ''
  const seconds = Math.floor(format.timestamp / 1_000_000)
  const micros = String(format.timestamp % 1_000_000).padStart(6, '0')
  return `[${seconds}.${micros}]\t`
}

/** A line of /proc/net/nf_conntrack, without the newline. Whoever reads it holds a reference: `use` is one more. */
export function procLine(conn: ConnView): string {
  const head = `${layer3({ extended: true })}${layer4(conn)}${conn.secondsLeft} ${stateText(conn)}`
  return `${head}${tuples(conn)}mark=${conn.mark} zone=${conn.zone} use=${conn.use + 1}`
}
