import { problem } from '../error.ts'
import type { Match } from '../extension.ts'
import { double, option, text, uint } from '../option.ts'

export interface StatisticData {
  mode: 'random' | 'nth'
  invert: boolean
  /** Out of 2^31. */
  probability: number
  every: number
  packet: number
}

/** Packets since the last one that matched. */
interface StatisticPriv {
  count: number
}

/** Half away from zero, as lround does it. */
function lround(n: number): number {
  return Math.floor(n + 0.5)
}

function print(d: StatisticData, dashes: string): string {
  const head = ` ${dashes}mode ${d.mode}${d.invert ? ' !' : ''} ${dashes}`
  if (d.mode === 'random') return `${head}probability ${(d.probability / 0x80000000).toFixed(11)}`
  return `${head}every ${d.every}${d.packet || dashes ? ` ${dashes}packet ${d.packet}` : ''}`
}

/** Match by chance, or every so many packets. Linux: net/netfilter/xt_statistic.c statistic_mt; iptables: libxt_statistic.c */
export const statistic: Match<StatisticData> = {
  name: 'statistic',
  init: () => ({ mode: 'random', invert: false, probability: 0, every: 1, packet: 0 }),
  options: [
    option<StatisticData, string>(
      'mode',
      text,
      (d, v) => void (d.mode = v === 'random' || v === 'nth' ? v : problem(`Bad mode "${v}"`)),
      { mandatory: true },
    ),
    option<StatisticData, number>(
      'probability',
      double(0, 1),
      (d, v, call) => {
        d.probability = lround(v * 0x80000000)
        if (call.invert) d.invert = true
      },
      { invert: true, excludes: ['every', 'packet'] },
    ),
    option<StatisticData, number>(
      'every',
      uint(1, 0xffffffff),
      (d, v, call) => {
        d.every = v
        if (call.invert) d.invert = true
      },
      { invert: true, excludes: ['probability'], needs: ['packet'] },
    ),
    option<StatisticData, number>('packet', uint(0, 0xffffffff), (d, v) => void (d.packet = v), {
      excludes: ['probability'],
      needs: ['every'],
    }),
  ],
  finalCheck(d, used) {
    if (d.mode === 'random' && !used.has('probability'))
      problem('--probability must be specified when using random mode')
    if (d.mode === 'nth' && !used.has('every') && !used.has('packet'))
      problem('--every and --packet must be specified when using nth mode')
    if (d.packet > d.every - 1) problem('the --packet p must be 0 <= p <= n-1')
  },
  save: (d) => print(d, '--'),
  print: (d) => ` statistic${print(d, '')}`,
  newPriv: (d): StatisticPriv => ({ count: d.every - 1 - d.packet }),
  match(k, _skb, d, _hook, priv) {
    if (d.mode === 'random') return (k.random() & 0x7fffffff) < d.probability !== d.invert
    const p = priv as StatisticPriv
    p.count++
    const hit = p.count > d.every - 1
    if (hit) p.count = 0
    return hit !== d.invert
  },
}
