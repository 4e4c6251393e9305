/**
 * What a program can do with a TCP socket. Sockets are numbers (table.ts).
 * Linux: net/ipv4/tcp.c, tcp_ipv4.c tcp_v4_connect, inet_connection_sock.c
 * Left out: congestion control, SACK, segments that overlap, urgent data
 */
import { IPPROTO_TCP, TH_PUSH, TH_SYN } from '../../wire/packet.ts'
import type { Ipv4 } from '../../wire/address.ts'
import type { Kernel } from '../kernel.ts'
import type { Netns } from '../netns.ts'
import { part } from '../parts.ts'
import { ip_route_segment, isForMany } from '../route.ts'
import * as mib from '../snmp.ts'
import { ERRNOS, type Errno } from '../socket.ts'
import { orphaned } from './over.ts'
import { releasePiece } from './pieces.ts'
import { tcpEphemeralPort } from './ports.ts'
import { sendActiveReset, stopListening } from './reset.ts'
import { enqueue, push, RTO_INIT, sendAck, sendFin, transmit } from './send.ts'
import {
  F_BOUND,
  F_CLOSING,
  F_EOF,
  F_NAGLE,
  F_WATCHED,
  freeSlot,
  hashIn,
  lookupListener,
  newSlot,
  SERVICES,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_ESTABLISHED,
  TCP_FREE,
  TCP_LISTEN,
  TCP_SK,
  TCP_SYN_SENT,
  TCP_TIME_WAIT,
  type Service,
} from './table.ts'
import { windowOpens } from './window.ts'

/** Largest segment of a link with an MTU of 1500, with timestamps. */
export const MSS = 1448

/**
 * Listen on a port of all addresses; at most somaxconn connections wait. -1: the port is taken. `shared`: it may be.
 * Linux: inet_csk_listen_start
 */
export function tcp_listen(
  k: Kernel,
  port: number,
  pid: number,
  service: Service,
  backlog = 511,
  shared = false,
): number {
  const t = k.net.tcp
  if (!shared && lookupListener(t, 0, port) >= 0) return -1
  const s = newSlot(t, TCP_LISTEN)
  t.lport[s] = port
  t.pid[s] = pid
  t.service[s] = SERVICES.indexOf(service)
  t.backlog[s] = Math.min(backlog, k.net.sysctl['net.core.somaxconn'] ?? backlog)
  t.listeners.push(s)
  return s + TCP_SK
}

/**
 * Begin a connection, from the address and port that a program asks for, or from those the kernel chooses (0). Wakes the
 * owner when it is there or has failed. `watched`: its packets are recorded. Linux: tcp_v4_connect
 */
export function tcp_connect(
  k: Kernel,
  pid: number,
  to: Ipv4,
  rport: number,
  watched = true,
  saddr: Ipv4 = 0,
  sport = 0,
): number | Errno {
  const asked = { daddr: to, saddr, mark: 0, tos: 0, protocol: IPPROTO_TCP, sport, dport: rport }
  const route = ip_route_segment(k.net, asked)
  if ('errno' in route) {
    if (route.errno === 'ENETUNREACH') k.net.mib[mib.IpOutNoRoutes]++
    return route.errno
  }
  // Who names nobody means himself.
  const raddr = to || route.nexthop
  if (isForMany(k.net, raddr)) return 'ENETUNREACH'
  const laddr = saddr || route.src
  const lport = sport || tcpEphemeralPort(k, laddr, raddr, rport)
  if (lport === 0) return 'EADDRNOTAVAIL'
  const t = k.net.tcp
  const s = newSlot(t, TCP_SYN_SENT)
  t.pid[s] = pid
  t.laddr[s] = laddr
  t.lport[s] = lport
  t.raddr[s] = raddr
  t.rport[s] = rport
  if (watched) t.flags[s] |= F_WATCHED
  if (sport) {
    t.flags[s] |= F_BOUND
    t.bound.push(s)
  }
  hashIn(t, s)
  t.mss[s] = MSS
  t.rto[s] = RTO_INIT
  k.net.mib[mib.TcpActiveOpens]++
  t.sndFirst[s] = t.sndUna[s] = t.sndNxt[s] = t.sndSmall[s] = k.random()
  enqueue(k, s, TH_SYN, 0, 0)
  transmit(k, s)
  return s + TCP_SK
}

/** Send bytes that mean `payload`. */
export function tcp_send(k: Kernel, sk: number, payload: number, bytes: number): void {
  const s = sk - TCP_SK
  const { flags, mss } = k.net.tcp
  let left = flags[s] & F_NAGLE && part('nagle').append(k, s, payload, bytes) ? 0 : bytes
  while (left > 0) {
    const size = Math.min(left, mss[s])
    left -= size
    // The meaning travels with the last segment: the reader has all of it then. Linux: tcp_mark_push
    enqueue(k, s, left === 0 ? TH_PUSH : 0, size, left === 0 ? payload : 0)
  }
  push(k, s)
}

