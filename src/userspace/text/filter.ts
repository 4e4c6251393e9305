/**
 * What most text tools have in common: they read the files named on the command line one after the other (`-`, or no
 * name, is stdin) and print as they go.
 *
 * Text is worked on as it arrives. A real tool that writes into a pipe keeps its output until some 4096 bytes have come
 * together (`tcpdump | grep` seems to hang); ours never does, as with `grep --line-buffered` or `stdbuf -oL`.
 */
import type { FileError, Program, Sys } from '../program.ts'
import { errnoText } from '../shell/files.ts'

export interface Filter<D> {
  name: string
  usage: string
  /** Read the command line. null: it was wrong, and the process has been ended. */
  open(sys: Sys): Opened<D> | null
  /** An operand that is no input (awk's `x=1`), done here when its turn comes: true. */
  operand?(sys: Sys, data: D, word: string): boolean
  /** The next input is begun. */
  begin?(sys: Sys, data: D, name: string): void
  /** Text has come, not cut at lines. */
  text(sys: Sys, data: D, text: string): void
  /** An input is at its end. */
  done?(sys: Sys, data: D, name: string): void
  /** All inputs are at their end. Returns the exit status. */
  end(sys: Sys, data: D, failed: boolean): number
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
  /** Index of the file that is being read. */
  at: number
  /** Some input could not be read. */
  failed: boolean
  /** stdin is at its end: named again, it is empty. */
  ended: boolean
}

export function filterProgram<D>(filter: Filter<D>): Program {
  const stateOf = (sys: Sys): State<D> => sys.process.data as State<D>
  return {
    name: filter.name,
    usage: filter.usage,
    start: (sys) => {
      const opened = filter.open(sys)
      if (!opened) return
      const files = opened.files.length === 0 ? ['-'] : opened.files
      sys.process.data = { data: opened.data, files, at: 0, failed: false, ended: false }
      readFiles(filter, sys, stateOf(sys))
    },
    input: (sys, text) => {
      const state = stateOf(sys)
      if (state.files[state.at] === '-') filter.text(sys, state.data, text)
    },
    eof: (sys) => {
      const state = stateOf(sys)
      if (state.files[state.at] !== '-') return
      state.ended = true
      filter.done?.(sys, state.data, '-')
      state.at++
      readFiles(filter, sys, state)
    },
  }
}

/** Read files up to the next one that is stdin, or all. */
function readFiles<D>(filter: Filter<D>, sys: Sys, state: State<D>): void {
  for (; state.at < state.files.length; state.at++) {
    if (sys.process.status !== null) return
    const name = state.files[state.at]
    if (filter.operand?.(sys, state.data, name)) continue
    if (name === '-') {
      filter.begin?.(sys, state.data, name)
      if (!state.ended) return
      filter.done?.(sys, state.data, name)
      continue
    }
    const text = sys.files.read(name)
    if (typeof text === 'string') {
      filter.begin?.(sys, state.data, name)
      if (text !== '') filter.text(sys, state.data, text)
      if (sys.process.status === null) filter.done?.(sys, state.data, name)
    } else {
      state.failed = true
      if (filter.missing) filter.missing(sys, state.data, name, text)
      else sys.err(`${filter.name}: ${name}: ${errnoText(text)}\n`)
    }
  }
  if (sys.process.status === null) sys.exit(filter.end(sys, state.data, state.failed))
}
