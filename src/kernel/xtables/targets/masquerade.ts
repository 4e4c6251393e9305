import { nf_nat_masquerade_ipv4 } from '../../nat/masquerade.ts'
import { noRange, type NatRange } from '../../nat/range.ts'
import type { Target } from '../extension.ts'
import { printNatRange, random, randomFully, forgetBase, toPorts } from '../nat-range.ts'

/**
 * SNAT to the address of the interface that the packet leaves by.
 * Linux: net/netfilter/xt_MASQUERADE.c masquerade_tg; iptables: extensions/libxt_NAT.c
 */
export const MASQUERADE: Target<NatRange> = {
  name: 'MASQUERADE',
  table: 'nat',
  hooks: ['POST_ROUTING'],
  needsConntrack: () => true,
  init: noRange,
  options: [toPorts, random, randomFully],
  finalCheck: forgetBase,
  save: (r) => printNatRange(r, '--to-ports ', '--', true),
  print: (r) => printNatRange(r, 'masq ports: ', '', true),
  target: (k, skb, r) => nf_nat_masquerade_ipv4(k, skb, r),
}
