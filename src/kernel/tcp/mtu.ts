/**
 * A router says that segments are too long: smaller ones are made of those that are, and sent at once.
 * Linux: net/ipv4/tcp_ipv4.c tcp_v4_mtu_reduced, tcp_output.c tcp_sync_mss, tcp_input.c tcp_simple_retransmit
 */
import type { Kernel } from '../kernel.ts'
import { parts } from '../parts.ts'
import { ip_rt_update_pmtu } from '../route.ts'
import { cutPiece } from './cut.ts'
import { sendAgain } from './send.ts'

import { F_TS } from './table.ts'
import { sendMss } from './window.ts'

/** Make pieces of a connection that are longer than its segments may be into several. Those that were on their way. */
function cut(k: Kernel, s: number): number[] {
  const t = k.net.tcp
  const p = t.pieces
  const mss = t.mss[s]
  const lost: number[] = []
  let isSent = true
  let rest = -1
  for (let i = t.sndHead[s]; i >= 0; i = p.next[i]) {
    isSent &&= i !== t.sndWait[s]
    const isRest = i === rest
    const isLong = p.bytes[i] > mss
    if (isLong) {
      cutPiece(t, s, i, mss)
      rest = p.next[i]
    }
    if (isSent && (isLong || isRest)) lost.push(i)
  }
  return lost
}

/** `told`: the MTU of the link that the segment did not fit through, 0: not said. */
function tcp_mtu_reduced(k: Kernel, s: number, told: number): void {
  const t = k.net.tcp
  // 1: it is believed that it is less, not how much; 2 and 3: nothing is.
  const trust = k.net.sysctl['net.ipv4.ip_no_pmtu_disc'] ?? 0
  if (trust > 1) return
  ip_rt_update_pmtu(k, t.raddr[s], trust === 1 ? 0 : told)
  const stamps = (t.flags[s] & F_TS) !== 0
  const mss = sendMss(k, t.laddr[s], t.raddr[s], t.mss[s] + (stamps ? 12 : 0), stamps)
  if (mss >= t.mss[s]) return
  t.mss[s] = mss
  for (const i of cut(k, s)) if (trust === 0) sendAgain(k, s, i)
}

parts.mtuReduced = tcp_mtu_reduced
