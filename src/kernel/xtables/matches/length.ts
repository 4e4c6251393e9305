import type { Match } from '../extension.ts'
import { option, uintRange } from '../option.ts'

export interface LengthData {
  min: number
  max: number
  invert: boolean
}

function print(d: LengthData): string {
  return d.min === d.max ? String(d.min) : `${d.min}:${d.max}`
}

/** Match the length of the IP packet, bytes. Linux: net/netfilter/xt_length.c length_mt; iptables: libxt_length.c */
export const length: Match<LengthData> = {
  name: 'length',
  init: () => ({ min: 0, max: 0, invert: false }),
  options: [
    option<LengthData, number[]>(
      'length',
      uintRange(0xffff),
      (d, v, call) => {
        d.min = v[0]
        d.max = v[1] ?? v[0]
        if (call.invert) d.invert = true
      },
      { mandatory: true, invert: true },
    ),
  ],
  save: (d) => `${d.invert ? ' !' : ''} --length ${print(d)}`,
  print: (d) => ` length ${d.invert ? '!' : ''}${print(d)}`,
  match: (_k, skb, d) => (skb.len >= d.min && skb.len <= d.max) !== d.invert,
}
