/** Tuples of packets, and their inverse. Linux: net/netfilter/nf_conntrack_core.c nf_ct_get_tuple, nf_ct_invert_tuple */
import {
  IPPROTO_ICMP,
  IPPROTO_SCTP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPPROTO_UDPLITE,
  type Packet,
} from '../../wire/packet.ts'

/** Has the protocol ports by which its flows are told apart? */
export function hasPorts(protonum: number): boolean {
  return (
    protonum === IPPROTO_TCP ||
    protonum === IPPROTO_UDP ||
    protonum === IPPROTO_SCTP ||
    protonum === IPPROTO_UDPLITE
  )
}

/** Source "port" of a packet: the port, the ICMP id, or 0. */
export function tupleSport(p: Packet): number {
  if (hasPorts(p.protocol)) return p.sport
  return p.protocol === IPPROTO_ICMP ? p.icmpId : 0
}

/** Destination "port": the port, ICMP type << 8 | code, or 0. */
export function tupleDport(p: Packet): number {
  if (hasPorts(p.protocol)) return p.dport
  return p.protocol === IPPROTO_ICMP ? (p.type << 8) | p.code : 0
}

/** The ICMP type that answers a type, or -1: such a packet cannot be tracked. Linux: nf_conntrack_invert_icmp_tuple */
export function invertIcmpType(type: number): number {
  switch (type) {
    case 8:
      return 0
    case 0:
      return 8
    case 13:
      return 14
    case 14:
      return 13
    case 15:
      return 16
    case 16:
      return 15
    case 17:
      return 18
    case 18:
      return 17
    default:
      return -1
  }
}

/** Source "port" of the inverse tuple. */
export function invertedSport(proto: number, sport: number, dport: number): number {
  return proto === IPPROTO_ICMP ? sport : dport
}

/** Destination "port" of the inverse tuple. */
export function invertedDport(proto: number, sport: number, dport: number): number {
  return proto === IPPROTO_ICMP ? (invertIcmpType(dport >> 8) << 8) | (dport & 255) : sport
}
