/**
 * The trackers that most labs never meet: GRE, UDP-Lite, SCTP, and the generic one of every protocol without its own.
 * They come with the programs; the first page has TCP, UDP and ICMP only.
 *
 * Linux: net/netfilter/nf_conntrack_proto_generic.c, nf_conntrack_proto_gre.c, nf_conntrack_proto_udp.c
 * nf_conntrack_udplite_packet
 * Left out: the keys of PPTP, by which its helper tells GRE flows of two hosts apart (they are 0, as without the helper)
 */
import { IPPROTO_GRE, IPPROTO_SCTP, IPPROTO_UDPLITE } from '../../wire/packet.ts'
import { NF_ACCEPT, type Kernel } from '../kernel.ts'
import type { Skb } from '../skb.ts'
import { IPS_ASSURED, IPS_CONFIRMED, IPS_SEEN_REPLY } from './conn.ts'
import { ctExt } from './ext.ts'
import { nf_conntrack_event_cache, nf_ct_refresh } from './life.ts'
import { ctOptional, LOG_BAD_CHECKSUM, LOG_SHORT, nf_ct_l4proto_log_invalid } from './optional.ts'
import { nf_conntrack_sctp_packet, sctp_can_early_drop } from './proto-sctp.ts'
import { TRACK_INVALID } from './proto-tcp.ts'
import { SCTP_STATES } from './sctp-states.ts'
import { IPCT_ASSURED } from './table.ts'

const SECOND = 1_000_000

/** One timeout until there was an answer; then another, and the flow is assured with its next packet. */
function answered(k: Kernel, slot: number, skb: Skb, unreplied: number, replied: number): number {
  const { ct } = k.machine
  const timeouts = ctExt(ct, slot)?.timeouts
  if ((ct.status[slot] & IPS_SEEN_REPLY) === 0) {
    nf_ct_refresh(k, slot, timeouts?.[0] ?? unreplied, skb)
    return NF_ACCEPT
  }
  nf_ct_refresh(k, slot, timeouts?.[1] ?? replied, skb)
  if ((ct.status[slot] & IPS_ASSURED) === 0) {
    ct.status[slot] |= IPS_ASSURED
    nf_conntrack_event_cache(ct, slot, IPCT_ASSURED)
  }
  return NF_ACCEPT
}

/** A flow keeps the timeouts that its first packet has found; they lie where TCP has its last numbers. */
function gre_packet(k: Kernel, slot: number, skb: Skb): number {
  const { ct } = k.machine
  if ((ct.status[slot] & IPS_CONFIRMED) === 0) {
    const seconds = (name: string): number => k.net.sysctl[`net.netfilter.nf_conntrack_${name}`] ?? 0
    ct.lastSeq[slot] = seconds('gre_timeout')
    ct.lastAck[slot] = seconds('gre_timeout_stream')
  }
  return answered(k, slot, skb, ct.lastSeq[slot] * SECOND, ct.lastAck[slot] * SECOND)
}

/**
 * Linux sums the header of UDP-Lite as if it were UDP's, so that a packet whose checksum is right is INVALID where it
 * looks at checksums at all.
 */
function nf_conntrack_udplite_packet(k: Kernel, slot: number, skb: Skb, checkChecksum: boolean): number {
  const isShort = skb.len < 28
  if (isShort || checkChecksum) {
    nf_ct_l4proto_log_invalid(k, skb, isShort ? LOG_SHORT : LOG_BAD_CHECKSUM)
    return TRACK_INVALID
  }
  const { udpTimeout, udpTimeoutStream } = k.net.params
  return answered(k, slot, skb, udpTimeout, udpTimeoutStream)
}

ctOptional.more = {
  packet(k, slot, skb, dir, checkChecksum) {
    switch (skb.protocol) {
      case IPPROTO_GRE:
        return gre_packet(k, slot, skb)
      case IPPROTO_SCTP:
        return nf_conntrack_sctp_packet(k, slot, skb, dir, checkChecksum)
      case IPPROTO_UDPLITE:
        return nf_conntrack_udplite_packet(k, slot, skb, checkChecksum)
      default: {
        const policy = ctExt(k.machine.ct, slot)?.timeouts
        nf_ct_refresh(k, slot, policy?.[0] ?? k.net.params.genericTimeout, skb)
        return NF_ACCEPT
      }
    }
  },
  stateName: (protonum, state) => (protonum === IPPROTO_SCTP ? SCTP_STATES[state] : ''),
  details(ct, slot) {
    const protonum = ct.protonum[slot]
    if (protonum === IPPROTO_SCTP) return { vtags: [ct.tdEnd[slot * 2], ct.tdEnd[slot * 2 + 1]] }
    return protonum === IPPROTO_GRE ? { gre: [ct.lastSeq[slot], ct.lastAck[slot]] } : {}
  },
  mayGo: (protonum, state) => protonum === IPPROTO_SCTP && sctp_can_early_drop(state),
}
