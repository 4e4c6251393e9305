/**
 * Columns as they are put into a past (past.ts): so that little of them differs from checkpoint to checkpoint. Nothing is lost.
 *
 * A time is a whole number in a column of floating point numbers, of which all eight bytes change with each step: it is put
 * there as a whole number. And most sequence numbers lie near another one of the same connection, as far from it in one
 * connection as in the next: what is put there is how far.
 */
import type { Column } from './bones.ts'
import { giveBack } from './delta.ts'

/** From here on whole numbers are put as their bits: the upper halves of those are not less than UPPER_BITS. */
const WHOLE_MOST = 2 ** 52
const HALF = 2 ** 32
const UPPER_BITS = 2 ** 20

const float = new Float64Array(1)
const halves = new Int32Array(float.buffer)

/**
 * Times as pairs of words: the two halves of a whole number, the bits of any other. (None is so near to zero as 1e-308.) What
 * has never been is -Infinity: it changes places with the first microsecond, in which little happens.
 */
function putTimes(times: Float64Array, to: Int32Array): void {
  for (let i = 0, at = 0; i < times.length; i++, at += 2) {
    const t = times[i]
    if (t > 1 && t < WHOLE_MOST && Math.floor(t) === t) {
      to[at] = t | 0
      to[at + 1] = (t / HALF) | 0
    } else if (t === -Infinity) {
      to[at] = 1
      to[at + 1] = 0
    } else {
      float[0] = t === 1 ? -Infinity : t
      to[at] = halves[0]
      to[at + 1] = halves[1]
    }
  }
}

/** The reverse, in place. */
function takeTimes(times: Float64Array): void {
  const words = new Int32Array(times.buffer, times.byteOffset, times.length * 2)
  for (let i = 0, at = 0; i < times.length; i++, at += 2) {
    const upper = words[at + 1]
    if (upper >= 0 && upper < UPPER_BITS) {
      const t = upper * HALF + (words[at] >>> 0)
      times[i] = t === 1 ? -Infinity : t
    } else if (times[i] === -Infinity) times[i] = 1
  }
}

/** Memory that is used again and again. What was in it is still there. */
class Scratch {
  private words = new Int32Array(1 << 12)

  room(words: number): Int32Array {
    if (this.words.length < words) {
      giveBack(this.words)
      this.words = new Int32Array(words)
    }
    return this.words.subarray(0, words)
  }
}
const columns = new Scratch()
const chains = new Scratch()

/** -1 stands for "none" in columns of rows and sockets: it is put as 0, and each row as the next one. */
const NONE = 1

/** A column beside, of as many elements, which is put as it is. */
type Beside = Uint8Array | Int16Array

/**
 * How a column is put that has a kin: `sign` 1: as its distance from it, -1: the reverse. In place. `put`: by how much the kin
 * is put higher than it is.
 */
type Apart = (
  column: Uint32Array | Int32Array,
  kin: Int32Array,
  beside: Beside,
  sign: number,
  put: number,
) => void

const sameRow: Apart = (column, kin, _last, sign, put) => {
  for (let i = 0; i < column.length; i++) column[i] -= (kin[i] - put) * sign
}

/** By node: the other direction's. */
const otherNode: Apart = (column, kin, _last, sign) => {
  for (let i = 0; i < column.length; i++) column[i] -= kin[i ^ 1] * sign
}

/** By slot: that of the direction in which the last packet went (CtTable.last), or of the other one. */
const lastNode: Apart = (column, kin, last, sign) => {
  for (let i = 0; i < column.length; i++) column[i] -= kin[i * 2 + ((last[i] >> 3) & 1)] * sign
}
const lastOther: Apart = (column, kin, last, sign) => {
  for (let i = 0; i < column.length; i++) column[i] -= kin[i * 2 + (~(last[i] >> 3) & 1)] * sign
}

/** Whom a row comes after, in chains of which the kin says who comes next. Who is in none has no slice. */
const before: Apart = (column, kin, slices, sign, put) => {
  const from = chains.room(column.length).fill(0)
  for (let i = 0; i < column.length; i++) {
    if (slices[i] < 0) continue
    const next = kin[i] - put
    if (next >= 0 && next < column.length) from[next] = i + 1
  }
  for (let i = 0; i < column.length; i++) column[i] -= (from[i] - 1) * sign
}

