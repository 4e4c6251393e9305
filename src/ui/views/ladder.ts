/**
 * The conversation as a ladder: one line for each host, one rung for each frame on a wire, read out of the trace. Each
 * wire shows the header as it was there, so both faces of a NAT are seen.
 */
import { scalePoint } from 'd3-scale'
import type { Header, TraceEvent } from '../../kernel/trace.ts'
import type { HostView, LinkView } from '../../lab/protocol.ts'
import { caseOf, splitStation, type DropCase } from '../drop-case.ts'
import { changesOf, endOf, printEnd, type Change, type Dir, type Face } from '../parts/packet.ts'
import { columnsOf } from './network.ts'

export interface Rung {
  /** Seq of the event that begins it: the frame leaves, or the packet dies. */
  seq: number
  position: number | null
  time: number
  serial: number
  from: string
  /** '' for a packet that dies where it is. */
  to: string
  header: Header
  /** What is not as it was on the wire before. */
  changes: Change[]
  dir: Dir
  /** Time at which it came in; null: it is on its way, or never came. */
  arrived: number | null
  /** `by`: the rule or policy that decided, null where none did. */
  death: { case: DropCase; reason: string; where: string; by: RuleEvent | null } | null
}

/** All rungs of a trace, and which conversation each packet belongs to: packets of one have the same number. */
export interface Ladder {
  rungs: Rung[]
  conversation: ReadonlyMap<number, number>
}

type RuleEvent = Extract<TraceEvent, { type: 'rule' }>

export function ladderOf(trace: readonly TraceEvent[]): Ladder {
  const rungs: Rung[] = []
  const groups = new Groups()
  const dirs = new Map<number, Dir>()
  /** By serial: the header on its last wire, the frame that is on its way, the last rule it has met. */
  const faces = new Map<number, Header>()
  const flying = new Map<number, Rung>()
  const rules = new Map<number, RuleEvent>()
  for (const e of trace) {
    if (e.skb === 0) continue
    switch (e.type) {
      case 'make':
        faces.set(e.skb, e.header)
        groups.join(e.skb, endsKey(e.header))
        break
      case 'rule':
        rules.set(e.skb, e)
        break
      case 'xmit': {
        const rung = rungOf(e, faces.get(e.skb) ?? null)
        faces.set(e.skb, e.header)
        groups.join(e.skb, endsKey(e.header))
        flying.set(e.skb, rung)
        rungs.push(rung)
        break
      }
      case 'rcv': {
        const rung = flying.get(e.skb)
        if (rung !== undefined) {
          rung.to = e.host
          rung.arrived = e.time
          flying.delete(e.skb)
        }
        faces.set(e.skb, e.header)
        groups.join(e.skb, endsKey(e.header))
        break
      }
      case 'station':
        if (e.ct === null) break
        if (e.ct.dir !== '-') dirs.set(e.skb, e.ct.dir)
        if (e.ct.id !== 0) groups.join(e.skb, `${e.host} ${e.ct.id}`)
        break
      case 'drop': {
        const [, table] = splitStation(e.station)
        const view = { ...e, count: 1, last: e.skb }
        const rung = rungOf(e, null)
        const rule = rules.get(e.skb) ?? null
        const what = caseOf(view, table, rule)
        const by = ['rule', 'reject', 'policy'].includes(what) ? rule : null
        rungs.push({ ...rung, death: { case: what, reason: e.reason, where: e.where, by } })
        break
      }
      default:
        // Nothing of it is seen between hosts.
        break
    }
  }
  for (const rung of rungs) rung.dir = dirs.get(rung.serial) ?? '-'
  // What a host sends to itself is on no wire.
  return { rungs: rungs.filter((r) => r.from !== r.to), conversation: groups.numbers() }
}