/** No more bytes from this side. Linux: tcp_close, __tcp_close */
export function tcp_close(k: Kernel, sk: number): void {
  const t = k.net.tcp
  const s = sk - TCP_SK
  const state = t.state[s]
  if (state === TCP_FREE) return
  if (state === TCP_LISTEN) stopListening(k, s)
  if (state === TCP_LISTEN || state === TCP_SYN_SENT || state === TCP_CLOSE) {
    freeSlot(t, s)
    return
  }
  if (t.rcvBytes[s] > 0 && state !== TCP_TIME_WAIT) {
    // Its peer shall not take for read what nobody has read.
    k.net.mib[mib.TcpExtTCPAbortOnClose]++
    if (state === TCP_ESTABLISHED || state === TCP_CLOSE_WAIT) k.net.mib[mib.TcpEstabResets]++
    sendActiveReset(k, s)
    freeSlot(t, s)
    return
  }
  t.pid[s] = t.service[s] = 0
  if (t.flags[s] & F_CLOSING) orphaned(k, s)
  else sendFin(k, s)
}

/** No more bytes from this side, but perhaps from the other. Linux: tcp_shutdown */
export function tcp_shutdown(k: Kernel, sk: number): void {
  sendFin(k, sk - TCP_SK)
}

/** The oldest connection that waits on a listening socket, -1: none. Linux: inet_csk_accept */
export function tcp_accept(k: Kernel, listener: number): number {
  const t = k.net.tcp
  const l = listener - TCP_SK
  const s = t.acceptHead[l]
  if (s < 0) return -1
  t.acceptHead[l] = t.acceptNext[s]
  t.acceptLen[l]--
  t.parent[s] = t.acceptNext[s] = -1
  return s + TCP_SK
}

/** Read what has come in. `each` gets the meaning of each piece and its bytes. The number of bytes. Linux: tcp_recvmsg */
export function tcp_recv(k: Kernel, sk: number, each?: (payload: number, bytes: number) => void): number {
  const t = k.net.tcp
  const s = sk - TCP_SK
  const p = t.pieces
  const bytes = t.rcvBytes[s]
  for (let i = t.rcvHead[s]; i >= 0;) {
    const next = p.next[i]
    const payload = p.payload[i]
    const size = p.bytes[i]
    releasePiece(p, i)
    each?.(payload, size)
    i = next
  }
  emptied(k, s)
  return bytes
}

/** Read what has come in. The answer is the first meaning that its bytes have, or the last one; 0: none. Linux: tcp_recvmsg */
export function tcp_read(k: Kernel, sk: number, last: boolean): number {
  const t = k.net.tcp
  const s = sk - TCP_SK
  const p = t.pieces
  let meaning = 0
  for (let i = t.rcvHead[s]; i >= 0;) {
    const next = p.next[i]
    if (p.payload[i] !== 0 && (last || meaning === 0)) meaning = p.payload[i]
    releasePiece(p, i)
    i = next
  }
  emptied(k, s)
  return meaning
}

/** All has been read. */
function emptied(k: Kernel, s: number): void {
  const t = k.net.tcp
  t.rcvHead[s] = t.rcvTail[s] = -1
  const some = t.rcvBytes[s] > 0
  t.rcvBytes[s] = 0
  if (some && windowOpens(t, s)) sendAck(k, s)
}

/** Bytes that have come in and wait to be read. */
export function tcp_unread(net: Netns, sk: number): number {
  return net.tcp.rcvBytes[sk - TCP_SK]
}

/** TCP_*; TCP_FREE where there is no such socket. */
export function tcp_state(net: Netns, sk: number): number {
  return net.tcp.state[sk - TCP_SK] ?? TCP_FREE
}

/** What has gone wrong with a socket, '' nothing. Linux: sk_err, which SO_ERROR reads */
export function tcp_error(net: Netns, sk: number): Errno | '' {
  return ERRNOS[net.tcp.error[sk - TCP_SK]] ?? ''
}

/** Has all been read that the peer will ever send? */
export function tcp_eof(net: Netns, sk: number): boolean {
  return (net.tcp.flags[sk - TCP_SK] & F_EOF) !== 0
}

/** The ends of a connection. Linux: getsockname, getpeername */
export function tcp_ends(net: Netns, sk: number): { laddr: Ipv4; lport: number; raddr: Ipv4; rport: number } {
  const t = net.tcp
  const s = sk - TCP_SK
  return { laddr: t.laddr[s], lport: t.lport[s], raddr: t.raddr[s], rport: t.rport[s] }
}

/** The owner is gone: all its sockets are closed. */
export function tcp_exit(k: Kernel, pid: number): void {
  const t = k.net.tcp
  // What was opened last goes first; who waits to be accepted goes with the listener.
  for (let s = t.used - 1; s >= 0; s--)
    if (t.pid[s] === pid && t.parent[s] < 0 && t.state[s] !== TCP_LISTEN) tcp_close(k, s + TCP_SK)
  for (const s of [...t.listeners]) if (t.pid[s] === pid) tcp_close(k, s + TCP_SK)
}
