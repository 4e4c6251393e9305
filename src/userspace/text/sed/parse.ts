/**
 * Parses a sed script. GNU sed 4.9, with its messages.
 *
 * Left out: e, F, R, v, W, z; the flags e and m of s.
 */
import { compileRegex, RegexError } from '../regex.ts'
import { CONTROL, parseReplacement } from './replacement.ts'
import {
  SedError,
  type Action,
  type Address,
  type Command,
  type Pattern,
  type RangeEnd,
  type Script,
} from './script.ts'

interface State {
  text: string
  at: number
  extended: boolean
  commands: Command[]
  /** Commands that open a block which is not closed yet. */
  open: (Action & { name: '{' })[]
  labels: Map<string, number>
  ranges: number
  usesLast: boolean
}

export function parseScript(text: string, extended: boolean): Script {
  const state: State = {
    text,
    at: 0,
    extended,
    commands: [],
    open: [],
    labels: new Map(),
    ranges: 0,
    usesLast: false,
  }
  while (skipSpace(state, /[\s;]*/y)) readCommand(state)
  const [unclosed] = state.open
  if (unclosed) throw new SedError(0, "unmatched `{'")
  for (const { action } of state.commands) {
    if (action.name !== 'b' && action.name !== 't' && action.name !== 'T') continue
    if (action.label === '') continue
    const target = state.labels.get(action.label)
    if (target === undefined) throw new SedError(-1, `can't find label for jump to \`${action.label}'`)
    action.target = target
  }
  return { commands: state.commands, usesLast: state.usesLast, ranges: state.ranges }
}

/** Skip what matches. False: the script is at its end. */
function skipSpace(state: State, space: RegExp): boolean {
  space.lastIndex = state.at
  space.exec(state.text)
  state.at = Math.max(state.at, space.lastIndex)
  return state.at < state.text.length
}

function fail(state: State, message: string, at = state.at): SedError {
  return new SedError(Math.min(at, state.text.length), message)
}

function readCommand(state: State): void {
  const from = readAddress(state)
  let to: RangeEnd | null = null
  skipSpace(state, /[ \t]*/y)
  if (from && state.text[state.at] === ',') {
    state.at++
    skipSpace(state, /[ \t]*/y)
    to = readRangeEnd(state)
    if (!to) throw fail(state, "unexpected `,'", state.at + 1 > state.text.length ? state.at : state.at + 1)
  }
  if (from?.kind === 'line' && from.line === 0 && to?.kind !== 'regex') {
    throw fail(state, 'invalid usage of line address 0', state.at + 1)
  }
  let negated = false
  skipSpace(state, /[ \t]*/y)
  while (state.text[state.at] === '!') {
    if (negated) throw fail(state, "multiple `!'s", state.at + 1)
    negated = true
    state.at++
    skipSpace(state, /[ \t]*/y)
  }
  const name = state.text[state.at]
  if (name === undefined || name === '\n') throw fail(state, 'missing command')
  state.at++
  const range = to ? state.ranges++ : -1
  if (name === '}') {
    closeBlock(state, from !== null)
    return
  }
  if (name === '#') {
    if (from) throw fail(state, "comments don't accept any addresses")
    skipSpace(state, /[^\n]*/y)
    return
  }
  if (name === ':') {
    if (from) throw fail(state, ": doesn't want any addresses")
    const label = readWord(state)
    if (label === '') throw fail(state, '":" lacks a label')
    state.labels.set(label, state.commands.length)
    return
  }
  const command: Command = { from, to, range, negated, action: readAction(state, name) }
  state.commands.push(command)
  const { action } = command
  if (action.name === '{') state.open.push(action)
  else if (!'aicsyrw:bTt'.includes(name)) endCommand(state)
}

function closeBlock(state: State, addressed: boolean): void {
  if (addressed) throw fail(state, "} doesn't want any addresses")
  const block = state.open.pop()
  if (!block) throw fail(state, "unexpected `}'")
  block.target = state.commands.length
  endCommand(state)
}

/** Nothing but a separator may follow. */
function endCommand(state: State): void {
  skipSpace(state, /[ \t]*/y)
  const c = state.text[state.at]
  if (c === undefined || c === '}' || c === '#') return
  if (c !== ';' && c !== '\n') throw fail(state, 'extra characters after command', state.at + 1)
  state.at++
}

