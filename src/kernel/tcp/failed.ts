/** A segment could not be sent. Linux: where ip_queue_xmit fails, in tcp_write_xmit, tcp_retransmit_timer, reqsk_timer_handler */
import type { Kernel } from '../kernel.ts'
import * as mib from '../snmp.ts'
import { F_AGAIN, F_TIMED, freeSlot, TCP_SK, TCP_SYN_RECV } from './table.ts'

/**
 * Whatever the reason is, netfilter or that there is no way (any more), nobody is told: the timer sends it again. But a SYN/ACK
 * that the timer cannot repeat was the last, and none that was not repeated counts as such. Linux: tcp_rtx_synack
 */
export function tcp_send_failed(k: Kernel, sk: number): void {
  const t = k.net.tcp
  const s = sk - TCP_SK
  if (t.state[s] !== TCP_SYN_RECV || (t.flags[s] & F_AGAIN) === 0) return
  k.net.mib[mib.TcpRetransSegs]--
  k.net.mib[mib.TcpExtTCPSynRetrans]--
  if (t.flags[s] & F_TIMED) freeSlot(t, s)
}
