/**
 * Runs a sed script over lines. Where it is in the script is data, so `n` and `N` can wait for the next line.
 */
import type { Sys } from '../../program.ts'
import { compileRegex, findMatch, matchesIn, type Regex } from '../regex.ts'
import { fillIn } from './replacement.ts'
import type { Action, Address, Command, Pattern, Script } from './script.ts'

export interface SedState {
  quiet: boolean
  extended: boolean
  /** Lines that have come and have not been read, and whether a newline ended each. */
  queue: { text: string; newline: boolean }[]
  next: number
  /** No more lines will come. */
  ended: boolean
  line: number
  /** The pattern space; null: between two cycles. */
  space: string | null
  newline: boolean
  hold: string
  /** Whether the line that is held had a newline. */
  holdNewline: boolean
  at: number
  /** A substitution has been made since the last line was read or the last t. */
  changed: boolean
  /** For each range: the line on which it ends, 0: it is not inside. */
  inside: number[]
  /** What is printed when the cycle ends: texts of a, files of r. */
  appended: { text: string; file: boolean }[]
  last: Pattern | null
  out: string
  /** What was printed last has no newline yet. */
  owed: boolean
  status: number | null
  opened: string[]
}

type Outcome = 'next' | 'end' | 'again' | 'quit' | 'wait'

/** Go on as far as the lines that have come allow. */
export function runScript(sys: Sys, script: Script, state: SedState): void {
  while (state.status === null) {
    if (state.space === null) {
      if (!readLine(script, state)) return
      state.at = 0
    }
    const outcome = cycle(sys, script, state)
    if (outcome === 'wait') return
    if (outcome === 'again') continue
    if (outcome !== 'quit') finish(sys, state)
    state.space = null
  }
}

/** Take the next line into the pattern space. False: it is not there (yet). */
function readLine(script: Script, state: SedState): boolean {
  const left = state.queue.length - state.next
  if (left === 0 || (left === 1 && !state.ended && script.usesLast)) return false
  const { text, newline } = state.queue[state.next++]
  if (state.next === state.queue.length) {
    state.queue = []
    state.next = 0
  }
  state.space = text
  state.newline = newline
  state.line++
  state.changed = false
  return true
}

function isLast(state: SedState): boolean {
  return state.ended && state.queue.length === state.next
}

export function put(state: SedState, text: string, newline = true): void {
  state.out += (state.owed ? '\n' : '') + text + (newline ? '\n' : '')
  state.owed = !newline
}

/** The end of a cycle. */
function finish(sys: Sys, state: SedState): void {
  if (!state.quiet && state.space !== null) put(state, state.space, state.newline)
  append(sys, state)
}

function append(sys: Sys, state: SedState): void {
  for (const { text, file } of state.appended) {
    if (state.owed) state.out += '\n'
    state.owed = false
    const found = file ? sys.files.read(text) : text
    if (typeof found === 'string' && found !== '')
      put(state, found.replace(/\n$/, ''), !file || found.endsWith('\n'))
  }
  state.appended = []
}

function cycle(sys: Sys, script: Script, state: SedState): Outcome {
  const { commands } = script
  let steps = 0
  while (state.at < commands.length) {
    if (++steps % 1000 === 0) sys.spend?.(100)
    const command = commands[state.at]
    if (!selects(command, state)) {
      state.at = command.action.name === '{' ? (command.action.target ?? commands.length) : state.at + 1
      continue
    }
    const outcome = act(sys, script, state, command)
    if (outcome !== 'next') return outcome
  }
  return 'end'
}

/* Addresses */

function selects({ from, to, range, negated }: Command, state: SedState): boolean {
  if (!from) return !negated
  if (!to) return matches(from, state) !== negated
  return inRange(from, to, range, state) !== negated
}

function matches(address: Address, state: SedState): boolean {
  switch (address.kind) {
    case 'line':
      return state.line === address.line
    case 'last':
      return isLast(state)
    case 'step':
      return address.step > 0
        ? state.line >= address.first && (state.line - address.first) % address.step === 0
        : state.line === address.first
    case 'regex':
      return matchesIn(regexOf(address.regex, state), state.space ?? '')
  }
}

function inRange(from: Address, to: NonNullable<Command['to']>, range: number, state: SedState): boolean {
  const until = state.inside[range] ?? (from.kind === 'line' && from.line === 0 ? Infinity : 0)
  if (until === 0) {
    if (!matches(from, state)) return false
    state.inside[range] = endOf(to, state)
    return true
  }
  if (to.kind === 'line' || to.kind === 'count' || to.kind === 'multiple') {
    if (state.line >= until) state.inside[range] = 0
    // A line number that lies behind already: only the first line was in the range.
    return state.line <= until
  }
  state.inside[range] = matches(to, state) ? 0 : Infinity
  return true
}

/** The line on which a range that begins here ends; 0: on this one. */
function endOf(to: NonNullable<Command['to']>, { line }: SedState): number {
  switch (to.kind) {
    case 'line':
      return to.line > line ? to.line : 0
    case 'count':
      return to.count > 0 ? line + to.count : 0
    case 'multiple':
      return to.of > 0 && line % to.of !== 0 ? Math.ceil(line / to.of) * to.of : 0
    default:
      return Infinity
  }
}

function regexOf(pattern: Pattern | null, state: SedState): Regex {
  const used = pattern ?? state.last ?? { source: '', ignoreCase: false }
  state.last = used
  return compileRegex(used.source, {
    syntax: state.extended ? 'extended' : 'basic',
    ignoreCase: used.ignoreCase,
    program: 'sed',
  })
}

