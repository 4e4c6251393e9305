/**
 * The tracker's entrance: find the packet's connection or make one, and let its protocol judge the packet.
 *
 * Linux: net/netfilter/nf_conntrack_core.c nf_conntrack_in, resolve_normal_ct, init_conntrack;
 * nf_conntrack_proto_udp.c, nf_conntrack_proto_icmp.c. The protocols that nobody here sends without a program are in
 * proto-more.ts
 */
import { IP_OFFMASK, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, type Packet } from '../../wire/packet.ts'
import { NF_ACCEPT, NF_DROP, type Kernel } from '../kernel.ts'
import {
  IP_CT_ESTABLISHED,
  IP_CT_ESTABLISHED_REPLY,
  IP_CT_NEW,
  IP_CT_RELATED,
  IP_CT_RELATED_REPLY,
  IP_CT_UNSEEN,
  IP_CT_UNTRACKED,
  type Skb,
} from '../skb.ts'
import { OLD_COUNTS, OLD_ICMP, OLD_UDP } from '../period.ts'
import { WORK_CT_FIND } from '../work.ts'
import type { Hook } from '../xtables/rule.ts'
import { IPS_ASSURED, IPS_EXPECTED, IPS_SEEN_REPLY } from './conn.ts'
import { ctExt, zoneId } from './ext.ts'
import { hashTuple } from './hash.ts'
import { nf_conntrack_alloc, nf_conntrack_event_cache, nf_conntrack_free, nf_ct_refresh } from './life.ts'
import { nf_conntrack_find, nf_conntrack_find_get } from './find.ts'
import {
  ctOptional,
  LOG_BAD_CHECKSUM,
  LOG_ICMP_DADDR,
  LOG_ICMP_TYPE,
  LOG_SHORT,
  nf_ct_l4proto_log_invalid,
} from './optional.ts'
import { nf_conntrack_tcp_packet, TRACK_INVALID, TRACK_REPEAT } from './proto-tcp.ts'
import { IPCT_ASSURED, IPCT_REPLY, IPCT_UNWATCHED, net_hash_mix, setTuple } from './table.ts'
import { nf_ct_zone_tmpl } from './template.ts'
import { hasPorts, invertedDport, invertedSport, invertIcmpType, tupleDport, tupleSport } from './tuple.ts'

/**
 * Find the packet's connection, or make one for the first packet of a flow, and note it on the packet. NF_DROP when the
 * table is full and early_drop finds nothing to give up; a packet that belongs nowhere passes without a connection
 * (INVALID).
 */
export function nf_conntrack_in(k: Kernel, skb: Skb, hook: Hook): number {
  const stats = k.net.ctStats
  const { differs } = k.machine
  if (skb.nfct >= 0 || skb.ctinfo === IP_CT_UNTRACKED) {
    if (stats.ignore !== undefined) stats.ignore++
    return NF_ACCEPT
  }
  skb.ctinfo = IP_CT_NEW
  const checkChecksum = hook === 'PRE_ROUTING' && k.net.params.checksum
  if (skb.protocol === IPPROTO_ICMP) {
    const error = nf_conntrack_icmp_error(k, skb, checkChecksum)
    if (error === 'error') {
      stats.error++
      if (differs & OLD_COUNTS) stats.invalid++
      return NF_ACCEPT
    }
    if (error === 'related') return NF_ACCEPT
  }
  for (;;) {
    const found = resolve_normal_ct(k, skb)
    if (found === 'drop') {
      // It is not INVALID: nobody has judged it.
      skb.ctinfo = IP_CT_UNSEEN
      stats.drop++
      return NF_DROP
    }
    if (found === 'invalid') {
      stats.invalid++
      return NF_ACCEPT
    }
    const verdict = handlePacket(k, skb, checkChecksum)
    if (verdict > 0) {
      if (skb.ctinfo === IP_CT_ESTABLISHED_REPLY) {
        const ct = k.machine.ct
        if ((ct.status[skb.nfct] & IPS_SEEN_REPLY) === 0) {
          ct.status[skb.nfct] |= IPS_SEEN_REPLY
          nf_conntrack_event_cache(ct, skb.nfct, IPCT_REPLY)
        }
      }
      return verdict
    }
    nf_conntrack_free(k, skb)
    skb.ctinfo = IP_CT_NEW
    if (verdict === TRACK_REPEAT) continue
    stats.invalid++
    return NF_ACCEPT
  }
}

