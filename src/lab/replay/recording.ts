/** What the simulator did, written as the recordings of a real kernel are: see test/recorded/README.md. */
import { printIpv4, printMac } from '../../wire/address.ts'
import {
  IP_MF,
  IP_OFFMASK,
  IPPROTO_GRE,
  IPPROTO_ICMP,
  IPPROTO_SCTP,
  IPPROTO_TCP,
  printFlags,
  type Packet,
} from '../../wire/packet.ts'
import { IPS_ASSURED, IPS_SEEN_REPLY, type ConnView, type Tuple } from '../../kernel/conntrack/conn.ts'
import { IPCT_MARK, IPCT_PROTOINFO } from '../../kernel/conntrack/table.ts'
import { hasPorts } from '../../kernel/conntrack/tuple.ts'
import type { CtState, Header, TraceEvent } from '../../kernel/trace.ts'
import type { Fields, Json } from './packet.ts'
import { packetFields, protocolText } from './packet.ts'
import { possibleTimeouts, settleTimeout } from './timeouts.ts'

const IPPROTO_DCCP = 33

/** Observation points: after this station, this entry; the second field says whether it names the connection. */
const POINTS: Readonly<Record<string, [string, boolean]>> = {
  'PRE_ROUTING.conntrack': ['@conntrack:PREROUTING', true],
  'PRE_ROUTING.nat': ['@nat-done:PREROUTING', false],
  'LOCAL_IN.nat': ['@passed:INPUT', true],
  'FORWARD.security': ['@passed:FORWARD', false],
  route_out: ['@OUTPUT', false],
  'LOCAL_OUT.conntrack': ['@conntrack:OUTPUT', true],
  'LOCAL_OUT.security': ['@passed:OUTPUT', false],
  'POST_ROUTING.nat': ['@passed:POSTROUTING', true],
}

/** Counters of tracking that checkpoints tell. */
export const STATS = [
  'found',
  'invalid',
  'insert',
  'insert_failed',
  'drop',
  'early_drop',
  'error',
  'clash_resolve',
  'chaintoolong',
] as const

/** What a sender on the host is told. */
export const ERRNO_TEXT: Readonly<Record<string, string>> = {
  EPERM: 'Operation not permitted',
  ENETUNREACH: 'Network is unreachable',
  EHOSTUNREACH: 'No route to host',
  EINVAL: 'Invalid argument',
  EACCES: 'Permission denied',
  EMSGSIZE: 'Message too long',
}

/** One packet of a step, as it grows. */
export interface Seen {
  serial: number
  origin: string
  local: boolean
  /** As injected, null for answers of the host. */
  packet: Fields | null
  trace: Fields[]
  wire: Fields[]
  drops: { reason: string; where: string }[]
  passedInput: boolean
  fragment: boolean
  /** What recordings know it by: its identification and its protocol. */
  id: number
  protocol: number
  opts: string | null
  /** How the options of a packet that an error quotes looked when it was sent. */
  written: (inner: Packet) => string | null
}

export function newSeen(
  serial: number,
  origin: string,
  local: boolean,
  written: Seen['written'] = () => null,
): Seen {
  return {
    serial,
    origin,
    local,
    packet: null,
    trace: [],
    wire: [],
    drops: [],
    passedInput: false,
    fragment: false,
    id: -1,
    protocol: -1,
    opts: null,
    written,
  }
}

/**
 * Recordings know a packet by its identification, and several of one step can have none, as resets over `lo` do: what
 * is told of their drops, is told of the last of them.
 */
export function moveDrops(packets: readonly Seen[]): void {
  for (const last of packets) {
    const before = packets.filter((p) => p.id === 0 && p.protocol === last.protocol)
    if (before.pop() !== last) continue
    last.drops.unshift(...before.flatMap((p) => p.drops.splice(0)))
  }
}

/** Protocols whose ports are in the kernel's log. Of SCTP it has the number only. */
function inLog(protocol: number): boolean {
  return hasPorts(protocol) && protocol !== IPPROTO_SCTP
}

