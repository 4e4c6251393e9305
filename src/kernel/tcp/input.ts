/**
 * A TCP segment has come in. Linux: net/ipv4/tcp_ipv4.c tcp_v4_rcv, tcp_input.c, tcp_minisocks.c
 *
 * Left out: that a FIN which acknowledges that of a socket without owner goes with the socket (QUEUE_PURGE)
 */
import { isGroupMac } from '../../wire/address.ts'
import { payloadLength, TH_ACK, TH_FIN, TH_RST, TH_SYN, type Packet } from '../../wire/packet.ts'
import { after, before } from '../conntrack/tcp-window.ts'
import type { Kernel } from '../kernel.ts'
import * as mib from '../snmp.ts'
import type { Skb } from '../skb.ts'
import { isForMany } from '../route.ts'
import { icmpErrno } from '../icmp-errno.ts'
import { part } from '../parts.ts'
import { WORK_TCP_RCV } from '../work.ts'
import { challenge, mayDoubt } from './doubt.ts'
import {
  BAD_CHECKSUM,
  BEYOND,
  DOUBTED_RESET,
  ERROR_KEPT,
  IDLE,
  LATE_SYN,
  NO_ANSWER,
  NO_SOCKET,
  NO_SYN,
  OLD,
  READ,
  STALE_ACK,
  STALE_NOW,
  TAKEN,
  TOO_OLD_ACK,
  TOO_OLD_ACK_LATE,
  UNSENT_ACKED,
  UNSENT_ACKED_LATE,
  VAIN_RESET,
  WRONG_ACK,
  type Fate,
} from './fate.ts'
import { listenRcv, requestAcked } from './listen.ts'
import { awaitAck, recover } from './loss-probe.ts'
import { dataForNobody, orphaned, orphanRcv, timeWait, timeWaitRcv } from './over.ts'
import { sendReset, sendSynAckAgain, stamp } from './output.ts'
import { newPiece, releasePiece } from './pieces.ts'
import { beginWait, measured } from './rtt.ts'
import { DELACK_MIN, endOf, fail, push, sendAck, setTimer } from './send.ts'
import {
  F_EOF,
  F_KEEPALIVE,
  F_LOSS,
  F_PINGPONG,
  F_PREDICTED,
  F_PROBED,
  F_PROBING,
  F_REST,
  F_SACK,
  F_SCALED,
  F_TIMED,
  F_TS,
  freeSlot,
  isOrphan,
  lookupEstablished,
  lookupListener,
  TCP_BOTH_OPEN,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_CLOSING,
  TCP_ESTABLISHED,
  TCP_FIN_WAIT1,
  TCP_FIN_WAIT2,
  TCP_FREE,
  TCP_LAST_ACK,
  TCP_SK,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
  TCP_TIME_WAIT,
  type TcpTable,
} from './table.ts'
import { forget, isRunning, JIFFY } from './wheel.ts'
import { growWindow, openWindow, sendMss } from './window.ts'

/** Linux: TCP_TIMEOUT_MIN */
const TIMEOUT_MIN = 2 * JIFFY
/** Linux: TCP_MAX_WSCALE */
const MAX_WSCALE = 14

/**
 * A TCP segment for this host goes to its connection, else to the listener of its port; nobody there: the sender hears a
 * RST.
 *
 * Linux: net/ipv4/tcp_ipv4.c tcp_v4_rcv, tcp_v4_do_rcv
 */
export function tcp_v4_rcv(k: Kernel, skb: Skb): Fate {
  const count = k.net.mib
  // What came to more than one card is none of TCP's, and is not even counted.
  if (isGroupMac(skb.dmac)) return READ
  count[mib.TcpInSegs]++
  k.spend(WORK_TCP_RCV)
  if (skb.badCsum) {
    count[mib.TcpInCsumErrors]++
    count[mib.TcpInErrs]++
    return BAD_CHECKSUM
  }
  const t = k.net.tcp
  const s = lookupEstablished(t, skb.daddr, skb.dport, skb.saddr, skb.sport)
  // Who has failed is found no more, though its owner may not have looked yet.
  if (s < 0 || t.state[s] === TCP_CLOSE) {
    const l = lookupListener(t, skb.daddr, skb.dport)
    if (l < 0) return noSocket(k, skb)
    // Linux: tcp_v4_conn_request
    const asksMany = (skb.flags & (TH_SYN | TH_ACK | TH_RST)) === TH_SYN && isForMany(k.net, skb.daddr)
    return asksMany ? TAKEN : listenRcv(k, l, skb)
  }
  const state = t.state[s]
  if (state === TCP_SYN_SENT) return synSentRcv(k, s, skb)
  if (state === TCP_TIME_WAIT) return timeWaitRcv(k, s, skb)
  if (state === TCP_BOTH_OPEN) return part('bothOpen').answerRcv(k, s, skb)
  return t.flags[s] & F_REST ? orphanRcv(k, s, skb) : stateRcv(k, s, skb)
}

