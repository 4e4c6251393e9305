/** Rates as limit and hashlimit write them: so many packets a second, minute, hour or day. */
import { problem } from './error.ts'

const UNITS: readonly [string, number][] = [
  ['second', 1],
  ['minute', 60],
  ['hour', 3600],
  ['day', 86400],
]

/** Time between two packets, in 1/`scale` s, and the seconds of the unit. */
export interface Rate {
  avg: number
  seconds: number
}

/**
 * `5/minute`, where a beginning of the unit is enough. Null: no such rate. `wide`: the number is one of 64 bits without a
 * sign, so that one below zero is far too much; else its last 32 bits count.
 */
export function parseRate(rate: string, scale: number, wide = false): Rate | null {
  const slash = rate.indexOf('/')
  let seconds = 1
  if (slash >= 0) {
    const word = rate.slice(slash + 1).toLowerCase()
    const unit = word === '' ? undefined : UNITS.find(([name]) => name.startsWith(word))
    if (!unit) return null
    seconds = unit[1]
  }
  const whole = Number(/^\s*[+-]?\d+/.exec(rate)?.[0] ?? 0)
  const n = !wide ? whole >>> 0 : whole < 0 ? Infinity : whole
  if (n === 0) return null
  const avg = Math.floor((scale * seconds) / n)
  if (avg === 0) problem(`Rate too fast "${rate}"`)
  return { avg, seconds }
}

const PRINTED: readonly [string, number][] = [
  ['day', 86400],
  ['hour', 3600],
  ['min', 60],
  ['sec', 1],
]

/** The largest unit that says the rate well enough, and the seconds of that unit. */
export function printRate(period: number, scale: number): { text: string; seconds: number } {
  let i = 1
  for (; i < PRINTED.length; i++) {
    const mult = PRINTED[i][1] * scale
    if (Math.floor(mult / period) < mult % period) break
  }
  const [name, seconds] = PRINTED[i - 1]
  return { text: `${Math.floor((seconds * scale) / period)}/${name}`, seconds }
}
