/**
 * grep's command line.
 */
import { errnoText } from '../shell/files.ts'
import type { Sys } from '../program.ts'
import type { Opened } from './filter.ts'
import { lineMatcher } from './grep-match.ts'
import { parseOptions, type FoundOption, type OptionSpec } from './options.ts'
import { RegexError } from './regex.ts'

export interface GrepPatterns {
  patterns: string[]
  syntax: 'basic' | 'extended' | 'fixed' | 'perl'
  ignoreCase: boolean
  word: boolean
  whole: boolean
}

/** The state of a grep. */
export interface Grep extends GrepPatterns {
  inverted: boolean
  /** What is printed: lines, -o, -c, -l, -L, or nothing (-q). */
  mode: 'lines' | 'matches' | 'count' | 'files' | 'files without' | 'quiet'
  numbers: boolean
  names: boolean
  silent: boolean
  /** -m; Infinity: all. */
  most: number
  contextBefore: number
  contextAfter: number
  inputs: number
  /** Some input had a line that was selected. */
  found: boolean
  /** Something has been printed: the next group of another input is preceded by `--`. */
  separate: boolean
  /* Of the input that is read: */
  name: string
  rest: string
  line: number
  count: number
  /** Number of the last line printed, 0: none. */
  last: number
  /** Lines that may become context before. */
  before: string[]
  /** Lines that still are context after. */
  after: number
  stopped: boolean
}

const SPEC: OptionSpec = {
  short: '0123456789A:B:C:EFGHPLRUVabce:f:hilm:noqrsvwxyz',
  long: {
    'after-context': 'A',
    'before-context': 'B',
    context: 'C',
    'extended-regexp': 'E',
    'fixed-strings': 'F',
    'basic-regexp': 'G',
    'perl-regexp': 'P',
    'with-filename': 'H',
    'no-ignore-case': 'no-ignore-case',
    'no-filename': 'h',
    'no-group-separator': 'no-group-separator',
    'files-without-match': 'L',
    'files-with-matches': 'l',
    count: 'c',
    regexp: 'e',
    file: 'f',
    'ignore-case': 'i',
    'max-count': 'm',
    'line-number': 'n',
    'only-matching': 'o',
    quiet: 'q',
    silent: 'q',
    recursive: 'r',
    'no-messages': 's',
    'invert-match': 'v',
    'word-regexp': 'w',
    'line-regexp': 'x',
    text: 'a',
    color: 'color::',
    colour: 'color::',
    'line-buffered': 'line-buffered',
  },
}

export function grepPatterns(sys: Sys): Opened<Grep> | null {
  const options = parseOptions(sys.process.argv, SPEC)
  if ('error' in options) return refuse(sys, `grep: ${options.error}\n${USAGE}`)
  const { found, operands } = options
  const has = (letter: string): boolean => found.some(({ name }) => name === letter)
  const last = (letters: string): string => found.findLast(({ name }) => letters.includes(name))?.name ?? ''
  const patterns = patternsOf(sys, found, operands)
  if (!patterns) return null
  const context = contextOf(found)
  if (typeof context === 'string') return refuse(sys, `grep: ${context}: invalid context length argument\n`)
  const most = found.findLast(({ name }) => name === 'm')?.value ?? 'Infinity'
  if (most !== 'Infinity' && !/^\d+$/.test(most)) return refuse(sys, 'grep: invalid max count\n')
  const recursive = has('r') || has('R')
  const files = recursive ? filesBelow(sys, operands.length > 0 ? operands : ['']) : operands
  const syntax = { E: 'extended', F: 'fixed', P: 'perl', G: 'basic', '': 'basic' } as const
  const data: Grep = {
    patterns,
    syntax: syntax[last('EFGP') as keyof typeof syntax],
    ignoreCase: has('i') || has('y'),
    word: has('w'),
    whole: has('x'),
    inverted: has('v'),
    mode: modeOf(has, last),
    numbers: has('n'),
    names: last('hH') === 'H' || (last('hH') === '' && (operands.length > 1 || recursive)),
    silent: has('s'),
    most: Number(most),
    contextBefore: context.before,
    contextAfter: context.after,
    inputs: files.length || 1,
    found: false,
    separate: false,
    name: '',
    rest: '',
    line: 0,
    count: 0,
    last: 0,
    before: [],
    after: 0,
    stopped: false,
  }
  try {
    lineMatcher(data)
  } catch (error) {
    if (error instanceof RegexError || error instanceof SyntaxError)
      return refuse(sys, `grep: ${error.message}\n`)
    throw error
  }
  if (data.syntax === 'extended') {
    for (const pattern of patterns) {
      const stray = /^(?:([*+?])|(\{(?:\d+,?\d*|,\d*)\}))/.exec(pattern)
      if (stray) sys.err(`grep: warning: ${stray[1] ?? '{...}'} at start of expression\n`)
    }
  }
  if (data.most === 0) {
    sys.exit(1)
    return null
  }
  return { data, files }
}

const USAGE = "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n"

function refuse(sys: Sys, text: string): null {
  sys.err(text)
  sys.exit(2)
  return null
}

/** The patterns of -e and -f, or the first operand, which is taken away. */
function patternsOf(sys: Sys, found: readonly FoundOption[], operands: string[]): string[] | null {
  const texts: string[] = []
  for (const { name, value } of found) {
    if (name === 'e') texts.push(value)
    if (name !== 'f') continue
    const text = sys.files.read(value)
    if (typeof text !== 'string') return refuse(sys, `grep: ${value}: ${errnoText(text)}\n`)
    if (text !== '') texts.push(text.replace(/\n$/, ''))
  }
  if (!found.some(({ name }) => name === 'e' || name === 'f')) {
    const pattern = operands.shift()
    if (pattern === undefined) return refuse(sys, USAGE)
    texts.push(pattern)
  }
  return texts.flatMap((text) => text.split('\n'))
}

/** Lines of context, or the word that is no number. */
function contextOf(found: readonly FoundOption[]): { before: number; after: number } | string {
  const context = { before: 0, after: 0 }
  let digits = ''
  for (const { name, value } of found) {
    if (/\d/.test(name)) {
      digits += name
      context.before = context.after = Number(digits)
      continue
    }
    digits = ''
    if (!'ABC'.includes(name)) continue
    if (!/^\d+$/.test(value)) return value
    if (name !== 'A') context.before = Number(value)
    if (name !== 'B') context.after = Number(value)
  }
  return context
}

function modeOf(has: (letter: string) => boolean, last: (letters: string) => string): Grep['mode'] {
  if (has('q')) return 'quiet'
  if (has('l') || has('L')) return last('lL') === 'l' ? 'files' : 'files without'
  return has('c') ? 'count' : has('o') ? 'matches' : 'lines'
}

/** -r: the files in directories; '' is the working directory. */
function filesBelow(sys: Sys, operands: string[]): string[] {
  return operands.flatMap((path) => {
    if (sys.files.exists(path === '' ? '.' : path) !== 'dir') return [path]
    const prefix = path === '' || path.endsWith('/') ? path : `${path}/`
    return filesBelow(
      sys,
      sys.files.list(path === '' ? '.' : path).map((name) => prefix + name),
    )
  })
}
