/**
 * Pieces of TCP streams: what has been sent and not acknowledged, and what has come in and not been read. Chains through
 * `next` in typed arrays. Linux: the queues of struct sk_buff that a socket has
 */
export interface Pieces {
  used: number
  /** First free one, -1: none. */
  free: number
  next: Int32Array
  seq: Uint32Array
  bytes: Int32Array
  /** When it went out last, lab time; below zero where it did so more than once: see sentAt. */
  sent: Float64Array
  /** TH_*, without ACK. */
  flags: Uint8Array
  /** Meaning of the bytes: a number in the lab's store of payloads. */
  payload: Int32Array
}

export function newPieces(size = 16): Pieces {
  return {
    used: 0,
    free: -1,
    next: new Int32Array(size),
    seq: new Uint32Array(size),
    bytes: new Int32Array(size),
    sent: new Float64Array(size),
    flags: new Uint8Array(size),
    payload: new Int32Array(size),
  }
}

function grow(p: Pieces): void {
  const bigger = newPieces(p.next.length * 2)
  for (const name of ['next', 'seq', 'bytes', 'sent', 'flags', 'payload'] as const) {
    bigger[name].set(p[name])
    Object.assign(p, { [name]: bigger[name] })
  }
}

/** `seq` may be a signed number: see sendSegment. */
export function newPiece(p: Pieces, seq: number, flags: number, bytes: number, payload: number): number {
  let i = p.free
  if (i >= 0) p.free = p.next[i]
  else {
    if (p.used === p.next.length) grow(p)
    i = p.used++
  }
  p.seq[i] = seq
  p.flags[i] = flags
  p.bytes[i] = bytes
  p.sent[i] = 0
  p.payload[i] = payload
  p.next[i] = -1
  return i
}

/** When a piece went out last. */
export function sentAt(p: Pieces, i: number): number {
  const sent = p.sent[i]
  return sent < 0 ? -1 - sent : sent
}

export function releasePiece(p: Pieces, i: number): void {
  p.next[i] = p.free
  p.free = i
}

export function releaseAll(p: Pieces, first: number): void {
  for (let i = first; i >= 0;) {
    const next = p.next[i]
    releasePiece(p, i)
    i = next
  }
}
