/**
 * Connections that are over: what is kept of them, and what still hears their segments.
 *
 * Linux: net/ipv4/tcp_minisocks.c tcp_time_wait, tcp_timewait_state_process
 */
import { payloadLength, TH_ACK, TH_FIN, TH_RST, TH_SYN } from '../../wire/packet.ts'
import { after, before } from '../conntrack/tcp-window.ts'
import type { Kernel } from '../kernel.ts'
import * as mib from '../snmp.ts'
import type { Skb } from '../skb.ts'
import { mayDoubt } from './doubt.ts'
import { ABORTED, READ, STALE, type Fate } from './fate.ts'
import { tcp_v4_rcv } from './input.ts'
import { sendReset } from './output.ts'
import { sendAck, setTimer } from './send.ts'
import { F_TS, F_REST, freeSlot, isOrphan, lookupListener, TCP_FIN_WAIT2, TCP_TIME_WAIT } from './table.ts'

/** Linux: TCP_TIMEWAIT_LEN */
const TIMEWAIT_LEN = 60_000_000

/**
 * In FIN_WAIT2 a connection that nobody owns waits for the peer's FIN no longer than this. Above a minute all of it waits
 * first, for what is above that; and so it does where the FIN has come, but with a hole before it. Linux: tcp_rcv_state_process, __tcp_close
 */
export function orphaned(k: Kernel, s: number, fin = false): void {
  const t = k.net.tcp
  if (t.state[s] !== TCP_FIN_WAIT2 || !isOrphan(t, s)) return
  const wait = finTime(k, s)
  if (wait > TIMEWAIT_LEN || fin) {
    setTimer(k, s, 0, wait > TIMEWAIT_LEN ? wait - TIMEWAIT_LEN : wait)
  } else finWait(k, s, wait)
}

/** Linux: tcp_fin_time */
function finTime(k: Kernel, s: number): number {
  const seconds = k.net.sysctl['net.ipv4.tcp_fin_timeout'] ?? 60
  return Math.max(seconds * 1_000_000, 3.5 * k.net.tcp.rto[s])
}

/** Only what must be is left of it. Linux: tcp_time_wait(TCP_FIN_WAIT2), __inet_twsk_schedule */
function finWait(k: Kernel, s: number, wait: number): void {
  const t = k.net.tcp
  const length = Math.max(wait, 3.5 * t.rto[s])
  t.flags[s] |= F_REST
  k.net.mib[length <= 4_000_000 ? mib.TcpExtTWKilled : mib.TcpExtTW]++
  setTimer(k, s, 0, length)
}

/** The time of one that is over has come, or of one that nobody owns. Linux: tw_timer_handler, tcp_keepalive_timer */
export function orphanTimer(k: Kernel, s: number): void {
  const t = k.net.tcp
  const whole = t.state[s] === TCP_FIN_WAIT2 && (t.flags[s] & F_REST) === 0
  const left = whole ? finTime(k, s) - TIMEWAIT_LEN : 0
  if (left > 0) finWait(k, s, left)
  else freeSlot(t, s)
}

/**
 * Bytes for a connection whose owner has gone end it: the peer shall know that nobody reads them. Linux: tcp_rcv_state_process, TCPAbortOnData
 */
export function dataForNobody(k: Kernel, s: number, skb: Skb): Fate {
  sendReset(k, skb)
  k.net.mib[mib.TcpExtTCPAbortOnData]++
  freeSlot(k.net.tcp, s)
  return ABORTED
}

/** Its timestamp is older than what has come. Linux: tcp_paws_reject */
function isStale(k: Kernel, s: number, skb: Skb): boolean {
  const t = k.net.tcp
  return (t.flags[s] & F_TS) !== 0 && skb.ts !== 0 && before(skb.tsval, t.tsRecent[s])
}

/** A segment for a connection in FIN_WAIT2 that nobody owns: it waits for the peer's FIN and nothing else. */
export function orphanRcv(k: Kernel, s: number, skb: Skb): Fate {
  const t = k.net.tcp
  const { seq, flags } = skb
  const next = t.rcvNxt[s]
  const end = (seq + payloadLength(skb) + (flags & TH_FIN ? 1 : 0)) >>> 0
  const fits = seq === next || (after(end, next) && before(seq, t.rcvEdge[s]))
  const stale = isStale(k, s, skb)
  if (stale) k.net.mib[mib.TcpExtPAWSTimewait]++
  if (stale || !fits) {
    if (mayDoubt(k, s, skb, mib.TcpExtTCPACKSkippedFinWait2)) sendAck(k, s, false)
    return stale ? STALE : READ
  }
  if (flags & TH_RST) {
    freeSlot(t, s)
    return READ
  }
  if ((flags & (TH_SYN | TH_ACK)) === TH_ACK && end === seq) return READ
  if (flags & TH_SYN || (flags & TH_FIN) === 0 || end !== (next + 1) >>> 0) {
    sendReset(k, skb)
    freeSlot(t, s)
    return READ
  }
  t.rcvNxt[s] = end
  // The window is as it was.
  t.rcvEdge[s]++
  if (skb.ts) t.tsRecent[s] = skb.tsval
  timeWait(k, s)
  sendAck(k, s, false)
  return READ
}

export function timeWait(k: Kernel, s: number): void {
  const t = k.net.tcp
  // What is left of an orphan was counted in FIN_WAIT2.
  if (t.state[s] !== TCP_TIME_WAIT && (t.flags[s] & F_REST) === 0) k.net.mib[mib.TcpExtTW]++
  t.state[s] = TCP_TIME_WAIT
  setTimer(k, s, 0, TIMEWAIT_LEN)
}

/** A segment for a connection that is over. */
export function timeWaitRcv(k: Kernel, s: number, skb: Skb): Fate {
  const t = k.net.tcp
  const stamped = (t.flags[s] & F_TS) !== 0 && skb.ts !== 0
  const old = isStale(k, s, skb)
  const fits = !old && skb.seq === t.rcvNxt[s]
  if (skb.flags & TH_RST) {
    if (fits) freeSlot(t, s)
    return old ? STALE : READ
  }
  if (fits && payloadLength(skb) === 0 && (skb.flags & (TH_SYN | TH_FIN)) === 0) {
    if (stamped) t.tsRecent[s] = skb.tsval
    timeWait(k, s)
    return READ
  }
  if (old) k.net.mib[mib.TcpExtPAWSTimewait]++
  const newer = !old && (after(skb.seq, t.rcvNxt[s]) || (stamped && after(skb.tsval, t.tsRecent[s])))
  if ((skb.flags & (TH_SYN | TH_ACK)) !== TH_SYN || !newer) {
    if (old || skb.flags & TH_ACK) timeWait(k, s)
  } else if (lookupListener(t, skb.daddr, skb.dport) >= 0) {
    freeSlot(t, s)
    return tcp_v4_rcv(k, skb)
  }
  // Of one that is new it is only said that nobody listens.
  const isNew = newer && (skb.flags & (TH_SYN | TH_ACK)) === TH_SYN
  if (isNew || mayDoubt(k, s, skb, mib.TcpExtTCPACKSkippedTimeWait)) sendAck(k, s, false)
  return old ? STALE : READ
}
