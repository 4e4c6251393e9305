/** A segment could not be sent. Linux: tcp_v4_connect, tcp_write_xmit, where ip_queue_xmit fails */
import type { Kernel } from '../kernel.ts'
import { ERRNOS, type Errno } from '../socket.ts'
import { TCP_FREE, TCP_SK } from './table.ts'

/** What netfilter drops counts as lost: the timer sends it again. That there is no way is told to the owner. */
export function tcp_send_failed(k: Kernel, sk: number, errno: Errno): void {
  const t = k.net.tcp
  const s = sk - TCP_SK
  if (errno === 'EPERM' || t.state[s] === TCP_FREE) return
  t.error[s] = ERRNOS.indexOf(errno)
  k.wake(sk)
}
