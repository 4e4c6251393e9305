/** The state of a packet's connection as bits, as `--ctstate` asks for them. Linux: uapi/linux/netfilter/xt_conntrack.h */
import type { Kernel } from '../kernel.ts'
import { IP_CT_ESTABLISHED_REPLY, IP_CT_NEW, IP_CT_UNSEEN, IP_CT_UNTRACKED, type Skb } from '../skb.ts'
import { IPS_DST_NAT, IPS_SRC_NAT } from './conn.ts'

/** The bit of a packet's state, whatever its direction. Linux: XT_CONNTRACK_STATE_BIT */
export function stateBit(ctinfo: number): number {
  return 1 << ((ctinfo % IP_CT_ESTABLISHED_REPLY) + 1)
}

export const INVALID = 1
export const STATE_SNAT = 1 << 6
export const STATE_DNAT = 1 << 7
export const UNTRACKED = 1 << 8

/** A packet without a connection is INVALID, or UNTRACKED. Linux: conntrack_mt, state_match */
export function ctStateBits(k: Kernel, skb: Skb): number {
  // A template (CT --zone …) is an entry, too, before there is another.
  if (skb.nfct < 0 && skb.tmpl !== null && skb.ctinfo === IP_CT_UNSEEN) return stateBit(IP_CT_NEW)
  if (skb.nfct < 0) return skb.ctinfo === IP_CT_UNTRACKED ? UNTRACKED : INVALID
  let bits = stateBit(skb.ctinfo)
  const status = k.machine.ct.status[skb.nfct]
  if (status & IPS_SRC_NAT) bits |= STATE_SNAT
  if (status & IPS_DST_NAT) bits |= STATE_DNAT
  return bits
}