/* Addresses */

function readNumber(state: State): number | null {
  const digits = /\d+/y
  digits.lastIndex = state.at
  const found = digits.exec(state.text)
  if (!found) return null
  state.at = digits.lastIndex
  return Number(found[0])
}

function readAddress(state: State): Address | null {
  const c = state.text[state.at]
  if (c === '$') {
    state.at++
    state.usesLast = true
    return { kind: 'last' }
  }
  if (c === '/' || c === '\\') {
    if (c === '\\') state.at++
    const delimiter = state.text[state.at]
    const source = readDelimited(state, delimiter, 'unterminated address regex', true)
    let ignoreCase = false
    while (state.text[state.at] === 'I' || state.text[state.at] === 'M')
      ignoreCase = state.text[state.at++] === 'I' || ignoreCase
    return { kind: 'regex', regex: patternOf(state, source, ignoreCase) }
  }
  const line = readNumber(state)
  if (line === null) return null
  if (state.text[state.at] !== '~') return { kind: 'line', line }
  state.at++
  return { kind: 'step', first: line, step: readNumber(state) ?? 0 }
}

function readRangeEnd(state: State): RangeEnd | null {
  const c = state.text[state.at]
  if (c !== '+' && c !== '~') return readAddress(state)
  state.at++
  const count = readNumber(state)
  if (count === null) throw fail(state, 'expected number')
  return c === '+' ? { kind: 'count', count } : { kind: 'multiple', of: count }
}

/** null: the empty one, which is the last that was used. */
function patternOf(state: State, source: string, ignoreCase: boolean): Pattern | null {
  if (source === '') return null
  try {
    compileRegex(source, { syntax: state.extended ? 'extended' : 'basic', ignoreCase, program: 'sed' })
  } catch (error) {
    if (!(error instanceof RegexError)) throw error
    throw fail(state, error.message)
  }
  return { source, ignoreCase }
}

/** Text up to the delimiter, which is taken; escaped, it is the character itself. */
function readDelimited(state: State, delimiter: string, message: string, regex: boolean): string {
  let text = ''
  let inBrackets = false
  for (let i = state.at + 1; i < state.text.length; i++) {
    const c = state.text[i]
    if (c === delimiter && !inBrackets) {
      state.at = i + 1
      return text
    }
    if (c === '\\' && !inBrackets) {
      const next = state.text[++i] ?? ''
      text +=
        next === delimiter
          ? regex && isSpecial(next)
            ? `[${next}]`
            : next
          : next === '\n' && regex
            ? '\n'
            : `\\${next}`
      continue
    }
    if (regex && c === '\n') break
    if (regex && c === '[' && !inBrackets) {
      inBrackets = true
      const first = /\[\^?\]?/y
      first.lastIndex = i
      const opening = first.exec(state.text)?.[0] ?? '['
      text += opening
      i += opening.length - 1
      continue
    }
    if (c === ']') inBrackets = false
    text += c
  }
  throw fail(state, message, state.text.length)
}

/** `s|a\|b|x|`: the delimiter, escaped, is an ordinary character. */
function isSpecial(c: string): boolean {
  return '.*[]^$+?(){}|'.includes(c)
}

/* Commands */

function readWord(state: State): string {
  skipSpace(state, /[ \t]*/y)
  const word = /[^\s;}]*/y
  word.lastIndex = state.at
  const found = word.exec(state.text)?.[0] ?? ''
  state.at = word.lastIndex
  return found
}

function readLine(state: State): string {
  skipSpace(state, /[ \t]*/y)
  const end = state.text.indexOf('\n', state.at)
  const line = state.text.slice(state.at, end < 0 ? undefined : end)
  state.at = end < 0 ? state.text.length : end
  return line
}

