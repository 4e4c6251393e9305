/** Whose a local port is. Linux: net/ipv4/inet_connection_sock.c inet_csk_get_port, inet_bind_conflict */
import type { Ipv4 } from '../../wire/address.ts'
import type { Netns } from '../netns.ts'
import { F_PASSIVE, TCP_FREE, TCP_LISTEN, TCP_SYN_RECV } from './table.ts'

/**
 * Has a TCP socket this port of this address (0: of any), be it one that is over (TIME_WAIT)? `shared`: who wants it is a server
 * that lets others of its kind have it, too (SO_REUSEPORT); neither they nor their connections are in its way, but those of the
 * lab's services.
 */
export function tcp_port_taken(net: Netns, addr: Ipv4, port: number, shared = false): boolean {
  const t = net.tcp
  for (let s = 0; s < t.used; s++) {
    if (t.lport[s] !== port || t.state[s] === TCP_FREE || t.state[s] === TCP_SYN_RECV) continue
    if (addr !== 0 && t.laddr[s] !== 0 && t.laddr[s] !== addr) continue
    const ofItsKind = (t.flags[s] & F_PASSIVE) !== 0 || (t.state[s] === TCP_LISTEN && t.service[s] === 0)
    if (!shared || !ofItsKind) return true
  }
  return false
}
