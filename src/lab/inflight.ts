/** Packets on links (and in lo's queue): one row of numbers each, in one typed array. */
import { emptyPacket, type Packet } from '../wire/packet.ts'
import { IP_CT_UNSEEN, newSkb, reuse, type Skb } from '../kernel/skb.ts'

/**
 * Columns of `rows`: 16 of the packet, small fields side by side, 4 of what the kernel notes on it, then the row of the quoted
 * packet (-1: none), the link, the ends and the direction, the next free row; of `wide`, what does not fit into 32 bits: the
 * cards' addresses, and when it was sent and arrives. Each field is written out below: a loop over names takes twenty times as long.
 */
const PORTS = 5
const SERIAL = 16
const MARK = 17
const NFCT = 18
/** ctinfo, nfTrace, watched: a byte each; the device above. */
const NOTES = 19
const INNER = 20
const LINK = 21
/** From, to: a byte each; the direction above. */
const ENDS = 22
const NEXT = 23
const WIDTH = 24
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
  r[at] = p.protocol | (p.tos << 8) | (p.ttl << 16)
  r[at + 1] = p.saddr
  r[at + 2] = p.daddr
  r[at + 3] = p.id | (p.frag << 16)
  r[at + 4] = p.len
  r[at + PORTS] = p.sport | (p.dport << 16)
  r[at + 6] = p.seq
  r[at + 7] = p.ack
  r[at + 8] = p.flags | (p.thl << 8) | (p.win << 16)
  r[at + 9] = p.mss | ((p.wscale & 0xff) << 16) | (p.sackOk << 24) | (p.ts << 25) | (p.badCsum << 26)
  r[at + 10] = p.tsval
  r[at + 11] = p.tsecr
  r[at + 12] = p.type | (p.code << 8) | (p.icmpId << 16)
  r[at + 13] = p.icmpSeq
  r[at + 14] = p.icmpInfo
  r[at + 15] = p.payload
}

/** The reverse. */
function fill(p: Packet, r: Int32Array, at: number): void {
  const first = r[at]
  p.protocol = first & 0xff
  p.tos = (first >>> 8) & 0xff
  p.ttl = first >>> 16
  p.saddr = r[at + 1] >>> 0
  p.daddr = r[at + 2] >>> 0
  const id = r[at + 3]
  p.id = id & 0xffff
  p.frag = id >>> 16
  p.len = r[at + 4]
  const ports = r[at + PORTS]
  p.sport = ports & 0xffff
  p.dport = ports >>> 16
  p.seq = r[at + 6] >>> 0
  p.ack = r[at + 7] >>> 0
  const flags = r[at + 8]
  p.flags = flags & 0xff
  p.thl = (flags >>> 8) & 0xff
  p.win = flags >>> 16
  const options = r[at + 9]
  p.mss = options & 0xffff
  p.wscale = (options << 8) >> 24
  p.sackOk = (options >>> 24) & 1
  p.ts = (options >>> 25) & 1
  p.badCsum = options >>> 26
  p.tsval = r[at + 10] >>> 0
  p.tsecr = r[at + 11] >>> 0
  const icmp = r[at + 12]
  p.type = icmp & 0xff
  p.code = (icmp >>> 8) & 0xff
  p.icmpId = icmp >>> 16
  p.icmpSeq = r[at + 13]
  p.icmpInfo = r[at + 14] >>> 0
  p.payload = r[at + 15]
}

/**
 * Keep a packet that comes in by a device (`iif`); the answer is its row. `fresh`: at another host, so that what a kernel noted
 * on it stays behind.
 */
export function store(f: InFlight, skb: Skb, flight: Flight, iif: number, fresh: boolean): number {
  const row = allocate(f)
  const inner = skb.inner ? allocate(f) : -1
  const at = row * WIDTH
  const r = f.rows
  write(r, at, skb)
  r[at + SERIAL] = skb.serial
  r[at + MARK] = fresh ? 0 : skb.mark
  r[at + NFCT] = fresh ? -1 : skb.nfct
  r[at + NOTES] = (fresh ? IP_CT_UNSEEN : skb.ctinfo) | (skb.nfTrace << 8) | (skb.watched << 16) | (iif << 17)
  if (skb.inner) write(r, inner * WIDTH, skb.inner)
  r[at + INNER] = inner
  r[at + LINK] = flight.link
  r[at + ENDS] = flight.from | (flight.to << 8) | (flight.dir << 16)
  const w = f.wide
  w[row * WIDE] = skb.smac
  w[row * WIDE + 1] = skb.dmac
  w[row * WIDE + SENT] = flight.sentAt
  w[row * WIDE + ARRIVES] = flight.arrivesAt
  f.count++
  return row
}

/** A copy of the packet in a row. */
export function read(f: InFlight, row: number): Skb {
  const skb = reuse() ?? newSkb()
  const at = row * WIDTH
  const r = f.rows
  fill(skb, r, at)
  skb.serial = r[at + SERIAL] >>> 0
  skb.mark = r[at + MARK] >>> 0
  skb.nfct = r[at + NFCT]
  const notes = r[at + NOTES]
  skb.ctinfo = notes & 0xff
  skb.nfTrace = (notes >>> 8) & 0xff
  skb.watched = (notes >>> 16) & 1
  skb.iif = notes >>> 17
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
  const ports = f.rows[row * WIDTH + PORTS]
  return ((ports & 0xffff) ^ (ports >>> 16)) >>> 1
}

/** Index of the host that gets the packet. */
export function receiverOf(f: InFlight, row: number): number {
  return (f.rows[row * WIDTH + ENDS] >>> 8) & 0xff
}

export function flightOf(f: InFlight, row: number): Flight {
  const at = row * WIDTH
  return {
    link: f.rows[at + LINK],
    sentAt: f.wide[row * WIDE + SENT],
    arrivesAt: f.wide[row * WIDE + ARRIVES],
    from: f.rows[at + ENDS] & 0xff,
    to: (f.rows[at + ENDS] >>> 8) & 0xff,
    dir: f.rows[at + ENDS] >> 16,
  }
}

/** Which rows are free: not 0. */
export function freeFlying(f: InFlight): Uint8Array {
  const free = new Uint8Array(f.rows.length / WIDTH)
  for (let row = f.free; row >= 0; row = f.rows[row * WIDTH + NEXT]) free[row] = 1
  return free
}

/** Are the steps of the packet in a row recorded? */
export function isWatched(f: InFlight, row: number): boolean {
  return ((f.rows[row * WIDTH + NOTES] >>> 16) & 1) !== 0
}

/** From here on a packet is watched, where it is under way. */
export function watch(f: InFlight, serial: number): void {
  for (let row = 0; row < f.used; row++)
    if (f.rows[row * WIDTH + SERIAL] >>> 0 === serial) f.rows[row * WIDTH + NOTES] |= 1 << 16
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
