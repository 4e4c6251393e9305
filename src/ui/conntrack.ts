/** What the table's entries say, made ready for eyes: which values NAT has changed, how full, how much memory. */
import { IPS_ASSURED, IPS_SEEN_REPLY, type ConnView, type Tuple } from '../kernel/conntrack/conn.ts'
import { printIpv4 } from '../wire/address.ts'
import { IPPROTO_ICMP, protocolName } from '../wire/packet.ts'

export type Direction = 'orig' | 'reply'

/** One end of a tuple; a value is `new` where NAT has put it there. */
export interface End {
  addr: string
  addrNew: boolean
  /** '' for ICMP. */
  port: string
  portNew: boolean
}

export interface TupleLine {
  dir: Direction
  src: End
  dst: End
  /** ICMP: the echo id, as the tools print it; '' else. */
  id: string
}

/** Both directions. The reply tuple is the original turned round; where it is not, NAT has been at work. */
export function tupleLines(conn: ConnView): [TupleLine, TupleLine] {
  const { orig, reply } = conn
  const icmp = orig.protonum === IPPROTO_ICMP
  const end = (addr: number, port: number, addrNew: boolean, portNew: boolean): End => ({
    addr: printIpv4(addr),
    addrNew,
    port: icmp ? '' : String(port),
    portNew: !icmp && portNew,
  })
  const id = (t: Tuple): string => (icmp ? String(t.sport) : '')
  return [
    {
      dir: 'orig',
      src: end(orig.src, orig.sport, false, false),
      dst: end(orig.dst, orig.dport, false, false),
      id: id(orig),
    },
    {
      dir: 'reply',
      src: end(reply.src, reply.sport, reply.src !== orig.dst, reply.sport !== orig.dport),
      dst: end(reply.dst, reply.dport, reply.dst !== orig.src, reply.dport !== orig.sport),
      id: id(reply),
    },
  ]
}

export type NatKind = 'none' | 'snat' | 'dnat' | 'both'

export function natKind(conn: ConnView): NatKind {
  const [, reply] = tupleLines(conn)
  const snat = reply.dst.addrNew || reply.dst.portNew
  const dnat = reply.src.addrNew || reply.src.portNew
  return snat ? (dnat ? 'both' : 'snat') : dnat ? 'dnat' : 'none'
}

export function isUnreplied(conn: ConnView): boolean {
  return (conn.status & IPS_SEEN_REPLY) === 0
}

export function isAssured(conn: ConnView): boolean {
  return (conn.status & IPS_ASSURED) !== 0
}

/** `TCP SYN_SENT`, `UDP`, `ICMP`: the words of the tools. */
export function kindOf(conn: ConnView): string {
  const name = protocolName(conn.orig.protonum).toUpperCase()
  return conn.state === '' ? name : `${name} ${conn.state}`
}

/** Whole seconds left at a moment, as the tools print them. Expired entries wait for someone to remove them. */
export function secondsLeft(conn: ConnView, now: number): number {
  return Math.max(0, Math.floor((conn.timeout - now) / 1e6))
}

/** The sysctl that says how long an entry of this kind lives after a packet; null where there is none to ask. */
export function timeoutSysctl(conn: ConnView): string | null {
  const prefix = 'net.netfilter.nf_conntrack_'
  switch (protocolName(conn.orig.protonum)) {
    case 'tcp':
      return conn.state === '' || conn.state === 'NONE'
        ? null
        : `${prefix}tcp_timeout_${conn.state.toLowerCase()}`
    case 'udp':
      return `${prefix}udp_timeout${isAssured(conn) ? '_stream' : ''}`
    case 'icmp':
      return `${prefix}icmp_timeout`
    default:
      return `${prefix}generic_timeout`
  }
}

/**
 * How long such an entry lives in all, seconds; 0: not known. An open TCP connection with data that nobody has
 * acknowledged, or that is repeated, has a shorter time than its state says.
 */
