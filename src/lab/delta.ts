/**
 * What differs between two states of a column of memory, in few bytes. The two are laid over each other (exclusive or), so a
 * difference leads from either to the other, and two that follow each other can be made one.
 *
 * A column is seen as words of 32 bits. For each that differs there is a head, and those of its bytes that differ, one to
 * four of them from the low or from the high end. The head: how many of the bytes, less one (two bits); from the high end
 * (one bit); how many words that do not differ come before (five bits; 31: LEB128 follows). Four bytes from the high end would
 * be four from the low one: with that, the last word comes again here, and where all bits of the head are set, in as many
 * following words as LEB128 says.
 */

const FAR = 31
const AGAIN = 0xff
const HIGH = 4
/** As if there were four bytes from the high end: the word comes again, behind a gap. */
const SAME = 7
/** A writer keeps no more than this for the next time. */
const KEPT_SIZE = 1 << 20
const FIRST_SIZE = 1 << 16
/** What a word takes at most, twice: a repetition may come before it. */
const MOST = 32
/** Bytes behind the last one: who reads a word of one byte reads four. */
const SPARE = 3

/** Writes differences, one column after the other. */
export class DeltaWriter {
  private bytes = new Uint8Array(FIRST_SIZE)
  length = 0
  /** The word that would follow without a gap, what the last one was, and how often it has come again. */
  private next = 0
  private last = 0
  private again = 0

  /** The next column begins. */
  begin(): void {
    this.next = this.last = this.again = 0
  }

  /** A word that differs, after all those before it. */
  word(index: number, x: number): void {
    if (index === this.next && x === this.last) {
      this.again++
      this.next++
      return
    }
    if (this.length + MOST > this.bytes.length) this.grow()
    if (this.again > 0) this.repeat()
    const gap = index - this.next
    const { last } = this
    this.next = index + 1
    this.last = x
    // Its bytes in the low end, or as many as there are in the high end where those are fewer.
    let bytes = (39 - Math.clz32(x)) >> 3
    let low = x
    let high = 0
    const zeros = (31 - Math.clz32(x & -x)) >> 3
    if (zeros > 4 - bytes) {
      bytes = 4 - zeros
      low = x >>> (zeros * 8)
      high = HIGH
    }
    const to = this.bytes
    let at = this.length
    if (x === last && gap < FAR) {
      to[at] = (gap << 3) | SAME
      this.length = at + 1
      return
    }
    if (gap < FAR) to[at++] = (gap << 3) | high | (bytes - 1)
    else {
      to[at] = (FAR << 3) | high | (bytes - 1)
      this.length = at + 1
      this.number(gap)
      at = this.length
    }
    to[at] = low
    to[at + 1] = low >>> 8
    to[at + 2] = low >>> 16
    to[at + 3] = low >>> 24
    this.length = at + bytes
  }

  /** The column ends. Where the next one begins. */
  end(): number {
    if (this.length + MOST > this.bytes.length) this.grow()
    if (this.again > 0) this.repeat()
    return this.length
  }

  /** All that was written. The writer begins anew. */
  take(): Uint8Array {
    const out = this.bytes.slice(0, this.length + SPARE)
    this.length = 0
    if (this.bytes.length > KEPT_SIZE) {
      giveBack(this.bytes)
      this.bytes = new Uint8Array(FIRST_SIZE)
    }
    return out
  }

  private repeat(): void {
    this.bytes[this.length++] = AGAIN
    this.number(this.again)
    this.again = 0
  }

  private number(n: number): void {
    for (; n > 0x7f; n >>>= 7) this.bytes[this.length++] = (n & 0x7f) | 0x80
    this.bytes[this.length++] = n
  }

  private grow(): void {
    const { bytes } = this
    this.bytes = new Uint8Array(bytes.length * 2)
    this.bytes.set(bytes)
    giveBack(bytes)
  }
}

/**
 * Memory that nobody will read again. To a collector a buffer is a small object: it may let tens of megabytes of them wait.
 * Where a buffer cannot be emptied they do.
 */
