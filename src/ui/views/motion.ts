/**
 * How one step is shown in time: from `phase`, 0..1 of the time it is given, to how far each of its motions has come.
 * One thing at a time: the packet comes, then the station acts, then what follows from it is seen.
 */
import { easeBackOut, easeCubicInOut, easeCubicOut, easeQuadIn } from 'd3-ease'
import type { Step } from './journey.ts'

export interface Beat {
  /** The way to the station. */
  travel: number
  /** The station opens and says what it did. */
  open: number
  /** The old value is struck through, the new one flips in. */
  strike: number
  flip: number
  /** The entry's tuples are shown. */
  tuples: number
  /** The packet falls out of the picture. */
  fall: number
}

const DONE: Beat = { travel: 1, open: 1, strike: 1, flip: 1, tuples: 1, fall: 1 }

export function beatOf(step: Step | null, phase: number): Beat {
  if (step === null || phase >= 1) return DONE
  const part = (from: number, to: number, ease: (t: number) => number = easeCubicInOut): number =>
    ease(Math.min(1, Math.max(0, (phase - from) / (to - from))))
  if (step.rewritten)
    return {
      travel: part(0, 0.2),
      open: part(0.16, 0.26, easeCubicOut),
      strike: part(0.26, 0.44),
      flip: part(0.44, 0.74, (t) => t),
      tuples: part(0.72, 0.9, easeCubicOut),
      fall: 1,
    }
  if (step.verdict === 'DROP')
    return {
      travel: part(0, 0.25),
      open: part(0.2, 0.35, easeCubicOut),
      strike: 1,
      flip: 1,
      tuples: 1,
      fall: part(0.4, 1, easeQuadIn),
    }
  return {
    travel: part(0, 0.75),
    open: part(0.6, 0.95, easeCubicOut),
    strike: 1,
    flip: 1,
    tuples: part(0.6, 1, easeCubicOut),
    fall: 1,
  }
}

/** A letter of a value that flips in, like a letter of a departure board: `i` of `n`, each a little after the one before. */
export function flapOf(flip: number, i: number, n: number): { turn: number; seen: number } {
  const spread = n <= 1 ? 0 : 0.55
  const t = Math.min(1, Math.max(0, (flip - (n <= 1 ? 0 : (i / (n - 1)) * spread)) / (1 - spread)))
  return { turn: (1 - easeBackOut.overshoot(1.2)(t)) * -92, seen: t <= 0 ? 0 : Math.min(1, 0.2 + t) }
}
