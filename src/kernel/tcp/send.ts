/** What a connection has to send, and the timers that send it again. Linux: net/ipv4/tcp_output.c, tcp_timer.c */
import { TH_FIN, TH_SYN } from '../../wire/packet.ts'
import type { Kernel } from '../kernel.ts'
import { part } from '../parts.ts'
import * as mib from '../snmp.ts'
import { ERRNOS, type Errno } from '../socket.ts'
import { WORK_TCP_TIMER } from '../work.ts'
import { joinPieces } from './cut.ts'
import { awaitAck, lossProbe } from './loss-probe.ts'
import { newPiece, releaseAll } from './pieces.ts'
import { sendSegment, sendSynAckAgain } from './output.ts'
import { orphanTimer } from './over.ts'
import {
  F_CLOSING,
  F_DOUBLED,
  F_KEEPALIVE,
  F_LOSS,
  F_NAGLE,
  F_PINGPONG,
  F_PROBED,
  F_PROBING,
  F_TIMED,
  freeSlot,
  isOrphan,
  SERVICES,
  TCP_BOTH_OPEN,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_ESTABLISHED,
  TCP_FIN_WAIT1,
  TCP_FIN_WAIT2,
  TCP_LAST_ACK,
  TCP_SK,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
  TCP_TIME_WAIT,
} from './table.ts'
import { arm, expired, forget, isRunning, sliceTime } from './wheel.ts'

const MS = 1000
const SECOND = 1_000_000
/** Linux: TCP_TIMEOUT_INIT, TCP_RTO_MIN, TCP_RTO_MAX */
export const RTO_INIT = SECOND
export const RTO_MIN = 200 * MS
export const RTO_MAX = 120 * SECOND
/** Linux: TCP_DELACK_MIN, TCP_ATO_MIN */
export const DELACK_MIN = 40 * MS
/** How often something is repeated that nobody waits for, where net.ipv4.tcp_orphan_retries does not say. */
const ORPHAN_RETRIES = 8
/** So often can the shortest timeout be doubled. Linux: ilog2(TCP_RTO_MAX / TCP_RTO_MIN) */
const DOUBLINGS = 9
/** How soon to try again what the own machine had no room for. Linux: TCP_RESOURCE_PROBE_INTERVAL */
const RESOURCE_PROBE = 500 * MS

/** Run timer 0 (retransmission, TIME_WAIT, FIN_WAIT2) or 1 (delayed acknowledgement) of a socket after a delay. */
export function setTimer(k: Kernel, s: number, which: 0 | 1, delay: number): void {
  const { wheel } = k.net.tcp
  const clock = k.machine.bootOffset
  // Jiffies go on while a softirq has many timers to do: those that it sets anew do not all fall into one slice.
  const now = k.now + k.worked
  const slice = arm(wheel, s * 2 + which, now, now + delay, clock)
  if (slice >= 0) k.timer(sliceTime(wheel, slice, clock), 'tcp', slice)
}

/** Queue a piece: behind what waits already. */
export function enqueue(k: Kernel, s: number, flags: number, bytes: number, payload: number): void {
  const t = k.net.tcp
  const piece = newPiece(t.pieces, 0, flags, bytes, payload)
  if (t.sndHead[s] < 0) t.sndHead[s] = piece
  else t.pieces.next[t.sndTail[s]] = piece
  t.sndTail[s] = piece
  if (t.sndWait[s] < 0) t.sndWait[s] = piece
}

/** Send the first piece that waits, for the first time. */
export function transmit(k: Kernel, s: number): void {
  const t = k.net.tcp
  const p = t.pieces
  const piece = t.sndWait[s]
  p.seq[piece] = t.sndNxt[s]
  p.sent[piece] = k.now
  t.sndWait[s] = p.next[piece]
  t.sndNxt[s] = endOf(k, piece)
  sendSegment(k, s, p.seq[piece] | 0, p.flags[piece], p.bytes[piece], p.payload[piece])
  if (!isRunning(t.wheel, s * 2) || t.flags[s] & F_PROBING) awaitAck(k, s, false)
}

/** The sequence number after a piece. */
export function endOf(k: Kernel, piece: number): number {
  const p = k.net.tcp.pieces
  return (p.seq[piece] + p.bytes[piece] + (p.flags[piece] & (TH_SYN | TH_FIN) ? 1 : 0)) >>> 0
}

/** Send what waits, as far as the window allows. Most often nothing does. Linux: __tcp_push_pending_frames */
export function push(k: Kernel, s: number): void {
  if (k.net.tcp.sndWait[s] >= 0) pushWaiting(k, s)
}

