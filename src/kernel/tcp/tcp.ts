/**
 * TCP endpoints: connect, listen, send, close; retransmission; resets. Enough for honest conversations over lossy
 * hosts, not for congestion.
 *
 * Linux: net/ipv4/tcp_input.c, tcp_output.c, tcp_timer.c, tcp_ipv4.c, tcp_minisocks.c
 * Left out: congestion control, SACK, delayed ACKs of data, segments that overlap, urgent data, keepalive, SYN cookies
 */
import { payloadLength, TH_ACK, TH_FIN, TH_PUSH, TH_RST, TH_SYN } from '../../wire/packet.ts'
import type { Kernel } from '../kernel.ts'
import * as mib from '../snmp.ts'
import { ip_route_output } from '../route.ts'
import type { Skb } from '../skb.ts'
import { ephemeralPort, freeSock, lookup, newSock, type Errno, type Sock } from '../socket.ts'
import { after, before } from '../conntrack/tcp-window.ts'
import type { Segment, TcpSock, TcpState } from './tcp-sock.ts'
import { sendReset, sendSegment } from './output.ts'

const MS = 1000
const SECOND = 1_000_000
/** Linux: TCP_TIMEOUT_INIT, TCP_RTO_MIN, TCP_RTO_MAX, TCP_TIMEWAIT_LEN */
const RTO_INIT = SECOND
const RTO_MIN = 200 * MS
const RTO_MAX = 120 * SECOND
const TIMEWAIT_LEN = 60 * SECOND
/** Linux: TCP_DELACK_MIN */
const DELACK_MIN = 40 * MS
/** Our window: 64240 = 44 segments of 1460 bytes, scaled by 2^7 after the handshake. */
export const RECEIVE_WINDOW = 64240
export const WINDOW_SCALE = 7
/** Largest segment of a link with an MTU of 1500, with timestamps. */
const MSS = 1448

function newTcp(state: TcpState): TcpSock {
  return {
    state,
    sndUna: 0,
    sndNxt: 0,
    rcvNxt: 0,
    sndWnd: 0,
    sndScale: 0,
    timestamps: false,
    tsRecent: 0,
    mss: MSS,
    unacked: [],
    waiting: [],
    closing: false,
    received: [],
    beyond: [],
    eof: false,
    timerAt: 0,
    delackAt: 0,
    rto: RTO_INIT,
    retries: 0,
    accepted: [],
    backlog: 0,
  }
}

function tcpOf(sock: Sock): TcpSock {
  if (!sock.tcp) throw new Error('not a TCP socket')
  return sock.tcp
}

/** Listen on a port of all addresses. */
export function tcp_listen(k: Kernel, port: number, pid: number, service: string, backlog = 511): Sock {
  const sock = newSock(k.net, 'tcp', pid)
  sock.lport = port
  sock.service = service
  sock.tcp = { ...newTcp('LISTEN'), backlog }
  return sock
}

/** Begin a connection. Wakes the owner when it is there or has failed. Linux: tcp_v4_connect */
export function tcp_connect(k: Kernel, pid: number, raddr: number, rport: number): Sock | Errno {
  const route = ip_route_output(k.net, raddr)
  if ('errno' in route) return route.errno
  const lport = ephemeralPort(k, 'tcp', route.src, raddr, rport)
  if (lport === 0) return 'EADDRNOTAVAIL'
  const sock = newSock(k.net, 'tcp', pid)
  sock.laddr = route.src
  sock.lport = lport
  sock.raddr = raddr
  sock.rport = rport
  const t = (sock.tcp = newTcp('SYN_SENT'))
  k.net.mib[mib.TcpActiveOpens]++
  t.sndUna = t.sndNxt = k.random()
  transmit(k, sock, { seq: t.sndNxt, flags: TH_SYN, bytes: 0, payload: 0 })
  return sock
}

/** Send bytes that mean `payload`. */
export function tcp_send(k: Kernel, sock: Sock, payload: number, bytes: number): void {
  const t = tcpOf(sock)
  let left = bytes
  while (left > 0) {
    const size = Math.min(left, t.mss)
    left -= size
    // The meaning travels with the last segment: the reader has all of it then.
    t.waiting.push({ seq: 0, flags: TH_PUSH, bytes: size, payload: left === 0 ? payload : 0 })
  }
  push(k, sock)
}