interface Kin {
  /** Its name, and its elements for each of the column's. None is put as its distance from another one itself. */
  of: string
  elements: number
  /** By how much it is put higher. */
  put: number
  apart: Apart
  /** Name of what is beside, '': nothing is wanted. */
  beside: '' | 'last' | 'slice'
}

const kin = (of: string, apart: Apart = sameRow, elements = 1, put = 0): Kin => ({
  of,
  elements,
  put,
  apart,
  beside: elements > 1 ? 'last' : apart === before ? 'slice' : '',
})

/** By the last two names of a column's path. */
const KIN: Readonly<Record<string, Kin | undefined>> = {
  'tcp/sndNxt': kin('sndUna'),
  'tcp/rttSeq': kin('sndUna'),
  'tcp/rcvEdge': kin('rcvNxt'),
  'tcp/rcvTail': kin('rcvHead', sameRow, 1, NONE),
  'tcp/sndTail': kin('sndHead', sameRow, 1, NONE),
  'wheel/prev': kin('next', before, 1, NONE),
  'ct/tdMaxend': kin('tdEnd'),
  'ct/tdMaxack': kin('tdEnd', otherNode),
  'ct/lastSeq': kin('tdEnd', lastNode, 2),
  'ct/lastEnd': kin('tdEnd', lastNode, 2),
  'ct/lastAck': kin('tdEnd', lastOther, 2),
}

/** Another column of the same state as it is there, null: there is none. */
export type Sibling = (path: string) => { words: Int32Array; elements: number } | null

interface Found extends Kin {
  words: Int32Array
  next: Beside
}

/** What is wanted to put a column or to take it, null: it has no kin, or none of its size. */
function kinOf(path: string, column: Uint32Array | Int32Array, sibling: Sibling): Found | null {
  const name = path.lastIndexOf('/') + 1
  const found = KIN[path.slice(path.lastIndexOf('/', name - 2) + 1)]
  if (!found) return null
  const folder = path.slice(0, name)
  const other = sibling(folder + found.of)
  if (other?.elements !== column.length * found.elements || other.words.length < other.elements) return null
  if (found.beside === '') return { ...found, words: other.words, next: NOTHING }
  const beside = sibling(folder + found.beside)
  if (beside?.elements !== column.length) return null
  const Kind = found.beside === 'last' ? Uint8Array : Int16Array
  const { buffer, byteOffset, byteLength } = beside.words
  if (byteLength < beside.elements * Kind.BYTES_PER_ELEMENT) return null
  return { ...found, words: other.words, next: new Kind(buffer as ArrayBuffer, byteOffset, beside.elements) }
}

const NOTHING = new Uint8Array(0)

/**
 * The words of a column as they are put into a past; `words`: its own. What is answered may be a piece of memory that the next
 * call uses again. `copied`: it must be.
 */
export function put(
  path: string,
  column: Column,
  words: Int32Array,
  sibling: Sibling,
  copied: boolean,
): Int32Array {
  if (column instanceof Float64Array) {
    const to = columns.room(words.length)
    putTimes(column, to)
    return to
  }
  if (!(column instanceof Uint32Array || column instanceof Int32Array)) return words
  const found = kinOf(path, column, sibling)
  if (found === null && column instanceof Uint32Array && !copied) return words
  const to = columns.room(words.length)
  to.set(words)
  if (found !== null) found.apart(to, found.words, found.next, 1, 0)
  else if (column instanceof Int32Array) for (let i = 0; i < to.length; i++) to[i] += NONE
  return to
}

/** The reverse: a column that holds the words that were put. */
export function takeBack(path: string, column: Column, sibling: Sibling): void {
  if (column instanceof Float64Array) {
    takeTimes(column)
    return
  }
  if (!(column instanceof Uint32Array || column instanceof Int32Array)) return
  const found = kinOf(path, column, sibling)
  if (found !== null) found.apart(column, found.words, found.next, -1, found.put)
  else if (column instanceof Int32Array) for (let i = 0; i < column.length; i++) column[i] -= NONE
}