function headerFields(h: Header): Fields {
  const e: Fields = {}
  if (h.in) e['in'] = h.in
  if (h.out) e['out'] = h.out
  if (h.physin) e['physin'] = h.physin
  if (h.physout) e['physout'] = h.physout
  e['src'] = printIpv4(h.saddr)
  // A later fragment has no transport header.
  const first = (h.frag & IP_OFFMASK) === 0
  // Of a header that was cut off the log says how much there is.
  const ports = first && inLog(h.protocol) && h.len - 20 >= (h.protocol === IPPROTO_TCP ? 20 : 8)
  if (ports) e['sport'] = h.sport
  e['dst'] = printIpv4(h.daddr)
  if (ports) e['dport'] = h.dport
  if (first && h.protocol === IPPROTO_ICMP) {
    e['type'] = h.type
    e['code'] = h.code
    // The kernel log, from which recordings are made, tells the id of pings only.
    if (h.type === 0 || h.type === 8) e['icmp_id'] = h.icmpId
  }
  if (ports && h.protocol === IPPROTO_TCP && h.flags) e['flags'] = printFlags(h.flags)
  e['ttl'] = h.ttl
  e['len'] = h.len
  if (h.mark) e['mark'] = h.mark
  // And it quotes no packet of a parameter problem.
  if (h.inner && h.type !== 12) {
    // Bytes of the quoted packet behind its IP header: a TCP header that is cut off is not printed.
    const quoted = h.len - 48
    const inner: Fields = {
      src: printIpv4(h.inner.saddr),
      dst: printIpv4(h.inner.daddr),
      proto: protocolText(h.inner.protocol),
    }
    // Of a later fragment the log tells nothing more.
    const first = (h.inner.frag & IP_OFFMASK) === 0
    if (first && quoted >= 8 && h.inner.protocol === IPPROTO_ICMP) {
      inner['type'] = h.inner.type
      inner['code'] = h.inner.code
      if (h.inner.type === 0 || h.inner.type === 8) inner['icmp_id'] = h.inner.icmpId
    } else if (first && quoted >= (h.inner.protocol === IPPROTO_TCP ? 20 : 8) && inLog(h.inner.protocol)) {
      inner['sport'] = h.inner.sport
      inner['dport'] = h.inner.dport
    }
    e['inner'] = inner
  }
  return e
}

function ctFields(ct: CtState | null): Fields {
  return ct ? { ct: ct.state, dir: ct.dir } : { ct: 'INVALID', dir: '-' }
}

/** Take an event of the packet into its story. `wireEnd` names the host end of a device's link. */
export function addEvent(s: Seen, e: TraceEvent, wireEnd: (dev: string) => string, tracked: boolean): void {
  switch (e.type) {
    case 'rcv':
      s.trace.push({ at: '@PREROUTING', ...headerFields(e.header) })
      break
    case 'rule':
      s.trace.push({
        at: `${e.table}:${e.chain}:${e.what}:${e.rule}`,
        ...headerFields(e.header),
        does: e.does,
      })
      break
    case 'station': {
      const point = POINTS[e.station]
      if (!point || e.verdict !== 'ACCEPT') break
      const [at, named] = point
      if (at === '@passed:INPUT') s.passedInput = true
      s.trace.push({ at, ...(named && tracked ? ctFields(e.ct) : {}), ...headerFields(e.header) })
      break
    }
    case 'xmit': {
      const w: Fields = {
        at: wireEnd(e.dev),
        dmac: printMac(e.header.dmac),
        smac: printMac(e.header.smac),
        ...packetFields(
          { ...e.header, inner: e.header.inner ? { ...e.header.inner, inner: null } : null },
          s.opts,
          -1,
          s.written,
        ),
      }
      if (s.local) w['id'] = e.header.id ? 'kernel' : 0
      // Nobody can tell from a piece whether the sum of the whole is right.
      w['csum'] = e.header.badCsum && (e.header.frag & (IP_MF | IP_OFFMASK)) === 0 ? 'BAD' : 'ok'
      s.wire.push(w)
      break
    }
    case 'drop':
      // It has no header yet by which a recorder could know it.
      if (e.reason !== 'IP_OUTNOROUTES') s.drops.push({ reason: e.reason, where: e.where })
      break
    case 'deliver':
      if (e.what) s.drops.push({ reason: e.what, where: e.where })
      break
    default:
  }
}

