/**
 * How long a property is tried. Every day the cases are few and always the same ones. FUZZ says how many times as many
 * are tried: from 2 on (`npm run fuzz`) they are others each time; the mutation runner takes a part of them, and does
 * not look for the smallest case that fails.
 */
import type { Parameters } from 'fast-check'

const times = Number(process.env['FUZZ'] ?? 1)

/** fast-check's parameters for a property that is tried `everyday` times. A failure names the seed and the case. */
export function runs(everyday: number): Parameters<unknown> {
  const numRuns = Math.max(1, Math.round(everyday * times))
  if (times > 1) return { numRuns }
  return { numRuns, seed: 618, endOnFailure: times < 1 }
}

/** More than so much must have been looked at for a property to mean anything, where `everyday` is usual. */
export const enough = (everyday: number): number => (times < 1 ? -1 : Math.floor(everyday / 2))

/** How long a test may take, in milliseconds. */
export const PATIENCE = times > 1 ? 3_600_000 : 60_000