function rungOf(e: Extract<TraceEvent, { type: 'xmit' | 'drop' }>, before: Header | null): Rung {
  return {
    seq: e.seq,
    position: e.position ?? null,
    time: e.time,
    serial: e.skb,
    from: e.host,
    to: '',
    header: e.header,
    changes: changesOf(before, e.header).filter((c) => c.field !== 'ttl' && c.field !== 'mark'),
    dir: '-',
    arrived: null,
    death: null,
  }
}

/** Both ends in an order of their own: the same for a packet and for its answer. An ICMP error is about its inner one. */
function endsKey(header: Header): string {
  const h: Face = header.inner ?? header
  const id = h.icmpId === 0 ? '' : ` ${h.icmpId}`
  return `${h.protocol}${id} ${[printEnd(endOf(h, 'src')), printEnd(endOf(h, 'dst'))].sort().join(' ')}`
}

/** Packets that have something in common, directly or by others, are of one group. */
class Groups {
  readonly #parent = new Map<number, number>()
  readonly #first = new Map<string, number>()

  join(serial: number, key: string): void {
    const other = this.#first.get(key)
    if (other === undefined) this.#first.set(key, serial)
    const a = this.#root(serial)
    const b = this.#root(other ?? serial)
    this.#parent.set(Math.max(a, b), Math.min(a, b))
  }

  numbers(): Map<number, number> {
    return new Map([...this.#parent.keys()].map((s) => [s, this.#root(s)]))
  }

  #root(serial: number): number {
    let at = serial
    for (;;) {
      const up = this.#parent.get(at) ?? at
      if (up === at) break
      at = up
    }
    this.#parent.set(serial, at)
    return at
  }
}

/** The rungs of a packet's conversation; all where there is none to speak of. */
export function rungsOf(ladder: Ladder, serial: number, all: boolean): readonly Rung[] {
  const number = ladder.conversation.get(serial)
  if (all || number === undefined) return ladder.rungs
  return ladder.rungs.filter((r) => ladder.conversation.get(r.serial) === number)
}

/** The hosts that take part, from the clients to the servers. */
export function hostsOf(
  rungs: readonly Rung[],
  hosts: readonly HostView[],
  links: readonly LinkView[],
): HostView[] {
  const column = columnsOf(hosts, links)
  const there = new Set(rungs.flatMap((r) => [r.from, r.to]))
  return hosts
    .filter((h) => there.has(h.name))
    .sort((a, b) => (column.get(a.name) ?? 0) - (column.get(b.name) ?? 0))
}

/** Which part of many is drawn: so many before the one that is shown, and after it. */
export function around(total: number, at: number, before: number, after: number): [from: number, to: number] {
  const here = Math.max(0, at)
  return [Math.max(0, here - before), Math.min(total, here + after + 1)]
}

/** Index of the last rung that has begun before an event, -1: none. */
export function rungAt(rungs: readonly Rung[], events: number): number {
  let lo = 0
  let hi = rungs.length
  while (lo < hi) {
    const mid = (lo + hi) >>> 1
    if (rungs[mid].seq < events) lo = mid + 1
    else hi = mid
  }
  return lo - 1
}

export interface LadderBoard {
  /** x of each host's line, by name. */
  x: ReadonlyMap<string, number>
  /** Between two lines. */
  gap: number
  /** Height of a rung, pixels; addresses below each other where a line is too short for both. */
  row: number
  stacked: boolean
  /** Is there room for the time at the left? */
  timed: boolean
}

/** Room for the ends of a TCP packet on one line, in 11 px of a face with equal digits. */
const ONE_LINE = 300

export function boardOf(hosts: readonly HostView[], width: number): LadderBoard {
  const timed = width > 560
  const left = timed ? 118 : Math.min(52, width / (2 * Math.max(1, hosts.length)))
  const right = width - (timed ? 56 : left)
  const place = scalePoint(
    hosts.map((h) => h.name),
    [left, right],
  )
  const gap = place.step()
  const x = new Map(hosts.map((h) => [h.name, place(h.name) ?? left]))
  const stacked = gap < ONE_LINE
  return { x, gap, row: stacked ? 58 : 44, stacked, timed }
}
