/**
 * The chunks of an SCTP packet, which lie in fields of Packet that SCTP does not need otherwise: `icmpInfo` holds up to
 * four types, the first in the lowest byte, `icmpId` says how many there are, `flags` are those of the first, `seq` is the
 * packet's verification tag and `ack` the tag that an INIT or INIT_ACK brings.
 *
 * RFC 9260. Left out: more than four chunks in one packet, what they carry
 */
import type { Packet } from './packet.ts'

export const SCTP_DATA = 0
export const SCTP_INIT = 1
export const SCTP_INIT_ACK = 2
export const SCTP_SACK = 3
export const SCTP_HEARTBEAT = 4
export const SCTP_HEARTBEAT_ACK = 5
export const SCTP_ABORT = 6
export const SCTP_SHUTDOWN = 7
export const SCTP_SHUTDOWN_ACK = 8
export const SCTP_ERROR = 9
export const SCTP_COOKIE_ECHO = 10
export const SCTP_COOKIE_ACK = 11
export const SCTP_SHUTDOWN_COMPLETE = 14

/** Flag of ABORT and SHUTDOWN_COMPLETE: the tag is the sender's own. */
export const SCTP_FLAG_T = 1

/** Bytes of the common header. */
export const SCTP_HEADER = 12
const MOST = 4

/** The types of a packet's chunks, in their order. */
export function sctpChunks(p: Packet): number[] {
  return Array.from({ length: Math.min(p.icmpId, MOST) }, (_, i) => (p.icmpInfo >>> (8 * i)) & 255)
}

/** Give a packet its chunks. */
export function setSctpChunks(p: Packet, types: readonly number[]): void {
  if (types.length > MOST) throw new Error(`${types.length} chunks in one packet`)
  p.icmpId = types.length
  p.icmpInfo = types.reduce((all, type, i) => (all | (type << (8 * i))) >>> 0, 0)
}
