import { IP_OFFMASK, IPPROTO_TCP } from '../../../wire/packet.ts'
import { problem } from '../error.ts'
import type { Match } from '../extension.ts'
import { option, uintRange } from '../option.ts'

export interface TcpmssData {
  min: number
  max: number
  invert: boolean
}

/**
 * Match the maximum segment size that a TCP packet announces; one without the option matches only an inverted rule.
 * Linux: net/netfilter/xt_tcpmss.c tcpmss_mt; iptables: extensions/libxt_tcpmss.c
 */
export const tcpmss: Match<TcpmssData> = {
  name: 'tcpmss',
  proto: IPPROTO_TCP,
  init: () => ({ min: 0, max: 0, invert: false }),
  options: [
    option<TcpmssData, number[]>(
      'mss',
      uintRange(0xffff),
      (d, v, call) => {
        d.min = v[0]
        d.max = v[1] ?? v[0]
        if (d.max < d.min) problem('tcpmss: invalid range given')
        if (call.invert) d.invert = true
      },
      { mandatory: true, invert: true },
    ),
  ],
  save: (d) => `${d.invert ? ' !' : ''} --mss ${d.min}${d.min === d.max ? '' : `:${d.max}`}`,
  print: (d) => ` tcpmss match ${d.invert ? '!' : ''}${d.min}${d.min === d.max ? '' : `:${d.max}`}`,
  match(_k, skb, d) {
    // In the data of a later piece there is no such option either.
    if (skb.frag & IP_OFFMASK || skb.mss === 0) return d.invert
    return (skb.mss >= d.min && skb.mss <= d.max) !== d.invert
  },
}