function noSocket(k: Kernel, skb: Skb): Fate {
  if ((skb.flags & TH_RST) === 0) sendReset(k, skb)
  return NO_SOCKET
}

/** What the peer's SYN says about it. */
export function readSyn(k: Kernel, s: number, skb: Skb): void {
  const t = k.net.tcp
  t.rcvNxt[s] = skb.seq + 1
  t.tsRecent[s] = skb.tsval
  t.sndScale[s] = Math.max(0, Math.min(skb.wscale, MAX_WSCALE))
  t.sndWnd[s] = skb.win
  t.mss[s] = sendMss(k, t.laddr[s], t.raddr[s], skb.mss || 536, skb.ts !== 0)
  if (skb.ts) t.flags[s] |= F_TS
  if (skb.wscale >= 0) t.flags[s] |= F_SCALED
  if (skb.sackOk) t.flags[s] |= F_SACK
  openWindow(k, t, s)
}

/** Linux: tcp_rcv_synsent_state_process */
function synSentRcv(k: Kernel, s: number, skb: Skb): Fate {
  const t = k.net.tcp
  const acks = (skb.flags & TH_ACK) !== 0
  if (acks && skb.ack !== t.sndNxt[s]) {
    if ((skb.flags & TH_RST) === 0) sendReset(k, skb)
    // Perhaps it was about an attempt before this one, and the peer knows better now.
    if (t.retries[s] === 0) setTimer(k, s, 0, TIMEOUT_MIN)
    return WRONG_ACK
  }
  if (skb.flags & TH_RST) {
    if (!acks) return VAIN_RESET
    fail(k, s, 'ECONNREFUSED')
    return TAKEN
  }
  if ((skb.flags & TH_SYN) === 0) return NO_ANSWER
  if (!acks) return part('bothOpen').synRcv(k, s, skb)
  readSyn(k, s, skb)
  if (t.flags[s] & F_KEEPALIVE) part('keepalive').begin(k, s)
  acknowledge(k, s, skb)
  beginWait(k, s)
  // Linux: tcp_finish_connect
  if (t.sndScale[s] === 0) t.flags[s] |= F_PREDICTED
  t.state[s] = TCP_ESTABLISHED
  sendAck(k, s)
  k.wake(s + TCP_SK)
  push(k, s)
  return TAKEN
}

/** Take the acknowledgement of a segment. Linux: tcp_ack */
export function acknowledge(k: Kernel, s: number, skb: Skb): void {
  const t = k.net.tcp
  const window = skb.flags & TH_SYN ? skb.win : skb.win << t.sndScale[s]
  if (window !== t.sndWnd[s]) {
    t.sndWnd[s] = window
    if (t.beyond[s] < 0) t.flags[s] |= F_PREDICTED
  }
  // It is there. Linux: tcp_ack
  t.probes[s] = 0
  if (t.flags[s] & F_KEEPALIVE) part('keepalive').heard(k, s)
  if (after(skb.ack, t.sndUna[s])) takeAcked(k, s, skb)
}

/** Something of what is on its way has come. Linux: tcp_clean_rtx_queue */
function takeAcked(k: Kernel, s: number, skb: Skb): void {
  const t = k.net.tcp
  t.sndUna[s] = skb.ack
  const p = t.pieces
  // When the first of what is acknowledged was sent, -1: something of it more than once, so nobody knows.
  let since = Infinity
  let acked = 0
  for (let i = t.sndHead[s]; !allAcked(k, s); i = t.sndHead[s]) {
    if (after(endOf(k, i), skb.ack)) break
    k.net.mib[mib.TcpExtTCPDelivered]++
    acked++
    since = Math.min(since, p.sent[i] < 0 ? -1 : p.sent[i])
    t.sndHead[s] = p.next[i]
    releasePiece(p, i)
  }
  if (since < 0) {
    // But which one was answered is written in the answer's timestamp.
    if ((t.flags[s] & F_TS) !== 0 && skb.tsecr !== 0) measured(k, s, Math.max(1, stamp(k) - skb.tsecr) * 1000)
  } else if (since < Infinity) measured(k, s, k.now - since)
  t.retries[s] = 0
  if (t.flags[s] & F_LOSS) {
    if (before(skb.ack, t.probed[s])) recover(k, s, acked)
    else t.flags[s] &= ~F_LOSS
  }
  if (t.flags[s] & F_PROBED && after(skb.ack, t.probed[s])) t.flags[s] &= ~F_PROBED
  if (!allAcked(k, s)) awaitAck(k, s, true)
  else {
    t.flags[s] &= ~F_PROBING
    forget(t.wheel, s * 2)
    if (t.flags[s] & F_KEEPALIVE && t.sndWait[s] < 0) part('keepalive').idle(k, s)
  }
}

