import { XT_CONTINUE, type Target } from '../extension.ts'

/**
 * Mark the packet: from here on the kernel log says which rules it meets.
 * Linux: net/netfilter/xt_TRACE.c trace_tg; iptables: extensions/libxt_TRACE.c
 */
export const TRACE: Target<null> = {
  name: 'TRACE',
  table: 'raw',
  init: () => null,
  options: [],
  save: () => '',
  print: () => '',
  target(_k, skb) {
    skb.nfTrace = 1
    return XT_CONTINUE
  },
}
