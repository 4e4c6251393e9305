/**
 * A small text as few bytes: each bit is guessed from what stands before it, and only the surprise is written. The
 * guesser has read a primer first (primer.ts), so that what is common in our files costs next to nothing from the first
 * byte on.
 *
 * The numbers are floating point, but made by + - * / alone, which have the same result in every browser.
 */
import { PRIMER } from './primer.ts'
import { fromUtf8, toUtf8 } from './utf8.ts'

/** Bytes of text that may come out of a link: what does not end before has been made to do harm. */
export const TEXT_MAX = 100_000

/** Slots of each memory of contexts, a power of two. */
const SLOT_BITS = 16
const SLOTS = 1 << SLOT_BITS
/** How many bytes before the one that is guessed a context holds; the last but one is the word so far, the last one the word before, too. */
const ORDERS = [1, 2, 3, 4, 6] as const
const CONTEXTS = ORDERS.length + 2
/** How fast the weights learn. */
const LEARN = 0.02
/** Probabilities are written with so many parts. */
const PARTS = 65536

/** The natural logarithm of what lies between 0 and 1, by basic arithmetic. */
function ln(x: number): number {
  let halves = 0
  while (x < 0.7) {
    x *= 2
    halves++
  }
  const y = (x - 1) / (x + 1)
  const yy = y * y
  return 2 * y * (1 + yy * (1 / 3 + yy * (1 / 5 + yy * (1 / 7 + yy / 9)))) - halves * 0.6931471805599453
}

/** e^-x for x >= 0, by basic arithmetic. */
function expOfMinus(x: number): number {
  let y = x / 64
  y = 1 / (1 + y * (1 + (y / 2) * (1 + (y / 3) * (1 + y / 4))))
  for (let i = 0; i < 6; i++) y *= y
  return y
}

const stretch = (p: number): number => ln(p) - ln(1 - p)
const squash = (x: number): number => (x >= 0 ? 1 / (1 + expOfMinus(x)) : 1 - 1 / (1 + expOfMinus(-x)))

/** Guesses the next bit of a text, and learns from what it was. */
class Guesser {
  private readonly chance = eachContext(() => new Float64Array(SLOTS).fill(0.5))
  private readonly seen = eachContext(() => new Uint8Array(SLOTS))
  private readonly weights = new Float64Array(256 * CONTEXTS).fill(0.35)
  private readonly slot = new Int32Array(CONTEXTS)
  private readonly base = new Int32Array(CONTEXTS)
  private readonly input = new Float64Array(CONTEXTS)
  private readonly past: number[] = []
  private word = 0
  private before = 0
  /** Bits of the byte so far, with a 1 before them. */
  private partial = 1
  private p = 0.5

  constructor() {
    this.rebase()
  }

  /** Another one that has read the same. Only between two bytes. */
  copy(): Guesser {
    const other = new Guesser()
    this.chance.forEach((memory, i) => {
      other.chance[i].set(memory)
    })
    this.seen.forEach((memory, i) => {
      other.seen[i].set(memory)
    })
    other.weights.set(this.weights)
    other.past.push(...this.past)
    other.word = this.word
    other.before = this.before
    other.rebase()
    return other
  }

  /** The chance that the next bit is 1, in parts: 1 .. PARTS - 1. */
  next(): number {
    let sum = 0
    for (let i = 0; i < CONTEXTS; i++) {
      const at = (Math.imul(this.base[i] + this.partial, 0x9e3779b1) >>> (32 - SLOT_BITS)) & (SLOTS - 1)
      this.slot[i] = at
      // What has been seen often speaks louder.
      const trust = this.seen[i][at] === 0 ? 0 : 1
      this.input[i] = trust * stretch(this.chance[i][at])
      sum += this.weights[this.partial * CONTEXTS + i] * this.input[i]
    }
    this.p = squash(Math.max(-11, Math.min(11, sum)))
    return Math.max(1, Math.min(PARTS - 1, Math.floor(this.p * PARTS)))
  }

  /** The bit that `next` has guessed. */
  learn(bit: number): void {
    const error = bit - this.p
    for (let i = 0; i < CONTEXTS; i++) {
      this.weights[this.partial * CONTEXTS + i] += LEARN * error * this.input[i]
      const at = this.slot[i]
      const n = this.seen[i][at]
      const rate = 1 / (n + 1.4)
      const p = this.chance[i][at] + (bit - this.chance[i][at]) * rate
      this.chance[i][at] = Math.max(0.0005, Math.min(0.9995, p))
      if (n < 60) this.seen[i][at] = n + 1
    }
    this.partial = this.partial * 2 + bit
    if (this.partial < 256) return
    this.end(this.partial & 255)
    this.partial = 1
    this.rebase()
  }

