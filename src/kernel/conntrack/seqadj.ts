/**
 * Sequence numbers of a connection in whose bytes something was replaced by something of another length, or whose
 * handshake somebody else has done.
 *
 * Linux: net/netfilter/nf_conntrack_seqadj.c. Left out: SACK blocks; what of an ICMP message is spoilt that is taken for a segment
 */
import { packetBytes } from '../../wire/bytes.ts'
import { IPPROTO_ICMP, TH_ACK } from '../../wire/packet.ts'
import type { Kernel } from '../kernel.ts'
import { devByIndex } from '../route.ts'
import { dirOf, type Skb } from '../skb.ts'
import { IPS_SEQ_ADJUST } from './conn.ts'
import { ctExt, ctExtAdd, type SeqAdj } from './ext.ts'
import { ctOptional } from './optional.ts'
import type { CtTable } from './table.ts'
import { after, before } from './tcp-window.ts'

/** What is kept of one direction; from now on it counts. */
function shiftOf(ct: CtTable, slot: number, dir: number): SeqAdj {
  const ext = ctExtAdd(ct, slot)
  ct.status[slot] |= IPS_SEQ_ADJUST
  ext.seqadj ??= [
    { pos: 0, before: 0, after: 0 },
    { pos: 0, before: 0, after: 0 },
  ]
  return ext.seqadj[dir]
}

/** From `seq` on the bytes of this direction are `offset` more. Linux: nf_ct_seqadj_set */
export function nf_ct_seqadj_set(ct: CtTable, slot: number, dir: number, seq: number, offset: number): void {
  if (offset === 0) return
  const way = shiftOf(ct, slot, dir)
  if (way.before === way.after || before(way.pos, seq)) {
    way.pos = seq
    way.before = way.after
    way.after += offset
  }
}

/** All numbers of this direction are `offset` more than its sender says. Linux: nf_ct_seqadj_init */
export function nf_ct_seqadj_init(ct: CtTable, slot: number, dir: number, offset: number): void {
  if (offset === 0) return
  const way = shiftOf(ct, slot, dir)
  way.before = way.after = offset
}

/** Shift of a number of this direction. Linux: nf_ct_seq_offset */
export function nf_ct_seq_offset(ct: CtTable, slot: number, dir: number, seq: number): number {
  const way = ctExt(ct, slot)?.seqadj?.[dir]
  return way ? (after(seq, way.pos) ? way.after : way.before) : 0
}

/** Did it come back over lo? Then its numbers have been shifted already. Linux: nf_is_loopback_packet */
export function nf_is_loopback_packet(k: Kernel, skb: Skb): boolean {
  return skb.iif !== 0 && devByIndex(k.net, skb.iif)?.loopback === true
}

/** Bytes of a TCP header without options. */
const HEADER = 20
const EOL = 0
const NOP = 1

/**
 * An ICMP error of the original direction is taken for a segment: where its acknowledgement would be marked, there must be
 * options in what it quotes that make sense. Linux: nf_ct_seq_adjust, nf_ct_sack_adjust
 */
function looksLikeSegment(skb: Skb): boolean {
  const b = packetBytes(skb, '').subarray(20)
  if ((b[13] & TH_ACK) === 0) return true
  const end = (b[12] >> 4) * 4
  if (end > b.length) return false
  for (let at = HEADER; at < end;) {
    if (b[at] === EOL) return true
    const length = b[at] === NOP ? 1 : b[at + 1]
    if (b[at] !== NOP && (at + 1 === end || at + length > end || length < 2)) return false
    at += length
  }
  return true
}

/** What the packet says as the other side counts. False: it cannot be written anew. Linux: nf_ct_seq_adjust */
export function nf_ct_seq_adjust(ct: CtTable, skb: Skb): boolean {
  const dir = dirOf(skb.ctinfo)
  const adj = ctExt(ct, skb.nfct)?.seqadj
  if (!adj) return true
  if (skb.protocol === IPPROTO_ICMP) return looksLikeSegment(skb)
  const other = adj[1 - dir]
  if (skb.flags & TH_ACK)
    skb.ack =
      (skb.ack - (after((skb.ack - other.before) >>> 0, other.pos) ? other.after : other.before)) >>> 0
  skb.seq = (skb.seq + nf_ct_seq_offset(ct, skb.nfct, dir, skb.seq)) >>> 0
  return true
}

ctOptional.ackShift = (k, slot, dir, ack) => {
  const way = ctExt(k.machine.ct, slot)?.seqadj?.[1 - dir]
  return way ? (after((ack - 1) >>> 0, way.pos) ? way.after : way.before) : 0
}
