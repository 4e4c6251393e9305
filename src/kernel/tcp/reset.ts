/** The peer is told at once that a connection is over. Linux: net/ipv4/tcp_output.c tcp_send_active_reset */
import { TH_RST } from '../../wire/packet.ts'
import type { Kernel } from '../kernel.ts'
import * as mib from '../snmp.ts'
import { sendSegment } from './output.ts'
import { freeSlot, TCP_CLOSE_WAIT, TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_FIN_WAIT2 } from './table.ts'

/** States in which the peer must hear of it. Linux: tcp_need_reset */
const OPEN: readonly number[] = [TCP_ESTABLISHED, TCP_CLOSE_WAIT, TCP_FIN_WAIT1, TCP_FIN_WAIT2]

/** Send a reset, where there is somebody to hear it. */
export function sendActiveReset(k: Kernel, s: number): void {
  const t = k.net.tcp
  if (!OPEN.includes(t.state[s])) return
  k.net.mib[mib.TcpOutRsts]++
  sendSegment(k, s, t.sndNxt[s], TH_RST, 0, 0)
}

/** Nobody will take what waits at a listener: requests go, the peers of connections hear a reset. Linux: inet_csk_listen_stop */
export function stopListening(k: Kernel, l: number): void {
  const t = k.net.tcp
  for (let c = 0; c < t.used; c++) {
    if (t.parent[c] !== l) continue
    if (t.state[c] === TCP_ESTABLISHED || t.state[c] === TCP_CLOSE_WAIT) k.net.mib[mib.TcpEstabResets]++
    sendActiveReset(k, c)
    freeSlot(t, c)
  }
}
