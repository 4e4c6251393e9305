/**
 * The SCTP tracker: a state for the association, a verification tag for each direction.
 *
 * Linux: net/netfilter/nf_conntrack_proto_sctp.c nf_conntrack_sctp_packet, sctp_new, do_basic_checks
 * Left out: associations between more than two addresses
 */
import {
  SCTP_ABORT,
  SCTP_COOKIE_ACK,
  SCTP_COOKIE_ECHO,
  SCTP_DATA,
  SCTP_ERROR,
  SCTP_FLAG_T,
  SCTP_HEADER,
  SCTP_HEARTBEAT,
  SCTP_HEARTBEAT_ACK,
  SCTP_INIT,
  SCTP_INIT_ACK,
  SCTP_SHUTDOWN,
  SCTP_SHUTDOWN_ACK,
  SCTP_SHUTDOWN_COMPLETE,
  sctpChunks,
} from '../../wire/sctp.ts'
import { NF_ACCEPT, type Kernel } from '../kernel.ts'
import type { Skb } from '../skb.ts'
import { IPS_ASSURED, IPS_CONFIRMED } from './conn.ts'
import { ctExt } from './ext.ts'
import { nf_conntrack_event_cache, nf_ct_refresh } from './life.ts'
import { CHUNK_BYTES } from '../../wire/sctp-bytes.ts'
import { LOG_BAD_CRC, LOG_CHUNKS, LOG_SHORT, LOG_TAG, nf_ct_l4proto_log_invalid } from './optional.ts'
import { TRACK_INVALID } from './proto-tcp.ts'
import { SCTP_STATES } from './sctp-states.ts'
import { IPCT_ASSURED, IPCT_PROTOINFO, type CtTable } from './table.ts'

const SECOND = 1_000_000
const state = (name: (typeof SCTP_STATES)[number]): number => SCTP_STATES.indexOf(name)
const CLOSED = state('CLOSED')
const ESTABLISHED = state('ESTABLISHED')
const HEARTBEAT_SENT = state('HEARTBEAT_SENT')

/** Of a row below: no such chunk may come in this state. */
const BAD = -1
const LETTERS: Readonly<Record<string, number>> = {
  CL: CLOSED,
  CW: state('COOKIE_WAIT'),
  CE: state('COOKIE_ECHOED'),
  ES: ESTABLISHED,
  SS: state('SHUTDOWN_SENT'),
  SR: state('SHUTDOWN_RECD'),
  SA: state('SHUTDOWN_ACK_SENT'),
  HS: HEARTBEAT_SENT,
  iv: BAD,
}
const row = (text: string): number[] => text.split(' ').map((letters) => LETTERS[letters])

/** By direction and chunk: the next state from each, NONE first. A chunk that is not here changes nothing. */
const NEXT: readonly ReadonlyMap<number, readonly number[]>[] = [
  new Map([
    [SCTP_INIT, row('CL CL CW CE ES CL CL SA CW')],
    [SCTP_INIT_ACK, row('CL CL CW CE ES SS SR SA CL')],
    [SCTP_ABORT, row('CL CL CL CL CL CL CL CL CL')],
    [SCTP_SHUTDOWN, row('CL CL CW CE SS SS SR SA CL')],
    [SCTP_SHUTDOWN_ACK, row('SA CL CW CE ES SA SA SA SA')],
    [SCTP_ERROR, row('CL CL CW CE ES SS SR SA CL')],
    [SCTP_COOKIE_ECHO, row('CL CL CE CE ES SS SR SA CL')],
    [SCTP_COOKIE_ACK, row('CL CL CW ES ES SS SR SA CL')],
    [SCTP_SHUTDOWN_COMPLETE, row('CL CL CW CE ES SS SR CL CL')],
    [SCTP_HEARTBEAT, row('HS CL CW CE ES SS SR SA HS')],
    [SCTP_HEARTBEAT_ACK, row('CL CL CW CE ES SS SR SA HS')],
  ]),
  new Map([
    [SCTP_INIT, row('iv CL CW CE ES SS SR SA iv')],
    [SCTP_INIT_ACK, row('iv CW CW CE ES SS SR SA iv')],
    [SCTP_ABORT, row('iv CL CL CL CL CL CL CL iv')],
    [SCTP_SHUTDOWN, row('iv CL CW CE SR SS SR SA iv')],
    [SCTP_SHUTDOWN_ACK, row('iv CL CW CE ES SA SA SA iv')],
    [SCTP_ERROR, row('iv CL CW CL ES SS SR SA iv')],
    [SCTP_COOKIE_ECHO, row('iv CL CE CE ES SS SR SA iv')],
    [SCTP_COOKIE_ACK, row('iv CL CW ES ES SS SR SA iv')],
    [SCTP_SHUTDOWN_COMPLETE, row('iv CL CW CE ES SS SR CL iv')],
    [SCTP_HEARTBEAT, row('iv CL CW CE ES SS SR SA HS')],
    [SCTP_HEARTBEAT_ACK, row('iv CL CW CE ES SS SR SA ES')],
  ]),
]

