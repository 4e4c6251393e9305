/**
 * Sockets: just enough of TCP, UDP and ICMP endpoints to be somebody's peer. Plain data, one object a socket.
 *
 * Linux: net/ipv4/inet_hashtables.c, inet_connection_sock.c, udp.c, ping.c
 */
import type { Ipv4 } from '../wire/address.ts'
import type { Kernel } from './kernel.ts'
import type { Netns } from './netns.ts'
import type { TcpSock } from './tcp/tcp-sock.ts'

export type Errno =
  | 'ECONNREFUSED'
  | 'ECONNRESET'
  | 'ETIMEDOUT'
  | 'EPERM'
  | 'ENETUNREACH'
  | 'EHOSTUNREACH'
  | 'EINVAL'
  | 'EACCES'
  | 'EADDRNOTAVAIL'

/** `raw`: a sender that makes the IP header itself (IP_HDRINCL); nothing is delivered to it. */
export type Proto = 'tcp' | 'udp' | 'icmp' | 'raw'

export interface Sock {
  index: number
  proto: Proto
  /** The process that owns it; 0: a service of the host (`service`). */
  pid: number
  service: string
  laddr: Ipv4
  /** Port, or the id of a ping socket. */
  lport: number
  raddr: Ipv4
  rport: number
  error: Errno | ''
  /** Datagrams that have come in and not been read. */
  queue: Datagram[]
  tcp: TcpSock | null
}

export interface Datagram {
  time: number
  src: Ipv4
  sport: number
  ttl: number
  /** Bytes of payload. */
  bytes: number
  /** ICMP: type, code, MTU or gateway, sequence number, and the address that the quoted packet was for. */
  type: number
  code: number
  info: number
  seq: number
  about: Ipv4
}

/** A new socket of the namespace. */
export function newSock(net: Netns, proto: Proto, pid: number): Sock {
  let index = net.socks.indexOf(null)
  if (index < 0) index = net.socks.length
  const sock: Sock = {
    index,
    proto,
    pid,
    service: '',
    laddr: 0,
    lport: 0,
    raddr: 0,
    rport: 0,
    error: '',
    queue: [],
    tcp: null,
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
 * Linux: __inet_lookup_established, __inet_lookup_listener, __udp4_lib_lookup
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

/**
 * A free local port towards a peer: from ip_local_port_range, first those of the parity of its lower bound, each next
 * search a little further on. 0: none left.
 *
 * Linux: net/ipv4/inet_hashtables.c __inet_hash_connect (keyed offset left out: the search begins at the lab's own)
 */
export function ephemeralPort(k: Kernel, proto: Proto, laddr: Ipv4, raddr: Ipv4, rport: number): number {
  const low = 32768
  const size = 60999 - low + 1
  for (let parity = 0; parity < 2; parity++) {
    let offset = (k.net.nextPort & ~1) % size
    for (let i = 0; i < size / 2; i++, offset = (offset + 2) % size) {
      const port = low + offset + parity
      const taken = k.net.socks.some(
        (s) =>
          s?.proto === proto &&
          s.lport === port &&
          (s.raddr === 0 || (s.raddr === raddr && s.rport === rport && s.laddr === laddr)),
      )
      if (taken) continue
      k.net.nextPort = (offset + 2 + 2 * (k.random() % 8)) % size
      return port
    }
  }
  return 0
}

/** A packet that the socket has sent did not get out. A TCP segment is treated as lost: its timer sends it again. */
export function sock_send_failed(k: Kernel, index: number, errno: Errno): void {
  const sock = sockByIndex(k.net, index)
  if (!sock || (sock.proto === 'tcp' && errno === 'EPERM')) return
  sock.error = errno
  k.wake(index)
}