/** Is nothing on its way that has not been acknowledged? */
function allAcked(k: Kernel, s: number): boolean {
  const t = k.net.tcp
  return t.sndHead[s] === t.sndWait[s]
}

/**
 * A segment with RST ends the connection, if it stands exactly where the next byte is expected; later in the window it is
 * answered and thrown away. Linux: net/ipv4/tcp_input.c tcp_validate_incoming
 */
function resetRcv(k: Kernel, s: number, skb: Skb): Fate {
  const t = k.net.tcp
  const state = t.state[s]
  if (skb.seq !== t.rcvNxt[s]) {
    const late = after(skb.seq, t.rcvNxt[s])
    if (state === TCP_SYN_RECV) {
      if (late) sendAck(k, s)
      return READ
    }
    if (after(skb.seq, t.rcvEdge[s])) return BEYOND
    if (late) challenge(k, s)
    return late ? DOUBTED_RESET : OLD
  }
  if (state === TCP_SYN_RECV) k.net.mib[mib.TcpExtEmbryonicRsts]++
  fail(k, s, 'ECONNRESET')
  return state === TCP_SYN_RECV ? READ : TAKEN
}

/** A SYN for what has had one. Linux: tcp_check_req, tcp_validate_incoming */
function synAgain(k: Kernel, s: number, skb: Skb): Fate {
  const t = k.net.tcp
  if (t.state[s] === TCP_SYN_RECV) {
    // Another SYN than the one that is being answered: tcp_check_req, embryonic_reset.
    if (after(skb.seq, t.rcvNxt[s] - 1)) {
      sendReset(k, skb)
      k.net.mib[mib.TcpExtEmbryonicRsts]++
      k.net.mib[mib.TcpAttemptFails]++
      freeSlot(t, s)
      return READ
    }
    if (!mayDoubt(k, s, skb, mib.TcpExtTCPACKSkippedSynRecv)) return READ
    t.flags[s] &= ~F_TIMED
    sendSynAckAgain(k, s)
    return READ
  }
  if (t.state[s] === TCP_ESTABLISHED) k.net.mib[mib.TcpInErrs]++
  k.net.mib[mib.TcpExtTCPSYNChallenge]++
  challenge(k, s)
  return LATE_SYN
}

/** A segment for a connection that is past SYN_SENT. Linux: tcp_rcv_established, tcp_rcv_state_process, tcp_check_req */
export function stateRcv(k: Kernel, s: number, skb: Skb): Fate {
  const t = k.net.tcp
  const isEstablished = t.state[s] === TCP_ESTABLISHED
  if (skb.flags & TH_RST) return resetRcv(k, s, skb)
  if (skb.flags & TH_SYN) return synAgain(k, s, skb)
  if ((skb.flags & TH_ACK) === 0) return READ
  const isNew = t.state[s] === TCP_SYN_RECV
  if (isNew) {
    if (skb.ack !== t.sndNxt[s]) {
      sendReset(k, skb)
      return NO_SYN
    }
    const refused = requestAcked(k, s, skb)
    if (refused !== TAKEN) return refused
  }
  const bytes = payloadLength(skb)
  const end = (skb.seq + bytes + (skb.flags & TH_FIN ? 1 : 0)) >>> 0
  if (skb.ts && after(t.tsRecent[s] - 1, skb.tsval) && t.flags[s] & F_TS) return staleRcv(k, s, skb, end)
  if (before(end, t.rcvNxt[s]) || after(skb.seq, t.rcvEdge[s])) return outOfWindow(k, s, skb, end)
  if (after(skb.ack, t.sndNxt[s])) {
    challenge(k, s)
    return isEstablished ? UNSENT_ACKED : UNSENT_ACKED_LATE
  }
  if (before(skb.ack, t.sndUna[s]) && isAncient(t, s, skb.ack)) {
    challenge(k, s)
    return isEstablished ? TOO_OLD_ACK : TOO_OLD_ACK_LATE
  }
  // Linux: tcp_replace_ts_recent
  if (skb.ts && skb.seq === t.rcvNxt[s]) t.tsRecent[s] = skb.tsval
  const unread = bytes > 0 && isOrphan(t, s) && after(skb.seq + bytes, t.rcvNxt[s])
  const behindFin = unread && (t.flags[s] & F_EOF) !== 0 && !before(skb.seq, t.rcvNxt[s])
  if (unread && !behindFin) return dataForNobody(k, s, skb)
  countAck(k, s, skb, end)
  if (isNew) t.flags[s] |= F_PREDICTED
  acknowledge(k, s, skb)
  if (t.sndHead[s] < 0) afterFinAcked(k, s, skb)
  if (t.state[s] === TCP_FREE) return TAKEN
  if (end !== skb.seq && !behindFin) dataRcv(k, s, skb, bytes)
  push(k, s)
  const state = t.state[s]
  if (end === skb.seq && (state === TCP_CLOSE_WAIT || state === TCP_LAST_ACK || state === TCP_CLOSING))
    return IDLE
  return TAKEN
}

