/** Pieces of what is to be sent are cut, and put together. Linux: net/ipv4/tcp_output.c */
import { TH_SYN } from '../../wire/packet.ts'
import type { Kernel } from '../kernel.ts'
import { newPiece, releasePiece } from './pieces.ts'
import type { TcpTable } from './table.ts'

/**
 * Cut a piece of what is to be sent after so many bytes. What the bytes mean, and that they are the end of something, goes
 * with the second part. Linux: tcp_fragment
 */
export function cutPiece(t: TcpTable, s: number, i: number, bytes: number): void {
  const p = t.pieces
  const rest = newPiece(p, (p.seq[i] + bytes) >>> 0, p.flags[i], p.bytes[i] - bytes, p.payload[i])
  p.sent[rest] = p.sent[i]
  p.next[rest] = p.next[i]
  p.next[i] = rest
  p.bytes[i] = bytes
  p.flags[i] = p.payload[i] = 0
  if (t.sndTail[s] === i) t.sndTail[s] = rest
}

/** What follows a piece that is sent again goes with it, as far as a segment has room. Linux: tcp_retrans_try_collapse */
export function joinPieces(k: Kernel, s: number, i: number): void {
  const t = k.net.tcp
  const p = t.pieces
  for (let next = p.next[i]; next >= 0 && next !== t.sndWait[s]; next = p.next[i]) {
    if (p.flags[i] & TH_SYN || p.bytes[i] + p.bytes[next] > t.mss[s]) return
    const [one, two] = [p.payload[i], p.payload[next]]
    p.payload[i] = one === 0 || two === 0 ? one + two : k.payload(k.payloadText(one) + k.payloadText(two))
    p.bytes[i] += p.bytes[next]
    p.flags[i] |= p.flags[next]
    p.next[i] = p.next[next]
    if (t.sndTail[s] === next) t.sndTail[s] = i
    releasePiece(p, next)
  }
}
