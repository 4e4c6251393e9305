/**
 * MASQUERADE: SNAT to the address that the outgoing device has now, forgotten when the device or the address goes.
 *
 * Linux: net/netfilter/nf_nat_masquerade.c
 */
import { IPS_CONFIRMED, IPS_SRC_NAT_DONE } from '../conntrack/conn.ts'
import { nf_ct_iterate_cleanup, nf_ct_kill } from '../conntrack/life.ts'
import { ifname } from '../header.ts'
import { NF_ACCEPT, NF_DROP, type Kernel } from '../kernel.ts'
import { printk } from '../log.ts'
import { inet_select_addr } from '../route.ts'
import { dirOf, type Skb } from '../skb.ts'
import type { Hook } from '../xtables/rule.ts'
import { nf_nat_setup_info } from './core.ts'
import { NF_NAT_RANGE_MAP_IPS, type NatRange } from './range.ts'

/** Map the source to an address of the outgoing device. NF_DROP when it has none. */
export function nf_nat_masquerade_ipv4(k: Kernel, skb: Skb, range: NatRange): number {
  const ct = k.machine.ct
  // The source 0.0.0.0 is not an address yet.
  if (skb.nfct < 0 || ct.src[skb.nfct * 2] === 0) return NF_ACCEPT
  const address = inet_select_addr(k.net, skb.oif, skb.nexthop, 0)
  if (address === 0) {
    printk(k, `${ifname(k.net, skb.oif)} ate my IP address`)
    return NF_DROP
  }
  // An entry that is in the table already gets no extension for NAT, and so is not bound to the device.
  if ((ct.status[skb.nfct] & IPS_CONFIRMED) === 0) ct.masqIndex[skb.nfct] = skb.oif
  return nf_nat_setup_info(
    k,
    skb,
    { ...range, flags: range.flags | NF_NAT_RANGE_MAP_IPS, minAddr: address, maxAddr: address },
    'SRC',
  )
}

/** A device went down: its masqueraded connections are forgotten. Linux: masq_device_event */
export function masq_device_event(k: Kernel, ifindex: number): void {
  nf_ct_iterate_cleanup(
    k,
    (ct, slot) => ct.masqIndex[slot] === ifindex && (ct.status[slot] & IPS_SRC_NAT_DONE) !== 0,
  )
}

/** An address went: the connections that were masqueraded with it are forgotten. Linux: masq_inet_event */
export function masq_inet_event(k: Kernel, ifindex: number, address: number): void {
  nf_ct_iterate_cleanup(k, (ct, slot) => ct.masqIndex[slot] === ifindex && ct.dst[slot * 2 + 1] === address)
}

/** A masqueraded flow that now leaves by another device cannot go on: its address belongs to the old one. */
export function nf_nat_oif_changed(k: Kernel, skb: Skb, hook: Hook): boolean {
  if (hook !== 'POST_ROUTING' || skb.nfct < 0 || dirOf(skb.ctinfo) !== 0) return false
  const used = k.machine.ct.masqIndex[skb.nfct]
  if (used === 0 || used === skb.oif) return false
  nf_ct_kill(k, skb.nfct)
  return true
}
