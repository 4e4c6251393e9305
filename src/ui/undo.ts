/** Undo and redo over commands: positions of a run between which whole commands lie. */
import type { TraceEvent } from '../kernel/trace.ts'

/** Where each command was typed: the position before it. */
function before(trace: readonly TraceEvent[]): number[] {
  return trace.flatMap((e) => (e.type === 'command' && e.position !== undefined ? [e.position - 1] : []))
}

/** The moment before the last command that has been typed up to here; null: there is none. */
export function undoTo(trace: readonly TraceEvent[], position: number): number | null {
  return before(trace).findLast((p) => p < position) ?? null
}

/** The moment before the next command but one, or the end: what the next one has done is done. Null: there is none. */
export function redoTo(trace: readonly TraceEvent[], position: number, end: number): number | null {
  const next = before(trace).filter((p) => p >= position)
  if (next.length === 0 || position >= end) return null
  return next.find((p) => p > next[0]) ?? end
}
