/**
 * What the learner has done, told as it happens: once for each step, once for each lesson, to whoever listens. The window
 * tells it in an event, the frame tells it over its port (frame/), and a package for a learning platform takes it before
 * all others, because it knows more of who and where (build/scorm, build/cmi5).
 */
import type { Statement } from '../lesson/statement.ts'

export const STATEMENT = 'netfilter-lab:statement'

export interface Done {
  lesson: string
  /** Null: the whole lesson. */
  step: string | null
  /** Which step of the lesson it is, from 0. */
  at: number
  statement: Statement
}

declare global {
  interface Window {
    /** Set by a package before the page runs: what it answers is told instead, null: nothing is. */
    netfilterLabTell?: (statement: Statement) => Statement | null
    /** Set by a package that knows where a learner goes when she is done: it takes leave, and goes there. */
    netfilterLabLeave?: () => void
  }
}

const told = new Map<string, Done>()
const listeners = new Set<(done: Done) => void>()

/** Hears what is done, and first what was done before somebody listened. The function that is returned ends it. */
export function onDone(listener: (done: Done) => void): () => void {
  told.forEach(listener)
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function isTold(lesson: string, step: string | null): boolean {
  return told.has(`${lesson} ${step ?? ''}`)
}

export function tell(done: Done): void {
  told.set(`${done.lesson} ${done.step ?? ''}`, done)
  const statement =
    window.netfilterLabTell === undefined ? done.statement : window.netfilterLabTell(done.statement)
  if (statement === null) return
  window.dispatchEvent(new CustomEvent(STATEMENT, { detail: statement }))
  for (const listener of listeners) listener({ ...done, statement })
}
