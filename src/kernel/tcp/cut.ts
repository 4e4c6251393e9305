import { newPiece } from './pieces.ts'
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