/** No more bytes from this side. Linux: tcp_close */
export function tcp_close(k: Kernel, sock: Sock): void {
  const t = tcpOf(sock)
  if (t.state === 'LISTEN' || t.state === 'SYN_SENT' || t.state === 'CLOSE') {
    destroy(k, sock)
    return
  }
  sock.pid = 0
  if (t.closing) return
  t.closing = true
  push(k, sock)
}

/** The oldest connection that waits on a listening socket. */
export function tcp_accept(k: Kernel, listener: Sock): Sock | null {
  const index = tcpOf(listener).accepted.shift()
  return index === undefined ? null : (k.net.socks[index] ?? null)
}

/** Send what the window allows, then the FIN if close() was called. */
function push(k: Kernel, sock: Sock): void {
  const t = tcpOf(sock)
  if (t.state !== 'ESTABLISHED' && t.state !== 'CLOSE_WAIT') return
  for (let s = t.waiting[0]; s !== undefined; s = t.waiting[0]) {
    const inFlight = (t.sndNxt - t.sndUna) >>> 0
    if (inFlight + s.bytes > t.sndWnd) return
    t.waiting.shift()
    k.net.mib[mib.TcpExtTCPOrigDataSent]++
    transmit(k, sock, { ...s, seq: t.sndNxt })
  }
  if (!t.closing) return
  t.state = t.state === 'ESTABLISHED' ? 'FIN_WAIT1' : 'LAST_ACK'
  transmit(k, sock, { seq: t.sndNxt, flags: TH_FIN, bytes: 0, payload: 0 })
}

/** Send a segment for the first time, and remember it until it is acknowledged. */
function transmit(k: Kernel, sock: Sock, s: Segment): void {
  const t = tcpOf(sock)
  t.unacked.push(s)
  t.sndNxt = endOf(s)
  sendSegment(k, sock, t, s)
  if (t.timerAt === 0) arm(k, sock, t.rto)
}

function endOf(s: Segment): number {
  return (s.seq + s.bytes + (s.flags & TH_SYN ? 1 : 0) + (s.flags & TH_FIN ? 1 : 0)) >>> 0
}

function arm(k: Kernel, sock: Sock, delay: number): void {
  const t = tcpOf(sock)
  t.timerAt = k.now + delay
  k.timer(t.timerAt, 'tcp', sock.index)
}

/** The timer of a socket has run out. Linux: tcp_retransmit_timer, tcp_write_timeout */
export function tcp_timer(k: Kernel, index: number): void {
  const sock = k.net.socks[index]
  const t = sock?.tcp
  if (!sock || !t) return
  if (t.delackAt === k.now) sendAck(k, sock, t)
  if (t.timerAt !== k.now) return
  t.timerAt = 0
  if (t.state === 'TIME_WAIT') {
    k.net.mib[mib.TcpExtTW]++
    freeSock(k.net, sock)
    return
  }
  const first = t.unacked[0]
  if (!first) return
  const limit = retryLimit(k, t)
  if (t.retries >= limit) {
    k.net.mib[mib.TcpExtTCPAbortOnTimeout]++
    fail(k, sock, 'ETIMEDOUT')
    return
  }
  const count = k.net.mib
  if (t.retries === 0 || t.state === 'SYN_RECV') count[mib.TcpExtTCPTimeouts]++
  if (t.state !== 'SYN_RECV') count[mib.TcpExtTcpTimeoutRehash]++
  count[mib.TcpRetransSegs]++
  if (first.flags & TH_SYN) count[mib.TcpExtTCPSynRetrans]++
  t.retries++
  const linear =
    t.state === 'SYN_SENT' && t.retries <= (k.net.sysctl['net.ipv4.tcp_syn_linear_timeouts'] ?? 0)
  if (!linear) t.rto = Math.min(t.rto * 2, RTO_MAX)
  // A SYN/ACK is made anew, and counted so.
  if (t.state !== 'SYN_RECV') count[mib.TcpOutSegs]--
  sendSegment(k, sock, t, first)
  arm(k, sock, t.rto)
}

