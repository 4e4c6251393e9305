/**
 * The TCP tracker's states, laid out from its machine: whatever tcp.machine.ts says is drawn (in its compiled form, which
 * the tracker itself runs on), nothing is listed here. The life of a connection goes down in the middle; states that only a reset, or an end that plays the other's part, leads to
 * stand aside.
 */
import { IPPROTO_TCP } from '../../wire/packet.ts'
import { mean } from 'd3-array'
import { curveBasis, line } from 'd3-shape'
import { tcpMachine as machine } from '../../kernel/conntrack/tcp-compiled.ts'
import type { TcpEvent } from '../../kernel/conntrack/tcp.machine.ts'
import type { Header, TraceEvent } from '../../kernel/trace.ts'

export const STATES = machine.states
export const INITIAL = machine.states[machine.initial]

/** What leads from one state to another: packets, and how the tracker calls what it does. */
export interface Way {
  from: string
  to: string
  events: TcpEvent[]
  /** '' for an ordinary one, `reopen`, `pickup`. */
  action: string
}

/** Every way from a state to another, or to itself; packets that change nothing at all (`ignore`) are in `ignored`. */
export const WAYS: readonly Way[] = waysOf()

function waysOf(): Way[] {
  const ways: Way[] = []
  machine.states.forEach((from, s) =>
    machine.events.forEach((event, e) => {
      const at = s * machine.events.length + e
      const action = machine.actions[machine.action[at]] ?? ''
      if (machine.next[at] < 0 || action === 'ignore') return
      const to = machine.states[machine.next[at]]
      const known = ways.find((w) => w.from === from && w.to === to && w.action === action)
      if (known) known.events.push(event as TcpEvent)
      else ways.push({ from, to, events: [event as TcpEvent], action })
    }),
  )
  return ways
}

export function ignoredBy(state: string): TcpEvent[] {
  const s = machine.state[state]
  return (machine.events as TcpEvent[]).filter(
    (_, e) => machine.actions[machine.action[s * machine.events.length + e]] === 'ignore',
  )
}

export interface PathStep {
  event: TcpEvent
  to: string
}

/**
 * The fewest packets that lead to a state from the first one; [] for that one itself, null: none do. Without `pickup` the
 * connection is seen from its beginning.
 */
export function shortestPath(target: string, pickup = false): PathStep[] | null {
  const paths = new Map<string, PathStep[]>([[INITIAL, []]])
  for (const [state, path] of paths) {
    if (state === target) return path
    for (const way of WAYS)
      if (way.from === state && !paths.has(way.to) && (pickup || way.action !== 'pickup'))
        paths.set(way.to, [...path, { event: way.events[0], to: way.to }])
  }
  return null
}

export const directionOf = (event: TcpEvent): 'original' | 'reply' =>
  event.startsWith('ORIGINAL') ? 'original' : 'reply'

/** `SYN ACK`, as a packet is called elsewhere. */
export const flagsOf = (event: TcpEvent): string => event.replace(/^.*_/, '').replace('SYNACK', 'SYN ACK')

/** Which class the tracker puts a segment into. Linux: nf_conntrack_proto_tcp.c get_conntrack_index */
export function eventOf(header: Header, dir: 'original' | 'reply'): TcpEvent | null {
  const [FIN, SYN, RST, , ACK] = [0, 1, 2, 3, 4].map((bit) => (header.flags & (1 << bit)) !== 0)
  const what = RST ? 'RST' : SYN ? (ACK ? 'SYNACK' : 'SYN') : FIN ? 'FIN' : ACK ? 'ACK' : null
  return what === null ? null : `${dir === 'original' ? 'ORIGINAL' : 'REPLY'}_${what}`
}

/** A packet of a connection at a host's tracker. */
export interface Moved {
  serial: number
  seq: number
  position: number | null
  time: number
  event: TcpEvent | null
  from: string
  to: string
}

/** The TCP connection that a packet belongs to on a host, 0: none that is known. */
export function connectionOf(past: readonly TraceEvent[], host: string, serial: number): number {
  const e = past.findLast((x) => x.type === 'station' && x.host === host && x.skb === serial && ofTcp(x))
  return e?.type === 'station' ? (e.ct?.id ?? 0) : 0
}

function ofTcp(e: Extract<TraceEvent, { type: 'station' }>): boolean {
  return e.header.protocol === IPPROTO_TCP && (e.ct?.id ?? 0) !== 0
}

/** The last packet of a TCP connection that a host has tracked, null: there was none. */
export function lastOfTcp(
  past: readonly TraceEvent[],
  host: string,
): { serial: number; header: Header } | null {
  const e = past.findLast((x) => x.type === 'station' && x.host === host && ofTcp(x))
  return e?.type === 'station' ? { serial: e.skb, header: e.header } : null
}

/** What a connection's packets have done to its state on a host, as the trace tells it; null where it is no TCP. */
export function movesOf(past: readonly TraceEvent[], host: string, id: number): Moved[] {
  const moves: Moved[] = []
  let state = INITIAL
  for (const e of past) {
    if (e.host !== host) continue
    if (e.type === 'station' && e.ct?.id === id && e.ct.dir !== '-' && e.ct.state !== 'RELATED') {
      if (moves.at(-1)?.serial === e.skb) continue
      const event = eventOf(e.header, e.ct.dir)
      moves.push({
        serial: e.skb,
        seq: e.seq,
        position: e.position ?? null,
        time: e.time,
        event,
        from: state,
        to: state,
      })
    } else if (e.type === 'ct' && e.conn.id === id && e.event !== 'DESTROY' && e.conn.state !== '') {
      state = e.conn.state
      const last = moves.at(-1)
      if (last?.serial === e.skb) last.to = state
    }
  }
  return moves
}