/* Commands */

function act(sys: Sys, script: Script, state: SedState, { action, to, range }: Command): Outcome {
  const space = state.space ?? ''
  state.at++
  switch (action.name) {
    case 's':
      substitute(sys, state, action)
      break
    case 'y':
      state.space = [...space].map((c) => action.to[action.from.indexOf(c)] ?? c).join('')
      break
    case 'p':
      put(state, space, state.newline)
      break
    case 'P':
      put(state, space.split('\n')[0])
      break
    case '=':
      put(state, String(state.line))
      break
    case 'l':
      put(state, visible(space))
      break
    case 'd':
      return skip(sys, state)
    case 'D': {
      const newline = space.indexOf('\n')
      if (newline < 0) return skip(sys, state)
      append(sys, state)
      state.space = space.slice(newline + 1)
      state.at = 0
      return 'again'
    }
    case 'n':
    case 'N':
      return takeNext(sys, script, state, action.name)
    case 'h':
      state.hold = space
      state.holdNewline = state.newline
      break
    case 'H':
      state.hold += `\n${space}`
      state.holdNewline = state.newline
      break
    case 'g':
      state.space = state.hold
      state.newline = state.holdNewline
      break
    case 'G':
      state.space = `${space}\n${state.hold}`
      state.newline = state.holdNewline
      break
    case 'x':
      state.space = state.hold
      state.hold = space
      ;[state.newline, state.holdNewline] = [state.holdNewline, state.newline]
      break
    case 'a':
      state.appended.push({ text: action.text, file: false })
      break
    case 'r':
      state.appended.push({ text: action.file, file: true })
      break
    case 'i':
      if (action.text !== '') put(state, action.text.slice(0, -1))
      break
    case 'c':
      if (action.text !== '' && (!to || state.inside[range] === 0 || isLast(state)))
        put(state, action.text.slice(0, -1))
      return skip(sys, state)
    case 'w':
      writeTo(sys, state, action.file, space)
      break
    case 'b':
      state.at = action.target ?? script.commands.length
      break
    case 't':
    case 'T':
      if (state.changed === (action.name === 't')) state.at = action.target ?? script.commands.length
      state.changed = false
      break
    case 'q':
      finish(sys, state)
      state.status = action.status
      return 'quit'
    case 'Q':
      state.status = action.status
      return 'quit'
    case '{':
    case 'nothing':
      break
  }
  return 'next'
}

/** End the cycle without printing. */
function skip(sys: Sys, state: SedState): Outcome {
  append(sys, state)
  state.space = null
  return 'again'
}

/** n and N. With no next line GNU sed prints the pattern space and ends. */
function takeNext(sys: Sys, script: Script, state: SedState, name: 'n' | 'N'): Outcome {
  if (isLast(state)) {
    finish(sys, state)
    state.status = 0
    return 'quit'
  }
  const { space, newline, changed } = state
  if (!readLine(script, state)) {
    state.at--
    return 'wait'
  }
  state.changed = changed
  const read = state.space ?? ''
  const after = state.newline
  if (name === 'N') {
    append(sys, state)
    state.space = `${space}\n${read}`
    return 'next'
  }
  state.space = space
  state.newline = newline
  finish(sys, state)
  state.space = read
  state.newline = after
  return 'next'
}

function substitute(sys: Sys, state: SedState, action: Action & { name: 's' }): void {
  const text = state.space ?? ''
  const regex = regexOf(action.regex, state)
  let result = ''
  let from = 0
  let count = 0
  let made = false
  for (let at = 0; at <= text.length;) {
    const found = findMatch(regex, text, at)
    if (!found) break
    const empty = found.to === found.from
    // An empty match directly after another match does not count.
    if (!(empty && count > 0 && found.from === from)) {
      count++
      if (count >= action.nth) {
        result += text.slice(from, found.from) + fillIn(action.replacement, found.groups)
        from = found.to
        made = true
        if (!action.all) break
      } else {
        result += text.slice(from, found.to)
        from = found.to
      }
    }
    at = empty ? found.to + 1 : found.to
  }
  if (!made) return
  state.space = result + text.slice(from)
  sys.spend?.(state.space.length / 500)
  state.changed = true
  if (action.print) put(state, state.space)
  if (action.file !== null) writeTo(sys, state, action.file, state.space)
}

function writeTo(sys: Sys, state: SedState, file: string, text: string): void {
  const line = state.newline ? `${text}\n` : text
  if (file === '/dev/stdout') put(state, text, state.newline)
  else if (file === '/dev/stderr') sys.err(line)
  else {
    sys.files.write(file, line, state.opened.includes(file))
    if (!state.opened.includes(file)) state.opened.push(file)
  }
}

/** l: what cannot be seen, with backslashes; lines of 69 characters. */
function visible(text: string): string {
  const names: Record<string, string> = {
    '\\': '\\\\',
    '\x07': '\\a',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\v': '\\v',
  }
  const pieces = [...text].map(
    (c) => names[c] ?? (c < ' ' || c === '\x7f' ? `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}` : c),
  )
  let result = ''
  let width = 0
  for (const piece of pieces) {
    if (width + piece.length > 69) {
      result += '\\\n'
      width = 0
    }
    result += piece
    width += piece.length
  }
  return `${result}$`
}
