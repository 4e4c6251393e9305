/** What has come before what it follows waits beyond the hole. Linux: net/ipv4/tcp_input.c tcp_data_queue_ofo, tcp_ofo_queue */
import { payloadLength, TH_FIN } from '../../wire/packet.ts'
import { after, before } from '../conntrack/tcp-window.ts'
import type { Kernel } from '../kernel.ts'
import { parts } from '../parts.ts'
import type { Skb } from '../skb.ts'
import { newPiece, releasePiece } from './pieces.ts'

/** A segment that is not the next one: keep it, unless it is old or there already. */
function keep(k: Kernel, s: number, skb: Skb): void {
  const t = k.net.tcp
  const p = t.pieces
  if (before(skb.seq, t.rcvNxt[s])) return
  for (let i = t.beyond[s]; i >= 0; i = p.next[i]) if (p.seq[i] === skb.seq) return
  const piece = newPiece(p, skb.seq, skb.flags & TH_FIN, payloadLength(skb), skb.payload)
  p.next[piece] = t.beyond[s]
  t.beyond[s] = piece
}

/** Take what waits beyond a hole that has been filled; what has become old goes. */
function takeNext(k: Kernel, s: number, take: (k: Kernel, s: number, piece: number) => void): void {
  const t = k.net.tcp
  const p = t.pieces
  for (let i = t.beyond[s], prev = -1; i >= 0;) {
    const next = p.next[i]
    if (after(p.seq[i], t.rcvNxt[s])) {
      prev = i
      i = next
      continue
    }
    if (prev < 0) t.beyond[s] = next
    else p.next[prev] = next
    if (p.seq[i] === t.rcvNxt[s]) take(k, s, i)
    else releasePiece(p, i)
    // What comes after it may lie before it in the chain.
    i = t.beyond[s]
    prev = -1
  }
}

parts.outOfOrder = { keep, takeNext }
