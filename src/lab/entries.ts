/**
 * The tool `entries`: the connection table of a host, chosen and sorted here, and told a window at a time, so that a page
 * can scroll through a table that is full. It only looks.
 */
import * as v from 'valibot'
import { IPS_ASSURED, IPS_NAT_MASK, IPS_SEEN_REPLY, type ConnView } from '../kernel/conntrack/conn.ts'
import { isInTable, type CtTable } from '../kernel/conntrack/table.ts'
import { tcpStateName } from '../kernel/conntrack/tcp.ts'
import { ctView } from '../kernel/conntrack/view.ts'
import { IPPROTO_TCP, protocolName } from '../wire/packet.ts'
import { parseIpv4 } from '../wire/address.ts'
import type { Pieces, Session } from './session.ts'
import { readers, tools } from './tools.ts'

/** Rows that one request gets at most. */
const ROWS = 400
const SORTS = ['id', 'source', 'destination', 'state', 'left'] as const
export type EntrySort = (typeof SORTS)[number]

const Query = v.object({
  host: v.string(),
  sort: v.picklist(SORTS),
  /** The greatest first. */
  down: v.boolean(),
  /** Words that must all fit: see `fits`. */
  words: v.pipe(v.string(), v.maxLength(200)),
  from: v.pipe(v.number(), v.integer(), v.minValue(0)),
  count: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(ROWS)),
})
export type EntriesQuery = v.InferOutput<typeof Query>

export interface EntriesPage {
  /** Entries in the table, and those that all words fit. */
  total: number
  matched: number
  /** Index of the first row among the matched ones. */
  from: number
  rows: ConnView[]
  /** Words that say nothing about an entry; they are passed over. */
  unknown: string[]
}

type Fits = (ct: CtTable, slot: number) => boolean

/** The order that was worked out last for a page: scrolling does not sort again. */
interface Known {
  key: string
  slots: Uint32Array
}
const known = new WeakMap<Session, Known>()

function* entries(session: Session, argument: unknown): Pieces<EntriesPage> {
  const query = v.parse(Query, argument)
  const { lab, id } = session.run()
  const host = Math.max(0, lab.hostIndex(query.host))
  const k = lab.kernel(host)
  const { ct } = k.machine
  const { fits, unknown } = readWords(query.words)
  const { position, now } = lab.state
  const key = JSON.stringify([id, position, now, host, query.sort, query.down, query.words])
  let order = known.get(session)
  if (order?.key !== key) {
    const chosen = yield* choose(ct, k.net.index, fits)
    order = { key, slots: yield* sorted(ct, chosen, query.sort, query.down) }
    known.set(session, order)
  }
  const { slots } = order
  const from = Math.min(query.from, Math.max(0, slots.length - query.count))
  return {
    total: k.net.ctCount,
    matched: slots.length,
    from,
    rows: Array.from(slots.subarray(from, from + query.count), (slot) => ctView(ct, slot, now)),
    unknown,
  }
}

tools.set('entries', entries)
readers.add('entries')

/** Slots that are looked at in a piece of the work. */
const PIECE = 1 << 16

/** The slots of a namespace's entries that all words fit. */
function* choose(ct: CtTable, ns: number, fits: readonly Fits[]): Pieces<Uint32Array> {
  const slots = new Uint32Array(ct.used)
  let n = 0
  for (let slot = 0; slot < ct.used; slot++) {
    if (slot % PIECE === PIECE - 1) yield
    if (ct.ns[slot] !== ns || !isInTable(ct, slot)) continue
    if (fits.every((fit) => fit(ct, slot))) slots[n++] = slot
  }
  return slots.subarray(0, n)
}

/** Milliseconds are as exact as anybody looks. */
const dies = (ct: CtTable, slot: number): number => Math.max(0, Math.round(ct.timeout[slot] / 1000))

/** Keys that sort one after the other, the last one first. All are whole numbers below 2 ** 32. */
const KEYS: Record<EntrySort, readonly ((ct: CtTable, slot: number) => number)[]> = {
  id: [(ct, slot) => ct.id[slot]],
  source: [(ct, slot) => ct.src[slot * 2], (ct, slot) => ct.sport[slot * 2]],
  destination: [(ct, slot) => ct.dst[slot * 2], (ct, slot) => ct.dport[slot * 2]],
  // By protocol, then by state.
  state: [(ct, slot) => ct.protonum[slot] * 32 + ct.state[slot]],
  left: [(ct, slot) => Math.floor(dies(ct, slot) / 2 ** 32), (ct, slot) => dies(ct, slot) % 2 ** 32],
}

/** A digit of a key: 16 bits. */
const DIGITS = 1 << 16