/** Linux: tcp_write_xmit */
function pushWaiting(k: Kernel, s: number): void {
  const t = k.net.tcp
  if (t.state[s] === TCP_SYN_SENT || t.state[s] === TCP_SYN_RECV) return
  while (t.sndWait[s] >= 0) {
    const inFlight = (t.sndNxt[s] - t.sndUna[s]) >>> 0
    const bytes = t.pieces.bytes[t.sndWait[s]]
    if (inFlight + bytes > t.sndWnd[s]) {
      // Who waits for room asks for it from time to time. Linux: tcp_check_probe_timer
      if (inFlight === 0 && !isRunning(t.wheel, s * 2)) setTimer(k, s, 0, t.rto[s])
      return
    }
    if (t.flags[s] & F_NAGLE && (t.flags[s] & F_CLOSING) === 0 && part('nagle').held(k, s)) return
    if (inFlight === 0) {
      t.retries[s] = t.probes[s] = 0
      forget(t.wheel, s * 2)
    }
    // A FIN counts as data. Linux: tcp_event_new_data_sent, tcp_event_data_sent
    k.net.mib[mib.TcpExtTCPOrigDataSent]++
    if (bytes > 0 && k.now - t.rcvTime[s] < DELACK_MIN) t.flags[s] |= F_PINGPONG
    transmit(k, s)
  }
}

/**
 * No more bytes from this side: the FIN goes with the last that waits, or by itself. Linux: tcp_shutdown, tcp_close_state, tcp_send_fin
 */
export function sendFin(k: Kernel, s: number): void {
  const t = k.net.tcp
  t.flags[s] |= F_CLOSING
  if (t.state[s] === TCP_ESTABLISHED || t.state[s] === TCP_BOTH_OPEN) t.state[s] = TCP_FIN_WAIT1
  else if (t.state[s] === TCP_CLOSE_WAIT) t.state[s] = TCP_LAST_ACK
  else return
  if (t.sndWait[s] >= 0) t.pieces.flags[t.sndTail[s]] |= TH_FIN
  else enqueue(k, s, TH_FIN, 0, 0)
  push(k, s)
}

/** Say what is expected next. `whole`: see sendSegment. */
export function sendAck(k: Kernel, s: number, whole = true): void {
  sendSegment(k, s, k.net.tcp.sndNxt[s] | 0, 0, 0, 0, whole)
}

/** A piece goes out once more. Linux: __tcp_retransmit_skb */
export function sendAgain(k: Kernel, s: number, i: number): void {
  const t = k.net.tcp
  const p = t.pieces
  p.sent[i] = -1 - k.now
  k.net.mib[mib.TcpRetransSegs]++
  k.net.mib[mib.TcpOutSegs]--
  sendSegment(k, s, p.seq[i], p.flags[i], p.bytes[i], p.payload[i])
}

/** A slice of the wheel has ended. Linux: run_timer_base, tcp_write_timer, tcp_delack_timer, tw_timer_handler */
export function tcp_timer(k: Kernel, slice: number): void {
  const { wheel } = k.net.tcp
  for (const timer of expired(wheel, slice, k.now, k.machine.bootOffset)) {
    // One that has been started again meanwhile has another slice.
    if (isRunning(wheel, timer)) continue
    if ((timer & 1) === 0) timedOut(k, timer >> 1)
    else {
      k.net.mib[mib.TcpExtDelayedACKs]++
      sendAck(k, timer >> 1)
    }
  }
}

/** How often something is repeated, or asked, in a time that `rto` may still grow from. Linux: tcp_orphan_retries */
export function patience(k: Kernel, s: number, rto: number): number {
  const sysctl = (name: string): number => k.net.sysctl[`net.ipv4.${name}`] ?? 0
  if (!isOrphan(k.net.tcp, s)) return sysctl('tcp_retries2')
  return sysctl('tcp_orphan_retries') || (rto < RTO_MAX ? ORPHAN_RETRIES : 0)
}

/**
 * Has something been repeated in vain for too long? For a SYN it is the number that counts, else the time that so many
 * timeouts would take if the first one were the shortest. Linux: tcp_write_timeout, retransmits_timed_out, tcp_model_timeout
 */
function isOverdue(k: Kernel, s: number, linear: number): boolean {
  const t = k.net.tcp
  if (t.state[s] === TCP_SYN_SENT || t.state[s] === TCP_BOTH_OPEN)
    return t.retries[s] >= (k.net.sysctl['net.ipv4.tcp_syn_retries'] ?? 0) + linear
  if (t.retries[s] === 0) return false
  const times = patience(k, s, t.rto[s])
  const doubled = Math.min(times, DOUBLINGS)
  const limit = ((2 << doubled) - 1) * RTO_MIN + (times - doubled) * RTO_MAX
  return Math.floor(k.now / MS) - Math.floor(t.retrans[s] / MS) >= limit / MS
}

