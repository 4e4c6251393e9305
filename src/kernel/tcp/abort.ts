/** A socket that somebody else than its owner ends, as `ss -K` asks (SOCK_DESTROY). Apart, as the packet path needs none of it. */
import { TH_RST } from '../../wire/packet.ts'
import type { Kernel } from '../kernel.ts'
import * as mib from '../snmp.ts'
import { fail } from './send.ts'
import { sendSegment } from './output.ts'
import {
  freeSlot,
  isOrphan,
  TCP_CLOSE_WAIT,
  TCP_ESTABLISHED,
  TCP_FIN_WAIT1,
  TCP_FIN_WAIT2,
  TCP_FREE,
  TCP_LISTEN,
  TCP_SK,
  TCP_SYN_RECV,
  TCP_TIME_WAIT,
} from './table.ts'

/** States in which the peer must hear of it. Linux: tcp_need_reset */
const OPEN: readonly number[] = [TCP_ESTABLISHED, TCP_CLOSE_WAIT, TCP_FIN_WAIT1, TCP_FIN_WAIT2]

/** Linux: tcp_send_active_reset */
function reset(k: Kernel, s: number): void {
  const t = k.net.tcp
  if (!OPEN.includes(t.state[s])) return
  k.net.mib[mib.TcpOutRsts]++
  sendSegment(k, s, t.sndNxt[s], TH_RST, 0, 0)
}

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
    for (let c = 0; c < t.used; c++) {
      if (t.parent[c] !== s) continue
      if (t.state[c] === TCP_ESTABLISHED) k.net.mib[mib.TcpEstabResets]++
      reset(k, c)
      freeSlot(t, c)
    }
    t.listeners.splice(t.listeners.indexOf(s), 1)
    fail(k, s, 'ECONNABORTED')
    return
  }
  reset(k, s)
  if (state === TCP_TIME_WAIT || state === TCP_SYN_RECV || isOrphan(t, s)) freeSlot(t, s)
  else fail(k, s, 'ECONNABORTED')
}
