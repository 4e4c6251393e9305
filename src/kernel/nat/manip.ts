/**
 * Rewriting a packet as its connection's mapping says. No rule is read here: the other direction's tuple decides.
 *
 * Linux: net/netfilter/nf_nat_core.c nf_nat_packet, nf_nat_manip_pkt; nf_nat_proto.c nf_nat_icmp_reply_translation
 */
import { IPPROTO_GRE, IPPROTO_ICMP, type Packet } from '../../wire/packet.ts'
import {
  IP_CT_DIR_ORIGINAL,
  IPS_DST_NAT,
  IPS_DST_NAT_DONE,
  IPS_NAT_MASK,
  IPS_SRC_NAT,
  IPS_SRC_NAT_DONE,
} from '../conntrack/conn.ts'
import { isIcmpError } from '../conntrack/core.ts'
import { hasPorts, invertedDport, invertedSport, tupleDport, tupleSport } from '../conntrack/tuple.ts'
import { NF_ACCEPT, NF_DROP, type Kernel } from '../kernel.ts'
import { dirOf, type Skb } from '../skb.ts'
import type { Endpoint } from '../trace.ts'
import { WORK_NAT_MANIP } from '../work.ts'
import type { Hook } from '../xtables/rule.ts'
import type { Manip } from './core.ts'

const ICMP_REDIRECT = 5

/** Which translation a hook does. Linux: HOOK2MANIP */
export function hookManip(hook: Hook): Manip {
  return hook === 'POST_ROUTING' || hook === 'LOCAL_IN' ? 'SRC' : 'DST'
}

/** Must packets of this direction be rewritten at this hook? */
function mustTranslate(status: number, manip: Manip, dir: number): boolean {
  let bit = manip === 'SRC' ? IPS_SRC_NAT : IPS_DST_NAT
  if (dir !== IP_CT_DIR_ORIGINAL) bit ^= IPS_NAT_MASK
  return (status & bit) !== 0
}

/** Rewrite the packet if its connection asks for it at this hook. */
export function nf_nat_packet(k: Kernel, skb: Skb, hook: Hook): number {
  const ct = k.machine.ct
  const slot = skb.nfct
  const manip = hookManip(hook)
  const dir = dirOf(skb.ctinfo)
  if (!mustTranslate(ct.status[slot], manip, dir)) return NF_ACCEPT
  // What the packet shall look like is the inverse of what the other direction looks like.
  const other = slot * 2 + (1 - dir)
  const proto = ct.protonum[slot]
  k.spend(WORK_NAT_MANIP)
  const from = before(k, skb, manip)
  rewrite(
    skb,
    manip,
    (manip === 'SRC' ? ct.dst[other] : ct.src[other]) | 0,
    invertedSport(proto, ct.sport[other], ct.dport[other]),
    invertedDport(proto, ct.sport[other], ct.dport[other]),
  )
  tell(k, skb, hook, manip, dir, from)
  return NF_ACCEPT
}

/** The end that will be rewritten, if anybody watches the packet. */
function before(k: Kernel, skb: Skb, manip: Manip): Endpoint | null {
  return k.tracing && skb.watched ? endpoint(skb, manip) : null
}

/** Tell the trace what has become of it. */
function tell(k: Kernel, skb: Skb, hook: Hook, manip: Manip, dir: number, from: Endpoint | null): void {
  if (!from) return
  k.emit(skb.serial, 'nf_nat_manip_pkt', {
    type: 'nat',
    manip,
    hook,
    from,
    to: endpoint(skb, manip),
    dir: dir === 0 ? 'original' : 'reply',
    conn: k.machine.ct.id[skb.nfct],
  })
}

function endpoint(p: Packet, manip: Manip): Endpoint {
  return manip === 'SRC'
    ? { addr: p.saddr, port: tupleSport(p) }
    : { addr: p.daddr, port: p.protocol === IPPROTO_ICMP ? p.icmpId : tupleDport(p) }
}

/**
 * Put an address, which may be a signed number, and a port into a header. ICMP queries have one id, whichever end is
 * rewritten.
 */
function rewrite(p: Packet, manip: Manip, address: number, sport: number, dport: number): void {
  if (manip === 'SRC') p.saddr = address >>> 0
  else p.daddr = address >>> 0
  if (p.protocol === IPPROTO_ICMP) {
    if (!isIcmpError(p.type)) p.icmpId = sport
  } else if (manip === 'SRC') p.sport = sport
  else p.dport = dport
}

/**
 * An ICMP error about a translated flow: the packet that it quotes is turned back, then its own addresses.
 * A redirect makes no sense across a translation and is dropped.
 */
export function nf_nat_icmp_reply_translation(k: Kernel, skb: Skb, hook: Hook): number {
  const ct = k.machine.ct
  const slot = skb.nfct
  const status = ct.status[slot]
  const manip = hookManip(hook)
  const dir = dirOf(skb.ctinfo)
  const done = IPS_SRC_NAT_DONE | IPS_DST_NAT_DONE
  // Tracking takes it where nf_conntrack_checksum is off, or where the host itself has made it.
  if (skb.badCsum) return NF_DROP
  if (skb.type === ICMP_REDIRECT && ((status & done) !== done || status & IPS_NAT_MASK)) return NF_DROP
  if (!mustTranslate(status, manip, dir) || !skb.inner) return NF_ACCEPT
  const proto = ct.protonum[slot]
  // The first eight bytes of the quoted header must be there to be written, if it is one that is known.
  const known = hasPorts(proto) || proto === IPPROTO_ICMP || proto === IPPROTO_GRE
  if (known && skb.len < 56) return NF_DROP
  const other = slot * 2 + (1 - dir)
  const from = before(k, skb, manip)
  // The quoted packet goes the other way, so its opposite end is rewritten.
  if (manip === 'SRC') rewrite(skb.inner, 'DST', ct.dst[other], ct.sport[other], ct.dport[other])
  else rewrite(skb.inner, 'SRC', ct.src[other], ct.sport[other], ct.dport[other])
  rewrite(
    skb,
    manip,
    manip === 'SRC' ? ct.dst[other] : ct.src[other],
    invertedSport(proto, ct.sport[other], ct.dport[other]),
    invertedDport(proto, ct.sport[other], ct.dport[other]),
  )
  tell(k, skb, hook, manip, dir, from)
  return NF_ACCEPT
}
