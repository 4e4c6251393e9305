import { noRange, type NatRange } from '../../nat/range.ts'
import { nf_nat_redirect_ipv4 } from '../../nat/redirect.ts'
import type { Target } from '../extension.ts'
import { printNatRange, random, refuseOffset, toPorts } from '../nat-range.ts'

/**
 * DNAT to this host itself: the address of the interface the packet came in by, 127.0.0.1 for its own packets.
 * Linux: net/netfilter/xt_REDIRECT.c redirect_tg4; iptables: extensions/libxt_NAT.c
 */
export const REDIRECT: Target<NatRange> = {
  name: 'REDIRECT',
  table: 'nat',
  hooks: ['PRE_ROUTING', 'LOCAL_OUT'],
  needsConntrack: () => true,
  init: noRange,
  options: [toPorts, random],
  finalCheck: refuseOffset,
  save: (r) => printNatRange(r, '--to-ports ', '--', true),
  print: (r) => printNatRange(r, 'redir ports ', '', true),
  target: (k, skb, r, hook) => nf_nat_redirect_ipv4(k, skb, r, hook),
}
