import { problem } from '../error.ts'
import type { Match } from '../extension.ts'
import { HZ, JIFFY } from '../jiffies.ts'
import { option, text, uint } from '../option.ts'
import { parseRate, printRate } from '../rate.ts'

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
/** The largest power of two that lets one packet a day be counted in 32 bits. Linux: xt_limit.c MAX_CPJ */
const CREDITS_PER_JIFFY = 128

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
  init: () => ({ avg: parseRate('3/hour', XT_LIMIT_SCALE)?.avg ?? 0, burst: 5 }),
  options: [
    option<LimitData, string>(
      'limit',
      text,
      (d, v) => void (d.avg = parseRate(v, XT_LIMIT_SCALE)?.avg ?? problem(`bad rate "${v}"'`)),
    ),
    option<LimitData, number>('limit-burst', uint(0, 10000), (d, v) => void (d.burst = v)),
  ],
  save: (d) =>
    ` --limit ${printRate(d.avg, XT_LIMIT_SCALE).text}${d.burst === 5 ? '' : ` --limit-burst ${d.burst}`}`,
  print: (d) => ` limit: avg ${printRate(d.avg, XT_LIMIT_SCALE).text} burst ${d.burst}`,
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
