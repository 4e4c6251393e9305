/**
 * What a packet's journey costs the hosts that it comes through, by part of the work: as many nanoseconds as the
 * calibration of lab/cost.ts says, also where a host of the lab has no CPUs of its own and is infinitely fast.
 */
import { partOf, PARTS } from '../../lab/course-view.ts'
import { WORK_NS } from '../../lab/cost.ts'
import { WORK_CT_NODE, WORK_RULE } from '../../kernel/work.ts'
import type { Step, Visit } from './journey.ts'

export type Part = (typeof PARTS)[number]

export interface HostCost {
  host: string
  /** Nanoseconds. */
  total: number
  /** Parts that cost something, in the order of PARTS. */
  parts: { id: Part; ns: number }[]
  /** Rules that were looked at, and entries that were passed in the chains of the connection table. */
  rules: number
  nodes: number
}

function timesOf(steps: readonly Step[], work: number): number {
  let times = 0
  for (const { work: done } of steps)
    for (let i = 0; i < done.length; i += 2) if (done[i] === work) times += done[i + 1]
  return times
}

/** One for each visit that cost anything. */
export function costsOf(visits: readonly Visit[]): HostCost[] {
  return visits
    .map(({ host, steps }) => {
      const by = new Map<Part, number>()
      for (const { work } of steps)
        for (let i = 0; i < work.length; i += 2) {
          const part = partOf(work[i])
          by.set(part, (by.get(part) ?? 0) + WORK_NS[work[i]] * work[i + 1])
        }
      const parts = PARTS.flatMap((id) => (by.has(id) ? [{ id, ns: by.get(id) ?? 0 }] : []))
      const total = parts.reduce((sum, p) => sum + p.ns, 0)
      return { host, total, parts, rules: timesOf(steps, WORK_RULE), nodes: timesOf(steps, WORK_CT_NODE) }
    })
    .filter((cost) => cost.total > 0)
}