export function giveBack({ buffer }: Int32Array | Uint8Array): void {
  if (buffer.byteLength > 0) (buffer as { transfer?: (bytes: number) => unknown }).transfer?.(0)
}

/** Reads the words of a column back, one by one. */
export class DeltaReader {
  /** The word that was read last, and how it differs. */
  index = -1
  x = 0
  private readonly bytes: Uint8Array
  private at: number
  private readonly end: number
  private again = 0

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  /** Go to the next word that differs. False: there is none. */
  next(): boolean {
    if (this.again > 0) {
      this.again--
      this.index++
      return true
    }
    if (this.at >= this.end) return false
    const { bytes } = this
    const head = bytes[this.at++]
    if (head === AGAIN) {
      this.again = this.number() - 1
      this.index++
      return true
    }
    const gap = head >> 3
    this.index += 1 + (gap < FAR ? gap : this.number())
    if ((head & SAME) === SAME) return true
    const { at } = this
    const away = 24 - (head & 3) * 8
    const x = (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) << away
    this.x = head & HIGH ? x : (x >>> away) | 0
    this.at = at + 1 + (head & 3)
    return true
  }

  private number(): number {
    let n = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++]
      n |= (byte & 0x7f) << shift
      if (byte < 0x80) return n
    }
  }
}

/** Write how `now` differs from `old`, which becomes equal to it. What `now` lacks counts as zero. */
export function writeDelta(to: DeltaWriter, now: Int32Array, old: Int32Array): void {
  to.begin()
  const shared = Math.min(now.length, old.length)
  for (let i = 0; i < shared;) {
    // Most is the same: four words are looked at together.
    if (
      i + 3 < shared &&
      ((now[i] ^ old[i]) |
        (now[i + 1] ^ old[i + 1]) |
        (now[i + 2] ^ old[i + 2]) |
        (now[i + 3] ^ old[i + 3])) ===
        0
    ) {
      i += 4
      continue
    }
    for (const end = Math.min(i + 4, shared); i < end; i++) {
      const x = now[i] ^ old[i]
      if (x === 0) continue
      old[i] = now[i]
      to.word(i, x)
    }
  }
  for (let i = shared; i < old.length; i++) {
    if (old[i] === 0) continue
    to.word(i, old[i])
    old[i] = 0
  }
}

/** Lead a column over a difference, in either direction: the bytes from one place to another. */
export function applyDelta(bytes: Uint8Array, from: number, to: number, column: Int32Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // As the reader does it, but without a call for each word: this is what going far back takes.
  let index = 0
  let last = 0
  for (let at = from; at < to;) {
    const head = bytes[at++]
    let gap = head >> 3
    if (gap === FAR) {
      gap = bytes[at++]
      if (gap > 0x7f) {
        gap &= 0x7f
        for (let shift = 7, byte = 0x80; byte > 0x7f; shift += 7) {
          byte = bytes[at++]
          gap |= (byte & 0x7f) << shift
        }
      }
      if (head === AGAIN) {
        for (; gap > 0; gap--) column[index++] ^= last
        continue
      }
    }
    index += gap
    if ((head & SAME) === SAME) {
      column[index++] ^= last
      continue
    }
    const away = 24 - (head & 3) * 8
    const x = view.getInt32(at, true) << away
    last = head & HIGH ? x : (x >>> away) | 0
    column[index++] ^= last
    at += 1 + (head & 3)
  }
}

/** Make one of two differences that follow each other. */
export function mergeDeltas(to: DeltaWriter, x: DeltaReader, y: DeltaReader): void {
  to.begin()
  let first = x.next()
  let second = y.next()
  while (first || second) {
    if (second && (!first || y.index < x.index)) {
      to.word(y.index, y.x)
      second = y.next()
    } else if (second && y.index === x.index) {
      const both = x.x ^ y.x
      if (both !== 0) to.word(x.index, both)
      first = x.next()
      second = y.next()
    } else {
      to.word(x.index, x.x)
      first = x.next()
    }
  }
}
