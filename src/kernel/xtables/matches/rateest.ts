import { problem } from '../error.ts'
import type { Match, OptionCall, OptionSpec, Refusal } from '../extension.ts'
import type { Kernel } from '../../kernel.ts'
import { strictNumber } from '../number.ts'
import { estimator, putEstimator, readEstimator, takeEstimator } from '../rateest-table.ts'

/** Linux: struct xt_rateest_match_info. Rates in bytes and packets a second. */
export interface RateestData {
  name1: string
  /** '' where the rate is compared with a number. */
  name2: string
  bps: boolean
  pps: boolean
  bps1: number
  pps1: number
  bps2: number
  pps2: number
  delta: boolean
  mode: 'lt' | 'gt' | 'eq' | ''
  invert: boolean
}

const NAME = 15
/** Bits a second that a unit stands for. Linux: iptables, suffixes */
const SUFFIXES: Record<string, number> = {
  bit: 1,
  kibit: 1024,
  kbit: 1000,
  mibit: 1024 ** 2,
  mbit: 1e6,
  gibit: 1024 ** 3,
  gbit: 1e9,
  tibit: 1024 ** 4,
  tbit: 1e12,
  bps: 8,
  kibps: 8 * 1024,
  kbps: 8000,
  mibps: 8 * 1024 ** 2,
  mbps: 8e6,
  gibps: 8 * 1024 ** 3,
  gbps: 8e9,
  tibps: 8 * 1024 ** 4,
  tbps: 8e12,
}

/** Bytes a second; a number without a unit is bits. Linux: iptables, rateest_get_rate */
function parseRate(arg: string): number | null {
  const found = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(.*)$/i.exec(arg)
  if (!found) return null
  const scale = found[2] === '' ? 1 : (SUFFIXES[found[2].toLowerCase()] as number | undefined)
  return scale === undefined ? null : Math.trunc((Number(found[1]) * scale) / 8) >>> 0
}

function once(call: OptionCall, text: string): void {
  if (call.used.has(call.option)) problem(`rateest: can't specify ${text} twice`)
  call.used.add(call.option)
}

function notInverted(call: OptionCall, text: string): void {
  if (call.invert) problem(`rateest: ${text} can't be inverted`)
}

function named(names: string[], put: (d: RateestData, name: string) => void): OptionSpec<RateestData> {
  return {
    names,
    takesArg: true,
    read(d, call) {
      notInverted(call, 'rateest')
      once(call, `--${names[0]}`)
      put(d, call.arg.slice(0, NAME))
    },
  }
}

/** A rate that may be left away: only a comparison with numbers needs it. */
function rate(names: string[], unit: 'bps' | 'pps', which: 1 | 2): OptionSpec<RateestData> {
  return {
    names,
    takesArg: false,
    read(d, call) {
      notInverted(call, `rateest-${unit}`)
      once(call, `--${names[0]}`)
      d[unit] = true
      const arg = call.next()
      if (arg === null) return
      const value = unit === 'bps' ? parseRate(arg) : strictNumber(arg, 0, 0xffffffff)
      if (value === null) problem(`rateest: could not parse ${unit === 'bps' ? 'rate' : 'pps'} \`${arg}'`)
      d[`${unit}${which}`] = value
    },
  }
}

function comparison(mode: 'lt' | 'gt' | 'eq'): OptionSpec<RateestData> {
  return {
    names: [`rateest-${mode}`],
    takesArg: false,
    read(d, call) {
      once(call, 'lt/gt/eq')
      d.mode = mode
      if (call.invert) d.invert = true
    },
  }
}

/** Linux: iptables, rateest_print_rate. It is bits that are printed, but for numbers. */
function rateText(bytes: number, numeric: boolean): string {
  const bits = bytes * 8
  if (numeric) return ` ${bytes}`
  if (bits >= 1e9) return ` ${(bits / 1e6).toFixed(0)}Mbit`
  return bits >= 1e6 ? ` ${(bits / 1e3).toFixed(0)}Kbit` : ` ${bits}bit`
}

const modeText = (d: RateestData, dashes: string): string => `${d.invert ? ' !' : ''} ${dashes}${d.mode}`

