/**
 * What differs between two states of a column of memory, in few bytes. One is taken from the other (Way), so a difference
 * leads from either to the other, and two that follow each other can be made one.
 *
 * A column is seen as words of 32 bits. For each that differs there is a head, and one to four bytes. The head: what the bytes
 * are (three bits); how many words that do not differ come before (five bits; 31: LEB128 follows). Many words differ as the
 * last one of the same parity did (LAST: words of 64 bits, and two directions of each connection), or nearly so. Where all bits
 * of the head are set, the difference comes again in as many following words as LEB128 says.
 *
 * Numbers: one to four bytes of the difference, with its sign; or one to three by which it differs from the last one's.
 * Bits: those bytes that differ, one to four from the low end or one to three from the high one.
 */

/** How two words differ. Bits: laid over each other (exclusive or). Numbers: by how much one is greater than the other. */
export type Way = 'bits' | 'numbers'

const FAR = 31
const AGAIN = 0xff
const HIGH = 4
/** Four bytes from the high end would be four from the low one: as the last one, behind a gap. */
const SAME = 7
/** Last differences, by the parity of the word. */
const LAST = 1
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
  private numbers = false
  /** The word that would follow without a gap, how the last ones differed, and how often it has come again. */
  private next = 0
  private readonly last = new Int32Array(LAST + 1)
  private again = 0

  /** The next column begins. */
  begin(way: Way): void {
    this.numbers = way === 'numbers'
    this.next = this.again = 0
    this.last.fill(0)
  }

  /** A word that differs by `x`, after all those before it. */
  word(index: number, x: number): void {
    const last = this.last[index & LAST]
    if (index === this.next && x === last) {
      this.again++
      this.next++
      return
    }
    if (this.length + MOST > this.bytes.length) this.grow()
    if (this.again > 0) this.repeat()
    const gap = index - this.next
    this.next = index + 1
    this.last[index & LAST] = x
    if (x === last && gap < FAR) {
      this.bytes[this.length++] = (gap << 3) | SAME
      return
    }
    let bytes: number
    let from = x
    let kind = 0
    if (this.numbers) {
      bytes = signedBytes(x)
      const more = (x - last) | 0
      const fewer = signedBytes(more)
      if (fewer < bytes) {
        bytes = fewer
        from = more
        kind = HIGH
      }
    } else {
      // Its bytes in the low end, or as many as there are in the high end where those are fewer.
      bytes = (39 - Math.clz32(x)) >> 3
      const zeros = (31 - Math.clz32(x & -x)) >> 3
      if (zeros > 4 - bytes) {
        bytes = 4 - zeros
        from = x >>> (zeros * 8)
        kind = HIGH
      }
    }
    const to = this.bytes
    let at = this.length
    kind |= bytes - 1
    if (gap < FAR) to[at++] = (gap << 3) | kind
    else {
      to[at] = (FAR << 3) | kind
      this.length = at + 1
      this.number(gap)
      at = this.length
    }
    to[at] = from
    to[at + 1] = from >>> 8
    to[at + 2] = from >>> 16
    to[at + 3] = from >>> 24
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

/** Bytes that a number takes with its sign. */
const signedBytes = (x: number): number => (40 - Math.clz32(x ^ (x >> 31))) >> 3

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
  private readonly numbers: boolean
  private readonly last = new Int32Array(LAST + 1)
  private readonly bytes: Uint8Array
  private at: number
  private readonly end: number
  private again = 0

  constructor(bytes: Uint8Array, at: number, end: number, way: Way) {
    this.numbers = way === 'numbers'
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  /** Go to the next word that differs. False: there is none. */
  next(): boolean {
    if (this.again > 0) {
      this.again--
      this.x = this.last[++this.index & LAST]
      return true
    }
    if (this.at >= this.end) return false
    const { bytes, last } = this
    const head = bytes[this.at++]
    if (head === AGAIN) {
      this.again = this.number() - 1
      this.x = last[++this.index & LAST]
      return true
    }
    const gap = head >> 3
    this.index += 1 + (gap < FAR ? gap : this.number())
    const parity = this.index & LAST
    if ((head & SAME) === SAME) {
      this.x = last[parity]
      return true
    }
    const { at } = this
    const away = 24 - (head & 3) * 8
    const x = (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) << away
    if (this.numbers) this.x = ((x >> away) + (head & HIGH ? last[parity] : 0)) | 0
    else this.x = head & HIGH ? x : (x >>> away) | 0
    last[parity] = this.x
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
export function writeDelta(to: DeltaWriter, now: Int32Array, old: Int32Array, way: Way): void {
  to.begin(way)
  const numbers = way === 'numbers'
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
      const x = numbers ? (now[i] - old[i]) | 0 : now[i] ^ old[i]
      if (x === 0) continue
      old[i] = now[i]
      to.word(i, x)
    }
  }
  for (let i = shared; i < old.length; i++) {
    if (old[i] === 0) continue
    to.word(i, numbers ? -old[i] | 0 : old[i])
    old[i] = 0
  }
}

/** Lead a column over a difference, on or back: the bytes from one place to another. */
export function applyDelta(
  bytes: Uint8Array,
  from: number,
  to: number,
  column: Int32Array,
  way: Way,
  back: boolean,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const numbers = way === 'numbers'
  // As the reader does it, but without a call for each word: this is what going far back takes.
  let index = 0
  let even = 0
  let odd = 0
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
    }
    let again = 1
    if (head === AGAIN) again = gap
    else {
      index += gap
      if ((head & SAME) !== SAME) {
        const away = 24 - (head & 3) * 8
        const x = view.getInt32(at, true) << away
        at += 1 + (head & 3)
        const last = index & LAST ? odd : even
        const now = numbers
          ? ((x >> away) + (head & HIGH ? last : 0)) | 0
          : head & HIGH
            ? x
            : (x >>> away) | 0
        if (index & LAST) odd = now
        else even = now
      }
    }
    for (; again > 0; again--, index++) {
      const x = index & LAST ? odd : even
      if (!numbers) column[index] ^= x
      else if (back) column[index] -= x
      else column[index] += x
    }
  }
}

/** Make one of two differences: `y` begins where `x` ends. `back`: where `x` begins, so that one is made that leads from its end. */
export function mergeDeltas(to: DeltaWriter, x: DeltaReader, y: DeltaReader, way: Way, back: boolean): void {
  to.begin(way)
  const numbers = way === 'numbers'
  const sign = numbers && back ? -1 : 1
  let first = x.next()
  let second = y.next()
  while (first || second) {
    if (second && (!first || y.index < x.index)) {
      to.word(y.index, y.x)
      second = y.next()
    } else if (second && y.index === x.index) {
      const both = numbers ? (y.x + x.x * sign) | 0 : y.x ^ x.x
      if (both !== 0) to.word(x.index, both)
      first = x.next()
      second = y.next()
    } else {
      to.word(x.index, (x.x * sign) | 0)
      first = x.next()
    }
  }
}
