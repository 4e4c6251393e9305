import type { Match } from '../extension.ts'
import { IP_CT_UNSEEN } from '../../skb.ts'
import { MARK_OPTIONS, printMark, type MarkMatchData } from './mark.ts'

/**
 * Match the mark of the packet's connection; without one it never matches.
 * Linux: net/netfilter/xt_connmark.c connmark_mt; iptables: extensions/libxt_connmark.c
 */
export const connmark: Match<MarkMatchData> = {
  name: 'connmark',
  needsConntrack: () => true,
  init: () => ({ mark: 0, mask: 0, invert: false }),
  options: MARK_OPTIONS,
  save: (d) => `${d.invert ? ' !' : ''} --mark${printMark(d)}`,
  print: (d) => ` connmark match ${d.invert ? '!' : ''}${printMark(d)}`,
  match(k, skb, d) {
    // A template is a connection, too, with no mark.
    if (skb.nfct < 0 && (skb.tmpl === null || skb.ctinfo !== IP_CT_UNSEEN)) return false
    const mark = skb.nfct < 0 ? 0 : k.machine.ct.mark[skb.nfct]
    return ((mark & d.mask) >>> 0 === d.mark) !== d.invert
  },
}