/** Linux: tcp_write_err */
export function giveUp(k: Kernel, s: number): void {
  k.net.mib[mib.TcpExtTCPAbortOnTimeout]++
  fail(k, s, 'ETIMEDOUT')
}

/** Linux: tcp_retransmit_timer, reqsk_timer_handler */
function timedOut(k: Kernel, s: number): void {
  const t = k.net.tcp
  const count = k.net.mib
  const state = t.state[s]
  k.spend(WORK_TCP_TIMER)
  if (state === TCP_TIME_WAIT || (state === TCP_FIN_WAIT2 && isOrphan(t, s))) {
    orphanTimer(k, s)
    return
  }
  const first = t.sndHead[s]
  if (first === t.sndWait[s]) {
    if (first >= 0) part('zeroWindow')(k, s)
    else if (t.flags[s] & F_KEEPALIVE) part('keepalive').timer(k, s)
    return
  }
  if (t.flags[s] & F_PROBING) {
    lossProbe(k, s)
    return
  }
  const sysctl = (name: string): number => k.net.sysctl[`net.ipv4.${name}`] ?? 0
  const linear = state === TCP_SYN_SENT ? sysctl('tcp_syn_linear_timeouts') : 0
  count[mib.TcpExtTCPTimeouts]++
  if (state === TCP_SYN_RECV && t.retries[s] >= sysctl('tcp_synack_retries')) {
    // A request goes without a word.
    freeSlot(t, s)
    return
  }
  if (state !== TCP_SYN_RECV && isOverdue(k, s, linear)) {
    giveUp(k, s)
    return
  }
  const isRequest = state === TCP_SYN_RECV
  if (!isRequest) count[mib.TcpExtTcpTimeoutRehash]++
  if (state === TCP_SYN_SENT || state === TCP_BOTH_OPEN) count[mib.TcpExtTCPSynRetrans]++
  if (t.retries[s]++ === 0) t.retrans[s] = k.now
  joinPieces(k, s, first)
  t.flags[s] = (t.flags[s] & ~(F_DOUBLED | F_PROBED)) | F_LOSS
  t.probed[s] = t.sndNxt[s]
  t.resent[s] = endOf(k, first)
  if (t.retries[s] > linear) {
    if (t.rto[s] * 2 <= RTO_MAX) t.flags[s] |= F_DOUBLED
    t.rto[s] = Math.min(t.rto[s] * 2, RTO_MAX)
  }
  setTimer(k, s, 0, t.rto[s])
  if (!isRequest) {
    sendAgain(k, s, first)
    return
  }
  t.pieces.sent[first] = -1 - k.now
  t.flags[s] |= F_TIMED
  if (!sendSynAckAgain(k, s)) freeSlot(t, s)
}

/**
 * The own machine had no room for a segment of this socket. One that was sent again is tried soon, with the timeout as it
 * was; the first one has its timer. Linux: tcp_retransmit_timer, where tcp_retransmit_skb says NET_XMIT_DROP
 */
export function tcp_local_congestion(k: Kernel, sk: number): void {
  const t = k.net.tcp
  const s = sk - TCP_SK
  if (t.retries[s] === 0 || t.state[s] === 0) return
  if (t.flags[s] & F_DOUBLED) t.rto[s] /= 2
  t.flags[s] &= ~F_DOUBLED
  setTimer(k, s, 0, RESOURCE_PROBE)
}

/** The connection has failed; whoever owns it is told. Linux: tcp_write_err, tcp_reset */
export function fail(k: Kernel, s: number, errno: Errno): void {
  const t = k.net.tcp
  const state = t.state[s]
  if (state === TCP_SYN_SENT || state === TCP_SYN_RECV || state === TCP_BOTH_OPEN)
    k.net.mib[mib.TcpAttemptFails]++
  else if (state === TCP_ESTABLISHED || state === TCP_CLOSE_WAIT) k.net.mib[mib.TcpEstabResets]++
  if (state === TCP_SYN_RECV || (t.pid[s] === 0 && SERVICES[t.service[s]] !== 'nginx')) {
    freeSlot(t, s)
    return
  }
  t.state[s] = TCP_CLOSE
  forget(t.wheel, s * 2)
  forget(t.wheel, s * 2 + 1)
  releaseAll(t.pieces, t.sndHead[s])
  t.sndHead[s] = t.sndTail[s] = t.sndWait[s] = -1
  t.error[s] = ERRNOS.indexOf(errno)
  // Nobody has accepted it: it stays for accept() to find.
  if (t.parent[s] < 0) k.wake(s + TCP_SK)
}
