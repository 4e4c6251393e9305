/**
 * Window tracking: is a segment where the two sides' words allow one to be?
 *
 * Linux: net/netfilter/nf_conntrack_proto_tcp.c tcp_in_window, after Guido van Rooij's "Real Stateful TCP Packet
 * Filtering in IP Filter"
 * Left out: SACK blocks
 */
import { payloadLength, TH_ACK, TH_FIN, TH_RST, TH_SYN, type Packet } from '../../wire/packet.ts'
import type { Kernel } from '../kernel.ts'
import { OLD_TRACKER, OLD_WINDOW } from '../period.ts'
import type { Skb } from '../skb.ts'
import {
  LOG_ACK_OVER,
  LOG_ACK_UNDER,
  LOG_SEQ_OVER,
  LOG_SEQ_OVERSHOT,
  LOG_SEQ_UNDER,
  ctOptional,
  nf_ct_l4proto_log_invalid,
} from './optional.ts'
import type { CtTable } from './table.ts'
import { IPS_SEQ_ADJUST } from './conn.ts'
import { SYN_RECV, SYN_SENT, TCP_ACK_SET } from './tcp.ts'

/** Flags of one direction. Linux: IP_CT_TCP_FLAG_*, of which SACK_PERM (0x02) is left out */
export const FLAG_WINDOW_SCALE = 0x01
export const FLAG_CLOSE_INIT = 0x04
export const FLAG_BE_LIBERAL = 0x08
export const FLAG_DATA_UNACKNOWLEDGED = 0x10
export const FLAG_MAXACK_SET = 0x20

export const WINDOW_ACCEPT = 0
export const WINDOW_IGNORE = 1
export const WINDOW_INVALID = 2

/** Sequence numbers wrap: a comes before b when the difference, as a signed 32-bit number, is negative. */
export function before(a: number, b: number): boolean {
  return ((a - b) | 0) < 0
}

export function after(a: number, b: number): boolean {
  return before(b, a)
}

/** Sequence number behind the segment: SYN and FIN count one each. Linux: segment_seq_plus_len */
export function segmentEnd(skb: Packet): number {
  return (skb.seq + payloadLength(skb) + (skb.flags & TH_SYN ? 1 : 0) + (skb.flags & TH_FIN ? 1 : 0)) >>> 0
}

/** Read window scaling of a SYN. A segment without options leaves everything as it is. Linux: tcp_options */
export function tcp_options(ct: CtTable, node: number, skb: Packet): void {
  if (skb.thl <= 20) return
  ct.tdScale[node] = 0
  ct.tdFlags[node] &= FLAG_BE_LIBERAL
  if (skb.wscale >= 0) {
    ct.tdScale[node] = Math.min(skb.wscale, 14)
    ct.tdFlags[node] |= FLAG_WINDOW_SCALE
  }
}

function tcp_init_sender(
  ct: CtTable,
  sender: number,
  receiver: number,
  skb: Packet,
  bothScale: boolean,
): void {
  ct.tdEnd[sender] = ct.tdMaxend[sender] = segmentEnd(skb)
  ct.tdMaxwin[sender] = skb.win || 1
  tcp_options(ct, sender, skb)
  // RFC 7323: both sides must offer scaling for either to use it.
  if (bothScale && !(ct.tdFlags[sender] & ct.tdFlags[receiver] & FLAG_WINDOW_SCALE))
    ct.tdScale[sender] = ct.tdScale[receiver] = 0
}

/** What a check has found, unless it is to be passed over; said in the log. Linux: nf_tcp_log_invalid */
function judged(k: Kernel, skb: Skb, lenient: boolean, verdict: number, what: number, value: number): number {
  if (lenient) return WINDOW_ACCEPT
  nf_ct_l4proto_log_invalid(k, skb, what, value >>> 0)
  return verdict
}

/** A side whose numbers leap forward before the connection stands: it has begun anew. The old one does not ask for a SYN. */
function beginsAnew(differs: number, state: number, dir: number, syn: boolean): boolean {
  if (differs & OLD_TRACKER) return state === (dir === 0 ? SYN_SENT : SYN_RECV)
  return syn && (state === SYN_SENT || state === SYN_RECV)
}

/** A side speaks for the first time, or begins anew. True: there is nothing to judge its segment by. */
function isFirstWord(k: Kernel, sender: number, receiver: number, dir: number, skb: Skb): boolean {
  const { ct, differs } = k.machine
  const { ack, win } = skb
  const end = segmentEnd(skb)
  const hasAck = (skb.flags & TH_ACK) !== 0
  if (ct.tdMaxwin[sender] !== 0) {
    tcp_init_sender(ct, sender, receiver, skb, dir === 1 && (differs & OLD_TRACKER) === 0)
    // The other side may have begun with what was not let through, and then open at the same time.
    return dir === 1 && !hasAck && (differs & OLD_TRACKER) === 0
  }
  if (skb.flags & TH_SYN) {
    tcp_init_sender(ct, sender, receiver, skb, dir === 1 || (differs & OLD_TRACKER) !== 0)
    return !hasAck
  }
  ct.tdEnd[sender] = end
  ct.tdMaxwin[sender] = win << ct.tdScale[sender] || 1
  ct.tdMaxend[sender] = end + ct.tdMaxwin[sender]
  if (ct.tdMaxwin[receiver] === 0) ct.tdEnd[receiver] = ct.tdMaxend[receiver] = ack
  else if (ack === (ct.tdEnd[receiver] + 1) >>> 0 && (differs & OLD_TRACKER) === 0) ct.tdEnd[receiver]++
  return false
}

