/** Positions of the lab's history that are worth a look, read out of the trace. */
import type { TraceEvent } from '../kernel/trace.ts'

/** A moment at which something was done: a station that is not registered does nothing, a mere note neither. */
function isStop(e: TraceEvent): boolean {
  switch (e.type) {
    case 'station':
      return e.ran
    case 'rcv':
    case 'make':
    case 'xmit':
    case 'deliver':
    case 'drop':
    case 'command':
      return true
    default:
      return false
  }
}

/** A packet has come to the end of its way through a host, or has arrived at the next. */
function isLeave(e: TraceEvent): boolean {
  return e.type === 'xmit' || e.type === 'deliver' || e.type === 'drop' || e.type === 'rcv'
}

/** The first stop after a position, null: the trace has none. */
export function nextStop(trace: readonly TraceEvent[], position: number, leave = false): number | null {
  for (let i = firstAfter(trace, position); i < trace.length; i++) {
    const e = trace[i]
    if (e.position !== undefined && e.position > position && (leave ? isLeave(e) : isStop(e)))
      return e.position
  }
  return null
}

/** The last stop before a position, null: the trace has none. */
export function previousStop(trace: readonly TraceEvent[], position: number): number | null {
  for (let i = Math.min(trace.length, firstAfter(trace, position)) - 1; i >= 0; i--) {
    const e = trace[i]
    if (e.position !== undefined && e.position < position && isStop(e)) return e.position
  }
  return null
}

/** Index of the first event whose position is greater. Events without one are taken to be of the one before. */
function firstAfter(trace: readonly TraceEvent[], position: number): number {
  let lo = 0
  let hi = trace.length
  while (lo < hi) {
    const mid = (lo + hi) >>> 1
    if ((trace[mid].position ?? -1) > position) hi = mid
    else lo = mid + 1
  }
  return lo
}

/** How long a step is worth looking at, ms at speed 1: what is rewritten takes longest. */
export function showMs(events: readonly TraceEvent[], hook: number): number {
  let ms = 0
  for (const e of events) {
    if (e.type === 'nat') ms = Math.max(ms, hook * 5)
    else if (e.type === 'drop') ms = Math.max(ms, hook * 4)
    else if (e.type === 'ct' && e.event === 'NEW') ms = Math.max(ms, hook * 2.5)
    else if (e.type === 'rule' && e.what === 'rule') ms = Math.max(ms, hook * 2)
    else if (isStop(e)) ms = Math.max(ms, hook)
  }
  return ms
}

export type MarkKind = 'drop' | 'nat' | 'command' | 'arrival'
const WEIGHT: Record<MarkKind, number> = { drop: 4, nat: 3, command: 2, arrival: 1 }

export interface Mark {
  kind: MarkKind
  position: number
  /** 0..1 of the bar. */
  at: number
}

/** Marks of the scrub bar: at most one in each of `slots` places, the weightiest. */
export function marksOf(trace: readonly TraceEvent[], end: number, slots: number): Mark[] {
  if (end <= 0 || slots <= 0) return []
  const by = new Map<number, Mark>()
  for (const e of trace) {
    const kind = markKind(e)
    if (kind === null || e.position === undefined || e.position > end) continue
    const at = e.position / end
    const slot = Math.round(at * slots)
    const old = by.get(slot)
    if (old === undefined || WEIGHT[kind] > WEIGHT[old.kind]) by.set(slot, { kind, position: e.position, at })
  }
  return [...by.values()].sort((a, b) => a.at - b.at)
}

function markKind(e: TraceEvent): MarkKind | null {
  switch (e.type) {
    case 'drop':
      return 'drop'
    case 'nat':
      return 'nat'
    case 'command':
      return 'command'
    case 'rcv':
      return 'arrival'
    default:
      return null
  }
}