function retryLimit(k: Kernel, t: TcpSock): number {
  const value = (name: string): number => k.net.sysctl[`net.ipv4.${name}`] ?? 0
  if (t.state === 'SYN_SENT') return value('tcp_syn_retries') + value('tcp_syn_linear_timeouts')
  return t.state === 'SYN_RECV' ? value('tcp_synack_retries') : value('tcp_retries2')
}

function fail(k: Kernel, sock: Sock, errno: Errno): void {
  const t = tcpOf(sock)
  countEnd(k, t)
  t.state = 'CLOSE'
  t.timerAt = 0
  t.unacked = []
  t.waiting = []
  sock.error = errno
  k.wake(sock.index)
  if (sock.pid === 0) freeSock(k.net, sock)
}

/** Linux: tcp_done, tcp_set_state */
function countEnd(k: Kernel, t: TcpSock): void {
  if (t.state === 'SYN_SENT' || t.state === 'SYN_RECV') k.net.mib[mib.TcpAttemptFails]++
  else if (t.state === 'ESTABLISHED' || t.state === 'CLOSE_WAIT') k.net.mib[mib.TcpEstabResets]++
}

/** The socket goes without a word (it has no peer, or its peer is gone). */
function destroy(k: Kernel, sock: Sock): void {
  tcpOf(sock).state = 'CLOSE'
  freeSock(k.net, sock)
}

/** A segment has come in. Answers NO_SOCKET where nobody wants it. Linux: tcp_v4_rcv */
export function tcp_v4_rcv(k: Kernel, skb: Skb): string {
  const count = k.net.mib
  count[mib.TcpInSegs]++
  if (skb.badCsum) {
    count[mib.TcpInCsumErrors]++
    count[mib.TcpInErrs]++
    return 'TCP_CSUM'
  }
  const sock = lookup(k.net, 'tcp', skb.daddr, skb.dport, skb.saddr, skb.sport)
  if (!sock?.tcp || sock.tcp.state === 'CLOSE') {
    if ((skb.flags & TH_RST) === 0) sendReset(k, skb)
    return 'NO_SOCKET'
  }
  if (sock.tcp.state === 'LISTEN') return listenRcv(k, sock, skb)
  if (sock.tcp.state === 'SYN_SENT') return synSentRcv(k, sock, sock.tcp, skb)
  return stateRcv(k, sock, sock.tcp, skb)
}

/** A segment for a listener: a SYN makes a child. Linux: tcp_conn_request */
function listenRcv(k: Kernel, listener: Sock, skb: Skb): string {
  if (skb.flags & TH_RST) return 'TCP_RESET'
  if (skb.flags & TH_ACK || (skb.flags & TH_SYN) === 0) {
    sendReset(k, skb)
    return 'TCP_FLAGS'
  }
  const waiting = tcpOf(listener).accepted.length
  if (waiting > tcpOf(listener).backlog) {
    k.net.mib[mib.TcpExtListenOverflows]++
    k.net.mib[mib.TcpExtListenDrops]++
    return 'TCP_LISTEN_OVERFLOW'
  }
  const sock = newSock(k.net, 'tcp', listener.pid)
  sock.service = listener.service
  sock.laddr = skb.daddr
  sock.lport = skb.dport
  sock.raddr = skb.saddr
  sock.rport = skb.sport
  const t = (sock.tcp = newTcp('SYN_RECV'))
  t.sndUna = t.sndNxt = k.random()
  readSyn(t, skb)
  transmit(k, sock, { seq: t.sndNxt, flags: TH_SYN, bytes: 0, payload: 0 })
  return ''
}

/** What the peer's SYN says about it. */
function readSyn(t: TcpSock, skb: Skb): void {
  t.rcvNxt = (skb.seq + 1) >>> 0
  t.timestamps = skb.ts !== 0
  t.tsRecent = skb.tsval
  t.sndScale = Math.max(0, skb.wscale)
  t.sndWnd = skb.win
  t.mss = Math.min(MSS, (skb.mss || 536) - (t.timestamps ? 12 : 0))
}