/**
 * Its timestamp is older than what has come: perhaps it is of another connection. Linux: tcp_validate_incoming, tcp_disordered_ack_check
 * Left out: an acknowledgement that was overtaken and says nothing new, which is taken
 */
function staleRcv(k: Kernel, s: number, skb: Skb, end: number): Fate {
  const t = k.net.tcp
  if (end === skb.seq && before(skb.seq, t.rcvNxt[s])) {
    k.net.mib[mib.TcpExtPAWSOldAck]++
    return STALE_ACK
  }
  k.net.mib[mib.TcpExtPAWSEstab]++
  if (mayDoubt(k, s, skb, mib.TcpExtTCPACKSkippedPAWS)) doubtAck(k, s, skb, end)
  return STALE_NOW
}

/** All of it has come before, or it begins behind the window. Linux: tcp_sequence, tcp_validate_incoming */
function outOfWindow(k: Kernel, s: number, skb: Skb, end: number): Fate {
  const t = k.net.tcp
  const beyond = !before(end, t.rcvNxt[s])
  if (beyond) k.net.mib[mib.TcpExtBeyondWindow]++
  if (mayDoubt(k, s, skb, mib.TcpExtTCPACKSkippedSeq)) doubtAck(k, s, skb, end)
  return beyond ? BEYOND : OLD
}

/** Linux: tcp_send_dupack */
function doubtAck(k: Kernel, s: number, skb: Skb, end: number): void {
  if (end !== skb.seq && before(skb.seq, k.net.tcp.rcvNxt[s])) k.net.mib[mib.TcpExtDelayedACKLost]++
  sendAck(k, s)
}

/** Is an acknowledgement older than a window, or than the connection? Linux: tcp_ack (RFC 5961, 5.2) */
function isAncient(t: TcpTable, s: number, ack: number): boolean {
  const acked = (t.sndUna[s] - t.sndFirst[s]) >>> 0
  return before(ack, t.sndUna[s] - Math.min(t.sndWnd[s], acked))
}

/**
 * Acknowledgements are counted by how quickly they were done with: was it what was expected? Bytes are that only where the socket has
 * memory left, which it has while others are on their way or wait to be read. Linux: tcp_rcv_established, tcp_ack
 */
function countAck(k: Kernel, s: number, skb: Skb, end: number): void {
  const t = k.net.tcp
  const count = k.net.mib
  const una = t.sndUna[s]
  if (before(skb.ack, una)) return
  const pure = end === skb.seq
  const fast =
    t.state[s] === TCP_ESTABLISHED &&
    (t.flags[s] & F_PREDICTED) !== 0 &&
    (skb.flags & (TH_SYN | TH_FIN)) === 0 &&
    skb.seq === t.rcvNxt[s] &&
    skb.win << t.sndScale[s] === t.sndWnd[s] &&
    (skb.ts !== 0) === ((t.flags[s] & F_TS) !== 0) &&
    (pure || una !== t.sndNxt[s] || t.rcvBytes[s] > 0)
  if (!pure && fast) count[mib.TcpExtTCPHPHits]++
  if (fast && skb.ack !== una) count[mib.TcpExtTCPHPAcks]++
  else if (pure) count[mib.TcpExtTCPPureAcks]++
}

