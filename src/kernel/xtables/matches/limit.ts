import { problem } from '../error.ts'
import type { Match } from '../extension.ts'
import { option, text, uint } from '../option.ts'

export interface LimitData {
  /** Time between two packets, in units of 1/10000 s. */
  avg: number
  burst: number
}

/** Credit in the kernel's own unit, CREDITS_PER_JIFFY of which come in every jiffy. */
interface LimitPriv {
  prev: number
  credit: number
  cap: number
  cost: number
}

const XT_LIMIT_SCALE = 10000
const HZ = 250
/** Micros in a jiffy. */
const JIFFY = 1_000_000 / HZ
/** The largest power of two that lets one packet a day be counted in 32 bits. Linux: xt_limit.c MAX_CPJ */
const CREDITS_PER_JIFFY = 128

const UNITS: readonly [string, number][] = [
  ['second', 1],
  ['minute', 60],
  ['hour', 3600],
  ['day', 86400],
]

/** `5/minute`, where a beginning of the unit is enough. Null: no such rate. */
function parseRate(rate: string): number | null {
  const slash = rate.indexOf('/')
  let seconds = 1
  if (slash >= 0) {
    const word = rate.slice(slash + 1).toLowerCase()
    const unit = word === '' ? undefined : UNITS.find(([name]) => name.startsWith(word))
    if (!unit) return null
    seconds = unit[1]
  }
  const n = Number(/^\s*[+-]?\d+/.exec(rate)?.[0] ?? 0) >>> 0
  if (n === 0) return null
  const avg = Math.floor((XT_LIMIT_SCALE * seconds) / n)
  if (avg === 0) problem(`Rate too fast "${rate}"`)
  return avg
}

const PRINTED: readonly [string, number][] = [
  ['day', XT_LIMIT_SCALE * 86400],
  ['hour', XT_LIMIT_SCALE * 3600],
  ['min', XT_LIMIT_SCALE * 60],
  ['sec', XT_LIMIT_SCALE],
]

/** The largest unit that says the rate well enough. */
function printRate(period: number): string {
  let i = 1
  for (; i < PRINTED.length; i++) {
    const mult = PRINTED[i][1]
    if (period > mult || Math.floor(mult / period) < mult % period) break
  }
  const [name, mult] = PRINTED[i - 1]
  return `${Math.floor(mult / period)}/${name}`
}

/** 32-bit arithmetic, and division first where the product would not fit. Linux: xt_limit.c user2credits */
function user2credits(user: number): number {
  if (user > Math.floor(0xffffffff / (HZ * CREDITS_PER_JIFFY)))
    return (Math.floor(user / XT_LIMIT_SCALE) * HZ * CREDITS_PER_JIFFY) % 2 ** 32
  return Math.floor((user * HZ * CREDITS_PER_JIFFY) / XT_LIMIT_SCALE)
}

/**
 * A token bucket, full when the rule is loaded. One for the rule, whoever sends.
 * Linux: net/netfilter/xt_limit.c limit_mt, limit_mt_check; iptables: extensions/libxt_limit.c
 */
export const limit: Match<LimitData> = {
  name: 'limit',
  init: () => ({ avg: parseRate('3/hour') ?? 0, burst: 5 }),
  options: [
    option<LimitData, string>(
      'limit',
      text,
      (d, v) => void (d.avg = parseRate(v) ?? problem(`bad rate "${v}"'`)),
    ),
    option<LimitData, number>('limit-burst', uint(0, 10000), (d, v) => void (d.burst = v)),
  ],
  save: (d) => ` --limit ${printRate(d.avg)}${d.burst === 5 ? '' : ` --limit-burst ${d.burst}`}`,
  print: (d) => ` limit: avg ${printRate(d.avg)} burst ${d.burst}`,
  checkentry(d) {
    const total = (d.avg * d.burst) % 2 ** 32
    if (d.burst !== 0 && user2credits(total) >= user2credits(d.avg)) return null
    return { errno: 'ERANGE', log: `xt_limit: Overflow, try lower: ${d.avg}/${d.burst}` }
  },
  newPriv(d, k): LimitPriv {
    const cap = user2credits((d.avg * d.burst) % 2 ** 32)
    return { prev: Math.floor(k.now / JIFFY), credit: cap, cap, cost: user2credits(d.avg) }
  },
  match(k, _skb, _d, _hook, priv) {
    const p = priv as LimitPriv
    const now = Math.floor(k.now / JIFFY)
    p.credit = Math.min(p.cap, p.credit + (now - p.prev) * CREDITS_PER_JIFFY)
    p.prev = now
    if (p.credit < p.cost) return false
    p.credit -= p.cost
    return true
  },
}
