import { problem } from '../error.ts'
import { XT_CONTINUE, type Target } from '../extension.ts'
import { option, text } from '../option.ts'
import { estimator, putEstimator, runEstimator, takeEstimator } from '../rateest-table.ts'

export interface RateestTargetData {
  name: string
  /** As typed, microseconds, until the kernel's own numbers have been worked out of them. */
  time: number
  average: number
  interval: number
  ewmaLog: number
}

const SECOND = 1_000_000
const NAME = 15
const UNITS: Record<string, number> = {
  '': 1,
  s: SECOND,
  sec: SECOND,
  secs: SECOND,
  ms: 1000,
  msec: 1000,
  msecs: 1000,
  us: 1,
  usec: 1,
  usecs: 1,
}

/** Linux: iptables, RATEEST_get_time. Without a unit it is microseconds. */
function micros(arg: string, what: string): number {
  const found = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(.*)/i.exec(arg)
  const unit = UNITS[found?.[2].toLowerCase() ?? '-'] as number | undefined
  if (!found || unit === undefined) problem(`RATEEST: bad ${what} value "${arg}"`)
  return Math.trunc(Number(found[1]) * unit) >>> 0
}

function timeText(us: number): string {
  if (us >= SECOND) return `${(us / SECOND).toFixed(1)}s`
  return us >= 1000 ? `${(us / 1000).toFixed(1)}ms` : `${us}us`
}

/** -ln(1 - x) for x up to 1/2, by its series: the same in every JavaScript engine. */
function minusLog(x: number): number {
  let sum = 0
  let power = 1
  for (let n = 1; n <= 60; n++) {
    power *= x
    sum += power / n
  }
  return sum
}

/** Linux: iptables, RATEEST_final_check */
function finalCheck(d: RateestTargetData): void {
  let interval = 0
  while (d.time > 2 ** interval * (SECOND / 4)) interval++
  if (interval > 5) problem('RATEEST: interval value is too large')
  d.interval = interval - 2
  let log = 1
  while (log < 32 && d.time / minusLog(1 / 2 ** log) <= d.average) log++
  d.ewmaLog = log - 1
  if (d.ewmaLog === 0 || d.ewmaLog >= 31) problem('RATEEST: ewmalog value is out of range')
  d.time = d.average = 0
}

function words(d: RateestTargetData, dashes: string): string {
  const interval = (SECOND * 2 ** (d.interval + 2)) / 4
  const average = interval * 2 ** d.ewmaLog
  return ` ${dashes}name ${d.name} ${dashes}interval ${timeText(interval)} ${dashes}ewmalog ${timeText(average % 2 ** 32)}`
}

/**
 * Count packets and bytes for a rate that the rateest match can ask for.
 * Linux: net/netfilter/xt_RATEEST.c xt_rateest_tg; iptables: extensions/libxt_RATEEST.c
 */
export const RATEEST: Target<RateestTargetData> = {
  name: 'RATEEST',
  init: () => ({ name: '', time: 0, average: 0, interval: 0, ewmaLog: 0 }),
  options: [
    option<RateestTargetData, string>('rateest-name', text, (d, v) => void (d.name = v.slice(0, NAME)), {
      mandatory: true,
    }),
    option<RateestTargetData, string>(
      'rateest-interval',
      text,
      (d, v) => void (d.time = micros(v, 'interval')),
      { mandatory: true },
    ),
    option<RateestTargetData, string>(
      'rateest-ewmalog',
      text,
      (d, v) => void (d.average = micros(v, 'ewmalog')),
      { mandatory: true },
    ),
  ],
  finalCheck,
  checkentry(d, _ip, _hooks, { k }) {
    const known = estimator(k, d.name)
    const same = !known || (known.interval === d.interval && known.ewmaLog === d.ewmaLog)
    return same ? null : { errno: 'EINVAL', log: '' }
  },
  newPriv(d, k) {
    takeEstimator(k, d.name, d.interval, d.ewmaLog)
    return null
  },
  destroy(d, k) {
    putEstimator(k, d.name)
  },
  save: (d) => words(d, '--rateest-'),
  print: (d) => words(d, ''),
  target(k, skb, d) {
    const e = estimator(k, d.name)
    if (!e) return XT_CONTINUE
    runEstimator(k, e)
    e.bytes += skb.len
    e.packets++
    return XT_CONTINUE
  },
}