function synSentRcv(k: Kernel, sock: Sock, t: TcpSock, skb: Skb): string {
  const acceptable = (skb.flags & TH_ACK) !== 0 && skb.ack === t.sndNxt
  if (skb.flags & TH_RST) {
    if (acceptable) fail(k, sock, 'ECONNREFUSED')
    return ''
  }
  if ((skb.flags & TH_SYN) === 0) return 'NOT_SPECIFIED'
  if (!acceptable) {
    sendReset(k, skb)
    return 'NOT_SPECIFIED'
  }
  readSyn(t, skb)
  acknowledge(k, sock, t, skb)
  t.state = 'ESTABLISHED'
  sendAck(k, sock, t)
  k.wake(sock.index)
  push(k, sock)
  return ''
}

function sendAck(k: Kernel, sock: Sock, t: TcpSock): void {
  sendSegment(k, sock, t, { seq: t.sndNxt, flags: 0, bytes: 0, payload: 0 })
}

/** Take the acknowledgement of a segment. */
function acknowledge(k: Kernel, sock: Sock, t: TcpSock, skb: Skb): void {
  if (skb.flags & TH_SYN) t.sndWnd = skb.win
  else t.sndWnd = skb.win * 2 ** t.sndScale
  if (!after(skb.ack, t.sndUna) || after(skb.ack, t.sndNxt)) return
  t.sndUna = skb.ack
  const left = t.unacked.filter((s) => after(endOf(s), skb.ack))
  k.net.mib[mib.TcpExtTCPDelivered] += t.unacked.length - left.length
  t.unacked = left
  t.retries = 0
  t.rto = RTO_MIN
  t.timerAt = 0
  if (t.unacked.length > 0) arm(k, sock, t.rto)
}

/** A segment for a connection that is past SYN_SENT. Linux: tcp_rcv_established, tcp_rcv_state_process */
function stateRcv(k: Kernel, sock: Sock, t: TcpSock, skb: Skb): string {
  const bytes = payloadLength(skb)
  if (t.state === 'TIME_WAIT') return timeWaitRcv(k, sock, t, skb)
  if (skb.flags & TH_RST) {
    if (skb.seq !== t.rcvNxt) {
      if (after(skb.seq, t.rcvNxt)) sendAck(k, sock, t)
      return 'TCP_RESET'
    }
    const embryonic = t.state === 'SYN_RECV'
    if (embryonic) k.net.mib[mib.TcpExtEmbryonicRsts]++
    const gone = t.state === 'LAST_ACK' || t.state === 'FIN_WAIT1' || t.state === 'FIN_WAIT2'
    if (gone) destroy(k, sock)
    else fail(k, sock, 'ECONNRESET')
    return embryonic ? 'NOT_SPECIFIED' : ''
  }
  if (skb.flags & TH_SYN) {
    if (t.state === 'SYN_RECV') {
      const first = t.unacked[0]
      if (first) sendSegment(k, sock, t, first)
      return 'NOT_SPECIFIED'
    }
    sendAck(k, sock, t)
    return 'TCP_INVALID_SYN'
  }
  if ((skb.flags & TH_ACK) === 0) return 'NOT_SPECIFIED'
  if (t.state === 'SYN_RECV') {
    if (skb.ack !== t.sndNxt) {
      sendReset(k, skb)
      return 'TCP_FLAGS'
    }
    t.state = 'ESTABLISHED'
    k.net.mib[mib.TcpPassiveOpens]++
    // Its own SYN was not sent by this socket yet: it does not count as delivered.
    k.net.mib[mib.TcpExtTCPDelivered]--
    k.net.mib[mib.TcpExtTCPPureAcks]++
    announce(k, sock)
  }
  acknowledge(k, sock, t, skb)
  if (t.unacked.length === 0) afterFinAcked(k, sock, t, skb)
  if (t.state === 'CLOSE') return ''

  const fin = (skb.flags & TH_FIN) !== 0
  if (bytes > 0 || fin) {
    if (skb.seq !== t.rcvNxt) {
      // Old or out of order: say again what is expected.
      const { seq, payload } = skb
      const known = before(seq, t.rcvNxt) || t.beyond.some((s) => s.seq === seq)
      if (!known) t.beyond.push({ seq, bytes, payload, fin })
      sendAck(k, sock, t)
      return ''
    }
    if (skb.ts) t.tsRecent = skb.tsval
    take(k, sock, t, { seq: skb.seq, bytes, payload: skb.payload, fin })
    for (let next = waitsNext(t); next !== undefined; next = waitsNext(t)) take(k, sock, t, next)
    // Who answers a FIN with a FIN at once says both in one segment.
    if (fin && bytes === 0 && t.state === 'CLOSE_WAIT') {
      t.delackAt = k.now + DELACK_MIN
      k.timer(t.delackAt, 'tcp', sock.index)
    } else sendAck(k, sock, t)
    k.wake(sock.index)
  }
  push(k, sock)
  return ''
}

