/** Moments of the trace that one wants to go to: the next drop, the one before, across packets and hosts. Pure. */
import type { TraceEvent } from '../../kernel/trace.ts'

export const JUMPS = ['drop', 'rewrite', 'state'] as const
/** `state`: an entry of a connection table was made, has changed, or has gone. */
export type Jump = (typeof JUMPS)[number]

const TYPES: Readonly<Record<Jump, TraceEvent['type']>> = { drop: 'drop', rewrite: 'nat', state: 'ct' }

/** A moment of that kind, and which one it is of those that are kept: from 1. */
export interface Found {
  event: TraceEvent
  position: number
  n: number
  of: number
}

/** All of a kind, in order; of several at one position the first. */
export function momentsOf(trace: readonly TraceEvent[], kind: Jump, end: number): TraceEvent[] {
  const moments: TraceEvent[] = []
  const type = TYPES[kind]
  let last = -1
  for (const e of trace) {
    if (e.type !== type || e.position === undefined || e.position === last || e.position > end) continue
    last = e.position
    moments.push(e)
  }
  return moments
}

/** The first after a position, or the last before it; null: none is kept. */
export function jumpFrom(
  trace: readonly TraceEvent[],
  position: number,
  end: number,
  kind: Jump,
  on: boolean,
): Found | null {
  const moments = momentsOf(trace, kind, end)
  const at = on
    ? moments.findIndex((e) => (e.position ?? 0) > position)
    : moments.findLastIndex((e) => (e.position ?? 0) < position)
  const event = moments[at]
  if (event?.position === undefined) return null
  return { event, position: event.position, n: at + 1, of: moments.length }
}

/** The last time before a position that a packet came to a host, or left it; null: none is kept. */
export function packetBefore(trace: readonly TraceEvent[], position: number): number | null {
  const ENDS: readonly string[] = ['rcv', 'xmit', 'deliver', 'drop', 'make']
  const e = trace.findLast(
    (one) => ENDS.includes(one.type) && one.position !== undefined && one.position < position,
  )
  return e?.position ?? null
}
