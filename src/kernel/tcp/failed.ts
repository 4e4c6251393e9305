/** A segment could not be sent. Linux: tcp_v4_connect, tcp_write_xmit, where ip_queue_xmit fails */
import type { Kernel } from '../kernel.ts'
import { ERRNOS, type Errno } from '../socket.ts'
import { freeSlot, TCP_FREE, TCP_SK, TCP_SYN_RECV } from './table.ts'

/**
 * What netfilter drops counts as lost: the timer sends it again, but a SYN/ACK that is lost so when it is repeated was the
 * last. That there is no way is told to the owner. Linux: reqsk_timer_handler, where inet_rtx_syn_ack fails
 */
export function tcp_send_failed(k: Kernel, sk: number, errno: Errno): void {
  const t = k.net.tcp
  const s = sk - TCP_SK
  if (t.state[s] === TCP_FREE) return
  if (errno === 'EPERM') {
    if (t.state[s] === TCP_SYN_RECV && t.retries[s] > 0) freeSlot(t, s)
    return
  }
  t.error[s] = ERRNOS.indexOf(errno)
  k.wake(sk)
}
