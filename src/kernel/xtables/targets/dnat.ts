import { nf_nat_setup_info } from '../../nat/core.ts'
import { noRange, type NatRange } from '../../nat/range.ts'
import type { Target } from '../extension.ts'
import { persistent, printNatRange, random, toOption } from '../nat-range.ts'

/**
 * Give the connection another destination, before the route is chosen.
 * Linux: net/netfilter/xt_nat.c xt_dnat_target_v2; iptables: extensions/libxt_NAT.c
 */
export const DNAT: Target<NatRange> = {
  name: 'DNAT',
  table: 'nat',
  hooks: ['PRE_ROUTING', 'LOCAL_OUT'],
  needsConntrack: () => true,
  init: noRange,
  options: [toOption('to-destination'), random, persistent],
  save: (r) => printNatRange(r, '--to-destination ', '--', false),
  print: (r) => printNatRange(r, 'to:', '', false),
  target: (k, skb, r) => nf_nat_setup_info(k, skb, r, 'DST'),
}
