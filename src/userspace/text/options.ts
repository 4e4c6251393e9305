/**
 * Command lines as getopt_long(3) reads them: clusters of short options, long options and their abbreviations, options
 * after operands, `--`. Its messages are the same in every program.
 */
import type { Sys } from '../program.ts'

export interface OptionSpec {
  /** As for getopt(3): letters, `:` after one that has an argument, `::` after one that may have one. */
  short: string
  /** Long name -> the letter it stands for; or, for one without a letter, its own name with `:` or `::` as above. */
  long: Record<string, string>
  /** Options end at the first operand (POSIXLY_CORRECT, or `+` in getopt(3)). */
  ordered?: boolean
}

/** An option as it was found: by its letter, or by its long name if it has no letter. */
export interface FoundOption {
  name: string
  /** '' if it has none. */
  value: string
}

export interface Options {
  found: FoundOption[]
  operands: string[]
}

/** What getopt_long() says, without the program's name. */
export type OptionError = { error: string }

export function parseOptions(argv: readonly string[], spec: OptionSpec): Options | OptionError {
  const found: FoundOption[] = []
  const operands: string[] = []
  const words = argv.slice(1)
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--') {
      operands.push(...words)
      break
    }
    if (word === '-' || !word.startsWith('-')) {
      operands.push(word)
      if (!spec.ordered) continue
      operands.push(...words)
      break
    }
    const error = word.startsWith('--')
      ? readLong(word, words, spec, found)
      : readShort(word, words, spec, found)
    if (error !== null) return { error }
  }
  return { found, operands }
}

function readShort(word: string, words: string[], spec: OptionSpec, found: FoundOption[]): string | null {
  for (let i = 1; i < word.length; i++) {
    const letter = word[i]
    const at = letter === ':' ? -1 : spec.short.indexOf(letter)
    if (at < 0) return `invalid option -- '${letter}'`
    if (spec.short[at + 1] !== ':') {
      found.push({ name: letter, value: '' })
      continue
    }
    const optional = spec.short[at + 2] === ':'
    const value = i + 1 < word.length ? word.slice(i + 1) : optional ? '' : words.shift()
    if (value === undefined) return `option requires an argument -- '${letter}'`
    found.push({ name: letter, value })
    return null
  }
  return null
}

function readLong(word: string, words: string[], spec: OptionSpec, found: FoundOption[]): string | null {
  const equals = word.indexOf('=')
  const written = equals < 0 ? word.slice(2) : word.slice(2, equals)
  const names = Object.keys(spec.long).filter((name) => name.startsWith(written))
  const name = names.includes(written) ? written : names[0]
  if (name === undefined) return `unrecognized option '--${written}'`
  if (name !== written && new Set(names.map((other) => spec.long[other])).size > 1) {
    return `option '--${written}' is ambiguous; possibilities:${names.map((other) => ` '--${other}'`).join('')}`
  }
  const target = spec.long[name]
  const letter = target.replace(/:+$/, '')
  const marks =
    letter.length === 1
      ? (/^:*/.exec(spec.short.slice(spec.short.indexOf(letter) + 1))?.[0] ?? '')
      : target.slice(letter.length)
  if (marks === '') {
    if (equals >= 0) return `option '--${name}' doesn't allow an argument`
    found.push({ name: letter, value: '' })
    return null
  }
  const value = equals >= 0 ? word.slice(equals + 1) : marks === '::' ? '' : words.shift()
  if (value === undefined) return `option '--${name}' requires an argument`
  found.push({ name: letter, value })
  return null
}

/** Say what is wrong with the command line as the coreutils do, and exit. */
export function usageError(sys: Sys, message: string, status = 1): null {
  const name = sys.process.program
  sys.err(`${name}: ${message}\nTry '${name} --help' for more information.\n`)
  sys.exit(status)
  return null
}

/** Say what is wrong and exit. */
export function fatal(sys: Sys, message: string, status = 1): null {
  sys.err(`${sys.process.program}: ${message}\n`)
  sys.exit(status)
  return null
}

/** parseOptions(), with the coreutils' way of saying what is wrong. */
export function optionsOf(
  sys: Sys,
  spec: OptionSpec,
  status = 1,
  argv: readonly string[] = sys.process.argv,
): Options | null {
  const options = parseOptions(argv, spec)
  return 'error' in options ? usageError(sys, options.error, status) : options
}