/** An end that opens is not answered by an opening, and one that answers does not answer itself: that is not ordinary. */
const UNUSUAL: readonly TcpEvent[] = ['REPLY_SYN', 'ORIGINAL_SYNACK']
const isReset = (event: TcpEvent): boolean => event.endsWith('RST')
const ordinary = (w: Way): boolean =>
  w.action === '' && w.from !== w.to && w.events.some((e) => !isReset(e) && !UNUSUAL.includes(e))

/** How far down a state stands: the longest ordinary way to it. States without one are not in it. */
function ranks(): Map<string, number> {
  const rank = new Map<string, number>()
  const visit = (state: string, depth: number, way: readonly string[]): void => {
    if (way.includes(state) || depth < (rank.get(state) ?? 0)) return
    rank.set(state, depth)
    for (const w of WAYS) if (w.from === state && ordinary(w)) visit(w.to, depth + 1, [...way, state])
  }
  visit(INITIAL, 0, [])
  return rank
}

export interface Placed {
  state: string
  /** Middle of the box. */
  x: number
  y: number
  /** 0 in the middle, -1 and 1 beside it. */
  lane: -1 | 0 | 1
  rank: number
}

export interface Drawn extends Way {
  path: string
  /** Where its words are, and on which side of that point. */
  label: { x: number; y: number; anchor: 'start' | 'middle' | 'end' }
  /** One of many that lead to the same state by the same packets: drawn lightly, said once. */
  common: boolean
}

export interface StatesBoard {
  w: number
  h: number
  box: { w: number; h: number }
  places: readonly Placed[]
  ways: readonly Drawn[]
}

const BOX = { w: 104, h: 26 }
const PAD = 8
/** Room that the packets of a way want. */
const WORDS = 64

/** The picture for a width; rows are as far apart as the height allows, and not less than can be read. */
export function statesBoard(width: number, height: number): StatesBoard {
  const rank = ranks()
  const rows = Math.max(...rank.values())
  const pitch = Math.min(58, Math.max(43, (height - BOX.h - 2 * PAD) / rows))
  const middle = width * 0.48
  const side = { [-1]: PAD + BOX.w / 2, 0: middle, 1: width - PAD - BOX.w / 2 }
  const aside = STATES.filter((s) => !rank.has(s))
  const places = STATES.map((state): Placed => {
    const own = rank.get(state)
    const near = WAYS.filter((w) => w.from !== w.to && (w.from === state || w.to === state)).flatMap(
      (w) => rank.get(w.from === state ? w.to : w.from) ?? [],
    )
    const at = own ?? mean(near) ?? 0
    const lane = own !== undefined ? 0 : aside.indexOf(state) % 2 === 0 ? 1 : -1
    return { state, lane, rank: at, x: side[lane], y: PAD + BOX.h / 2 + at * pitch }
  })
  const place = (state: string): Placed => places[STATES.indexOf(state)]
  const common = new Set(aside.filter((s) => WAYS.filter((w) => w.to === s).length > STATES.length / 2))
  const ways = WAYS.filter((w) => w.from !== w.to).map((w): Drawn => ({
    ...w,
    ...wayOf(place(w.from), place(w.to), pitch),
    common: common.has(w.to),
  }))
  return { w: width, h: 2 * PAD + BOX.h + rows * pitch, box: BOX, places, ways }
}

const smooth = line().curve(curveBasis)

function wayOf(a: Placed, b: Placed, pitch: number): Pick<Drawn, 'path' | 'label'> {
  const half = BOX.w / 2
  const down = b.y > a.y
  if (a.lane === b.lane) {
    const rows = Math.abs(b.y - a.y) / pitch
    if (rows < 1.5 && down) {
      const path = `M${a.x} ${a.y + BOX.h / 2}L${b.x} ${b.y - BOX.h / 2}`
      return { path, label: { x: a.x + 8, y: (a.y + b.y) / 2 + 3.5, anchor: 'start' } }
    }
    // Over others: on the right going down, on the left going up, the longer the farther out.
    const out = (down ? 1 : -1) * (half + 14 + 9 * rows)
    const path = smooth([
      [a.x + Math.sign(out) * half, a.y + 5],
      [a.x + out, a.y + (down ? 10 : -10)],
      [a.x + out, (a.y + b.y) / 2],
      [a.x + out, b.y + (down ? -10 : 10)],
      [b.x + Math.sign(out) * half, b.y - 5],
    ])
    const x = a.x + out * 0.93 + Math.sign(out) * 3
    return { path: path ?? '', label: { x, y: (a.y + b.y) / 2 + 3.5, anchor: down ? 'start' : 'end' } }
  }
  const right = b.x > a.x
  const from: [number, number] = [a.x + (right ? half : -half), a.y]
  const to: [number, number] = [b.x + (right ? -half : half), b.y]
  const mid = (from[0] + to[0]) / 2
  const path = smooth([from, [mid, from[1]], [mid, to[1]], to]) ?? ''
  if (Math.abs(to[0] - from[0]) < WORDS) {
    // No room between the boxes: above or below the one that stands aside.
    const [own, other] = a.lane === 0 ? [b, a] : [a, b]
    const y = own.y + (other.y < own.y ? -BOX.h / 2 - 5 : BOX.h / 2 + 13)
    return { path, label: { x: own.x, y, anchor: 'middle' } }
  }
  return { path, label: { x: mid, y: (from[1] + to[1]) / 2 - 4, anchor: 'middle' } }
}
