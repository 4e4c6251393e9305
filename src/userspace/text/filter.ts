/**
 * What most text tools have in common: they read the files named on the command line one after the other (`-`, or no
 * name, is stdin) and print as they go.
 *
 * Text is worked on as it arrives. A real tool that writes into a pipe keeps its output until some 4096 bytes have come
 * together (`tcpdump | grep` seems to hang); ours never does, as with `grep --line-buffered` or `stdbuf -oL`.
 */
import { portionOf } from '../portion.ts'
import type { FileError, Program, Sys } from '../program.ts'
import { errnoText } from '../shell/files.ts'

export interface Filter<D> {
  name: string
  usage: string
  /** Read the command line. null: it was wrong, and the process has been ended. */
  open(sys: Sys): Opened<D> | null
  /** An operand that is no input (awk's `x=1`), done here when its turn comes: true. */
  operand?(sys: Sys, data: D, word: string): boolean
  /** Asked before anything else is done, and again until it says true. False: it has broken off, or ended. */
  ready?(sys: Sys, data: D): boolean
  /** The next input is begun. */
  begin?(sys: Sys, data: D, name: string): void
  /** Text has come, not cut at lines. */
  text(sys: Sys, data: D, text: string): void
  /** An input is at its end. What it answers is printed. */
  done?(sys: Sys, data: D, name: string): string | undefined
  /** All inputs are at their end. Returns the exit status; null: it has broken off, and is to be called again. */
  end(sys: Sys, data: D, failed: boolean): number | null
  /** An input cannot be read. Without it: `name: file: reason`. */
  missing?(sys: Sys, data: D, name: string, error: FileError): void
}

export interface Opened<D> {
  data: D
  /** Operands; none: stdin. */
  files: string[]
}

/** The state of a filter's process. */
interface State<D> {
  data: D
  files: string[]
  /** Index of the input that is being read, and how far that has come. */
  at: number
  phase: 'next' | 'reading' | 'printing'
  /** Some input could not be read. */
  failed: boolean
  /** stdin is at its end: named again, it is empty. */
  ended: boolean
  /** What is left to read of a file, or to print of what its end has brought. */
  rest: string
  /** Of a file that is read row by row: the rows that are left, the last one first. */
  rows: number[]
}

/** What a filter that has read its command line begins with. */
export function stateOf<D>({ data, files }: Opened<D>): State<D> {
  return { data, files, at: 0, phase: 'next', failed: false, ended: false, rest: '', rows: [] }
}

export function filterProgram<D>(filter: Filter<D>): Program {
  const state = (sys: Sys): State<D> => sys.process.data as State<D>
  const goOn = (sys: Sys): void => {
    readInputs(filter, sys, state(sys))
  }
  return {
    name: filter.name,
    usage: filter.usage,
    start: (sys) => {
      const opened = filter.open(sys)
      if (!opened) return
      const files = opened.files.length === 0 ? ['-'] : opened.files
      sys.process.data = stateOf({ data: opened.data, files })
      goOn(sys)
    },
    goOn,
    input: (sys, text) => {
      const { files, at, data } = state(sys)
      if (files[at] === '-') filter.text(sys, data, text)
    },
    eof: (sys) => {
      const own = state(sys)
      own.ended = true
      if (own.files[own.at] === '-') goOn(sys)
    },
  }
}

/** Read inputs up to stdin, as long as that is not at its end, or all. */
function readInputs<D>(filter: Filter<D>, sys: Sys, state: State<D>): void {
  for (; state.at < state.files.length; state.at++) {
    if (sys.process.status !== null || filter.ready?.(sys, state.data) === false) return
    const name = state.files[state.at]
    if (state.phase === 'next' && !beginInput(filter, sys, state, name)) continue
    if (state.phase === 'reading') {
      if (name === '-' ? !state.ended : !readPortions(filter, sys, state)) return
      if (sys.process.status !== null) return
      state.rest = filter.done?.(sys, state.data, name) ?? ''
      state.phase = 'printing'
    }
    if (!printPortions(sys, state)) return
    state.phase = 'next'
  }
  if (sys.process.status !== null || filter.ready?.(sys, state.data) === false) return
  const status = filter.end(sys, state.data, state.failed)
  if (status !== null) sys.exit(status)
}

/** False: there is nothing to read in it. */
function beginInput<D>(filter: Filter<D>, sys: Sys, state: State<D>, name: string): boolean {
  if (filter.operand?.(sys, state.data, name)) return false
  const rows = name === '-' ? null : sys.files.rows?.(name)
  const text = name === '-' || rows ? '' : sys.files.read(name)
  if (typeof text === 'string') {
    filter.begin?.(sys, state.data, name)
    state.rest = text
    state.rows = rows?.list().reverse() ?? []
    state.phase = 'reading'
    return true
  }
  state.failed = true
  if (filter.missing) filter.missing(sys, state.data, name, text)
  else sys.err(`${filter.name}: ${name}: ${errnoText(text)}\n`)
  return false
}

/** Work on the rest of a file. False: not to its end. */
function readPortions<D>(filter: Filter<D>, sys: Sys, state: State<D>): boolean {
  const rows = state.rows.length > 0 ? sys.files.rows?.(state.files[state.at]) : null
  for (;;) {
    if (state.rest === '' && state.rows.length > 0) {
      state.rest = state.rows
        .splice(-ROWS)
        .reverse()
        .map((id) => rows?.row(id) ?? '')
        .join('')
      sys.spend?.(ROWS * ROW_FUEL)
    }
    if (state.rest === '' && state.rows.length === 0) return true
    const text = takePortion(state)
    sys.spend?.(text.length * READ_FUEL)
    filter.text(sys, state.data, text)
    if (sys.process.status !== null || sys.breakOff?.() === true) return false
  }
}

/** Print the rest of what there is to say. False: not to its end. */
function printPortions<D>(sys: Sys, state: State<D>): boolean {
  while (state.rest !== '') if (!sys.out(takePortion(state), true) || sys.breakOff?.() === true) return false
  return true
}

/** Rows that are made at once, and fuel for one. */
const ROWS = 100
const ROW_FUEL = 3
/** Fuel for a character of a file. */
const READ_FUEL = 0.02

function takePortion(state: { rest: string }): string {
  const end = portionOf(state.rest)
  const text = state.rest.slice(0, end)
  state.rest = state.rest.slice(end)
  return text
}
