/** A tracked connection as it is read out of a slot of the table: a copy for tools and views. Linux: struct nf_conn */
import type { Ipv4 } from '../../wire/address.ts'
import type { CtExt } from './ext.ts'

/** Status bits. Linux: enum ip_conntrack_status */
export const IPS_EXPECTED = 1
export const IPS_SEEN_REPLY = 2
export const IPS_ASSURED = 4
export const IPS_CONFIRMED = 8
export const IPS_SRC_NAT = 16
export const IPS_DST_NAT = 32
export const IPS_SEQ_ADJUST = 64
export const IPS_SRC_NAT_DONE = 128
export const IPS_DST_NAT_DONE = 256
export const IPS_DYING = 512
export const IPS_FIXED_TIMEOUT = 1024
export const IPS_NAT_MASK = IPS_SRC_NAT | IPS_DST_NAT

export const IP_CT_DIR_ORIGINAL = 0
export const IP_CT_DIR_REPLY = 1

/** One direction of a flow. ICMP: `sport` is the echo id, `dport` is type << 8 | code. Linux: struct nf_conntrack_tuple */
export interface Tuple {
  protonum: number
  src: Ipv4
  dst: Ipv4
  sport: number
  dport: number
}

export interface ConnView {
  /** Names the connection in the lab; never used again. */
  id: number
  slot: number
  orig: Tuple
  reply: Tuple
  /** IPS_* bits. */
  status: number
  /** Microseconds of lab time at which it expires (confirmed), or the relative timeout (unconfirmed). */
  timeout: number
  /** Seconds left as the tools print them: rounded down, never below 0. */
  secondsLeft: number
  /** TCP, SCTP: name of the state (`SYN_SENT` ..), else ''. */
  state: string
  /** SCTP: the verification tags of both directions. */
  vtags?: [number, number]
  /** GRE: the timeouts that its first packet found, seconds. */
  gre?: [number, number]
  mark: number
  /** Of the two directions: original | reply << 16. */
  zone: number
  /** What few entries have; absent where it has none. */
  ext?: CtExt
  use: number
  /** Buckets of the two nodes; -1 while unconfirmed. */
  buckets: [number, number]
}