/** Look the tuple up; make an unconfirmed entry where there is none. Linux: resolve_normal_ct */
function resolve_normal_ct(k: Kernel, skb: Skb): 'ok' | 'drop' | 'invalid' {
  const ct = k.machine.ct
  const proto = skb.protocol
  const sport = tupleSport(skb)
  const dport = tupleDport(skb)
  const zones = nf_ct_zone_tmpl(skb)
  const salt = net_hash_mix(k.net.index)
  k.spend(WORK_CT_FIND)
  const hash = hashTuple(ct.key, zoneId(zones, 0), salt, skb.saddr, skb.daddr, sport, dport, proto)
  let node = nf_conntrack_find(k, hash, skb.saddr, skb.daddr, sport, dport, proto, zones)
  if (node < 0 && zones !== 0 && zoneId(zones, 0) !== zoneId(zones, 1)) {
    const other = hashTuple(ct.key, zoneId(zones, 1), salt, skb.saddr, skb.daddr, sport, dport, proto)
    node = nf_conntrack_find(k, other, skb.saddr, skb.daddr, sport, dport, proto, zones)
  }
  if (node < 0) return init_conntrack(k, skb, hash, zones)
  const slot = node >> 1
  ct.use[slot]++
  skb.nfct = slot
  skb.ctinfo =
    node & 1
      ? IP_CT_ESTABLISHED_REPLY
      : ct.status[slot] & IPS_SEEN_REPLY
        ? IP_CT_ESTABLISHED
        : ct.status[slot] & IPS_EXPECTED
          ? IP_CT_RELATED
          : IP_CT_NEW
  return 'ok'
}

/** An unconfirmed entry for a packet whose tuple nobody has. Linux: init_conntrack */
function init_conntrack(k: Kernel, skb: Skb, hash: number, zones: number): 'ok' | 'drop' | 'invalid' {
  const proto = skb.protocol
  const sport = tupleSport(skb)
  const dport = tupleDport(skb)
  if (proto === IPPROTO_ICMP && invertIcmpType(skb.type) < 0) return 'invalid'
  const slot = nf_conntrack_alloc(k, hash)
  if (slot < 0) return 'drop'
  // The table's arrays may have been replaced by larger ones: read them again through k.machine.ct.
  const t = k.machine.ct
  t.protonum[slot] = proto
  t.hash[slot * 2] = hash
  if (skb.watched === 0) t.events[slot] |= IPCT_UNWATCHED
  setTuple(t, slot * 2, skb.saddr, skb.daddr, sport, dport)
  setTuple(
    t,
    slot * 2 + 1,
    skb.daddr,
    skb.saddr,
    invertedSport(proto, sport, dport),
    invertedDport(proto, sport, dport),
  )
  skb.nfct = slot
  skb.ctinfo = IP_CT_NEW
  if (skb.tmpl !== null || k.net.params.extend || k.net.expects.length > 0 || t.key.length === 1)
    ctOptional.init?.(k, skb, zones)
  return 'ok'
}

function handlePacket(k: Kernel, skb: Skb, checkChecksum: boolean): number {
  const slot = skb.nfct
  const dir = skb.ctinfo === IP_CT_ESTABLISHED_REPLY ? 1 : 0
  switch (skb.protocol) {
    case IPPROTO_TCP:
      return nf_conntrack_tcp_packet(k, slot, skb, dir, checkChecksum)
    case IPPROTO_UDP:
      return nf_conntrack_udp_packet(k, slot, skb, checkChecksum)
    case IPPROTO_ICMP:
      return nf_conntrack_icmp_packet(k, slot, skb)
    default:
      return ctOptional.more?.packet(k, slot, skb, dir, checkChecksum) ?? TRACK_INVALID
  }
}

const isUnconfirmed = (status: number): boolean => (status & 8) === 0

