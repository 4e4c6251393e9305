/**
 * Parts of conntrack that most labs never use: they come with the programs that ask for them (conntrack/extend.ts,
 * log.ts, helper.ts), so that the engine of the first page does without.
 */
import type { Kernel } from '../kernel.ts'
import type { Skb } from '../skb.ts'
import type { SynproxyExt } from '../synproxy.ts'
import type { ConnView } from './conn.ts'
import type { CtTable } from './table.ts'

export const ctOptional: {
  /** A new connection gets what the template, the sysctls and the expectations give it. Linux: init_conntrack */
  init: ((k: Kernel, skb: Skb, zones: number) => void) | null
  /** Count a packet of a connection with an extension. Linux: nf_ct_acct_update */
  acct: ((k: Kernel, slot: number, skb: Skb) => void) | null
  /** What is done with a packet of a connection with an extension before it is confirmed. Linux: nf_confirm */
  confirm: ((k: Kernel, skb: Skb) => number) | null
  /** An entry has gone; what hangs on it goes too. Linux: nf_ct_remove_expectations, nf_ct_helper_destroy */
  destroy: ((k: Kernel, slot: number) => void) | null
  /** Say what is wrong with a packet: LOG_* and the number that it speaks of. Linux: nf_ct_l4proto_log_invalid */
  log: ((k: Kernel, skb: Skb, what: number, value: number) => void) | null
  /** By how much what this acknowledges was shifted, by a helper or SYNPROXY. Linux: nf_ct_seq_offset */
  ackShift: ((k: Kernel, slot: number, dir: number, ack: number) => number) | null
  /** SYNPROXY's hook, which stands directly before the last one. Linux: ipv4_synproxy_hook */
  synproxy: ((k: Kernel, skb: Skb, own: SynproxyExt) => number) | null
  /** The trackers of all protocols but TCP, UDP and ICMP. */
  more: {
    /** Judge a packet: NF_ACCEPT, or TRACK_INVALID. Linux: nf_conntrack_handle_packet */
    packet(k: Kernel, slot: number, skb: Skb, dir: number, checkChecksum: boolean): number
    /** What a state is called, '' where there are none. */
    stateName(protonum: number, state: number): string
    /** What a tool may say besides of an entry. */
    details(ct: CtTable, slot: number): Pick<ConnView, 'vtags' | 'gre'>
    /** May an assured entry in this state go when the table is full? Linux: can_early_drop */
    mayGo(protonum: number, state: number): boolean
  } | null
} = {
  init: null,
  acct: null,
  confirm: null,
  destroy: null,
  log: null,
  ackShift: null,
  synproxy: null,
  more: null,
}

export const LOG_BAD_CHECKSUM = 0
export const LOG_TRUNCATED = 1
export const LOG_FLAGS = 2
export const LOG_NEW = 3
export const LOG_TRANSITION = 4
export const LOG_IGNORED = 5
export const LOG_CHALLENGE_ACK = 6
export const LOG_RST = 7
export const LOG_SEQ_OVER = 8
export const LOG_SEQ_OVERSHOT = 9
export const LOG_ACK_OVER = 10
export const LOG_SEQ_UNDER = 11
export const LOG_ACK_UNDER = 12
export const LOG_LOWERED = 13
export const LOG_ICMP_TYPE = 14
export const LOG_ICMP_DADDR = 15
export const LOG_ICMP_NONE = 16
export const LOG_SHORT = 17
export const LOG_BAD_CRC = 18
export const LOG_CHUNKS = 19
export const LOG_TAG = 20

/** Say it, if nf_conntrack_log_invalid asks for it. */
export function nf_ct_l4proto_log_invalid(k: Kernel, skb: Skb, what: number, value = 0): void {
  const wanted = k.net.params.logInvalid
  if (wanted !== 0 && (wanted === 255 || wanted === skb.protocol)) ctOptional.log?.(k, skb, what, value)
}
