/** Packets on links (and in lo's queue): one row of numbers each, in one typed array. */
import { emptyPacket, type Packet } from '../wire/packet.ts'
import { newSkb, type Skb } from '../kernel/skb.ts'

const PACKET_FIELDS = [
  'protocol',
  'saddr',
  'daddr',
  'tos',
  'ttl',
  'id',
  'frag',
  'len',
  'thl',
  'sport',
  'dport',
  'seq',
  'ack',
  'flags',
  'win',
  'mss',
  'wscale',
  'sackOk',
  'ts',
  'tsval',
  'tsecr',
  'type',
  'code',
  'icmpId',
  'icmpSeq',
  'icmpInfo',
  'badCsum',
  'payload',
] as const satisfies readonly (keyof Packet)[]

const SKB_FIELDS = [
  'serial',
  'smac',
  'dmac',
  'mark',
  'nfct',
  'ctinfo',
  'nfTrace',
  'watched',
  'iif',
] as const satisfies readonly (keyof Skb)[]

const P = PACKET_FIELDS.length
const S = SKB_FIELDS.length
/** After the fields: the row of the quoted packet (-1: none), the link, when it was sent and arrives, the ends. */
const INNER = P + S
const LINK = INNER + 1
const SENT = INNER + 2
const ARRIVES = INNER + 3
const FROM = INNER + 4
const TO = INNER + 5
const DIR = INNER + 6
const NEXT = INNER + 7
const WIDTH = INNER + 8

export interface InFlight {
  rows: Float64Array
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
  return { rows: new Float64Array(16 * WIDTH), used: 0, free: -1, count: 0 }
}

function allocate(f: InFlight): number {
  if (f.free >= 0) {
    const row = f.free
    f.free = f.rows[row * WIDTH + NEXT]
    return row
  }
  if ((f.used + 1) * WIDTH > f.rows.length) {
    const bigger = new Float64Array(f.rows.length * 2)
    bigger.set(f.rows)
    f.rows = bigger
  }
  return f.used++
}

function release(f: InFlight, row: number): void {
  f.rows[row * WIDTH + ARRIVES] = 0
  f.rows[row * WIDTH + NEXT] = f.free
  f.free = row
}

/** Keep a packet; the answer is its row. */
export function store(f: InFlight, skb: Skb, flight: Flight): number {
  const row = allocate(f)
  const inner = skb.inner ? allocate(f) : -1
  const at = row * WIDTH
  PACKET_FIELDS.forEach((name, i) => (f.rows[at + i] = skb[name]))
  SKB_FIELDS.forEach((name, i) => (f.rows[at + P + i] = skb[name]))
  if (skb.inner) {
    const quoted = skb.inner
    PACKET_FIELDS.forEach((name, i) => (f.rows[inner * WIDTH + i] = quoted[name]))
  }
  f.rows[at + INNER] = inner
  f.rows[at + LINK] = flight.link
  f.rows[at + SENT] = flight.sentAt
  f.rows[at + ARRIVES] = flight.arrivesAt
  f.rows[at + FROM] = flight.from
  f.rows[at + TO] = flight.to
  f.rows[at + DIR] = flight.dir
  f.count++
  return row
}

/** A copy of the packet in a row. */
export function read(f: InFlight, row: number): Skb {
  const skb = newSkb()
  const at = row * WIDTH
  PACKET_FIELDS.forEach((name, i) => (skb[name] = f.rows[at + i]))
  SKB_FIELDS.forEach((name, i) => (skb[name] = f.rows[at + P + i]))
  const inner = f.rows[at + INNER]
  if (inner >= 0) {
    const quoted = emptyPacket()
    PACKET_FIELDS.forEach((name, i) => (quoted[name] = f.rows[inner * WIDTH + i]))
    skb.inner = quoted
  }
  return skb
}

export function flightOf(f: InFlight, row: number): Flight {
  const at = row * WIDTH
  return {
    link: f.rows[at + LINK],
    sentAt: f.rows[at + SENT],
    arrivesAt: f.rows[at + ARRIVES],
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
