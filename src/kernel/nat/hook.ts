/**
 * What NAT does with a packet at a hook. It registers itself with the first table that is made (xtables/ruleset.ts), as Linux
 * loads nf_nat.ko with iptable_nat.ko.
 */
import { IPPROTO_ICMP } from '../../wire/packet.ts'
import { IPS_CONFIRMED } from '../conntrack/conn.ts'
import { NF_ACCEPT, NF_DROP, type Kernel } from '../kernel.ts'
import { parts } from '../parts.ts'
import { IP_CT_NEW, IP_CT_RELATED, IP_CT_RELATED_REPLY, LOST_WAY, type Skb } from '../skb.ts'
import type { Hook } from '../xtables/rule.ts'
import { ipt_do_table } from '../xtables/table.ts'
import { nf_nat_alloc_null_binding, nf_nat_initialized } from './core.ts'
import { hookManip, nf_nat_icmp_reply_translation, nf_nat_packet } from './manip.ts'
import { nf_nat_oif_changed } from './masquerade.ts'

/**
 * The nat table is read for the first packet of a flow; its other packets, answers included, follow the mapping that is
 * kept with the connection. What an ICMP error quotes is translated with it. A packet without a connection passes.
 *
 * What comes by lo brings its way along. No packet keeps a way whose destination is no more its own.
 *
 * Linux: net/netfilter/nf_nat_core.c nf_nat_inet_fn; nf_nat_proto.c nf_nat_ipv4_fn, nf_nat_ipv4_pre_routing,
 * nf_nat_ipv4_local_in, nf_nat_ipv4_out
 */
function nf_nat_fn(k: Kernel, skb: Skb, hook: Hook): number {
  const { daddr } = skb
  const verdict = nf_nat_inet_fn(k, skb, hook)
  if (skb.daddr !== daddr) skb.redirect = LOST_WAY
  return verdict
}

function nf_nat_inet_fn(k: Kernel, skb: Skb, hook: Hook): number {
  const table = k.net.tables.nat
  const slot = skb.nfct
  if (table === undefined || slot < 0) return NF_ACCEPT
  const ct = k.machine.ct
  const manip = hookManip(hook)
  const { ctinfo } = skb
  if (ctinfo === IP_CT_RELATED || ctinfo === IP_CT_RELATED_REPLY) {
    if (skb.protocol === IPPROTO_ICMP) return nf_nat_icmp_reply_translation(k, skb, hook)
  }
  if (ctinfo === IP_CT_NEW || ctinfo === IP_CT_RELATED || ctinfo === IP_CT_RELATED_REPLY) {
    if (!nf_nat_initialized(ct.status[slot], manip)) {
      const verdict = ipt_do_table(k, skb, table, hook)
      if (verdict !== NF_ACCEPT) return verdict
      if (!nf_nat_initialized(ct.status[slot], manip) && (ct.status[slot] & IPS_CONFIRMED) === 0) {
        if (nf_nat_alloc_null_binding(k, skb, manip) !== NF_ACCEPT) return NF_DROP
      }
      return nf_nat_packet(k, skb, hook)
    }
  }
  if (nf_nat_oif_changed(k, skb, hook)) return NF_DROP
  return nf_nat_packet(k, skb, hook)
}

parts.nat = nf_nat_fn
