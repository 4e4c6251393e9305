/** Which socket a packet that has come in belongs to, as the kernel finds it between PREROUTING and routing. */
import { BROADCAST_MAC, isGroupMac } from '../wire/address.ts'
import { IPPROTO_TCP, IPPROTO_UDP } from '../wire/packet.ts'
import type { Kernel } from './kernel.ts'
import { ALL_HOSTS } from './route.ts'
import { dirOf, isFragment, type Skb } from './skb.ts'
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
  if (skb.protocol !== IPPROTO_TCP || isFragment(skb) || isGroupMac(skb.dmac) || isSentElsewhere(k, skb))
    return -1
  return lookupEstablished(k.net.tcp, skb.daddr, skb.dport, skb.saddr, skb.sport)
}

/**
 * Is it a datagram whose socket is known already: of a program that has connected it to the sender, or of the only one that
 * hears a group? Linux: net/ipv4/udp.c udp_v4_early_demux, __udp4_lib_demux_lookup, __udp4_lib_mcast_demux_lookup
 */
export function udp_v4_early_demux(k: Kernel, skb: Skb): boolean {
  if (skb.protocol !== IPPROTO_UDP || isFragment(skb) || skb.dmac === BROADCAST_MAC) return false
  const toGroup = isGroupMac(skb.dmac)
  // A frame to many with a datagram to one host: no group that this host has joined. Linux: ip_check_mc_rcu
  if (toGroup && skb.daddr !== ALL_HOSTS) return false
  const hears = k.net.socks.filter(
    (s) =>
      s?.proto === 'udp' &&
      s.lport === skb.dport &&
      (s.laddr === skb.daddr || (toGroup && s.laddr === 0)) &&
      (s.raddr === skb.saddr || (toGroup && s.raddr === 0)) &&
      (s.rport === skb.sport || (toGroup && s.rport === 0)),
  )
  return toGroup ? hears.length === 1 : hears.length > 0 && !isSentElsewhere(k, skb)
}
