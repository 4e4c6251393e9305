/**
 * A packet's journey, read out of the trace: one visit for every host it has come to, in a visit one step for every
 * station. All views of a followed packet (diagram, chip, list, sentence) read this.
 */
import type { CtState, Header, TraceEvent } from '../../kernel/trace.ts'
import { changesOf, isRewrite, type Change, type Dir } from '../parts/packet.ts'

type Of<T extends TraceEvent['type']> = Extract<TraceEvent, { type: T }>
export type RuleEvent = Of<'rule'>
export type NatEvent = Of<'nat'>

export type StepKind = 'make' | 'rcv' | 'station' | 'xmit' | 'deliver' | 'drop'

export interface Step {
  kind: StepKind
  /** Seq of the event that closes the step. */
  seq: number
  position: number | null
  time: number
  host: string
  serial: number
  /** Where on the road, as path.machine.ts names it; '' before and after the road. */
  station: string
  /** False: the station is not registered in this namespace, the packet passed without anything being done. */
  ran: boolean
  verdict: string
  /** The header as it came, and as it was left. */
  before: Header | null
  header: Header
  changes: Change[]
  /** NAT has changed an address, a port or an echo id. */
  rewritten: boolean
  rules: RuleEvent[]
  nat: NatEvent[]
  /** Filters of traffic control that it fitted. */
  tc: Of<'tc'>[]
  ct: CtState | null
  /** What happened to the entry: NEW when it goes into the table. */
  ctEvents: Of<'ct'>[]
  route: Of<'route'> | null
  drop: Of<'drop'> | null
  deliver: Of<'deliver'> | null
  /** Device of a frame that came or went, or the program that made the packet. */
  dev: string
  program: string
  /** The Linux function. */
  fn: string
  /** What it took: kinds of work (kernel/work.ts) and how often, in turn. */
  work: readonly number[]
}

export type VisitEnd = 'open' | 'sent' | 'delivered' | 'dropped' | 'stolen'

export interface Visit {
  host: string
  serial: number
  /** How it came: from the wire or from a local sender. */
  by: 'RECEIVE' | 'SEND'
  dev: string
  program: string
  steps: Step[]
  end: VisitEnd
}

export interface Journey {
  serial: number
  visits: Visit[]
}

/** Events of one packet, in order, as visits. Other packets' events are skipped. */
export function journeyOf(events: Iterable<TraceEvent>, serial: number): Journey {
  const visits: Visit[] = []
  let visit: Visit | null = null
  let pending = emptyPending()
  let header: Header | null = null

  const open = (e: TraceEvent, by: Visit['by']): Visit => {
    const v: Visit = { host: e.host, serial, by, dev: '', program: '', steps: [], end: 'open' }
    visits.push(v)
    pending = emptyPending()
    return v
  }
  const close = (v: Visit, e: TraceEvent, kind: StepKind, station: string, after: Header): Step => {
    const changes = changesOf(header, after)
    const step: Step = {
      ...pending,
      kind,
      seq: e.seq,
      position: e.position ?? null,
      time: e.time,
      host: e.host,
      serial,
      station,
      ran: true,
      verdict: '',
      before: header,
      header: after,
      changes,
      rewritten: (kind === 'station' || pending.tc.length > 0) && isRewrite(changes),
      ct: v.steps.at(-1)?.ct ?? null,
      drop: null,
      deliver: null,
      dev: '',
      program: '',
      fn: e.at,
      work: [],
    }
    pending = emptyPending()
    header = after
    v.steps.push(step)
    return step
  }

  for (const e of events) {
    if (e.skb !== serial || serial === 0) continue
    if (e.type === 'rcv' || e.type === 'make') {
      header = null
      visit = open(e, e.type === 'rcv' ? 'RECEIVE' : 'SEND')
      const step = close(visit, e, e.type, '', e.header)
      if (e.type === 'rcv') visit.dev = step.dev = e.dev
      else visit.program = step.program = e.program
      continue
    }
    if (visit === null || visit.host !== e.host) {
      // The beginning of the visit is no longer kept.
      if (!('header' in e)) continue
      header = null
      visit = open(e, e.type === 'station' && e.station.startsWith('route_out') ? 'SEND' : 'RECEIVE')
    }
    const v = visit
    switch (e.type) {
      case 'rule':
        pending.rules.push(e)
        break
      case 'nat':
        pending.nat.push(e)
        break
      case 'ct':
        pending.ctEvents.push(e)
        break
      case 'tc':
        pending.tc.push(e)
        break
      case 'arp':
      case 'tap':
      case 'trace':
      case 'copy':
        // What the packet does meanwhile, its own steps say.
        break
      case 'route':
        pending.route = e
        break
      case 'station': {
        const died = v.steps.at(-1)
        // The drop may be told before the station that said it.
        if (died?.kind === 'drop' && died.station === e.station) {
          died.verdict = e.verdict
          died.position = e.position ?? died.position
          died.fn = e.at || died.fn
          died.work = e.work
          break
        }
        const step = close(v, e, 'station', e.station, e.header)
        step.ran = e.ran
        step.work = e.work
        step.verdict = e.verdict
        step.ct = e.ct ?? step.ct
        if (e.verdict === 'STOLEN') v.end = 'stolen'
        break
      }
      case 'drop': {
        const last = v.steps.at(-1)
        if (last?.kind === 'station' && last.station === e.station && last.verdict === 'DROP') {
          last.drop = e
          last.kind = 'drop'
          last.seq = e.seq
        } else {
          const step = close(v, e, 'drop', e.station || last?.station || '', e.header)
          step.drop = e
          step.verdict = 'DROP'
          step.ct = e.ct ?? step.ct
        }
        v.end = 'dropped'
        break
      }
      case 'deliver': {
        const step = close(v, e, 'deliver', 'deliver', e.header)
        step.deliver = e
        if (v.end === 'open') v.end = 'delivered'
        break
      }
      case 'xmit': {
        const step = close(v, e, 'xmit', 'transmit', e.header)
        step.dev = e.dev
        v.end = 'sent'
        break
      }
      case 'log':
      case 'command':
      case 'note':
        break
    }
  }
  return { serial, visits: visits.map(tidy) }
}

