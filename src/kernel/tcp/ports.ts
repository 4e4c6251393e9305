/**
 * Which local port a connection gets: first those of the parity of the range's lower bound, one after the other, from where
 * the last search ended and a little random further. A port is free for a peer with whom it has no connection.
 *
 * Linux: net/ipv4/inet_hashtables.c __inet_hash_connect
 * Left out: the offset that is keyed by the ends (the search begins at the namespace's own), net.ipv4.ip_local_port_range
 */
import type { Ipv4 } from '../../wire/address.ts'
import type { Kernel } from '../kernel.ts'
import { lookupEstablished, lookupListener } from './table.ts'

const LOW = 32768
const SIZE = 60999 - LOW + 1

/** 0: none is left. */
export function tcpEphemeralPort(k: Kernel, laddr: Ipv4, raddr: Ipv4, rport: number): number {
  const t = k.net.tcp
  const begin = k.net.nextPort & ~1
  for (let parity = 0; parity < 2; parity++) {
    for (let i = 0; i < SIZE; i += 2) {
      const port = LOW + ((begin + i) % SIZE) + parity
      if (lookupListener(t, 0, port) >= 0 || lookupEstablished(t, laddr, port, raddr, rport) >= 0) continue
      k.net.nextPort = (begin + Math.max(i, 2 * (k.random() & 7)) + 2) % SIZE
      return port
    }
  }
  return 0
}