/** The story of a packet as a recording tells it. `ends`: the ends of the wires, in the order in which it looks at them. */
export function packetRecord(s: Seen, ends: readonly string[]): Fields {
  const o: Fields = { origin: s.origin }
  if (s.packet) o['packet'] = s.packet
  const hard = s.drops.filter((d) => d.reason === 'NETFILTER_DROP' || !s.passedInput)
  const soft = s.drops.filter((d) => !hard.includes(d))
  if (s.wire.length > 0) {
    o['verdict'] = s.local ? 'sent' : 'forwarded'
    // By wire; what left by one stays in its order.
    const at = (f: Fields): number => ends.indexOf(f['at'] as string)
    o['wire'] = [...s.wire].sort((a, b) => at(a) - at(b))
  }
  const last = s.trace[s.trace.length - 1]
  if (hard.length > 0) {
    if (s.wire.length === 0) o['verdict'] = 'dropped'
    o['drop'] = hard.map((d) => ({ ...d }))
    o['last'] = last?.['at'] ?? null
    if (last && 'does' in last) o['last_does'] = last['does'] ?? ''
  } else if (s.passedInput) {
    o['verdict'] = 'delivered'
    if (soft.length > 0) o['stack'] = soft.map((d) => ({ ...d }))
  }
  o['verdict'] ??= s.fragment ? 'held' : 'not seen'
  o['trace'] = s.trace
  return o
}

/** A tuple as the recordings write it. */
export function tupleText(t: Tuple): string {
  const ends = [printIpv4(t.src), printIpv4(t.dst)]
  if (t.protonum === IPPROTO_ICMP)
    return `${ends[0]}>${ends[1]} type=${t.dport >> 8} code=${t.dport & 255} id=${t.sport}`
  // conntrack(8) takes DCCP for a protocol with ports, of which the kernel tells none.
  if (hasPorts(t.protonum) || t.protonum === IPPROTO_DCCP)
    return `${ends[0]}:${t.sport}>${ends[1]}:${t.dport}`
  return `${ends[0]}>${ends[1]}`
}

function connProto(c: ConnView): string {
  const { protonum } = c.orig
  if (protonum === IPPROTO_GRE) return 'gre'
  if (protonum === IPPROTO_SCTP) return 'sctp'
  if (protonum === IPPROTO_DCCP) return 'dccp'
  return hasPorts(protonum) || protonum === IPPROTO_ICMP ? protocolText(protonum) : 'unknown'
}

function flagsOf(c: ConnView): Json[] {
  const flags: string[] = []
  if (c.status & IPS_ASSURED) flags.push('ASSURED')
  if ((c.status & IPS_SEEN_REPLY) === 0) flags.push('UNREPLIED')
  return flags
}

/**
 * A line of `conntrack -E`. `timeouts`: the sysctls, by their names behind nf_conntrack_; `written`: others that the
 * scenario sets.
 */
export function ctEvent(
  e: TraceEvent & { type: 'ct' },
  timeouts: ReadonlyMap<string, number>,
  written: ReadonlySet<number>,
): Fields {
  const c = e.conn
  const o: Fields = { ev: e.event, proto: connProto(c) }
  const state = c.state && (e.event === 'DESTROY' || e.events & IPCT_PROTOINFO) ? c.state : undefined
  if (e.event !== 'DESTROY') {
    const left = Math.floor((c.timeout - e.time) / 1_000_000)
    const possible = possibleTimeouts(connProto(c), state, timeouts)
    for (const n of written) possible.add(n)
    o['timeout'] = settleTimeout(left, possible)
  }
  if (state !== undefined) o['state'] = state
  if (c.mark || (e.event !== 'DESTROY' && e.events & IPCT_MARK)) o['mark'] = c.mark
  if ((c.zone & 0xffff) === c.zone >>> 16 && c.zone !== 0) o['zone'] = c.zone >>> 16
  const flags = e.portid ? [...flagsOf(c), 'USERSPACE'].sort() : flagsOf(c)
  return { ...o, orig: tupleText(c.orig), reply: tupleText(c.reply), flags }
}

