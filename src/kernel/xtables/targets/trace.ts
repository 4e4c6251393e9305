import { XT_CONTINUE, type Target } from '../extension.ts'
import { tellMonitors } from '../trace-packet.ts'

/** Nothing; but each rule has a nothing of its own, by which it is found again. */
type TraceData = Record<string, never>

/**
 * Mark the packet: from here on the kernel log says which rules it meets, and monitors hear of this one too.
 * Linux: net/netfilter/xt_TRACE.c trace_tg; iptables: extensions/libxt_TRACE.c
 */
export const TRACE: Target<TraceData> = {
  name: 'TRACE',
  table: 'raw',
  init: () => ({}),
  options: [],
  save: () => '',
  print: () => '',
  target(k, skb, d, hook) {
    skb.nfTrace = 1
    const table = k.net.taps > 0 ? k.net.tables.raw : undefined
    for (const chain of table?.chains ?? []) {
      const rule = chain.rules.find((r) => r.target.kind === 'target' && r.target.use.data === d)
      if (table && rule) tellMonitors(k, skb, table, chain, rule, hook)
    }
    return XT_CONTINUE
  },
}
