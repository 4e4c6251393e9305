import type { Match } from '../extension.ts'
import { option } from '../option.ts'
import { hex2, tosMask, tosSymbol, type TosMask } from '../tos.ts'

export interface TosData extends TosMask {
  invert: boolean
}

/** Match the field TOS where the mask has ones. Linux: net/netfilter/xt_dscp.c tos_mt; iptables: extensions/libxt_tos.c */
export const tos: Match<TosData> = {
  name: 'tos',
  init: () => ({ value: 0, mask: 0, invert: false }),
  options: [
    option<TosData, TosMask>(
      'tos',
      tosMask,
      (d, v, call) => {
        Object.assign(d, v)
        if (call.invert) d.invert = true
      },
      { mandatory: true, invert: true },
    ),
  ],
  save: (d) => `${d.invert ? ' !' : ''} --tos ${hex2(d.value)}/${hex2(d.mask)}`,
  print(d, numeric) {
    const name = numeric ? null : tosSymbol(d)
    return ` tos match${d.invert ? '!' : ''}${name === null ? `${hex2(d.value)}/${hex2(d.mask)}` : ` ${name}`}`
  },
  match: (_k, skb, d) => ((skb.tos & d.mask) === d.value) !== d.invert,
}