  private end(byte: number): void {
    this.past.push(byte)
    if (this.past.length > 8) this.past.shift()
    const letter = (byte | 32) >= 97 && (byte | 32) <= 122
    if (letter || byte >= 128) this.word = Math.imul(this.word + byte, 0x2c1b3c6d) >>> 0
    else if (this.word !== 0) {
      this.before = this.word
      this.word = 0
    }
  }

  /** Where each context's memory of the next byte begins. */
  private rebase(): void {
    ORDERS.forEach((order, i) => {
      let h = i + 1
      for (let n = 1; n <= order; n++)
        h = Math.imul(h ^ (this.past[this.past.length - n] ?? 0), 0x01000193) + n
      this.base[i] = Math.imul(h, 0x85ebca6b)
    })
    const last = this.past[this.past.length - 1] ?? 0
    this.base[ORDERS.length] = Math.imul(this.word ^ Math.imul(last, 0x3d4d51cb), 0x297a2d39)
    this.base[ORDERS.length + 1] = Math.imul(
      this.word ^ Math.imul(this.before, 0x27d4eb2f) ^ Math.imul(last, 0x1b56c4e9),
      0x165667b1,
    )
  }
}

function eachContext<T>(make: () => T): T[] {
  return Array.from({ length: CONTEXTS }, make)
}

/** The guesser that has read the primer: it reads it once. */
let reader: Guesser | null = null

function primed(): Guesser {
  reader ??= read()
  return reader.copy()
}

function read(): Guesser {
  const guesser = new Guesser()
  for (const byte of toUtf8(PRIMER))
    for (let i = 7; i >= 0; i--) {
      guesser.next()
      guesser.learn((byte >> i) & 1)
    }
  return guesser
}

/** The bytes of a text. A zero byte ends it, so the text may hold none. */
export function pack(text: string): number[] {
  const guesser = primed()
  const out: number[] = []
  let low = 0
  let high = 0xffffffff
  for (const byte of [...toUtf8(text), 0])
    for (let i = 7; i >= 0; i--) {
      const bit = (byte >> i) & 1
      const middle = low + Math.floor(((high - low) * guesser.next()) / PARTS)
      if (bit === 1) high = middle
      else low = middle + 1
      guesser.learn(bit)
      while (low >>> 24 === high >>> 24) {
        out.push(high >>> 24)
        low = (low << 8) >>> 0
        high = ((high << 8) | 255) >>> 0
      }
    }
  // As few bytes as still lie between low and high, whatever follows them.
  out.push(((low >>> 24) + 1) & 255)
  return out
}

/** The text of the bytes; null: they are no text of ours, or of more than TEXT_MAX bytes. */
export function unpack(bytes: ArrayLike<number>): string | null {
  const guesser = primed()
  const text: number[] = []
  let low = 0
  let high = 0xffffffff
  let at = 0
  const take = (): number => (at < bytes.length ? bytes[at++] : (at++, 0))
  let x = 0
  for (let i = 0; i < 4; i++) x = ((x << 8) | take()) >>> 0
  while (text.length <= TEXT_MAX && at <= bytes.length + 8) {
    let byte = 0
    for (let i = 0; i < 8; i++) {
      const middle = low + Math.floor(((high - low) * guesser.next()) / PARTS)
      const bit = x <= middle ? 1 : 0
      if (bit === 1) high = middle
      else low = middle + 1
      guesser.learn(bit)
      byte = byte * 2 + bit
      while (low >>> 24 === high >>> 24) {
        low = (low << 8) >>> 0
        high = ((high << 8) | 255) >>> 0
        x = ((x << 8) | take()) >>> 0
      }
    }
    if (byte === 0) return fromUtf8(text)
    text.push(byte)
  }
  return null
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** RFC 4648 base64url, without padding. */
export function toBase64(bytes: readonly number[]): string {
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const three = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    for (let n = 0; n < Math.min(4, bytes.length - i + 1); n++) out += LETTERS[(three >> (18 - 6 * n)) & 63]
  }
  return out
}

/** null: another letter. */
export function fromBase64(text: string): number[] | null {
  const out: number[] = []
  let bits = 0
  let held = 0
  for (const c of text) {
    const value = LETTERS.indexOf(c)
    if (value < 0) return null
    held = ((held << 6) | value) & 0xffffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      out.push((held >> bits) & 255)
    }
  }
  return out
}
