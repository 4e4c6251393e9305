/** Undo and redo over commands: positions of a run between which whole commands lie. */
import type { TraceEvent } from '../kernel/trace.ts'

/** Where a command was typed: the position before it; -1: it is none. */
function before(e: TraceEvent): number {
  return e.type === 'command' && e.position !== undefined ? e.position - 1 : -1
}

// Both are asked with every picture, and the trace has thousands of events: nothing is made of those that are no commands.

/** The moment before the last command that has been typed up to here; null: there is none. */
export function undoTo(trace: readonly TraceEvent[], position: number): number | null {
  for (let i = trace.length - 1; i >= 0; i--) {
    const p = before(trace[i])
    if (p >= 0 && p < position) return p
  }
  return null
}

/** The moment before the next command but one, or the end: what the next one has done is done. Null: there is none. */
export function redoTo(trace: readonly TraceEvent[], position: number, end: number): number | null {
  if (position >= end) return null
  let first = -1
  for (const e of trace) {
    const p = before(e)
    if (p < position || p < 0) continue
    if (first < 0) first = p
    else if (p > first) return p
  }
  return first < 0 ? null : end
}
