/**
 * A router says that segments are too long: smaller ones are made of what was not acknowledged, and sent at once.
 * Linux: net/ipv4/tcp_ipv4.c tcp_v4_mtu_reduced, tcp_output.c tcp_sync_mss, tcp_input.c tcp_simple_retransmit
 */
import type { Kernel } from '../kernel.ts'
import { parts } from '../parts.ts'
import * as mib from '../snmp.ts'
import { ip_rt_update_pmtu } from '../route.ts'
import { cutPiece } from './cut.ts'
import { sendSegment } from './output.ts'

import { F_TS } from './table.ts'
import { sendMss } from './window.ts'

/** Make pieces of a connection that are longer than its segments may be into several. */
function cut(k: Kernel, s: number): void {
  const t = k.net.tcp
  const p = t.pieces
  const mss = t.mss[s]
  for (let i = t.sndHead[s]; i >= 0; i = p.next[i]) {
    if (p.bytes[i] > mss) cutPiece(t, s, i, mss)
  }
}

/** `told`: the MTU of the link that the segment did not fit through, 0: not said. */
function tcp_mtu_reduced(k: Kernel, s: number, told: number): void {
  const t = k.net.tcp
  if ((k.net.sysctl['net.ipv4.ip_no_pmtu_disc'] ?? 0) > 1 || told === 0) return
  ip_rt_update_pmtu(k, t.raddr[s], told)
  const stamps = (t.flags[s] & F_TS) !== 0
  const mss = sendMss(k, t.laddr[s], t.raddr[s], t.mss[s] + (stamps ? 12 : 0), stamps)
  if (mss >= t.mss[s]) return
  t.mss[s] = mss
  cut(k, s)
  const p = t.pieces
  for (let i = t.sndHead[s]; i >= 0 && i !== t.sndWait[s]; i = p.next[i]) {
    k.net.mib[mib.TcpRetransSegs]++
    k.net.mib[mib.TcpOutSegs]--
    sendSegment(k, s, p.seq[i], p.flags[i], p.bytes[i], p.payload[i])
  }
}

parts.mtuReduced = tcp_mtu_reduced