/** Linux: tcp_data_queue, __tcp_ack_snd_check */
function dataRcv(k: Kernel, s: number, skb: Skb, bytes: number): void {
  const t = k.net.tcp
  const fin = skb.flags & TH_FIN
  const { seq, payload } = skb
  if (seq !== t.rcvNxt[s]) {
    t.flags[s] &= ~F_PREDICTED
    part('outOfOrder').keep(k, s, skb)
    sendAck(k, s)
    return
  }
  growWindow(k, t, s, bytes)
  take(k, s, newPiece(t.pieces, seq | 0, fin, bytes, payload))
  if (t.beyond[s] >= 0) part('outOfOrder').takeNext(k, s, take)
  if (t.beyond[s] < 0) t.flags[s] |= F_PREDICTED
  if (bytes > 0) t.rcvTime[s] = k.now
  // Who answers at once says both in one segment. Whose FIN met ours has its answer.
  if (t.state[s] !== TCP_TIME_WAIT && t.state[s] !== TCP_CLOSING) {
    if ((t.flags[s] & F_PINGPONG) === 0) sendAck(k, s)
    else if (!isRunning(t.wheel, s * 2 + 1)) setTimer(k, s, 1, DELACK_MIN)
  }
  if (t.parent[s] < 0) k.wake(s + TCP_SK)
}

/** Bytes and FIN that are next in the stream. Linux: tcp_queue_rcv, tcp_fin */
function take(k: Kernel, s: number, piece: number): void {
  const t = k.net.tcp
  const p = t.pieces
  const fin = p.flags[piece] & TH_FIN
  t.rcvNxt[s] += p.bytes[piece] + (fin ? 1 : 0)
  if (p.bytes[piece] > 0) {
    p.next[piece] = -1
    if (t.rcvHead[s] < 0) t.rcvHead[s] = piece
    else p.next[t.rcvTail[s]] = piece
    t.rcvTail[s] = piece
    t.rcvBytes[s] += p.bytes[piece]
  } else releasePiece(p, piece)
  if (fin) receiveFin(k, s)
}

function afterFinAcked(k: Kernel, s: number, skb: Skb): void {
  const t = k.net.tcp
  if (skb.ack !== t.sndNxt[s]) return
  if (t.state[s] === TCP_FIN_WAIT1) {
    t.state[s] = TCP_FIN_WAIT2
    if ((skb.flags & TH_FIN) === 0 || skb.seq !== t.rcvNxt[s]) orphaned(k, s, (skb.flags & TH_FIN) !== 0)
  } else if (t.state[s] === TCP_CLOSING) timeWait(k, s)
  else if (t.state[s] === TCP_LAST_ACK) freeSlot(t, s)
}

function receiveFin(k: Kernel, s: number): void {
  const t = k.net.tcp
  t.flags[s] |= F_EOF
  if (t.state[s] === TCP_ESTABLISHED) {
    t.state[s] = TCP_CLOSE_WAIT
    // Perhaps the owner closes at once, and its FIN says both.
    t.flags[s] |= F_PINGPONG
  } else if (t.state[s] === TCP_FIN_WAIT1) {
    sendAck(k, s)
    t.state[s] = TCP_CLOSING
    // It is a byte that nobody reads.
    if (isOrphan(t, s)) t.rcvBytes[s]++
  } else if (t.state[s] === TCP_FIN_WAIT2) {
    sendAck(k, s)
    timeWait(k, s)
  }
}

/**
 * An ICMP error about a segment of ours ends an attempt; whose connection stands hears nothing. The error is kept for the
 * socket's owner and goes when that closes. Linux: net/ipv4/tcp_ipv4.c tcp_v4_err; net/core/skbuff.c skb_queue_purge_reason
 */
export function tcp_v4_err(k: Kernel, skb: Skb, inner: Packet): Fate {
  const t = k.net.tcp
  const s = lookupEstablished(t, inner.saddr, inner.sport, inner.daddr, inner.dport)
  if (s < 0) {
    k.net.mib[mib.IcmpInErrors]++
    return TAKEN
  }
  const state = t.state[s]
  if (state === TCP_TIME_WAIT) return TAKEN
  const { type, code } = skb
  const isRequest = state === TCP_SYN_RECV
  // It must have been on its way indeed.
  if (before(inner.seq, t.sndUna[s]) || after(inner.seq, isRequest ? t.sndUna[s] : t.sndNxt[s])) {
    k.net.mib[mib.TcpExtOutOfWindowIcmps]++
    return TAKEN
  }
  if (isRequest) {
    // Linux: tcp_req_err
    if (type === 11 || type === 12 || (type === 3 && code < 2)) {
      k.net.mib[mib.TcpExtListenDrops]++
      freeSlot(t, s)
    }
    return TAKEN
  }
  if (type === 3 && code === 4) {
    part('mtuReduced')(k, s, skb.icmpInfo)
    return TAKEN
  }
  if (state !== TCP_SYN_SENT) return TAKEN
  const error = icmpErrno(skb.type, skb.code)
  if (error === null) return TAKEN
  fail(k, s, error.errno)
  return ERROR_KEPT
}
