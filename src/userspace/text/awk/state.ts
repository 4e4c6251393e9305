/**
 * What a running awk consists of: plain data. The closures that compile.ts makes are found by the program's text.
 */
import type { Sys } from '../../program.ts'
import type { AwkArray } from './array.ts'

/** A number, a string, a string from outside that may be a number, or (undefined) a variable that was never set. */
export type Value = number | string | Unsure | undefined

/** A field, an operand `x=1`, an element that split() made: compared as a number if it looks like one. POSIX awk */
export interface Unsure {
  text: string
}

/** The first slots of the globals. */
export const SPECIAL = [
  'NR',
  'FNR',
  'FS',
  'OFS',
  'ORS',
  'RS',
  'SUBSEP',
  'CONVFMT',
  'OFMT',
  'RSTART',
  'RLENGTH',
  'FILENAME',
  'ENVIRON',
  'ARGC',
  'ARGV',
] as const

export const [NR, FNR, FS, OFS, ORS, RS, SUBSEP, CONVFMT, OFMT, RSTART, RLENGTH, FILENAME, , ARGC, ARGV] =
  SPECIAL.keys()

export interface AwkState {
  globals: (Value | AwkArray)[]
  /** $0, unless fields have been changed since. */
  record: string
  /** $1 … $NF; null: not split yet. */
  fields: string[] | null
  /** Fields have been changed: the record has to be put together again. */
  stale: boolean
  /** For each range pattern: it is inside. */
  inside: boolean[]
  /** Files that have been written to: they are emptied only once. */
  opened: string[]
  /** Files that getline reads: how far. */
  reading: Record<string, number>
  seed: number
  lastSeed: number
  /** Where statements have broken off, the outermost last. Empty: nothing has. See statements.ts */
  where: Where[]
}

/** Which statement of a block, whether in a loop's body, what is left of the indices of an array. */
export type Where = number | { left: string[]; inside: boolean }

/** One call into a running awk. */
export interface Run {
  sys: Sys
  state: AwkState
  /** Text for stdout that is not written yet. */
  out: string
  /** Fuel not accounted for yet. */
  work: number
  /** So much has been done that it can be asked whether that is enough for now. */
  due: boolean
  /** Nothing may be left for later: the records that are read ahead are not kept. */
  atOnce: boolean
  /** Parameters of the function that is being called. */
  locals: (Value | AwkArray)[]
  depth: number
  returned: Value
  exitStatus: number
  /** The next record for a bare getline, null: there is none. */
  nextRecord(run: Run): string | null
}

/** What ends a program. `run time error: …` of mawk. */
export class AwkError extends Error {}

/** Fuel that may be used before it is accounted for. */
const BATCH = 500

/** Account for work, in microseconds; at times write what has come together. */
export function work(run: Run, units: number): void {
  run.work += units
  if (run.work > BATCH) {
    run.sys.spend?.(run.work)
    run.work = 0
    run.due = true
  }
}

/** Longest string, in characters. */
const LONGEST = 1 << 24

export function checked(text: string): string {
  if (text.length > LONGEST) throw new AwkError('out of memory')
  return text
}
