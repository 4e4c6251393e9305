/** How hashlimit is written and printed; what it does is in hashlimit-table.ts. */
import { problem } from '../error.ts'
import type { Match, OptionCall, OptionSpec } from '../extension.ts'
import { leadingNumber } from '../number.ts'
import { flag, option, plenMask, text, uint } from '../option.ts'
import { parseRate, printRate } from '../rate.ts'
import { checkentry, destroyTable, hashlimit_mt, takeTable } from './hashlimit-table.ts'

/** Linux: struct hashlimit_cfg3 */
export interface HashlimitData {
  name: string
  above: boolean
  /** Rates are bytes: `avg` is then the cost of 16 bytes. */
  bytes: boolean
  /** Else the time between two packets, microseconds. */
  avg: number
  burst: number
  srcip: boolean
  srcport: boolean
  dstip: boolean
  dstport: boolean
  size: number
  max: number
  /** Milliseconds. */
  gcInterval: number
  expire: number
  srcmask: number
  dstmask: number
  rateMatch: boolean
  /** Seconds. */
  interval: number
}

const SCALE = 1_000_000
/** 16 bytes at a time are counted. Linux: XT_HASHLIMIT_BYTE_SHIFT */
const BYTE_SHIFT = 4
const BURST_DEFAULT = 5
const BURST_MAX = 1_000_000
const GCINTERVAL = 1000
/** Seconds that idle entries of a byte rate are kept, without and with a burst. */
const BYTE_EXPIRE = 15
const BYTE_EXPIRE_BURST = 60
const U32 = 0xffffffff

/** What a rate says besides the data: seconds of its unit. Known by the data until the options have been read. */
const seconds = new WeakMap<HashlimitData, number>()

function bytes_to_cost(bytes: number): number {
  return Math.floor(U32 / ((Math.floor(bytes / 2 ** BYTE_SHIFT) >>> 0) + 1))
}

function cost_to_bytes(cost: number): number {
  return ((cost ? Math.floor(U32 / cost) : U32) - 1) * 2 ** BYTE_SHIFT
}

const FACTORS: Record<string, number> = { '': 1, k: 1024, m: 1024 * 1024 }
const UNITS: readonly [string, number][] = [
  ['m', 1024 * 1024],
  ['k', 1024],
]
const BYTES: readonly [string, number] = ['', 1]

/** `512kb/s`: null where the unit is not there. Less than nothing is more than there is. */
function byteRate(word: string): number | null {
  const unit = /(k|m|)b\/s/.exec(word)?.[1]
  const count = Number(/^\s*[+-]?\d+/.exec(word)?.[0] ?? 0)
  return unit === undefined ? null : count * FACTORS[unit]
}

/** What follows the number counts as far as it is a unit. Linux: libxt_hashlimit.c parse_burst, get_factor */
function parseBurst(text: string): number | null {
  const n = leadingNumber(text, 1, U32)
  if (!n || (n.rest === '' && n.value > BURST_MAX)) return null
  return (n.value * (FACTORS[n.rest.charAt(0)] ?? 1)) >>> 0
}

function bad(call: OptionCall): never {
  return problem(`hashlimit: Bad value for "--${call.option}" option: "${call.arg}"`)
}

function rate(d: HashlimitData, arg: string, call: OptionCall): void {
  const bytes = byteRate(arg)
  if (bytes !== null) {
    if (bytes === 0) bad(call)
    d.bytes = true
    d.avg = bytes_to_cost(bytes)
    seconds.set(d, BYTE_EXPIRE)
    return
  }
  const r = parseRate(arg, SCALE, true) ?? bad(call)
  d.avg = r.avg
  seconds.set(d, r.seconds)
}

function limit(name: string, above: boolean, excludes: string): OptionSpec<HashlimitData> {
  return option<HashlimitData, string>(
    name,
    text,
    (d, v, call) => {
      d.above = above !== call.invert
      rate(d, v, call)
    },
    { invert: true, excludes: [excludes] },
  )
}

function modes(d: HashlimitData, list: string, call: OptionCall): void {
  for (const word of list.split(',')) {
    if (word === '') continue
    if (word === 'dstip' || word === 'srcip' || word === 'srcport' || word === 'dstport') d[word] = true
    else bad(call)
  }
}

function printModes(d: HashlimitData, separator: string): string {
  const names = (['srcip', 'srcport', 'dstip', 'dstport'] as const).filter((n) => d[n])
  return names.join(separator)
}

/** The rate and the burst, and the seconds that entries are kept if nothing else is said. */
function printLimit(d: HashlimitData, dashes: string): { text: string; seconds: number } {
  if (!d.bytes) {
    // A listing takes the interval of a rate match into the rate.
    const r = printRate(dashes === '' ? d.avg * d.interval : d.avg, SCALE)
    return { text: `${r.text} ${dashes}burst ${d.burst}`, seconds: r.seconds }
  }
  const r = cost_to_bytes(d.avg)
  // As large a unit as costs the same without the rest, in 32 bits; of a burst the rest is left away.
  const [name, size] = UNITS.find(([, n]) => r >= n && bytes_to_cost((r & ~(n - 1)) >>> 0) === d.avg) ?? BYTES
  let out = `${Math.floor(r / size)}${name}b/s`
  if (d.burst !== 0) {
    const [n, s] = UNITS.find(([, n]) => r * d.burst >= n) ?? BYTES
    out += ` ${dashes}burst ${Math.floor((r * d.burst) / s)}${n}b`
  }
  return { text: out, seconds: d.burst === 0 ? BYTE_EXPIRE : BYTE_EXPIRE_BURST }
}

