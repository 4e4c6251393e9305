import { IP_OFFMASK, IPPROTO_TCP, TH_CWR, TH_ECE } from '../../../wire/packet.ts'
import { problem } from '../error.ts'
import type { Match, MatchResult } from '../extension.ts'
import { flag, option, uint } from '../option.ts'

/** `ect`: code point in the IP header, null where it was not asked for. */
export interface EcnData {
  ect: number | null
  ece: boolean
  cwr: boolean
  not: { ect: boolean; ece: boolean; cwr: boolean }
}

/** Match the bits of congestion notification. Linux: net/netfilter/xt_ecn.c ecn_mt4; iptables: extensions/libxt_ecn.c */
export const ecn: Match<EcnData> = {
  name: 'ecn',
  init: () => ({ ect: null, ece: false, cwr: false, not: { ect: false, ece: false, cwr: false } }),
  options: [
    flag(
      'ecn-tcp-cwr',
      (d, call) => {
        d.cwr = true
        if (call.invert) d.not.cwr = true
      },
      { invert: true },
    ),
    flag(
      'ecn-tcp-ece',
      (d, call) => {
        d.ece = true
        if (call.invert) d.not.ece = true
      },
      { invert: true },
    ),
    option<EcnData, number>(
      'ecn-ip-ect',
      uint(0, 3),
      (d, v, call) => {
        d.ect = v
        if (call.invert) d.not.ect = true
      },
      { invert: true },
    ),
  ],
  finalCheck(_d, used) {
    if (used.size === 0) problem('ECN match: some option required')
  },
  checkentry(d, ip) {
    if ((d.ece || d.cwr) && (ip.protocol !== IPPROTO_TCP || ip.not.protocol))
      return { errno: 'EINVAL', log: 'xt_ecn: cannot match TCP bits for non-tcp packets' }
    return null
  },
  save(d) {
    let out = d.ece ? `${d.not.ece ? ' !' : ''} --ecn-tcp-ece` : ''
    if (d.cwr) out += `${d.not.cwr ? ' !' : ''} --ecn-tcp-cwr`
    return d.ect === null ? out : `${out}${d.not.ect ? ' !' : ''} --ecn-ip-ect ${d.ect}`
  },
  print(d) {
    let out = ' ECN match'
    if (d.ece) out += ` ${d.not.ece ? '!' : ''}ECE`
    if (d.cwr) out += ` ${d.not.cwr ? '!' : ''}CWR`
    return d.ect === null ? out : `${out} ${d.not.ect ? '!' : ''}ECT=${d.ect}`
  },
  match(_k, skb, d): MatchResult {
    if (d.ect !== null && ((skb.tos & 3) === d.ect) === d.not.ect) return false
    if (!d.ece && !d.cwr) return true
    // A later piece is asked all the same: data is letters x here.
    const flags = skb.frag & IP_OFFMASK ? 0x78 : skb.flags
    if (d.ece && ((flags & TH_ECE) !== 0) === d.not.ece) return false
    return !d.cwr || ((flags & TH_CWR) !== 0) !== d.not.cwr
  },
}
