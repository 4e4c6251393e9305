import { printIpv4, type Ipv4 } from '../../../wire/address.ts'
import { numericAddress } from '../address.ts'
import { problem } from '../error.ts'
import type { Match, OptionCall } from '../extension.ts'
import { option, text } from '../option.ts'

interface Range {
  min: Ipv4
  max: Ipv4
  invert: boolean
}

export interface IprangeData {
  src: Range | null
  dst: Range | null
}

function parseRange(arg: string, call: OptionCall): Range {
  const dash = arg.indexOf('-')
  const end = (spec: string): Ipv4 =>
    numericAddress(spec, false) ?? problem(`iprange: Bad value for "--${call.option}" option: "${spec}"`)
  const low = dash < 0 ? arg : arg.slice(0, dash)
  const high = dash < 0 ? arg : arg.slice(dash + 1)
  const range = { min: end(low), max: end(high), invert: call.invert }
  if (range.min > range.max) call.warn(`xt_iprange: range ${low}-${high} is reversed and will never match\n`)
  return range
}

function print(r: Range): string {
  return `${printIpv4(r.min)}-${printIpv4(r.max)}`
}

function outside(r: Range | null, addr: Ipv4): boolean {
  return r !== null && (addr >= r.min && addr <= r.max) === r.invert
}

/** Match addresses from one to another. Linux: net/netfilter/xt_iprange.c iprange_mt4; iptables: libxt_iprange.c */
export const iprange: Match<IprangeData> = {
  name: 'iprange',
  init: () => ({ src: null, dst: null }),
  options: [
    option<IprangeData, string>('src-range', text, (d, v, call) => void (d.src = parseRange(v, call)), {
      invert: true,
    }),
    option<IprangeData, string>('dst-range', text, (d, v, call) => void (d.dst = parseRange(v, call)), {
      invert: true,
    }),
  ],
  finalCheck(_d, used) {
    if (used.size === 0) problem("iprange match: You must specify `--src-range' or `--dst-range'")
  },
  save: (d) =>
    (d.src ? `${d.src.invert ? ' !' : ''} --src-range ${print(d.src)}` : '') +
    (d.dst ? `${d.dst.invert ? ' !' : ''} --dst-range ${print(d.dst)}` : ''),
  print: (d) =>
    (d.src ? ` source IP range${d.src.invert ? ' !' : ''} ${print(d.src)}` : '') +
    (d.dst ? ` destination IP range${d.dst.invert ? ' !' : ''} ${print(d.dst)}` : ''),
  match: (_k, skb, d) => !outside(d.src, skb.saddr) && !outside(d.dst, skb.daddr),
}
