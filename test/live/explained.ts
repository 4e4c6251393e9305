/** Differences that are no mistake of the simulator's, each with its reason. As narrow as they can be told. */
import type { Scenario } from '../../src/lab/replay/scenario.ts'
import type { Difference } from './compare.ts'

export interface Explanation {
  reason: string
  /** Does it explain this difference? */
  explains: (d: Difference, sc: Scenario) => boolean
}

export const EXPLANATIONS: readonly Explanation[] = []

/** Why they differ there, or null: nobody knows. */
export function explain(d: Difference, sc: Scenario): string | null {
  return EXPLANATIONS.find((e) => e.explains(d, sc))?.reason ?? null
}
