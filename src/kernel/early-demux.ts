/** Which socket a packet that has come in belongs to, as the kernel finds it between PREROUTING and routing. */
import { BROADCAST_MAC, isGroupMac } from '../wire/address.ts'
import { IPPROTO_TCP, IPPROTO_UDP } from '../wire/packet.ts'
import type { Kernel } from './kernel.ts'
import { dirOf } from './nat/manip.ts'
import { isFragment, type Skb } from './skb.ts'
import { lookupEstablished } from './tcp/table.ts'

/** Have a bridge's rules changed whom the frame is for? Then it has its way, and its socket is not looked for before that. */
function isSentElsewhere({ machine: { ct } }: Kernel, { physIn, nfct, ctinfo, daddr }: Skb): boolean {
  return physIn !== 0 && nfct >= 0 && ct.dst[nfct * 2 + dirOf(ctinfo)] !== daddr
}

/**
 * The slot of the TCP connection that the packet is of, one in TIME_WAIT or still being accepted included; -1: none.
 * Linux: net/ipv4/ip_input.c ip_rcv_finish_core, tcp_ipv4.c tcp_v4_early_demux
 */
export function tcp_v4_early_demux(k: Kernel, skb: Skb): number {
  if (skb.protocol !== IPPROTO_TCP || isFragment(skb) || isSentElsewhere(k, skb)) return -1
  return lookupEstablished(k.net.tcp, skb.daddr, skb.dport, skb.saddr, skb.sport)
}

/**
 * Is it a datagram to a group, and is there one program alone that hears it?
 * Linux: net/ipv4/udp.c udp_v4_early_demux, __udp4_lib_mcast_demux_lookup
 * Left out: sockets that are connected to the sender of a datagram to them alone
 */
export function isHeardByOne(k: Kernel, skb: Skb): boolean {
  const toGroup = isGroupMac(skb.dmac) && skb.dmac !== BROADCAST_MAC
  if (skb.protocol !== IPPROTO_UDP || !toGroup || isFragment(skb)) return false
  const hears = k.net.socks.filter(
    (s) =>
      s?.proto === 'udp' &&
      s.lport === skb.dport &&
      (s.laddr === 0 || s.laddr === skb.daddr) &&
      (s.raddr === 0 || s.raddr === skb.saddr) &&
      (s.rport === 0 || s.rport === skb.sport),
  )
  return hears.length === 1
}
