/**
 * What two events of a packet have in common is kept once: on its way its header seldom changes, and a long trace is mostly
 * headers. It stays so on its way to the page, which gets events many at a time.
 */
import type { CtState, Header, TraceEvent } from '../kernel/trace.ts'
import { pastPart } from './past-part.ts'

const NO_WORK: readonly number[] = []

/** What the event before had. */
let header: Header | null = null
let ct: CtState | null = null

function slim(e: TraceEvent): void {
  if ('header' in e) {
    if (header && alike(header, e.header)) e.header = header
    else header = e.header
  }
  if ('ct' in e) {
    if (ct && e.ct && alike(ct, e.ct)) e.ct = ct
    else ct = e.ct
  }
  if (e.type === 'station' && e.work.length === 0) e.work = NO_WORK
}

/** Are all fields the same? Those that hold something themselves are when it is one thing. */
function alike<T extends object>(a: T, b: T): boolean {
  for (const name in a) if (a[name] !== b[name]) return false
  return true
}

pastPart.slim = slim
