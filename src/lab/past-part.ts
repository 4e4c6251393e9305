/** How the past of a run is kept in little room: past.ts, which comes with the programs. Until then checkpoints are whole. */
import type { TraceEvent } from '../kernel/trace.ts'
import type { LabState } from './state.ts'

/** Checkpoints, the first one first. */
export interface Past {
  readonly length: number
  /** What they take, roughly. */
  readonly bytes: number
  /** One more, at the end. */
  add(state: LabState): void
  /** One more, behind the first `n`. */
  insert(n: number, state: LabState): void
  /** A state of its own, as the one that was added. */
  restore(n: number): LabState
  /** The same, by the way: afterwards this past takes no more than before, and nothing of it is shared. */
  peek(n: number): LabState
  remove(n: number): void
  /** The first ones, for a run that shares them. */
  fork(length: number): Past
  /** Nobody will ask for a while: what can be worked out again goes. */
  rest(): void
}

/** `slim`: makes an event of the trace smaller (slim.ts). */
export const pastPart: { begin: (() => Past) | null; slim: ((e: TraceEvent) => void) | null } = {
  begin: null,
  slim: null,
}
