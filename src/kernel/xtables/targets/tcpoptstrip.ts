import { IPPROTO_TCP } from '../../../wire/packet.ts'
import { problem } from '../error.ts'
import { XT_CONTINUE, type Target } from '../extension.ts'
import { strictNumber } from '../number.ts'
import { option, text } from '../option.ts'

export interface TcpoptstripData {
  kinds: number[]
}

const NAMES: Readonly<Record<string, number>> = {
  wscale: 3,
  mss: 2,
  'sack-permitted': 4,
  sack: 5,
  timestamp: 8,
  md5: 19,
}

function parse(list: string): number[] {
  const kinds = new Set<number>()
  for (const word of list.split(',')) {
    const kind = Object.hasOwn(NAMES, word)
      ? NAMES[word]
      : (strictNumber(word, 0, 255) ?? problem(`Bad TCP option value "${word}"`))
    if (kind < 2) problem('Option value may not be 0 or 1')
    if (kinds.has(kind)) problem(`Option "${word}" already specified`)
    kinds.add(kind)
  }
  return [...kinds].sort((a, b) => a - b)
}

function show(d: TcpoptstripData, numeric: boolean): string {
  return d.kinds
    .map((n) => (numeric ? undefined : Object.keys(NAMES).find((name) => NAMES[name] === n)) ?? String(n))
    .join(',')
}

/** Write no-operations over TCP options. Linux: net/netfilter/xt_TCPOPTSTRIP.c; iptables: extensions/libxt_TCPOPTSTRIP.c */
export const TCPOPTSTRIP: Target<TcpoptstripData> = {
  name: 'TCPOPTSTRIP',
  table: 'mangle',
  proto: IPPROTO_TCP,
  init: () => ({ kinds: [] }),
  options: [option<TcpoptstripData, string>('strip-options', text, (d, v) => void (d.kinds = parse(v)))],
  save: (d) => (d.kinds.length === 0 ? '' : ` --strip-options ${show(d, true)}`),
  print: (d, numeric) => (d.kinds.length === 0 ? '' : ` TCPOPTSTRIP options ${show(d, numeric)}`),
  target(_k, skb, d) {
    for (const kind of d.kinds) {
      if (kind === 2) skb.mss = 0
      else if (kind === 3) skb.wscale = -1
      else if (kind === 4) skb.sackOk = 0
      else if (kind === 8) skb.ts = skb.tsval = skb.tsecr = 0
    }
    return XT_CONTINUE
  },
}