/** Chunks that have rules of their own about the tag, or none. */
const OWN_TAG_RULE: readonly number[] = [
  SCTP_INIT,
  SCTP_SHUTDOWN_COMPLETE,
  SCTP_COOKIE_ECHO,
  SCTP_ABORT,
  SCTP_SHUTDOWN_ACK,
  SCTP_HEARTBEAT,
  SCTP_HEARTBEAT_ACK,
]

/** In CtTable.tdFlags of a direction: it has sent an INIT that is still to be answered. */
const SENT_INIT = 1
/** In CtTable.last: a HEARTBEAT with a wrong tag was let through, and from which side. */
const HEARTBEAT_FAILED = 1
const FROM_REPLY = 2

/** Linux: sctp_new_state */
function nextState(dir: number, from: number, chunk: number): number {
  return NEXT[dir].get(chunk)?.[from] ?? from
}

/** What must travel alone does, and what must come first. Linux: do_basic_checks */
function wellFormed(k: Kernel, skb: Skb, chunks: readonly number[]): boolean {
  let alone = false
  for (const [i, chunk] of chunks.entries()) {
    alone ||= chunk === SCTP_INIT || chunk === SCTP_INIT_ACK || chunk === SCTP_SHUTDOWN_COMPLETE
    const first = chunk === SCTP_COOKIE_ACK || chunk === SCTP_COOKIE_ECHO || alone
    if (first && i !== 0) {
      const about = (i * 256 + chunk) * 65536 + (CHUNK_BYTES[chunk] ?? 4)
      nf_ct_l4proto_log_invalid(k, skb, LOG_CHUNKS, about * 2 + (alone ? 1 : 0))
      return false
    }
  }
  return chunks.length > 0
}

/** The first packet: which tags it brings, INIT's aside. False: nothing begins like this. Linux: sctp_new */
function begin(ct: CtTable, slot: number, skb: Skb, chunks: readonly number[]): boolean {
  if (chunks.some((c) => c === SCTP_ABORT || c === SCTP_SHUTDOWN_COMPLETE || c === SCTP_COOKIE_ACK))
    return false
  for (const chunk of chunks) {
    if (nextState(0, 0, chunk) === 0) return false
    if (chunk === SCTP_HEARTBEAT) ct.tdEnd[slot * 2] = skb.seq
    else if (chunk === SCTP_SHUTDOWN_ACK) ct.tdEnd[slot * 2 + 1] = skb.seq
  }
  return true
}

/** The tag of ABORT and SHUTDOWN_COMPLETE: the sender's peer's, or with T its own. */
function closingTag(ct: CtTable, slot: number, skb: Skb, dir: number): boolean {
  const whose = skb.flags & SCTP_FLAG_T ? 1 - dir : dir
  return skb.seq === ct.tdEnd[slot * 2 + whose]
}

/** HEARTBEAT and its answer: a first one brings the tag, a wrong one passes once. 'skip': the state stays; null: it is right. */
function heartbeat(
  ct: CtTable,
  slot: number,
  skb: Skb,
  dir: number,
  chunk: number,
  spent: boolean,
): 'skip' | 'invalid' | null {
  const [own, other] = [slot * 2 + dir, slot * 2 + 1 - dir]
  if (ct.tdEnd[own] === 0) {
    ct.tdEnd[own] = skb.seq
    return null
  }
  if (skb.seq === ct.tdEnd[own]) {
    ct.last[slot] &= ~HEARTBEAT_FAILED
    return null
  }
  if (spent) return 'invalid'
  if (chunk === SCTP_HEARTBEAT) {
    ct.last[slot] = HEARTBEAT_FAILED | (dir === 1 ? FROM_REPLY : 0)
    return 'skip'
  }
  const failedAt = ct.last[slot] & FROM_REPLY ? 1 : 0
  if ((ct.last[slot] & HEARTBEAT_FAILED) === 0 || failedAt === dir) return 'invalid'
  ct.last[slot] &= ~HEARTBEAT_FAILED
  ct.tdEnd[own] = skb.seq
  ct.tdEnd[other] = 0
  return null
}

