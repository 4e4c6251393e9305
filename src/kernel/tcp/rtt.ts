/**
 * How long the answers of a peer take, and how long one is waited for before it is sent again.
 *
 * Linux: net/ipv4/tcp_input.c tcp_ack_update_rtt, tcp_rtt_estimator, tcp_set_rto; tcp_metrics.c tcp_init_metrics
 * Left out: what was learnt from connections before this one (tcp_metrics)
 */
import { after } from '../conntrack/tcp-window.ts'
import type { Kernel } from '../kernel.ts'
import { RTO_MAX, RTO_MIN } from './send.ts'
import { JIFFY } from './wheel.ts'

/** Where no answer could be measured. Linux: TCP_TIMEOUT_FALLBACK */
const FALLBACK = 3_000_000

/** Whole ticks. Linux: usecs_to_jiffies */
export const ticks = (us: number): number => Math.ceil(us / JIFFY) * JIFFY

/** An answer has taken so many microseconds. */
export function measured(k: Kernel, s: number, rtt: number): void {
  const t = k.net.tcp
  if (t.srtt[s] === 0) {
    t.srtt[s] = rtt * 8
    t.mdev[s] = rtt * 2
    t.rttvar[s] = t.mdevMax[s] = Math.max(t.mdev[s], RTO_MIN)
    t.rttSeq[s] = t.sndNxt[s]
  } else {
    const m = rtt - (t.srtt[s] >> 3)
    t.srtt[s] += m
    let dev = Math.abs(m) - (t.mdev[s] >> 2)
    // One that comes sooner than the others shall not make the wait longer.
    if (m < 0 && dev > 0) dev >>= 3
    t.mdev[s] += dev
    if (t.mdev[s] > t.mdevMax[s]) {
      t.mdevMax[s] = t.mdev[s]
      t.rttvar[s] = Math.max(t.rttvar[s], t.mdevMax[s])
    }
    if (after(t.sndUna[s], t.rttSeq[s])) {
      if (t.mdevMax[s] < t.rttvar[s]) t.rttvar[s] -= (t.rttvar[s] - t.mdevMax[s]) >> 2
      t.rttSeq[s] = t.sndNxt[s]
      t.mdevMax[s] = RTO_MIN
    }
  }
  t.srtt[s] = Math.max(1, t.srtt[s])
  t.rto[s] = Math.min(ticks((t.srtt[s] >> 3) + t.rttvar[s]), RTO_MAX)
}

/** The handshake is done. If nobody knows which SYN was answered, one waits longer than for the SYN itself (RFC 6298, 5.7). */
export function beginWait(k: Kernel, s: number): void {
  const t = k.net.tcp
  if (t.srtt[s] !== 0) return
  t.rttvar[s] = t.mdev[s] = t.mdevMax[s] = t.rto[s] = FALLBACK
}
