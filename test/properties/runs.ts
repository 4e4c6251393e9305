/**
 * How long a property is tried. Every day the cases are few and always the same ones; `npm run fuzz` takes others each
 * time, and more of them (FUZZ times as many).
 */
import type { Parameters } from 'fast-check'

const times = Number(process.env['FUZZ'] ?? 0)

/** fast-check's parameters for a property that is tried `everyday` times. A failure names the seed and the case. */
export function runs(everyday: number): Parameters<unknown> {
  return times > 0 ? { numRuns: everyday * times } : { numRuns: everyday, seed: 618 }
}

/** How long a test may take, in milliseconds. */
export const PATIENCE = times > 0 ? 3_600_000 : 30_000
