import { IPPROTO_TCP, TH_CWR, TH_ECE } from '../../../wire/packet.ts'
import { problem } from '../error.ts'
import { XT_CONTINUE, type Target } from '../extension.ts'
import { flag, option, uint } from '../option.ts'

/** What each field becomes; null: it stays. */
export interface EcnTargetData {
  ect: number | null
  ece: number | null
  cwr: number | null
}

/**
 * Take the bits of congestion notification out of TCP, or set them.
 * Linux: net/ipv4/netfilter/ipt_ECN.c ecn_tg; iptables: extensions/libipt_ECN.c
 */
export const ECN: Target<EcnTargetData> = {
  name: 'ECN',
  table: 'mangle',
  init: () => ({ ect: null, ece: null, cwr: null }),
  options: [
    flag('ecn-tcp-remove', (d) => void (d.ece = d.cwr = 0), {
      excludes: ['ecn-tcp-cwr', 'ecn-tcp-ece'],
    }),
    option<EcnTargetData, number>('ecn-tcp-cwr', uint(0, 1), (d, v) => void (d.cwr = v), {
      excludes: ['ecn-tcp-remove'],
    }),
    option<EcnTargetData, number>('ecn-tcp-ece', uint(0, 1), (d, v) => void (d.ece = v), {
      excludes: ['ecn-tcp-remove'],
    }),
    option<EcnTargetData, number>('ecn-ip-ect', uint(0, 3), (d, v) => void (d.ect = v)),
  ],
  finalCheck(_d, used) {
    if (used.size === 0) problem('ECN target: An operation is required')
  },
  checkentry(d, ip) {
    if ((d.ece !== null || d.cwr !== null) && (ip.protocol !== IPPROTO_TCP || ip.not.protocol))
      return { errno: 'EINVAL', log: 'ipt_ECN: cannot use operation on non-tcp rule' }
    return null
  },
  save(d) {
    let out = ''
    if (d.ece === 0 && d.cwr === 0 && d.ect === null) out = ' --ecn-tcp-remove'
    else {
      if (d.ece !== null) out += ` --ecn-tcp-ece ${d.ece}`
      if (d.cwr !== null) out += ` --ecn-tcp-cwr ${d.cwr}`
    }
    return d.ect === null ? out : `${out} --ecn-ip-ect ${d.ect}`
  },
  print(d) {
    let out = ' ECN'
    if (d.ece === 0 && d.cwr === 0 && d.ect === null) out += ' TCP remove'
    else {
      if (d.ece !== null) out += ` ECE=${d.ece}`
      if (d.cwr !== null) out += ` CWR=${d.cwr}`
    }
    return d.ect === null ? out : `${out} ECT codepoint=${d.ect}`
  },
  target(_k, skb, d) {
    if (d.ect !== null) skb.tos = (skb.tos & 0xfc) | d.ect
    // What is noted of the flags of a later piece, nobody reads.
    if (d.ece !== null) skb.flags = d.ece ? skb.flags | TH_ECE : skb.flags & ~TH_ECE
    if (d.cwr !== null) skb.flags = d.cwr ? skb.flags | TH_CWR : skb.flags & ~TH_CWR
    return XT_CONTINUE
  },
}