/** Bytes and FIN that are next in the stream. Linux: tcp_queue_rcv, tcp_fin */
function take(k: Kernel, sock: Sock, t: TcpSock, s: TcpSock['beyond'][number]): void {
  t.rcvNxt = (t.rcvNxt + s.bytes + (s.fin ? 1 : 0)) >>> 0
  if (s.bytes > 0) t.received.push({ payload: s.payload, bytes: s.bytes })
  if (s.fin) receiveFin(k, sock, t)
}

/** What waits beyond a hole that has been filled. Linux: tcp_ofo_queue */
function waitsNext(t: TcpSock): TcpSock['beyond'][number] | undefined {
  const next = t.beyond.find((s) => s.seq === t.rcvNxt)
  t.beyond = t.beyond.filter((s) => s !== next && after(s.seq, t.rcvNxt))
  return next
}

/** A connection is complete: its listener can accept it. */
function announce(k: Kernel, sock: Sock): void {
  const listener = k.net.socks.find((s) => s?.tcp?.state === 'LISTEN' && s.lport === sock.lport)
  if (!listener) return
  tcpOf(listener).accepted.push(sock.index)
  k.wake(listener.index)
}

function afterFinAcked(k: Kernel, sock: Sock, t: TcpSock, skb: Skb): void {
  if (skb.ack !== t.sndNxt) return
  if (t.state === 'FIN_WAIT1') t.state = 'FIN_WAIT2'
  else if (t.state === 'CLOSING') timeWait(k, sock, t)
  else if (t.state === 'LAST_ACK') destroy(k, sock)
}

function receiveFin(k: Kernel, sock: Sock, t: TcpSock): void {
  t.eof = true
  if (t.state === 'ESTABLISHED') t.state = 'CLOSE_WAIT'
  else if (t.state === 'FIN_WAIT1') t.state = 'CLOSING'
  else if (t.state === 'FIN_WAIT2') timeWait(k, sock, t)
}

function timeWait(k: Kernel, sock: Sock, t: TcpSock): void {
  t.state = 'TIME_WAIT'
  arm(k, sock, TIMEWAIT_LEN)
}

/** Linux: tcp_timewait_state_process */
function timeWaitRcv(k: Kernel, sock: Sock, t: TcpSock, skb: Skb): string {
  if (skb.flags & TH_RST) {
    destroy(k, sock)
    return ''
  }
  if (skb.flags & TH_SYN && after(skb.seq, t.rcvNxt)) {
    freeSock(k.net, sock)
    return tcp_v4_rcv(k, skb)
  }
  if (skb.flags & TH_FIN) {
    arm(k, sock, TIMEWAIT_LEN)
    sendAck(k, sock, t)
  }
  return ''
}

/** An ICMP error about a segment of ours. Linux: tcp_v4_err */
export function tcp_v4_err(k: Kernel, skb: Skb): void {
  const inner = skb.inner
  if (!inner) return
  const sock = lookup(k.net, 'tcp', inner.saddr, inner.sport, inner.daddr, inner.dport)
  if (!sock?.tcp) k.net.mib[mib.IcmpInErrors]++
  if (!sock?.tcp || sock.tcp.state !== 'SYN_SENT') return
  // Port and protocol unreachable end the attempt at once, the others are kept for its end.
  const hard = skb.type === 3 && (skb.code === 2 || skb.code === 3)
  if (hard) fail(k, sock, 'ECONNREFUSED')
  else if (skb.type === 3) sock.error = skb.code === 0 ? 'ENETUNREACH' : 'EHOSTUNREACH'
}
