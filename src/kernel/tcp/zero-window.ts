/** Who has something to send and was told that there is no room asks again and again. */
import type { Kernel } from '../kernel.ts'
import { parts } from '../parts.ts'
import * as mib from '../snmp.ts'
import { sendSegment } from './output.ts'
import { cutPiece } from './cut.ts'
import { push, RTO_MAX, setTimer } from './send.ts'

/** Ask whether there is room now, with a byte that the peer has had. Linux: tcp_send_probe0, tcp_xmit_probe_skb */
function probe(k: Kernel, s: number): void {
  const t = k.net.tcp
  const room = t.sndWnd[s]
  if (room > 0 && room < t.pieces.bytes[t.sndWait[s]]) {
    // Room for a part of the next segment is filled with that.
    cutPiece(t, s, t.sndWait[s], room)
    push(k, s)
    return
  }
  t.retries[s] = Math.min(t.retries[s] + 1, 15)
  k.net.mib[mib.TcpExtTCPWinProbe]++
  setTimer(k, s, 0, Math.min(t.rto[s] * 2 ** t.retries[s], RTO_MAX))
  sendSegment(k, s, (t.sndNxt[s] - 1) >>> 0, 0, 0, 0)
}

parts.zeroWindow = probe
