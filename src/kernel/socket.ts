/**
 * Sockets of UDP, ICMP and of those who make the IP header themselves: plain data, one object a socket. TCP's are in
 * tcp/table.ts; their numbers begin at TCP_SK.
 *
 * Linux: net/ipv4/udp.c, ping.c, raw.c
 */
import type { Ipv4 } from '../wire/address.ts'
import type { Kernel } from './kernel.ts'
import type { Netns } from './netns.ts'
import { tcp_send_failed } from './tcp/failed.ts'
import { TCP_SK } from './tcp/table.ts'

/** What can go wrong with a socket; the first stands for nothing. */
export const ERRNOS = [
  '',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPERM',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EINVAL',
  'EACCES',
  'EADDRNOTAVAIL',
  'EMSGSIZE',
  'ECONNABORTED',
  'ENOPROTOOPT',
  'EOPNOTSUPP',
  'EHOSTDOWN',
  'ENONET',
  'EPROTO',
  'EAGAIN',
] as const
export type Errno = Exclude<(typeof ERRNOS)[number], ''>

/** `raw`: a sender that makes the IP header itself (IP_HDRINCL); nothing is delivered to it. */
export type Proto = 'udp' | 'icmp' | 'raw'

export interface Sock {
  index: number
  proto: Proto
  /** The process that owns it. */
  pid: number
  laddr: Ipv4
  /** Port, or the id of a ping socket. */
  lport: number
  raddr: Ipv4
  rport: number
  error: Errno | ''
  /** Datagrams that have come in and not been read. */
  queue: Datagram[]
}

export interface Datagram {
  time: number
  src: Ipv4
  sport: number
  ttl: number
  /** Bytes of payload, and their meaning: a number in the lab's store of payloads. */
  bytes: number
  payload: number
  /** ICMP: type, code, MTU or gateway, sequence number, and the address that the quoted packet was for. */
  type: number
  code: number
  info: number
  seq: number
  about: Ipv4
  /** Are the steps of its packet recorded? Those of the answer shall be, too. */
  watched: number
}

/** A new socket of the namespace. */
export function newSock(net: Netns, proto: Proto, pid: number): Sock {
  let index = net.socks.indexOf(null)
  if (index < 0) index = net.socks.length
  const sock: Sock = {
    index,
    proto,
    pid,
    laddr: 0,
    lport: 0,
    raddr: 0,
    rport: 0,
    error: '',
    queue: [],
  }
  net.socks[index] = sock
  return sock
}

export function sockByIndex(net: Netns, index: number): Sock | null {
  return net.socks[index] ?? null
}

/** The socket is gone. */
export function freeSock(net: Netns, sock: Sock): void {
  net.socks[sock.index] = null
}

/**
 * The socket that a packet is for: the one connected to that very peer, else one that is bound to the port alone.
 * Linux: __udp4_lib_lookup, ping_lookup
 */
export function lookup(
  net: Netns,
  proto: Proto,
  laddr: Ipv4,
  lport: number,
  raddr: Ipv4,
  rport: number,
): Sock | null {
  let bound: Sock | null = null
  for (const s of net.socks) {
    if (!s || s.proto !== proto || s.lport !== lport) continue
    if (s.laddr !== 0 && s.laddr !== laddr) continue
    if (s.raddr === 0) bound = s
    else if (s.raddr === raddr && s.rport === rport) return s
  }
  return bound
}

/** A packet that the socket has sent did not get out. */
export function sock_send_failed(k: Kernel, index: number, errno: Errno): void {
  if (index >= TCP_SK) {
    tcp_send_failed(k, index)
    return
  }
  const sock = sockByIndex(k.net, index)
  if (!sock) return
  sock.error = errno
  k.wake(index)
}
