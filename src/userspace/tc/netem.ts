/**
 * tc qdisc ... netem: what may be said of it, and how it is printed. Linux: iproute2, tc/q_netem.c, tc_util.c get_percent,
 * lib/utils_math.c get_time64, sprint_time64
 */
import type { Netem, NetemWish } from '../../kernel/tc/netem.ts'
import { Quit, take, type Args } from '../ip/args.ts'
import { leftOut } from './left-out.ts'

const ALL = 0xffffffff

const NETEM_USAGE = `Usage: ... netem [ limit PACKETS ]
                 [ delay TIME [ JITTER [CORRELATION]]]
                 [ distribution {uniform|normal|pareto|paretonormal} ]
                 [ corrupt PERCENT [CORRELATION]]
                 [ duplicate PERCENT [CORRELATION]]
                 [ loss random PERCENT [CORRELATION]]
                 [ loss state P13 [P31 [P32 [P23 P14]]]
                 [ loss gemodel PERCENT [R [1-H [1-K]]]
                 [ ecn ]
                 [ reorder PERCENT [CORRELATION] [ gap DISTANCE ]]
                 [ rate RATE [PACKETOVERHEAD] [CELLSIZE] [CELLOVERHEAD]]
                 [ slot MIN_DELAY [MAX_DELAY] [packets MAX_PACKETS] [bytes MAX_BYTES]]
                 [ slot distribution {uniform|normal|pareto|paretonormal|custom}
                   DELAY JITTER [packets MAX_PACKETS] [bytes MAX_BYTES]]
`

/** Microseconds of each unit; a bare number is microseconds. */
const UNITS: Record<string, number> = {
  '': 1,
  s: 1e6,
  sec: 1e6,
  secs: 1e6,
  ms: 1000,
  msec: 1000,
  msecs: 1000,
  us: 1,
  usec: 1,
  usecs: 1,
  ns: 0.001,
  nsec: 0.001,
  nsecs: 0.001,
}

const illegal = (what: string): Quit => new Quit(1, `Illegal "${what}"\n`)
const isNumber = (word: string | undefined): word is string => word !== undefined && /^[+-]?[\d.]/.test(word)

function time(word: string, what: string): number {
  const m = /^(\d+(?:\.\d*)?|\.\d+)([a-z]*)$/i.exec(word)
  const unit = m === null ? undefined : UNITS[m[2].toLowerCase()]
  if (m === null || unit === undefined) throw illegal(what)
  return Math.round(Number(m[1]) * unit)
}

function percent(word: string, what: string): number {
  const m = /^(\d+(?:\.\d*)?|\.\d+)%?$/.exec(word)
  if (m === null || Number(m[1]) > 100) throw illegal(what)
  return Math.round((Number(m[1]) / 100) * ALL)
}

/** What follows `netem`. */
export function parseNetem(args: Args): NetemWish {
  const wish: NetemWish = {}
  while (args.at < args.words.length) {
    const word = take(args)
    if (word === 'limit') {
      const n = take(args)
      if (!/^\d+$/.test(n)) throw illegal('limit')
      wish.limit = Number(n)
    } else if (word === 'delay' || word === 'latency') {
      wish.latency = time(take(args), 'latency')
      if (isNumber(args.words[args.at])) wish.jitter = time(take(args), 'latency')
      if (isNumber(args.words[args.at])) throw leftOut('CORRELATION')
    } else if (word === 'loss' || word === 'drop') {
      if (args.words[args.at] === 'state' || args.words[args.at] === 'gemodel') throw leftOut(take(args))
      if (args.words[args.at] === 'random') args.at++
      const said = args.words[args.at]
      if (said !== undefined && !/^[\d.]/.test(said)) throw new Quit(1, `Unknown loss parameter: ${said}\n`)
      wish.loss = percent(take(args), 'loss percent')
      if (isNumber(args.words[args.at])) throw leftOut('CORRELATION')
    } else if (word === 'help') throw new Quit(1, NETEM_USAGE)
    else if (/^(corrupt|duplicate|reorder|gap|rate|slot|distribution|ecn)$/.test(word)) throw leftOut(word)
    else throw new Quit(1, `What is "${word}"?\n${NETEM_USAGE}`)
  }
  return wish
}

/** tc counts in ticks of 64 ns, and cuts off what is less. Linux: /proc/net/psched */
const TICK_NS = 64

/** Three digits are printed, as by %.3g; of microseconds whole ones. */
function printTime(us: number): string {
  const three = (n: number): string => String(Number(n.toPrecision(3)))
  const ns = Math.floor((us * 1000) / TICK_NS) * TICK_NS
  if (ns >= 1e9) return `${three(ns / 1e9)}s`
  return ns >= 1e6 ? `${three(ns / 1e6)}ms` : `${Math.floor(ns / 1000)}us`
}

export function printNetem(q: Netem): string {
  const delay = q.latency > 0 ? ` delay ${printTime(q.latency)}` : ''
  const jitter = q.latency > 0 && q.jitter > 0 ? `  ${printTime(q.jitter)}` : ''
  const loss = q.loss > 0 ? ` loss ${Number(((100 * q.loss) / ALL).toPrecision(6))}%` : ''
  return `limit ${q.limit}${delay}${jitter}${loss}`
}