/** INIT and INIT_ACK bring the tag of the other direction. False: an INIT_ACK that answers nothing. */
function learnTag(ct: CtTable, slot: number, skb: Skb, dir: number, chunk: number): boolean {
  const [own, other] = [slot * 2 + dir, slot * 2 + 1 - dir]
  const [mine, theirs] = [ct.tdFlags[own] & SENT_INIT, ct.tdFlags[other] & SENT_INIT]
  if (chunk === SCTP_INIT) {
    // The same one again changes nothing: both sides have begun.
    if (mine && theirs && ct.tdEnd[other] !== skb.ack) ct.tdFlags[other] = 0
    ct.tdFlags[own] = SENT_INIT
  } else {
    const known = ct.tdEnd[other]
    if (!theirs && known !== 0 && known !== skb.ack) return false
    // Both have sent one.
    if (mine && theirs && known !== skb.ack) return false
  }
  ct.tdEnd[other] = skb.ack
  return true
}

/** Judge a packet. NF_ACCEPT, or TRACK_INVALID. */
export function nf_conntrack_sctp_packet(
  k: Kernel,
  slot: number,
  skb: Skb,
  dir: number,
  checkChecksum: boolean,
): number {
  const { ct } = k.machine
  const isShort = skb.len < 20 + SCTP_HEADER
  if (isShort || (checkChecksum && skb.badCsum !== 0)) {
    nf_ct_l4proto_log_invalid(k, skb, isShort ? LOG_SHORT : LOG_BAD_CRC)
    return TRACK_INVALID
  }
  const chunks = sctpChunks(skb)
  if (!wellFormed(k, skb, chunks)) return TRACK_INVALID
  const confirmed = (ct.status[slot] & IPS_CONFIRMED) !== 0
  if (!confirmed && !begin(ct, slot, skb, chunks)) return TRACK_INVALID
  const own = slot * 2 + dir
  if (!chunks.some((c) => OWN_TAG_RULE.includes(c)) && skb.seq !== ct.tdEnd[own]) {
    nf_ct_l4proto_log_invalid(k, skb, LOG_TAG, ct.tdEnd[own] + dir * 2 ** 32)
    return TRACK_INVALID
  }

  let refresh = true
  let to = 0
  for (const chunk of chunks) {
    if (chunk === SCTP_INIT && skb.seq !== 0) return TRACK_INVALID
    if ((chunk === SCTP_ABORT || chunk === SCTP_SHUTDOWN_COMPLETE) && !closingTag(ct, slot, skb, dir))
      return TRACK_INVALID
    if (chunk === SCTP_COOKIE_ECHO && skb.seq !== ct.tdEnd[own]) return TRACK_INVALID
    if (chunk === SCTP_COOKIE_ACK) ct.tdFlags[slot * 2] = ct.tdFlags[slot * 2 + 1] = 0
    if (chunk === SCTP_HEARTBEAT || chunk === SCTP_HEARTBEAT_ACK) {
      const spent = !refresh || chunks.includes(SCTP_DATA)
      const what = heartbeat(ct, slot, skb, dir, chunk, spent)
      if (what === 'invalid') return TRACK_INVALID
      if (what === 'skip') {
        refresh = false
        continue
      }
    }
    const from = ct.state[slot]
    to = nextState(dir, from, chunk)
    if (to === BAD) return TRACK_INVALID
    if ((chunk === SCTP_INIT || chunk === SCTP_INIT_ACK) && !learnTag(ct, slot, skb, dir, chunk))
      return TRACK_INVALID
    // Whoever asks again and again does not keep an entry alive.
    if (chunk === SCTP_INIT && from === CLOSED && confirmed) refresh = false
    ct.state[slot] = to
    if (from === to) continue
    nf_conntrack_event_cache(ct, slot, IPCT_PROTOINFO)
    if (to === ESTABLISHED && (ct.status[slot] & IPS_ASSURED) === 0) {
      ct.status[slot] |= IPS_ASSURED
      nf_conntrack_event_cache(ct, slot, IPCT_ASSURED)
    }
  }
  if (refresh) nf_ct_refresh(k, slot, ctExt(ct, slot)?.timeouts?.[to] ?? timeoutOf(k, to), skb)
  return NF_ACCEPT
}

function timeoutOf(k: Kernel, to: number): number {
  const name = SCTP_STATES[to === 0 ? CLOSED : to].toLowerCase()
  return (k.net.sysctl[`net.netfilter.nf_conntrack_sctp_timeout_${name}`] ?? 0) * SECOND
}

/** Is the association ending? Then it may go when the table is full. Linux: sctp_can_early_drop */
export function sctp_can_early_drop(from: number): boolean {
  return SCTP_STATES[from].startsWith('SHUTDOWN_')
}
