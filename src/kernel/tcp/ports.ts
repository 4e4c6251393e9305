/**
 * Which local port a connection gets: first those of the parity of the range's lower bound, one after the other, from where
 * the last search ended and a little random further. A port is free for a peer with whom it has no connection; one that a
 * socket has asked for is nobody else's.
 *
 * Linux: net/ipv4/inet_hashtables.c __inet_hash_connect
 * Left out: the offset that is keyed by the ends (the search begins at the namespace's own), net.ipv4.ip_local_reserved_ports
 */
import type { Ipv4 } from '../../wire/address.ts'
import type { Kernel } from '../kernel.ts'
import { lookupEstablished, type TcpTable } from './table.ts'

/** 0: none is left. */
export function tcpEphemeralPort(k: Kernel, laddr: Ipv4, raddr: Ipv4, rport: number): number {
  const t = k.net.tcp
  const { portLow, ports } = k.net.params
  // The last of an odd number is never looked at.
  const size = ports > 1 ? ports & ~1 : 1
  const begin = (k.net.nextPort % size) & ~1
  for (let parity = 0; parity < Math.min(2, size); parity++) {
    for (let i = 0; i < size; i += 2) {
      const port = portLow + ((begin + i) % size) + parity
      if (isAskedFor(t, port) || lookupEstablished(t, laddr, port, raddr, rport) >= 0) continue
      k.net.nextPort = (begin + Math.max(i, 2 * (k.random() & 7)) + 2) % size
      return port
    }
  }
  return 0
}

/** Linux: struct inet_bind_bucket, fastreuse */
function isAskedFor(t: TcpTable, port: number): boolean {
  for (const s of t.listeners) if (t.lport[s] === port) return true
  for (const s of t.bound) if (t.lport[s] === port) return true
  return false
}