/** A line of `conntrack -L`. */
export function ctEntry(c: ConnView): Fields {
  const o: Fields = { proto: connProto(c), timeout: c.secondsLeft }
  if (c.state) o['state'] = c.state
  const both = (c.zone & 0xffff) === c.zone >>> 16
  if (both && c.zone !== 0)
    return {
      ...o,
      mark: c.mark,
      zone: c.zone >>> 16,
      orig: tupleText(c.orig),
      reply: tupleText(c.reply),
      flags: flagsOf(c),
    }
  return { ...o, mark: c.mark, orig: tupleText(c.orig), reply: tupleText(c.reply), flags: flagsOf(c) }
}

/** Sort key of entries and events: protocol, then the original tuple, by code units. */
export function byTuple(a: Fields, b: Fields): number {
  const key = (f: Fields): string => JSON.stringify([f['proto'], f['orig']])
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0
}

/** The recordings' own way of laying out JSON: short things on one line, lists of records one a line. */
export function dumps(value: Json, indent = 0): string {
  const flat = pythonJson(value)
  if (value === null || typeof value !== 'object') return flat
  const pad = ' '.repeat(indent)
  if (Array.isArray(value)) {
    if (value.length === 0 || flat.length < 120) return flat
    return `[\n${value.map((x) => `${pad} ${dumps(x, indent + 1)}`).join(',\n')}\n${pad}]`
  }
  const entries = Object.entries(value)
  const nested = entries.some(
    ([, x]) => Array.isArray(x) && typeof x[0] === 'object' && x[0] !== null && !Array.isArray(x[0]),
  )
  if (entries.length === 0 || flat.length < 120) return flat
  if (!nested && flat.length < 600 && !('iptables' in value)) return flat
  return `{\n${entries
    .map(([k, x]) => `${pad} ${JSON.stringify(k)}: ${dumps(x, indent + 1)}`)
    .join(',\n')}\n${pad}}`
}

/** JSON with a blank after each comma and colon. */
function pythonJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`
  if (value !== null && typeof value === 'object')
    return `{${Object.entries(value)
      .map(([k, x]) => `${JSON.stringify(k)}: ${pythonJson(x)}`)
      .join(', ')}}`
  return JSON.stringify(value)
}

export function otherDrop(e: TraceEvent & { type: 'drop' }): string {
  const ends = `${printIpv4(e.header.saddr)}>${printIpv4(e.header.daddr)}`
  return `drop of another packet ${ends} ${protocolText(e.header.protocol)}: ${e.reason} at ${e.where}`
}

/**
 * Who is asked for, as a recorder reads it: each request only once, and those of one moment end by end. `ends`: in the order in
 * which it looks at them.
 */
export function arpRequests(
  events: readonly TraceEvent[],
  wireEnds: (dev: string) => readonly string[],
  ends: readonly string[],
): Fields[] {
  const ms = (time: number): number => Math.round(time / 1000)
  const asked = events.flatMap((e) =>
    e.type === 'arp'
      ? wireEnds(e.dev).map((at) => ({
          time: ms(e.time),
          told: { at, who_has: printIpv4(e.asks), tell: printIpv4(e.tells) },
        }))
      : [],
  )
  asked.sort((a, b) => a.time - b.time || ends.indexOf(a.told.at) - ends.indexOf(b.told.at))
  return [...new Map(asked.map(({ told }) => [JSON.stringify(told), told])).values()]
}
