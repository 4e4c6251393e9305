/** Packets on links (and in lo's queue): one row of numbers each, in one typed array. */
import { emptyPacket, type Packet } from '../wire/packet.ts'
import { IP_CT_UNSEEN, newSkb, reuse, type Skb } from '../kernel/skb.ts'

/**
 * Columns of `rows`: 28 of the packet, 7 of what the kernel notes on it, then the row of the quoted packet (-1: none), the link,
 * the ends, the direction, the next free row; of `wide`, what does not fit into 32 bits: the cards' addresses, and when it was
 * sent and arrives. Each field is written out below: a loop over names takes twenty times as long.
 */
const MARK = 29
const NFCT = 30
const CTINFO = 31
const IIF = 34
const SPORT = 9
const DPORT = 10
const INNER = 35
const LINK = 36
const FROM = 37
const TO = 38
const DIR = 39
const NEXT = 40
const WIDTH = 41
const SENT = 2
const ARRIVES = 3
const WIDE = 4

export interface InFlight {
  rows: Int32Array
  wide: Float64Array
  used: number
  /** First free row, -1: none. */
  free: number
  count: number
}

export interface Flight {
  link: number
  sentAt: number
  arrivesAt: number
  /** Index of the host that sent it, and of the one that gets it. */
  from: number
  to: number
  /** Direction of its flow: 0 original, 1 reply, -1 unknown. */
  dir: number
}

export function newInFlight(): InFlight {
  return {
    rows: new Int32Array(16 * WIDTH),
    wide: new Float64Array(16 * WIDE),
    used: 0,
    free: -1,
    count: 0,
  }
}

function allocate(f: InFlight): number {
  if (f.free >= 0) {
    const row = f.free
    f.free = f.rows[row * WIDTH + NEXT]
    return row
  }
  if ((f.used + 1) * WIDTH > f.rows.length) {
    const { rows, wide } = f
    f.rows = new Int32Array(rows.length * 2)
    f.rows.set(rows)
    f.wide = new Float64Array(wide.length * 2)
    f.wide.set(wide)
  }
  return f.used++
}

function release(f: InFlight, row: number): void {
  f.wide[row * WIDE + ARRIVES] = 0
  f.rows[row * WIDTH + NEXT] = f.free
  f.free = row
}

/** The fields of a packet into a row. */
function write(r: Int32Array, at: number, p: Packet): void {
  r[at] = p.protocol
  r[at + 1] = p.saddr
  r[at + 2] = p.daddr
  r[at + 3] = p.tos
  r[at + 4] = p.ttl
  r[at + 5] = p.id
  r[at + 6] = p.frag
  r[at + 7] = p.len
  r[at + 8] = p.thl
  r[at + 9] = p.sport
  r[at + 10] = p.dport
  r[at + 11] = p.seq
  r[at + 12] = p.ack
  r[at + 13] = p.flags
  r[at + 14] = p.win
  r[at + 15] = p.mss
  r[at + 16] = p.wscale
  r[at + 17] = p.sackOk
  r[at + 18] = p.ts
  r[at + 19] = p.tsval
  r[at + 20] = p.tsecr
  r[at + 21] = p.type
  r[at + 22] = p.code
  r[at + 23] = p.icmpId
  r[at + 24] = p.icmpSeq
  r[at + 25] = p.icmpInfo
  r[at + 26] = p.badCsum
  r[at + 27] = p.payload
}

/** The reverse. */
function fill(p: Packet, r: Int32Array, at: number): void {
  p.protocol = r[at]
  p.saddr = r[at + 1] >>> 0
  p.daddr = r[at + 2] >>> 0
  p.tos = r[at + 3]
  p.ttl = r[at + 4]
  p.id = r[at + 5]
  p.frag = r[at + 6]
  p.len = r[at + 7]
  p.thl = r[at + 8]
  p.sport = r[at + 9]
  p.dport = r[at + 10]
  p.seq = r[at + 11] >>> 0
  p.ack = r[at + 12] >>> 0
  p.flags = r[at + 13]
  p.win = r[at + 14]
  p.mss = r[at + 15]
  p.wscale = r[at + 16]
  p.sackOk = r[at + 17]
  p.ts = r[at + 18]
  p.tsval = r[at + 19] >>> 0
  p.tsecr = r[at + 20] >>> 0
  p.type = r[at + 21]
  p.code = r[at + 22]
  p.icmpId = r[at + 23]
  p.icmpSeq = r[at + 24]
  p.icmpInfo = r[at + 25] >>> 0
  p.badCsum = r[at + 26]
  p.payload = r[at + 27]
}