/** By digits, the last one first, each time by counting: of a quarter of a million entries it compares none. */
function* sorted(ct: CtTable, slots: Uint32Array, sort: EntrySort, down: boolean): Pieces<Uint32Array> {
  let order = slots
  let spare: Uint32Array = new Uint32Array(slots.length)
  const keys = new Uint32Array(ct.used)
  const places = new Uint32Array(DIGITS)
  for (const key of KEYS[sort].toReversed()) {
    for (const slot of order) keys[slot] = key(ct, slot)
    for (const shift of [0, 16]) {
      yield
      places.fill(0)
      for (const slot of order) places[(keys[slot] >>> shift) & (DIGITS - 1)]++
      // All have the same: they stay as they are.
      if (places[(keys[order[0]] >>> shift) & (DIGITS - 1)] === order.length) continue
      let before = 0
      for (let digit = 0; digit < DIGITS; digit++) {
        const n = places[digit]
        places[digit] = before
        before += n
      }
      for (const slot of order) spare[places[(keys[slot] >>> shift) & (DIGITS - 1)]++] = slot
      ;[order, spare] = [spare, order]
    }
  }
  return down ? order.toReversed() : order
}

/** Words as they are typed: `tcp`, `TIME_WAIT`, `assured`, `192.168.0.`, `10.0.0.0/8`, `:80`; `!` in front means not. */
export function readWords(text: string): { fits: Fits[]; unknown: string[] } {
  const fits: Fits[] = []
  const unknown: string[] = []
  for (const word of text.trim().split(/\s+/).filter(Boolean)) {
    const not = word.startsWith('!')
    const fit = readWord((not ? word.slice(1) : word).toLowerCase())
    if (fit === null) unknown.push(word)
    else fits.push(not ? (ct, slot) => !fit(ct, slot) : fit)
  }
  return { fits, unknown }
}

const FLAGS: Readonly<Record<string, Fits>> = {
  assured: (ct, slot) => (ct.status[slot] & IPS_ASSURED) !== 0,
  unreplied: (ct, slot) => (ct.status[slot] & IPS_SEEN_REPLY) === 0,
  nat: (ct, slot) => (ct.status[slot] & IPS_NAT_MASK) !== 0,
}
const PROTOCOLS: Readonly<Record<string, number>> = {
  tcp: 6,
  udp: 17,
  icmp: 1,
  sctp: 132,
  dccp: 33,
  gre: 47,
  udplite: 136,
}
const TCP_STATES = Array.from({ length: 10 }, (_, i) => tcpStateName(i).toLowerCase())

function readWord(word: string): Fits | null {
  const bare = word.replace(/^\[(.*)\]$/, '$1')
  if (Object.hasOwn(FLAGS, bare)) return FLAGS[bare]
  if (Object.hasOwn(PROTOCOLS, word)) return (ct, slot) => ct.protonum[slot] === PROTOCOLS[word]
  const state = TCP_STATES.indexOf(word)
  if (state >= 0) return (ct, slot) => ct.protonum[slot] === IPPROTO_TCP && ct.state[slot] === state
  const port = /^:?(\d{1,5})$/.exec(word)
  if (port) return withPort(Number(port[1]))
  const both = /^(\d+\.\d+\.\d+\.\d+):(\d{1,5})$/.exec(word)
  if (both) {
    const address = parseIpv4(both[1])
    const p = Number(both[2])
    if (address === null) return null
    return (ct, slot) =>
      [slot * 2, slot * 2 + 1].some(
        (n) => (ct.src[n] === address && ct.sport[n] === p) || (ct.dst[n] === address && ct.dport[n] === p),
      )
  }
  const net = readNet(word)
  if (net === null) return null
  const { low, high } = net
  const within = (a: number): boolean => a >= low && a <= high
  return (ct, slot) => {
    const n = slot * 2
    return within(ct.src[n]) || within(ct.dst[n]) || within(ct.src[n + 1]) || within(ct.dst[n + 1])
  }
}

function withPort(port: number): Fits {
  return (ct, slot) => {
    const n = slot * 2
    if (protocolName(ct.protonum[slot]) === 'icmp') return ct.sport[n] === port
    return [ct.sport[n], ct.dport[n], ct.sport[n + 1], ct.dport[n + 1]].includes(port)
  }
}

/** A whole address, its beginning (`192.168.`), or a prefix (`10.0.0.0/8`), as the range that it is. */
function readNet(word: string): { low: number; high: number } | null {
  const [address, length] = word.split('/')
  const octets = address.replace(/\.$/, '').split('.')
  if (octets.length > 4 || (length !== undefined && !/^\d{1,2}$/.test(length))) return null
  if (octets.length < 4 && !address.includes('.')) return null
  if (!octets.every((o) => /^\d{1,3}$/.test(o) && Number(o) < 256)) return null
  const bits = length === undefined ? octets.length * 8 : Math.min(32, Number(length))
  const size = 2 ** (32 - bits)
  const first = octets.reduce((sum, o, i) => sum + Number(o) * 256 ** (3 - i), 0)
  const low = Math.floor(first / size) * size
  return { low, high: low + size - 1 }
}