export function lifeOf(conn: ConnView, left: number, sysctl: Readonly<Record<string, number>>): number {
  const state = sysctl[timeoutSysctl(conn) ?? ''] ?? 0
  if (protocolName(conn.orig.protonum) !== 'tcp') return state
  const prefix = 'net.netfilter.nf_conntrack_tcp_timeout_'
  const shorter = ['unacknowledged', 'max_retrans'].map((name) => sysctl[prefix + name] ?? 0)
  return Math.min(...[state, ...shorter].filter((s) => s >= left), state)
}

/** How full the table is, in words that the texts have: `near` is where the kernel's cleaner begins to hurry (95 %). */
export function fullness(count: number, max: number): 'unlimited' | 'empty' | 'calm' | 'near' | 'full' {
  // Linux: nf_conntrack_alloc asks for the limit only where there is one
  if (max === 0) return 'unlimited'
  if (count >= max) return 'full'
  if (count === 0) return 'empty'
  return count >= 0.8 * max ? 'near' : 'calm'
}

export interface Memory {
  entry: number
  bucket: number
  /** When the table is full, and now: the bucket array is paid for at once, an entry only while it lives. */
  full: number
  now: number
}

/** The article's formula: 376 bytes an entry, 16 bytes a bucket. */
export function articleMemory(count: number, max: number, buckets: number): Memory {
  return memory(376, 16, count, max, buckets)
}

/**
 * Linux 6.18: a struct nf_conn lies in a slab object of 256 bytes and NAT adds an extension of 128; the table's heads
 * are one pointer each, and NAT keeps a second array of them by source.
 */
export function modernMemory(count: number, max: number, buckets: number): Memory {
  return memory(256 + 128, 8 + 8, count, max, buckets)
}

function memory(entry: number, bucket: number, count: number, max: number, buckets: number): Memory {
  return { entry, bucket, full: max * entry + buckets * bucket, now: count * entry + buckets * bucket }
}

/** The bucket array as a grid of cells: one bucket a cell where there is room, else a run of neighbours. */
export interface Grid {
  columns: number
  rows: number
  /** Buckets in a cell. */
  per: number
  cells: number
}

export function gridOf(buckets: number, columns: number, maxRows: number): Grid {
  const per = Math.max(1, Math.ceil(buckets / (columns * maxRows)))
  const cells = Math.ceil(buckets / per)
  return { columns: Math.min(columns, Math.max(1, cells)), rows: Math.ceil(cells / columns), per, cells }
}

/** The longest chain of each cell. `into` is used again where it fits. */
export function cellHeights(heat: Uint8Array, grid: Grid, into?: Uint8Array): Uint8Array {
  const out = into !== undefined && into.length === grid.cells ? into.fill(0) : new Uint8Array(grid.cells)
  if (grid.per === 1) {
    out.set(heat.subarray(0, grid.cells))
    return out
  }
  for (let cell = 0, bucket = 0; cell < grid.cells; cell++) {
    let longest = 0
    const end = Math.min(heat.length, bucket + grid.per)
    for (; bucket < end; bucket++) if (heat[bucket] > longest) longest = heat[bucket]
    out[cell] = longest
  }
  return out
}

/** The step of the palette for a chain's length: 0 empty .. 4 long. */
export function heatStep(length: number): number {
  return length < 3 ? length : length < 5 ? 3 : 4
}

/** Walks to the next bucket that holds something, round the end; -1 where all are empty. */
export function nextOccupied(heat: Uint8Array, from: number, by: 1 | -1): number {
  const n = heat.length
  for (let i = 1; i <= n; i++) {
    const at = (((from + by * i) % n) + n) % n
    if (heat[at] > 0) return at
  }
  return -1
}

export function occupied(heat: Uint8Array): number {
  let n = 0
  for (const length of heat) if (length > 0) n++
  return n
}
