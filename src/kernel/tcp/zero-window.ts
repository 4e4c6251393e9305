/** Who has something to send and was told that there is no room asks again and again. */
import { TH_PUSH } from '../../wire/packet.ts'
import type { Kernel } from '../kernel.ts'
import { parts } from '../parts.ts'
import * as mib from '../snmp.ts'
import { sendSegment } from './output.ts'
import { cutPiece } from './cut.ts'
import { giveUp, patience, push, RTO_MAX, setTimer } from './send.ts'
import { isOrphan } from './table.ts'

/** Linux: ilog2(TCP_RTO_MAX / TCP_RTO_MIN) + 1, in tcp_probe0_when */
const BACKOFFS = 10

/**
 * Ask whether there is room now, with a byte that the peer has had. It may say no as often as it likes, but say it must.
 * Linux: tcp_probe_timer, tcp_send_probe0, tcp_xmit_probe_skb
 */
function probe(k: Kernel, s: number): void {
  const t = k.net.tcp
  const room = t.sndWnd[s]
  if (room > 0 && room < t.pieces.bytes[t.sndWait[s]]) {
    // Room for a part of the next segment is filled with that.
    cutPiece(t, s, t.sndWait[s], room)
    t.pieces.flags[t.sndWait[s]] |= TH_PUSH
    push(k, s)
    return
  }
  const backoff = (times: number): number => Math.min(t.rto[s] * 2 ** Math.min(times, BACKOFFS), RTO_MAX)
  const most = patience(k, s, backoff(t.retries[s]))
  const tired = isOrphan(t, s) && backoff(t.retries[s]) === RTO_MAX && t.retries[s] >= most
  if (tired || t.probes[s] >= most) {
    giveUp(k, s)
    return
  }
  t.probes[s]++
  t.retries[s] = Math.min(t.retries[s] + 1, k.net.sysctl['net.ipv4.tcp_retries2'] ?? 15)
  k.net.mib[mib.TcpExtTCPWinProbe]++
  setTimer(k, s, 0, backoff(t.retries[s]))
  sendSegment(k, s, (t.sndNxt[s] - 1) >>> 0, 0, 0, 0)
}

parts.zeroWindow = probe
