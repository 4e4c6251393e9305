import { IPPROTO_TCP, payloadLength, TH_SYN } from '../../../wire/packet.ts'
import { NF_DROP, type Kernel } from '../../kernel.ts'
import type { Ipv4 } from '../../../wire/address.ts'
import { devByIndex, ip_dst_mtu, ip_route_output } from '../../route.ts'
import type { Skb } from '../../skb.ts'
import { problem } from '../error.ts'
import { XT_CONTINUE, type Target } from '../extension.ts'
import { flag, option, uint } from '../option.ts'
import type { Rule } from '../rule.ts'
import type { TcpData } from '../matches/tcp.ts'

/** `mss` CLAMP: what the path's MTU allows. */
export interface TcpmssTargetData {
  mss: number
}

const CLAMP = 0xffff
/** Headers of IP and TCP without options. */
const HEADERS = 40
/** What a host that announces nothing may be sent. Linux: tcpmss_mangle_packet, RFC 879 */
const DEFAULT_MSS = 536

/** Does a tcp match of the rule let only SYNs through? Linux: find_syn_match */
function onlySyn(rule: Rule): boolean {
  return rule.matches.some((use) => {
    if (use.name !== 'tcp') return false
    const d = use.data as TcpData
    return (d.cmp & TH_SYN) !== 0 && !d.not.flags
  })
}

function mtuOf(k: Kernel, ifindex: number, daddr: Ipv4, { saddr, mark, tos, iif }: Partial<Skb>): number {
  const dev = devByIndex(k.net, ifindex)
  const flow = { daddr, saddr: saddr ?? 0, mark: mark ?? 0, tos: tos ?? 0, iif: iif || 1, oif: 0 }
  return dev ? ip_dst_mtu(k, dev, flow) : 1500
}

/** The smaller of the MTUs of the way on and of the way back. Linux: tcpmss_reverse_mtu */
function pathMss(k: Kernel, skb: Skb): number {
  const back = ip_route_output(k.net, skb.saddr)
  const reverse = 'ifindex' in back ? mtuOf(k, back.ifindex, skb.saddr, {}) : Infinity
  return Math.min(mtuOf(k, skb.oif, skb.daddr, skb), reverse) - HEADERS
}

/**
 * Lower the maximum segment size that a SYN announces, or announce one.
 * Linux: net/netfilter/xt_TCPMSS.c tcpmss_tg4; iptables: extensions/libxt_TCPMSS.c
 */
export const TCPMSS: Target<TcpmssTargetData> = {
  name: 'TCPMSS',
  proto: IPPROTO_TCP,
  init: () => ({ mss: 0 }),
  options: [
    option<TcpmssTargetData, number>('set-mss', uint(0, 0xffff - HEADERS + 20), (d, v) => void (d.mss = v)),
    flag('clamp-mss-to-pmtu', (d) => void (d.mss = CLAMP)),
  ],
  finalCheck(_d, used) {
    if (used.size === 0) problem('TCPMSS target: At least one parameter is required')
  },
  checkentry(d, _ip, hooks, { rule }) {
    if (d.mss === CLAMP && hooks & 0b00011)
      return {
        errno: 'EINVAL',
        log: 'xt_TCPMSS: path-MTU clamping only supported in FORWARD, OUTPUT and POSTROUTING hooks',
      }
    return onlySyn(rule) ? null : { errno: 'EINVAL', log: 'xt_TCPMSS: Only works on TCP SYN packets' }
  },
  save: (d) => (d.mss === CLAMP ? ' --clamp-mss-to-pmtu' : ` --set-mss ${d.mss}`),
  print: (d) => (d.mss === CLAMP ? ' TCPMSS clamp to PMTU' : ` TCPMSS set ${d.mss}`),
  target(k, skb, d) {
    let mss = d.mss
    if (mss === CLAMP) {
      mss = pathMss(k, skb)
      if (mss <= 0) return NF_DROP
    }
    if (skb.mss !== 0) {
      skb.mss = Math.min(skb.mss, mss)
      return XT_CONTINUE
    }
    // Only a packet without data can take the four bytes more, and only if its header has room for them.
    if (payloadLength(skb) > 0 || skb.thl >= 60) return XT_CONTINUE
    skb.mss = Math.min(mss, DEFAULT_MSS)
    skb.thl += 4
    skb.len += 4
    return XT_CONTINUE
  },
}