function readAction(state: State, name: string): Action {
  switch (name) {
    case '{':
      return { name, target: null }
    case 's':
      return readSubstitute(state)
    case 'y':
      return readTransliterate(state)
    case 'a':
    case 'i':
    case 'c':
      return { name, text: readText(state) }
    case 'b':
    case 't':
    case 'T': {
      const label = readWord(state)
      return { name, label, target: null }
    }
    case 'q':
    case 'Q':
      skipSpace(state, /[ \t]*/y)
      return { name, status: readNumber(state) ?? 0 }
    case 'r':
    case 'w': {
      const file = readLine(state)
      if (file === '') throw fail(state, 'missing filename in r/R/w/W commands')
      return { name, file }
    }
    case 'p':
    case 'P':
    case 'd':
    case 'D':
    case 'n':
    case 'N':
    case 'h':
    case 'H':
    case 'g':
    case 'G':
    case 'x':
    case '=':
    case 'l':
      return { name }
    default:
      throw fail(state, `unknown command: \`${name}'`)
  }
}

/** The text of a, i and c: `a text`, or `a\` and lines that end with a backslash but for the last. */
function readText(state: State): string {
  skipSpace(state, /[ \t]*/y)
  if (state.at >= state.text.length) throw fail(state, "expected \\ after `a', `c' or `i'")
  const classic = /\\(?:[ \t]*\n|$)?/y
  classic.lastIndex = state.at
  if (classic.exec(state.text)) state.at = classic.lastIndex
  if (state.at >= state.text.length) return ''
  let text = ''
  for (; state.at < state.text.length && state.text[state.at] !== '\n'; state.at++) {
    if (state.text[state.at] === '\\') state.at++
    text += state.text[state.at] ?? ''
  }
  return `${text}\n`
}

function readSubstitute(state: State): Action {
  const delimiter = state.text[state.at]
  const unterminated = "unterminated `s' command"
  if (delimiter === undefined || delimiter === '\n' || delimiter === '\\') throw fail(state, unterminated)
  const source = readDelimited(state, delimiter, unterminated, true)
  state.at--
  const written = readDelimited(state, delimiter, unterminated, false)
  const flags = { all: false, nth: 0, print: false, ignoreCase: false, file: null as string | null }
  readFlags(state, flags)
  const regex = patternOf(state, source, flags.ignoreCase)
  const replacement = parseReplacement(written)
  const groups = regex ? (regex.source.match(state.extended ? /(?<!\\)\(/g : /\\\(/g)?.length ?? 0) : 9
  const highest = Math.max(0, ...replacement.map((piece) => (typeof piece === 'number' ? piece : 0)))
  if (highest > groups) throw fail(state, `invalid reference \\${highest} on \`s' command's RHS`)
  const { all, nth, print, file } = flags
  return { name: 's', regex, replacement, all, nth, print, file }
}

function readFlags(
  state: State,
  flags: { all: boolean; nth: number; print: boolean; ignoreCase: boolean; file: string | null },
): void {
  for (;;) {
    const c = state.text[state.at]
    if (c === undefined || c === '}' || c === '#') return
    state.at++
    if (c === '\n' || c === ';') return
    if ((c === 'g' && flags.all) || (c === 'p' && flags.print))
      throw fail(state, `multiple \`${c}' options to \`s' command`)
    if (c === 'g') flags.all = true
    else if (c === 'p') flags.print = true
    else if (c === 'i' || c === 'I') flags.ignoreCase = true
    else if (c === 'w') {
      flags.file = readLine(state)
      return
    } else if (/\d/.test(c)) {
      if (flags.nth > 0) throw fail(state, "multiple number options to `s' command")
      state.at--
      flags.nth = readNumber(state) ?? 0
      if (flags.nth === 0) throw fail(state, "number option to `s' command may not be zero")
    } else if (c !== ' ' && c !== '\t') throw fail(state, "unknown option to `s'")
  }
}

function readTransliterate(state: State): Action {
  const delimiter = state.text[state.at]
  const unterminated = "unterminated `y' command"
  if (delimiter === undefined) throw fail(state, unterminated)
  const from = readDelimited(state, delimiter, unterminated, false)
  state.at--
  const to = readDelimited(state, delimiter, unterminated, false)
  const characters = (text: string): string[] => [
    ...text.replace(/\\(.)/g, (all: string, c: string) => CONTROL[c] ?? (c === '\\' ? '\\' : all)),
  ]
  const action = { name: 'y' as const, from: characters(from), to: characters(to) }
  if (action.from.length !== action.to.length)
    throw fail(state, "strings for `y' command are different lengths")
  endCommand(state)
  return action
}