/** Keep a packet; the answer is its row. */
export function store(f: InFlight, skb: Skb, flight: Flight): number {
  const row = allocate(f)
  const inner = skb.inner ? allocate(f) : -1
  const at = row * WIDTH
  const r = f.rows
  write(r, at, skb)
  r[at + 28] = skb.serial
  r[at + 29] = skb.mark
  r[at + 30] = skb.nfct
  r[at + 31] = skb.ctinfo
  r[at + 32] = skb.nfTrace
  r[at + 33] = skb.watched
  r[at + 34] = skb.iif
  if (skb.inner) write(r, inner * WIDTH, skb.inner)
  r[at + INNER] = inner
  r[at + LINK] = flight.link
  r[at + FROM] = flight.from
  r[at + TO] = flight.to
  r[at + DIR] = flight.dir
  const w = f.wide
  w[row * WIDE] = skb.smac
  w[row * WIDE + 1] = skb.dmac
  w[row * WIDE + SENT] = flight.sentAt
  w[row * WIDE + ARRIVES] = flight.arrivesAt
  f.count++
  return row
}

/** The device by which a packet comes in. */
export function setIif(f: InFlight, row: number, iif: number): void {
  f.rows[row * WIDTH + IIF] = iif
}

/** It goes to another host: what a kernel noted on it stays behind. */
export function forget(f: InFlight, row: number): void {
  const at = row * WIDTH
  f.rows[at + NFCT] = -1
  f.rows[at + CTINFO] = IP_CT_UNSEEN
  f.rows[at + MARK] = 0
}

/** A copy of the packet in a row. */
export function read(f: InFlight, row: number): Skb {
  const skb = reuse() ?? newSkb()
  const at = row * WIDTH
  const r = f.rows
  fill(skb, r, at)
  skb.serial = r[at + 28] >>> 0
  skb.mark = r[at + 29] >>> 0
  skb.nfct = r[at + 30]
  skb.ctinfo = r[at + 31]
  skb.nfTrace = r[at + 32]
  skb.watched = r[at + 33]
  skb.iif = r[at + 34]
  skb.smac = f.wide[row * WIDE]
  skb.dmac = f.wide[row * WIDE + 1]
  const inner = r[at + INNER]
  if (inner >= 0) {
    const quoted = emptyPacket()
    fill(quoted, r, inner * WIDTH)
    skb.inner = quoted
  }
  return skb
}

/** A number out of the ports of a packet, the same for both ways of its flow. */
export function portsOf(f: InFlight, row: number): number {
  const at = row * WIDTH
  return (f.rows[at + SPORT] ^ f.rows[at + DPORT]) >>> 1
}

/** Index of the host that gets the packet. */
export function receiverOf(f: InFlight, row: number): number {
  return f.rows[row * WIDTH + TO]
}

export function flightOf(f: InFlight, row: number): Flight {
  const at = row * WIDTH
  return {
    link: f.rows[at + LINK],
    sentAt: f.wide[row * WIDE + SENT],
    arrivesAt: f.wide[row * WIDE + ARRIVES],
    from: f.rows[at + FROM],
    to: f.rows[at + TO],
    dir: f.rows[at + DIR],
  }
}

/** Take a packet out; its row is free again. */
export function takeRow(f: InFlight, row: number): Skb {
  const skb = read(f, row)
  const inner = f.rows[row * WIDTH + INNER]
  if (inner >= 0) release(f, inner)
  release(f, row)
  f.count--
  return skb
}