/** Judge a segment, and if it is in the window, learn from it. */
export function tcp_in_window(k: Kernel, slot: number, dir: number, index: number, skb: Skb): number {
  const { ct, differs } = k.machine
  const sender = slot * 2 + dir
  const receiver = slot * 2 + (1 - dir)
  let seq = skb.seq
  let ack = skb.ack
  let win = skb.win
  let end = segmentEnd(skb)
  const syn = (skb.flags & TH_SYN) !== 0
  const hasAck = (skb.flags & TH_ACK) !== 0

  if (
    ct.tdMaxwin[sender] === 0 ||
    (after(end, ct.tdEnd[sender]) && beginsAnew(differs, ct.state[slot], dir, syn))
  ) {
    if (isFirstWord(k, sender, receiver, dir, skb)) return WINDOW_ACCEPT
  }

  if (hasAck && ct.status[slot] & IPS_SEQ_ADJUST)
    ack = (ack - (ctOptional.ackShift?.(k, slot, dir, ack) ?? 0)) >>> 0
  if (!hasAck || (skb.flags & TH_RST && ack === 0)) ack = ct.tdEnd[receiver]
  if (skb.flags & TH_RST && seq === 0 && ct.state[slot] === SYN_SENT) seq = end = ct.tdEnd[sender]

  // "Liberal" says accept where the others say invalid or ignore.
  const lenient = k.net.params.tcpBeLiberal || (ct.tdFlags[sender] & FLAG_BE_LIBERAL) !== 0
  const below = differs & OLD_WINDOW ? WINDOW_INVALID : WINDOW_IGNORE
  const maxAckWindow = Math.max(ct.tdMaxwin[sender], 66000)
  const ackNew = before(ack, ct.tdEnd[receiver] + 1)
  const ackOld = after(ack, ct.tdEnd[receiver] - maxAckWindow - 1)
  if (!before(seq, ct.tdMaxend[sender] + 1)) {
    const overshot = (end - ct.tdMaxend[sender] + 1) >>> 0
    // What begins behind the window does not lie before it, and in no window there is no room.
    const fits = ackOld && ackNew && overshot <= ct.tdMaxwin[receiver]
    if (fits && (differs & OLD_WINDOW) === 0) {
      ct.tdEnd[sender] = end
      ct.tdFlags[sender] |= FLAG_DATA_UNACKNOWLEDGED
      return judged(k, skb, lenient, WINDOW_IGNORE, LOG_SEQ_OVERSHOT, overshot)
    }
    return judged(k, skb, lenient, WINDOW_INVALID, LOG_SEQ_OVER, ct.tdMaxend[sender] + 1)
  }
  if (!ackNew) return judged(k, skb, lenient, WINDOW_INVALID, LOG_ACK_OVER, ct.tdEnd[receiver] + 1)
  if (ct.tdMaxwin[receiver] !== 0 && !after(end, ct.tdEnd[sender] - ct.tdMaxwin[receiver] - 1))
    return judged(k, skb, lenient, below, LOG_SEQ_UNDER, ct.tdEnd[sender] - ct.tdMaxwin[receiver] - 1)
  if (!ackOld) return judged(k, skb, lenient, below, LOG_ACK_UNDER, ct.tdEnd[receiver] - maxAckWindow - 1)

  if (!syn) win <<= ct.tdScale[sender]
  if (ct.tdMaxwin[sender] < win) ct.tdMaxwin[sender] = win
  if (after(end, ct.tdEnd[sender])) {
    ct.tdEnd[sender] = end
    ct.tdFlags[sender] |= FLAG_DATA_UNACKNOWLEDGED
  }
  if (hasAck) {
    if ((ct.tdFlags[sender] & FLAG_MAXACK_SET) === 0) {
      ct.tdMaxack[sender] = ack
      ct.tdFlags[sender] |= FLAG_MAXACK_SET
    } else if (after(ack, ct.tdMaxack[sender])) ct.tdMaxack[sender] = ack
  }
  if (ct.tdMaxwin[receiver] !== 0 && after(end, ct.tdMaxend[sender]))
    ct.tdMaxwin[receiver] += (end - ct.tdMaxend[sender]) >>> 0
  if (after(ack + win, ct.tdMaxend[receiver] - 1)) ct.tdMaxend[receiver] = ack + win + (win === 0 ? 1 : 0)
  if (ack === ct.tdEnd[receiver]) ct.tdFlags[receiver] &= ~FLAG_DATA_UNACKNOWLEDGED
  if (index === TCP_ACK_SET) countRetransmission(ct, slot, dir, seq, ack, end, skb.win)
  return WINDOW_ACCEPT
}

function countRetransmission(
  ct: CtTable,
  slot: number,
  dir: number,
  seq: number,
  ack: number,
  end: number,
  win: number,
): void {
  const same =
    ct.last[slot] >> 3 === dir &&
    ct.lastSeq[slot] === seq &&
    ct.lastAck[slot] === ack &&
    ct.lastEnd[slot] === end &&
    ct.lastWin[slot] === win
  if (same) {
    // Eight bits, in Linux too: behind 255 comes 0.
    ct.retrans[slot]++
    return
  }
  ct.last[slot] = (ct.last[slot] & 7) | (dir << 3)
  ct.lastSeq[slot] = seq
  ct.lastAck[slot] = ack
  ct.lastEnd[slot] = end
  ct.lastWin[slot] = win
  ct.retrans[slot] = 0
}
