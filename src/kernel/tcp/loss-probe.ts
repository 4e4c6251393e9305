/**
 * What is lost at the end of what is said, nobody misses: so the last segment is sent again a little sooner than by timeout, where
 * the peer knows selective acknowledgements.
 *
 * Linux: net/ipv4/tcp_output.c tcp_schedule_loss_probe, tcp_send_loss_probe, tcp_input.c tcp_process_tlp_ack
 * Left out: what a probe tells about congestion
 */
import { after } from '../conntrack/tcp-window.ts'
import type { Kernel } from '../kernel.ts'
import * as mib from '../snmp.ts'
import { joinPieces } from './cut.ts'
import { sentAt } from './pieces.ts'
import { ticks } from './rtt.ts'
import { endOf, RTO_INIT, RTO_MIN, sendAgain, setTimer, transmit } from './send.ts'
import { F_LOSS, F_PROBED, F_PROBING, F_SACK, TCP_SYN_RECV } from './table.ts'
import { JIFFY } from './wheel.ts'

/** Microseconds until what is on its way counts as lost. Linux: tcp_rto_delta_us */
const left = (k: Kernel, s: number): number => {
  const t = k.net.tcp
  return sentAt(t.pieces, t.sndHead[s]) + t.rto[s] - k.now
}

/** Something is on its way: wait for its acknowledgement. `heard`: one has just come. Linux: tcp_set_xmit_timer, tcp_rearm_rto */
export function awaitAck(k: Kernel, s: number, heard: boolean): void {
  const t = k.net.tcp
  // A request knows only its timeout.
  const mayProbe = k.net.params.lossProbes && t.state[s] !== TCP_SYN_RECV
  if (!mayProbe || (t.flags[s] & (F_SACK | F_LOSS)) !== F_SACK) {
    t.flags[s] &= ~F_PROBING
    setTimer(k, s, 0, heard ? t.rto[s] : left(k, s))
    return
  }
  t.flags[s] |= F_PROBING
  const alone = t.pieces.next[t.sndHead[s]] === t.sndWait[s]
  const wait = t.srtt[s] === 0 ? RTO_INIT : ticks((t.srtt[s] >> 2) + (alone ? RTO_MIN : 2 * JIFFY))
  const until = heard ? t.rto[s] : left(k, s)
  setTimer(k, s, 0, until > 0 ? Math.min(wait, ticks(until)) : wait)
}

/** The time for a probe has come: the next segment, or the last one again; then the timeout counts from now. */
export function lossProbe(k: Kernel, s: number): void {
  const t = k.net.tcp
  const p = t.pieces
  t.flags[s] &= ~F_PROBING
  if (t.flags[s] & F_PROBED) {
    setTimer(k, s, 0, Math.max(left(k, s), JIFFY))
    return
  }
  const next = t.sndWait[s]
  if (next >= 0 && ((t.sndNxt[s] - t.sndUna[s]) >>> 0) + p.bytes[next] <= t.sndWnd[s]) transmit(k, s)
  else {
    let last = t.sndHead[s]
    while (p.next[last] !== next) last = p.next[last]
    sendAgain(k, s, last)
  }
  t.flags[s] |= F_PROBED
  t.probed[s] = t.sndNxt[s]
  k.net.mib[mib.TcpExtTCPLossProbes]++
  setTimer(k, s, 0, t.rto[s])
}

/**
 * After a timeout all that was on its way counts as lost; each piece that is acknowledged lets two more go out again.
 * Linux: tcp_process_loss, tcp_xmit_retransmit_queue, tcp_slow_start
 * Left out: F-RTO, and what selective acknowledgements say
 */
export function recover(k: Kernel, s: number, acked: number): void {
  const t = k.net.tcp
  const p = t.pieces
  let may = 2 * acked
  for (let i = t.sndHead[s]; i !== t.sndWait[s] && may > 0; i = p.next[i]) {
    if (!after(endOf(k, i), t.resent[s])) continue
    if (!after(t.probed[s], p.seq[i])) return
    joinPieces(k, s, i)
    t.resent[s] = endOf(k, i)
    sendAgain(k, s, i)
    may--
  }
}