function rest(d: HashlimitData, dashes: string, keep: number): string {
  let out = d.size ? ` ${dashes}htable-size ${d.size}` : ''
  if (d.max) out += ` ${dashes}htable-max ${d.max}`
  if (d.gcInterval !== GCINTERVAL) out += ` ${dashes}htable-gcinterval ${d.gcInterval}`
  if (d.expire !== keep * 1000) out += ` ${dashes}htable-expire ${d.expire}`
  if (d.srcmask !== 32) out += ` ${dashes}srcmask ${d.srcmask}`
  if (d.dstmask !== 32) out += ` ${dashes}dstmask ${d.dstmask}`
  if (d.rateMatch) out += ` ${dashes}rate-match`
  if (d.rateMatch && d.interval !== 1) out += ` ${dashes}rate-interval ${d.interval}`
  return out
}

function number(name: string, field: 'size' | 'max' | 'gcInterval' | 'expire'): OptionSpec<HashlimitData> {
  return option<HashlimitData, number>(`hashlimit-${name}`, uint(0, U32), (d, v) => void (d[field] = v))
}

function finalCheck(d: HashlimitData, used: ReadonlySet<string>): void {
  if (!used.has('hashlimit-upto') && !used.has('hashlimit-above')) problem('You have to specify --hashlimit')
  const kept = used.has('hashlimit-htable-expire')
  const unit = seconds.get(d) ?? 1
  if (!kept) d.expire = unit * 1000
  if (!d.bytes) {
    if (d.rateMatch) {
      d.avg = Math.floor(d.avg / unit)
      if (!used.has('hashlimit-rate-interval')) d.interval = unit
    }
    if (d.burst > BURST_MAX)
      problem(`bad value for option "--hashlimit-burst", or out of range (1-${BURST_MAX}).`)
    return
  }
  let burst = 0
  if (used.has('hashlimit-burst')) {
    const second = cost_to_bytes(d.avg)
    if (d.burst < second) problem(`burst cannot be smaller than ${second}b`)
    burst = Math.ceil(d.burst / second)
    if (!kept) d.expire = BYTE_EXPIRE_BURST * 1000
  }
  d.burst = burst
}

/**
 * A token bucket for each address or port, in a table that rules share by its name.
 * Linux: net/netfilter/xt_hashlimit.c hashlimit_mt; iptables: extensions/libxt_hashlimit.c (revision 3)
 */
export const hashlimit: Match<HashlimitData> = {
  name: 'hashlimit',
  init: () => ({
    name: '',
    above: false,
    bytes: false,
    avg: 0,
    burst: BURST_DEFAULT,
    srcip: false,
    srcport: false,
    dstip: false,
    dstport: false,
    size: 0,
    max: 0,
    gcInterval: GCINTERVAL,
    expire: 10000,
    srcmask: 32,
    dstmask: 32,
    rateMatch: false,
    interval: 1,
  }),
  options: [
    limit('hashlimit-upto hashlimit', false, 'hashlimit-above'),
    limit('hashlimit-above', true, 'hashlimit-upto'),
    option<HashlimitData, number>('hashlimit-srcmask', plenMask, (d, v) => void (d.srcmask = v)),
    option<HashlimitData, number>('hashlimit-dstmask', plenMask, (d, v) => void (d.dstmask = v)),
    option<HashlimitData, string>('hashlimit-burst', text, (d, v, call) => {
      d.burst =
        parseBurst(v) ?? problem(`bad value for option "--${call.option}", or out of range (1-${BURST_MAX}).`)
    }),
    number('htable-size', 'size'),
    number('htable-max', 'max'),
    number('htable-gcinterval', 'gcInterval'),
    number('htable-expire', 'expire'),
    option<HashlimitData, string>('hashlimit-mode', text, modes),
    option<HashlimitData, string>(
      'hashlimit-name',
      text,
      (d, v) => {
        if (v === '') problem('Argument must have a minimum length of 1 characters\n')
        d.name = v
      },
      { mandatory: true },
    ),
    flag('hashlimit-rate-match', (d) => void (d.rateMatch = true)),
    option<HashlimitData, number>('hashlimit-rate-interval', uint(0, U32), (d, v, call) => {
      if (v === 0) bad(call)
      d.interval = v
    }),
  ],
  finalCheck,
  checkentry,
  newPriv: takeTable,
  destroy: destroyTable,
  save(d) {
    const l = printLimit(d, '--hashlimit-')
    const mode = printModes(d, ',')
    const head = ` --hashlimit-${d.above ? 'above' : 'upto'} ${l.text}`
    return `${head}${mode && ` --hashlimit-mode ${mode}`} --hashlimit-name ${d.name}${rest(d, '--hashlimit-', l.seconds)}`
  },
  print(d) {
    const l = printLimit(d, '')
    const mode = printModes(d, '-')
    return ` limit: ${d.above ? 'above' : 'up to'} ${l.text}${mode && ` mode ${mode}`}${rest(d, '', l.seconds)}`
  },
  match: hashlimit_mt,
}
