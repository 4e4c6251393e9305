/** A socket that somebody else than its owner ends, as `ss -K` asks (SOCK_DESTROY). Apart, as the packet path needs none of it. */
import type { Kernel } from '../kernel.ts'
import { fail } from './send.ts'
import { sendActiveReset, stopListening } from './reset.ts'
import { freeSlot, isOrphan, TCP_FREE, TCP_LISTEN, TCP_SK, TCP_SYN_RECV, TCP_TIME_WAIT } from './table.ts'

/**
 * End a socket at once. The peer of a connection hears a reset, its owner ECONNABORTED; a listener takes along what waits
 * at it. Linux: net/ipv4/tcp.c tcp_abort, inet_connection_sock.c inet_csk_listen_stop
 */
export function tcp_abort(k: Kernel, sk: number): void {
  const t = k.net.tcp
  const s = sk - TCP_SK
  const state = t.state[s]
  if (state === TCP_FREE) return
  if (state === TCP_LISTEN) {
    stopListening(k, s)
    t.listeners.splice(t.listeners.indexOf(s), 1)
    fail(k, s, 'ECONNABORTED')
    return
  }
  sendActiveReset(k, s)
  if (state === TCP_TIME_WAIT || state === TCP_SYN_RECV || isOrphan(t, s)) freeSlot(t, s)
  else fail(k, s, 'ECONNABORTED')
}
