/** A segment could not be sent. Linux: where ip_queue_xmit fails, in tcp_write_xmit, tcp_retransmit_timer, reqsk_timer_handler */
import type { Kernel } from '../kernel.ts'
import { freeSlot, TCP_SK, TCP_SYN_RECV } from './table.ts'

/**
 * Whatever the reason is, netfilter or that there is no way (any more), nobody is told: the timer sends it again. But a SYN/ACK
 * that cannot be repeated was the last.
 */
export function tcp_send_failed(k: Kernel, sk: number): void {
  const t = k.net.tcp
  const s = sk - TCP_SK
  if (t.state[s] === TCP_SYN_RECV && t.retries[s] > 0) freeSlot(t, s)
}