function print(d: RateestData, numeric: boolean): string {
  const abs = d.name2 === ''
  let out = ` rateest match ${d.name1}${d.delta ? ' delta' : ''}`
  if (d.bps) {
    out += ` bps${d.delta ? rateText(d.bps1, numeric) : ''}`
    if (abs) out += rateText(d.bps2, numeric) + modeText(d, '')
  }
  if (d.pps) {
    out += ` pps${d.delta ? ` ${d.pps1}` : ''}`
    if (abs) out += `${modeText(d, '')} ${d.pps2}`
  }
  if (abs) return out
  out += `${modeText(d, '')} ${d.name2}`
  if (d.bps) out += ` bps${d.delta ? rateText(d.bps2, numeric) : ''}`
  return d.pps ? `${out} pps${d.delta ? ` ${d.pps2}` : ''}` : out
}

function save(d: RateestData): string {
  const rates = (unit: 'bps' | 'pps'): string => {
    if (!d[unit]) return ''
    const numeric = unit === 'pps'
    const mode = modeText(d, '--rateest-')
    const first = d.delta
      ? ` --rateest-${unit}1${rateText(d[`${unit}1`], numeric)}${mode} --rateest-${unit}2`
      : `${mode} --rateest-${unit}`
    return first + (d.name2 === '' || d.delta ? rateText(d[`${unit}2`], numeric) : '')
  }
  const both = rates('bps') + rates('pps')
  const delta = d.delta ? ' --rateest-delta' : ''
  if (d.name2 === '') return `${delta} --rateest ${d.name1}${both}`
  return `${delta} --rateest1 ${d.name1}${both} --rateest2 ${d.name2}`
}

/** Linux: xt_rateest_mt_checkentry */
function checkentry(d: RateestData, k: Kernel): Refusal | null {
  if ((!d.bps && !d.pps) || d.mode === '') return { errno: 'EINVAL', log: '' }
  const there = estimator(k, d.name1) && (d.name2 === '' || estimator(k, d.name2))
  return there ? null : { errno: 'ENOENT', log: '' }
}

const compare = (a: number, b: number, mode: RateestData['mode']): boolean =>
  mode === 'lt' ? a < b : mode === 'gt' ? a > b : a === b

/**
 * Match by a rate that the RATEEST target has measured, compared with a number or with another rate.
 * Linux: net/netfilter/xt_rateest.c xt_rateest_mt; iptables: extensions/libxt_rateest.c
 */
export const rateest: Match<RateestData> = {
  name: 'rateest',
  init: () => ({
    name1: '',
    name2: '',
    bps: false,
    pps: false,
    bps1: 0,
    pps1: 0,
    bps2: 0,
    pps2: 0,
    delta: false,
    mode: '',
    invert: false,
  }),
  options: [
    named(['rateest1', 'rateest'], (d, v) => void (d.name1 = v)),
    named(['rateest2'], (d, v) => void (d.name2 = v)),
    rate(['rateest-bps1'], 'bps', 1),
    rate(['rateest-pps1'], 'pps', 1),
    rate(['rateest-bps2', 'rateest-bps'], 'bps', 2),
    rate(['rateest-pps2', 'rateest-pps'], 'pps', 2),
    {
      names: ['rateest-delta'],
      takesArg: false,
      read(d, call) {
        notInverted(call, 'rateest-delta')
        once(call, '--rateest-delta')
        d.delta = true
      },
    },
    comparison('lt'),
    comparison('gt'),
    comparison('eq'),
  ],
  checkentry: (d, _ip, _hooks, { k }) => checkentry(d, k),
  newPriv(d, k) {
    takeEstimator(k, d.name1, 0, 0)
    if (d.name2 !== '') takeEstimator(k, d.name2, 0, 0)
    return null
  },
  destroy(d, k) {
    putEstimator(k, d.name1)
    if (d.name2 !== '') putEstimator(k, d.name2)
  },
  save,
  print: (d, numeric) => print(d, numeric),
  match(k, _skb, d) {
    const rates = (name: string, bps: number, pps: number): { bps: number; pps: number } => {
      const e = estimator(k, name)
      const now = e ? readEstimator(k, e) : { bps: 0, pps: 0 }
      return d.delta ? { bps: Math.max(0, bps - now.bps), pps: Math.max(0, pps - now.pps) } : now
    }
    const a = rates(d.name1, d.bps1, d.pps1)
    const b = d.name2 === '' ? { bps: d.bps2, pps: d.pps2 } : rates(d.name2, d.bps2, d.pps2)
    const hit = (!d.bps || compare(a.bps, b.bps, d.mode)) && (!d.pps || compare(a.pps, b.pps, d.mode))
    return hit !== d.invert
  },
}
