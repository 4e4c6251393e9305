import { nf_nat_setup_info } from '../../nat/core.ts'
import { noRange, type NatRange } from '../../nat/range.ts'
import type { Target } from '../extension.ts'
import { persistent, printNatRange, random, randomFully, forgetBase, toOption } from '../nat-range.ts'

/**
 * Give the connection another source. Asked once, for its first packet; the mapping is kept with the connection.
 * Linux: net/netfilter/xt_nat.c xt_snat_target_v0; iptables: extensions/libxt_NAT.c
 */
export const SNAT: Target<NatRange> = {
  name: 'SNAT',
  table: 'nat',
  hooks: ['POST_ROUTING', 'LOCAL_IN'],
  needsConntrack: () => true,
  init: noRange,
  options: [toOption('to-source'), random, randomFully, persistent],
  finalCheck: forgetBase,
  save: (r) => printNatRange(r, '--to-source ', '--', false),
  print: (r) => printNatRange(r, 'to:', '', false),
  target: (k, skb, r) => nf_nat_setup_info(k, skb, r, 'SRC'),
}
