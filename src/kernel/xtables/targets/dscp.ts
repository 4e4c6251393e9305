import { dscpClass } from '../dscp.ts'
import { problem } from '../error.ts'
import { XT_CONTINUE, type Target } from '../extension.ts'
import { option, text, uint } from '../option.ts'
import { hex2 } from '../tos.ts'

export interface DscpTargetData {
  dscp: number
}

/** Set the upper six bits of TOS. Linux: net/netfilter/xt_DSCP.c dscp_tg; iptables: extensions/libxt_DSCP.c */
export const DSCP: Target<DscpTargetData> = {
  name: 'DSCP',
  table: 'mangle',
  init: () => ({ dscp: 0 }),
  options: [
    option<DscpTargetData, number>('set-dscp', uint(0, 63), (d, v) => void (d.dscp = v), {
      excludes: ['set-dscp-class'],
    }),
    option<DscpTargetData, string>('set-dscp-class', text, (d, v) => void (d.dscp = dscpClass(v)), {
      excludes: ['set-dscp'],
    }),
  ],
  finalCheck(_d, used) {
    if (used.size === 0) problem('DSCP target: Parameter --set-dscp is required')
  },
  save: (d) => ` --set-dscp ${hex2(d.dscp)}`,
  print: (d) => ` DSCP set ${hex2(d.dscp)}`,
  target(_k, skb, d) {
    skb.tos = (skb.tos & 3) | (d.dscp << 2)
    return XT_CONTINUE
  },
}
