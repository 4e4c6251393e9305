/**
 * Rate estimators of a namespace, by name: the RATEEST target feeds them, the rateest match reads them.
 * Linux: net/netfilter/xt_RATEEST.c, net/core/gen_estimator.c
 */
import type { Kernel } from '../kernel.ts'
import { HZ, jiffies } from './jiffies.ts'

export interface Estimator {
  use: number
  /** log2 of the time between two looks at the counters, in quarters of a second, less 2. */
  interval: number
  /** The average takes 1/2^this of each new rate. */
  ewmaLog: number
  bytes: number
  packets: number
  lastBytes: number
  lastPackets: number
  /** Averages, times 256. */
  avbps: number
  avpps: number
  /** When the counters are looked at next, in jiffies. */
  next: number
}

/** A quarter of a second, rounded down. */
const QUARTER = Math.floor(HZ / 4)

function tablesOf(k: Kernel): Map<string, Estimator> {
  return (k.net.xt['rateest'] ??= new Map<string, Estimator>()) as Map<string, Estimator>
}

export function estimator(k: Kernel, name: string): Estimator | undefined {
  return tablesOf(k).get(name)
}

/** Use the estimator of that name, made where there is none. */
export function takeEstimator(k: Kernel, name: string, interval: number, ewmaLog: number): void {
  const known = tablesOf(k).get(name)
  if (known) {
    known.use++
    return
  }
  tablesOf(k).set(name, {
    use: 1,
    interval,
    ewmaLog,
    bytes: 0,
    packets: 0,
    lastBytes: 0,
    lastPackets: 0,
    avbps: 0,
    avpps: 0,
    next: jiffies(k) + (QUARTER << (interval + 2)),
  })
}

/** Linux: xt_rateest_put */
export function putEstimator(k: Kernel, name: string): void {
  const e = tablesOf(k).get(name)
  if (e && --e.use === 0) tablesOf(k).delete(name)
}

/** Do what its timer would have done by now. Linux: est_timer */
export function runEstimator(k: Kernel, e: Estimator): void {
  const now = jiffies(k)
  const log = e.interval + 2
  const scale = 2 ** (10 - log)
  const share = 2 ** e.ewmaLog
  const average = (old: number, delta: number): number =>
    old + Math.floor((delta * scale) / share) - Math.floor(old / share)
  while (e.next <= now) {
    e.avbps = average(e.avbps, e.bytes - e.lastBytes)
    e.avpps = average(e.avpps, e.packets - e.lastPackets)
    e.lastBytes = e.bytes
    e.lastPackets = e.packets
    e.next += QUARTER << log
  }
}

/** Bytes and packets a second. Linux: gen_estimator_read */
export function readEstimator(k: Kernel, e: Estimator): { bps: number; pps: number } {
  runEstimator(k, e)
  return { bps: Math.floor(e.avbps / 256), pps: Math.floor(e.avpps / 256) }
}