/** UDP: a stream after more than two seconds of traffic both ways. Linux: nf_conntrack_udp_packet */
function nf_conntrack_udp_packet(k: Kernel, slot: number, skb: Skb, checkChecksum: boolean): number {
  const ct = k.machine.ct
  const params = k.net.params
  if (skb.len < 28 || (checkChecksum && skb.badCsum !== 0)) {
    nf_ct_l4proto_log_invalid(k, skb, skb.len < 28 ? LOG_SHORT : LOG_BAD_CHECKSUM)
    return TRACK_INVALID
  }
  const timeouts = ctExt(ct, slot)?.timeouts ?? null
  const nowMs = Math.floor(k.now / 1000)
  if (isUnconfirmed(ct.status[slot])) ct.lastSeq[slot] = nowMs + 2000
  if (ct.status[slot] & IPS_SEEN_REPLY) {
    const stream = nowMs > ct.lastSeq[slot] || (k.machine.differs & OLD_UDP) !== 0
    const timeout = stream ? (timeouts?.[1] ?? params.udpTimeoutStream) : (timeouts?.[0] ?? params.udpTimeout)
    nf_ct_refresh(k, slot, timeout, skb)
    if (stream && (ct.status[slot] & IPS_ASSURED) === 0) {
      ct.status[slot] |= IPS_ASSURED
      nf_conntrack_event_cache(ct, slot, IPCT_ASSURED)
    }
  } else nf_ct_refresh(k, slot, timeouts?.[0] ?? params.udpTimeout, skb)
  return NF_ACCEPT
}

/** ICMP queries: only four types can begin a flow. Linux: nf_conntrack_icmp_packet */
function nf_conntrack_icmp_packet(k: Kernel, slot: number, skb: Skb): number {
  const ct = k.machine.ct
  const mayBegin = skb.type === 8 || skb.type === 13 || skb.type === 15 || skb.type === 17
  if (isUnconfirmed(ct.status[slot]) && !mayBegin) return TRACK_INVALID
  nf_ct_refresh(k, slot, ctExt(ct, slot)?.timeouts?.[0] ?? k.net.params.icmpTimeout, skb)
  return NF_ACCEPT
}

/** Types that quote another packet. */
export function isIcmpError(type: number): boolean {
  return type === 3 || type === 4 || type === 5 || type === 11 || type === 12
}

/**
 * An ICMP error belongs to the connection of the packet that it quotes (RELATED).
 * Linux: nf_conntrack_icmpv4_error, nf_conntrack_inet_error
 */
function nf_conntrack_icmp_error(k: Kernel, skb: Skb, checkChecksum: boolean): 'query' | 'related' | 'error' {
  if (skb.len < 28 || (checkChecksum && skb.badCsum !== 0) || skb.type > 18) {
    const what = skb.len < 28 ? LOG_SHORT : skb.type > 18 ? LOG_ICMP_TYPE : LOG_BAD_CHECKSUM
    nf_ct_l4proto_log_invalid(k, skb, what)
    return 'error'
  }
  if (!isIcmpError(skb.type)) return 'query'
  const inner: Packet | null = skb.inner
  // Of a later fragment nobody could say whose it is. Linux: get_l4proto
  if (!inner || inner.frag & IP_OFFMASK) return 'error'
  // Ports are in four bytes, what a ping's tuple needs is in eight; of others nothing is needed.
  const needed = inner.protocol === IPPROTO_ICMP ? 8 : hasPorts(inner.protocol) ? 4 : 0
  if (skb.len < 48 + needed) return 'error'
  const ct = k.machine.ct
  const proto = inner.protocol
  const sport = tupleSport(inner)
  const dport = tupleDport(inner)
  if (proto === IPPROTO_ICMP && invertIcmpType(inner.type) < 0) return 'error'
  const isport = invertedSport(proto, sport, dport)
  const idport = invertedDport(proto, sport, dport)
  const zones = nf_ct_zone_tmpl(skb)
  const node = nf_conntrack_find_get(k, inner.daddr, inner.saddr, isport, idport, proto, zones)
  if (node < 0) return 'error'
  // Spoofed: the error must be for whom the quoted packet came from.
  if (ct.dst[node] !== skb.daddr && (k.machine.differs & OLD_ICMP) === 0) {
    nf_ct_l4proto_log_invalid(k, skb, LOG_ICMP_DADDR, ct.dst[node])
    return 'error'
  }
  ct.use[node >> 1]++
  skb.nfct = node >> 1
  skb.ctinfo = node & 1 ? IP_CT_RELATED_REPLY : IP_CT_RELATED
  return 'related'
}