/** What a station and the event beside it say together is one step: `receive` and `rcv`, `transmit` and `xmit` .. */
function tidy(v: Visit): Visit {
  const steps: Step[] = []
  for (const s of v.steps) {
    const last = steps.at(-1)
    if (last?.kind === 'rcv' && s.kind === 'station' && s.station === 'receive') {
      steps[steps.length - 1] = { ...s, kind: 'rcv', dev: last.dev, before: last.before }
    } else if (last !== undefined && last.station === s.station && joins(last.kind, s.kind)) {
      const from = last.kind === 'station' ? s : last
      const base = last.kind === 'station' ? last : s
      steps[steps.length - 1] = {
        ...base,
        kind: from.kind,
        seq: Math.max(last.seq, s.seq),
        position: s.position ?? last.position,
        dev: last.dev || s.dev,
        deliver: last.deliver ?? s.deliver,
        drop: last.drop ?? s.drop,
        before: last.before,
      }
    } else steps.push(s)
  }
  // A packet is made in the step that takes it to its first station.
  if (steps[0]?.kind === 'make' && steps[1] !== undefined)
    steps[0] = { ...steps[0], position: steps[1].position }
  return { ...v, steps }
}

function joins(a: StepKind, b: StepKind): boolean {
  const end = (k: StepKind): boolean => k === 'xmit' || k === 'deliver'
  return (a === 'station' && end(b)) || (end(a) && b === 'station')
}

function emptyPending(): Pick<Step, 'rules' | 'nat' | 'tc' | 'ctEvents' | 'route'> {
  return { rules: [], nat: [], tc: [], ctEvents: [], route: null }
}

/** The rule that decided at a station: the last one read there. Null: none was read. */
export function decidedBy(step: Step): RuleEvent | null {
  return step.rules.at(-1) ?? null
}

/** A step that is worth a stop: something was done there. */
export function isStop(step: Step): boolean {
  return step.ran
}

/** The direction that the packet's flow has been found to have, as far as the steps tell. */
export function dirOf(visit: Visit | null): Dir {
  for (let i = (visit?.steps.length ?? 0) - 1; i >= 0; i--) {
    const ct = visit?.steps[i].ct
    if (ct && ct.dir !== '-') return ct.dir
  }
  return '-'
}

export interface PacketLine {
  serial: number
  /** As it was when it was made or first seen. */
  header: Header
  dir: Dir
  end: VisitEnd
  host: string
}

/** The packets of the trace, the last seen first, at most `limit`. */
export function recentPackets(events: readonly TraceEvent[], limit: number): PacketLine[] {
  const by = new Map<number, PacketLine>()
  const order: number[] = []
  for (let i = events.length - 1; i >= 0; i--) {
    const e = events[i]
    if (e.skb === 0) continue
    let line = by.get(e.skb)
    if (line === undefined) {
      if (order.length >= limit || !('header' in e)) continue
      line = { serial: e.skb, header: e.header, dir: '-', end: 'open', host: e.host }
      by.set(e.skb, line)
      order.push(e.skb)
    }
    if ('header' in e) line.header = e.header
    if (line.dir === '-' && (e.type === 'station' || e.type === 'drop') && e.ct) line.dir = e.ct.dir
    if (line.end === 'open') {
      if (e.type === 'drop') line.end = 'dropped'
      else if (e.type === 'deliver') line.end = 'delivered'
    }
  }
  return order.map((s) => by.get(s)).filter((l) => l !== undefined)
}

/** The packet the eye is on: the chosen one, else the one on the road, else the last that did something. */
export function followedSerial(
  chosen: number,
  current: { serial: number } | null,
  past: readonly TraceEvent[],
): number {
  if (chosen !== 0) return chosen
  if (current !== null) return current.serial
  for (let i = past.length - 1; i >= 0; i--) {
    const e = past[i]
    if (e.skb !== 0 && e.type !== 'ct') return e.skb
  }
  return 0
}
