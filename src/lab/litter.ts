/**
 * Rows of a state's columns in which nothing stands that anybody will read: timers that do not run, pieces and packets whose
 * row is free, what ab has been told of and has looked at. In a past they are as they were at the checkpoint before.
 */
import type { Pieces } from '../kernel/tcp/pieces.ts'
import type { Wheel } from '../kernel/tcp/wheel.ts'
import type { Poll } from '../userspace/ab/poll.ts'
import { freeFlying } from './inflight.ts'

/** Which rows are litter: not 0. `words`: of a row; `kept`: the last ones of it are read all the same. */
export interface Litter {
  rows: Uint8Array
  words: number
  kept: number
}

function idle({ slice }: Wheel): Uint8Array {
  const rows = new Uint8Array(slice.length)
  for (let i = 0; i < rows.length; i++) rows[i] = slice[i] < 0 ? 1 : 0
  return rows
}

function freePieces({ free, next }: Pieces): Uint8Array {
  const rows = new Uint8Array(next.length)
  for (let i = free; i >= 0; i = next[i]) rows[i] = 1
  return rows
}

/** All but those from `from` to before `to`. */
function outside(length: number, from: number, to: number): Uint8Array {
  return new Uint8Array(length).fill(1).fill(0, from, to)
}

/** What is litter in the columns of a thing, by the last two names of their paths. */
const KINDS: Readonly<
  Record<string, { rows: (owner: never) => Uint8Array; words: number; kept?: number } | undefined>
> = {
  'wheel/next': { rows: idle, words: 1 },
  'wheel/prev': { rows: idle, words: 1 },
  'wheel/at': { rows: idle, words: 2 },
  'pieces/seq': { rows: freePieces, words: 1 },
  'pieces/bytes': { rows: freePieces, words: 1 },
  'pieces/payload': { rows: freePieces, words: 1 },
  'pieces/sent': { rows: freePieces, words: 2 },
  'flying/rows': { rows: freeFlying, words: 24, kept: 1 },
  'flying/wide': { rows: freeFlying, words: 8 },
  'poll/told': { rows: (p: Poll) => outside(p.told.length, p.at, p.size), words: 1 },
  'poll/kept': { rows: (p: Poll) => outside(p.kept.length, 0, p.keptSize), words: 1 },
}

/** The litter of one state's columns, each thing looked through once. */
export class LitterPicker {
  private readonly rows = new Map<object, Uint8Array>()

  /** Of a column; `owner`: the thing that has it. null: all of it may be read. */
  of(path: string, owner: object): Litter | null {
    const name = path.slice(path.lastIndexOf('/', path.lastIndexOf('/') - 1) + 1)
    const kind = KINDS[name]
    if (!kind) return null
    // What ab was told of and what it keeps are two lists of one thing.
    const apart = name.startsWith('poll/')
    let rows = apart ? undefined : this.rows.get(owner)
    if (!rows) this.rows.set(owner, (rows = kind.rows(owner as never)))
    return { rows, words: kind.words, kept: kind.kept ?? 0 }
  }
}

/** Put into the rows that are litter what is there in `before`. */
export function leaveLitter(words: Int32Array, before: Int32Array, litter: Litter): void {
  const { rows, words: width, kept } = litter
  const most = Math.min(rows.length, Math.floor(words.length / width))
  for (let row = 0; row < most; row++) {
    if (rows[row] === 0) continue
    for (let i = row * width, end = i + width - kept; i < end; i++) words[i] = before[i]
  }
}
