import { dscpClass } from '../dscp.ts'
import { problem } from '../error.ts'
import type { Match } from '../extension.ts'
import { option, text, uint } from '../option.ts'
import { hex2 } from '../tos.ts'

export interface DscpData {
  dscp: number
  invert: boolean
}

/** Match the upper six bits of TOS. Linux: net/netfilter/xt_dscp.c dscp_mt; iptables: extensions/libxt_dscp.c */
export const dscp: Match<DscpData> = {
  name: 'dscp',
  init: () => ({ dscp: 0, invert: false }),
  options: [
    option<DscpData, number>(
      'dscp',
      uint(0, 63),
      (d, v, call) => {
        d.dscp = v
        if (call.invert) d.invert = true
      },
      { invert: true, excludes: ['dscp-class'] },
    ),
    option<DscpData, string>(
      'dscp-class',
      text,
      (d, v, call) => {
        d.dscp = dscpClass(v)
        if (call.invert) d.invert = true
      },
      { invert: true, excludes: ['dscp'] },
    ),
  ],
  finalCheck(_d, used) {
    if (used.size === 0) problem('DSCP match: Parameter --dscp is required')
  },
  save: (d) => `${d.invert ? ' !' : ''} --dscp ${hex2(d.dscp)}`,
  print: (d) => ` DSCP match ${d.invert ? '!' : ''}${hex2(d.dscp)}`,
  match: (_k, skb, d) => (skb.tos >> 2 === d.dscp) !== d.invert,
}
