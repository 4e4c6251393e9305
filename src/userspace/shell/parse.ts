/**
 * Parses a command line into ast.ts.
 *
 * POSIX Shell Command Language 2.10.2, with bash's `|&`, `&>`, `<<<` and brace expansion.
 * Left out: `[[ ]]`, `select`, `coproc`, aliases, arrays, descriptors other than 0, 1 and 2.
 */
import type { AndOr, Case, Command, For, If, List, Loop, Pipeline, Redirect, Simple, Word } from './ast.ts'
import { bracesOf } from './later.ts'
import {
  arithmeticWord,
  newInput,
  readArithmetic,
  readDouble,
  readWord,
  ShellSyntaxError,
  type Input,
} from './words.ts'

const OPERATOR = /&&|\|\||;;|\|&|[|;&()\n]/y
const REDIRECT = /([0-2])?(<<<|<<-|<<|>>|>&|<&|&>>|&>|>\||<|>)/y
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=/
/** Lists inside one another that a line can have. */
const DEEPEST = 100
/** Words that end a list where a command could begin. */
const CLOSERS = ['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}']

export interface Parsed {
  list: List
  /** What bash prints before it begins. */
  warnings: string[]
}

/**
 * The tree of a line, or what bash says of it.
 *
 * A leading `$ `, as it stands before commands in articles, is ignored. (bash would look for a command named `$`.)
 */
export function parse(line: string): Parsed | string {
  const input = newInput(line.replace(/^\s*\$ +/, ''), substitution)
  try {
    const list = readList(input, 'end')
    if (!atEnd(input)) throw unexpected(input)
    if (input.documents.length > 0) readDocuments(input)
    return { list, warnings: input.warnings }
  } catch (error) {
    if (error instanceof ShellSyntaxError) return error.message
    if (error instanceof RangeError) return 'maximum nesting level exceeded'
    throw error
  }
}

function substitution(input: Input): List {
  const list = readList(input, 'closed')
  if (!accept(input, ')')) throw unexpected(input, ')')
  return list
}

/* Tokens */

/** Skip blanks, comments and line continuations. */
function skip(input: Input): void {
  const blank = /(?:[ \t]|\\\n)*(?:#[^\n]*)?/y
  blank.lastIndex = input.at
  blank.exec(input.text)
  input.at = blank.lastIndex
}

function atEnd(input: Input): boolean {
  skip(input)
  return input.at >= input.text.length
}

function operator(input: Input): string | null {
  skip(input)
  OPERATOR.lastIndex = input.at
  const found = OPERATOR.exec(input.text)?.[0] ?? null
  return found === '&' && input.text[input.at + 1] === '>' ? null : found
}

function accept(input: Input, what: string): boolean {
  if (operator(input) !== what) return false
  input.at += what.length
  if (what === '\n') readDocuments(input)
  return true
}

function skipNewlines(input: Input): void {
  while (accept(input, '\n'));
}

/** The reserved word (or any unquoted word) that stands next, without taking it. */
function peekWord(input: Input): string | null {
  skip(input)
  const plain = /[^\s|&;()<>"'\\$`]+/y
  plain.lastIndex = input.at
  const word = plain.exec(input.text)?.[0]
  const after = word === undefined ? '' : input.text[input.at + word.length]
  return word === undefined || (after !== undefined && /["'\\$`]/.test(after)) ? null : word
}

function acceptWord(input: Input, word: string): boolean {
  if (peekWord(input) !== word) return false
  input.at += word.length
  return true
}

function expectWord(input: Input, word: string): void {
  skipNewlines(input)
  if (!acceptWord(input, word)) throw unexpected(input)
}

function unexpected(input: Input, closer?: string): ShellSyntaxError {
  if (atEnd(input)) {
    return closer === undefined
      ? new ShellSyntaxError('syntax error: unexpected end of file')
      : new ShellSyntaxError(`unexpected EOF while looking for matching \`${closer}'`)
  }
  const redirect = /^(?:<<<|<<|>>|>&|<&|&>|<|>)/.exec(input.text.slice(input.at))?.[0]
  const token = redirect ?? operator(input) ?? readWord(input)?.text ?? ''
  return new ShellSyntaxError(`syntax error near unexpected token \`${token === '\n' ? 'newline' : token}'`)
}

/* Lists */

/** `end`: may be empty (an empty line); `closed`: an empty $( ); `body`: at least one command. */
function readList(input: Input, where: 'end' | 'closed' | 'body'): List {
  const items: AndOr[] = []
  if (++input.depth > DEEPEST) throw new ShellSyntaxError('maximum nesting level exceeded')
  skipNewlines(input)
  while (!endsList(input)) {
    items.push(readAndOr(input))
    if (!accept(input, ';') && !accept(input, '\n') && items.at(-1)?.background !== true) break
    skipNewlines(input)
  }
  if (where === 'body' && items.length === 0) throw unexpected(input)
  input.depth--
  return { kind: 'list', items }
}

function endsList(input: Input): boolean {
  if (atEnd(input)) return true
  const op = operator(input)
  if (op === ')' || op === ';;') return true
  return CLOSERS.includes(peekWord(input) ?? '')
}

function readAndOr(input: Input): AndOr {
  skip(input)
  const from = input.at
  const item: AndOr = { first: readPipeline(input), rest: [], background: false, text: '' }
  for (;;) {
    const op = operator(input)
    if (op !== '&&' && op !== '||') break
    input.at += 2
    skipNewlines(input)
    item.rest.push({ op, pipeline: readPipeline(input) })
  }
  item.text = input.text.slice(from, input.at).trim()
  item.background = accept(input, '&')
  return item
}

function readPipeline(input: Input): Pipeline {
  let negated = false
  let timed = false
  for (;;) {
    if (acceptWord(input, '!')) negated = !negated
    else if (acceptWord(input, 'time')) {
      timed = true
      acceptWord(input, '-p')
    } else break
  }
  const commands = [readCommand(input)]
  for (;;) {
    const op = operator(input)
    if (op !== '|' && op !== '|&') return { negated, timed, commands }
    input.at += op.length
    if (op === '|&') {
      const both: Word = { parts: [{ kind: 'text', text: '1', quoted: false }], text: '1' }
      commands[commands.length - 1].redirects.push({ fd: 2, op: '>&', word: both })
    }
    skipNewlines(input)
    commands.push(readCommand(input))
  }
}

/* Commands */

function readCommand(input: Input): Command {
  const expression = operator(input) === '(' ? readArithmetic(input) : null
  if (expression) return withRedirects(input, { kind: 'arithmetic', word: expression, redirects: [] })
  if (accept(input, '(')) {
    const body = readList(input, 'body')
    if (!accept(input, ')')) throw unexpected(input)
    return withRedirects(input, { kind: 'group', subshell: true, body, redirects: [] })
  }
  switch (peekWord(input)) {
    case '{':
      return readBraceGroup(input)
    case 'if':
      return readIf(input)
    case 'while':
    case 'until':
      return readLoop(input)
    case 'for':
      return readFor(input)
    case 'case':
      return readCase(input)
    case 'function':
      acceptWord(input, 'function')
      return readFunction(input, readWord(skipped(input))?.text ?? '')
    default:
      if (CLOSERS.includes(peekWord(input) ?? '')) throw unexpected(input)
      return readSimple(input)
  }
}

function skipped(input: Input): Input {
  skip(input)
  return input
}

function withRedirects<T extends Command>(input: Input, command: T): T {
  for (let redirect = readRedirect(input); redirect; redirect = readRedirect(input)) {
    command.redirects.push(redirect)
  }
  return command
}

function readBraceGroup(input: Input): Command {
  acceptWord(input, '{')
  const body = readList(input, 'body')
  expectWord(input, '}')
  return withRedirects(input, { kind: 'group', subshell: false, body, redirects: [] })
}

function readIf(input: Input): If {
  const arms: If['arms'] = []
  let otherwise: List | null = null
  acceptWord(input, 'if')
  do {
    const condition = readList(input, 'body')
    expectWord(input, 'then')
    arms.push({ condition, body: readList(input, 'body') })
  } while (acceptWord(input, 'elif'))
  if (acceptWord(input, 'else')) otherwise = readList(input, 'body')
  expectWord(input, 'fi')
  return withRedirects(input, { kind: 'if', arms, otherwise, redirects: [] })
}

function readBody(input: Input): List {
  expectWord(input, 'do')
  const body = readList(input, 'body')
  expectWord(input, 'done')
  return body
}

function readLoop(input: Input): Loop {
  const until = acceptWord(input, 'until')
  if (!until) acceptWord(input, 'while')
  const condition = readList(input, 'body')
  const body = readBody(input)
  return withRedirects(input, { kind: 'loop', until, condition, body, redirects: [] })
}

/** `for ((first; condition; step))` */
function readCounting(input: Input, expression: Word): Command {
  const parts = expression.text.split(';')
  if (parts.length !== 3) {
    const both = 'syntax error: arithmetic expression required\nbash: syntax error'
    throw new ShellSyntaxError(`${both}: \`((${expression.text}))'`)
  }
  const [first, condition, step] = parts.map((text) => arithmeticWord(input, text))
  accept(input, ';')
  skipNewlines(input)
  const body = readBody(input)
  return withRedirects(input, { kind: 'counting', first, condition, step, body, redirects: [] })
}

function readFor(input: Input): Command {
  acceptWord(input, 'for')
  const expression = operator(input) === '(' ? readArithmetic(input) : null
  if (expression) return readCounting(input, expression)
  const name = peekWord(input)
  if (name === null) throw unexpected(input)
  acceptWord(input, name)
  skipNewlines(input)
  let words: Word[] | null = null
  if (acceptWord(input, 'in')) {
    words = []
    for (let word = readWord(skipped(input)); word; word = readWord(skipped(input)))
      words.push(...bracesOf(word))
    if (!accept(input, ';') && !accept(input, '\n')) throw unexpected(input)
  } else accept(input, ';')
  const body = readBody(input)
  const loop: For = { kind: 'for', name, words, body, redirects: [] }
  return withRedirects(input, loop)
}

function readCase(input: Input): Case {
  acceptWord(input, 'case')
  const word = readWord(skipped(input))
  if (!word) throw unexpected(input)
  expectWord(input, 'in')
  const arms: Case['arms'] = []
  skipNewlines(input)
  while (!acceptWord(input, 'esac')) {
    accept(input, '(')
    const patterns: Word[] = []
    do {
      const pattern = readWord(skipped(input))
      if (!pattern) throw unexpected(input)
      patterns.push(pattern)
    } while (accept(input, '|'))
    if (!accept(input, ')')) throw unexpected(input)
    arms.push({ patterns, body: readList(input, 'closed') })
    if (!accept(input, ';;') && peekWord(input) !== 'esac') throw unexpected(input)
    skipNewlines(input)
  }
  return withRedirects(input, { kind: 'case', word, arms, redirects: [] })
}

function readFunction(input: Input, name: string): Command {
  if (accept(input, '(') && !accept(input, ')')) throw unexpected(input)
  skipNewlines(input)
  return { kind: 'function', name, body: readCommand(input), redirects: [] }
}

function readSimple(input: Input): Command {
  const command: Simple = { kind: 'simple', assignments: [], words: [], redirects: [] }
  for (;;) {
    skip(input)
    const redirect = readRedirect(input)
    if (redirect) {
      command.redirects.push(redirect)
      continue
    }
    const word = readWord(input)
    if (!word) break
    const first = command.words.length === 0
    const assignment = first ? assignmentOf(word) : null
    if (assignment) command.assignments.push(assignment)
    else command.words.push(...bracesOf(word))
    if (first && !assignment && operator(input) === '(') {
      input.at++
      if (!accept(input, ')')) throw unexpected(input)
      return readFunction(input, word.text)
    }
  }
  const empty = command.words.length + command.assignments.length + command.redirects.length === 0
  if (empty) throw unexpected(input)
  return command
}

function assignmentOf(word: Word): Simple['assignments'][number] | null {
  const [first, ...others] = word.parts
  const found = first?.kind === 'text' && !first.quoted ? ASSIGNMENT.exec(first.text) : null
  if (!found || first.kind !== 'text') return null
  const rest = first.text.slice(found[0].length)
  const parts = rest === '' ? others : [{ ...first, text: rest }, ...others]
  return { name: found[1], value: { parts, text: word.text.slice(found[0].length) } }
}

/* Redirections */

function readRedirect(input: Input): Redirect | null {
  skip(input)
  REDIRECT.lastIndex = input.at
  const found = REDIRECT.exec(input.text)
  if (!found) return null
  input.at += found[0].length
  const symbol = found[2]
  skip(input)
  const word = readWord(input)
  if (!word)
    throw atEnd(input)
      ? new ShellSyntaxError("syntax error near unexpected token `newline'")
      : unexpected(input)
  const fd = found[1] === undefined ? (symbol.startsWith('<') ? 0 : 1) : Number(found[1])
  if (symbol === '<<' || symbol === '<<-') {
    const redirect: Redirect = { fd, op: '<<', word: { parts: [], text: '' } }
    const end = word.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')
    const quoted = word.parts.some((part) => part.quoted)
    input.documents.push({ redirect, end, quoted, tabs: symbol === '<<-' })
    return redirect
  }
  const op = (symbol === '>|' ? '>' : symbol) as Redirect['op']
  return { fd, op, word }
}

/** The texts of the here-documents begun on the line that has just ended. */
function readDocuments(input: Input): void {
  for (const { redirect, end, quoted, tabs } of input.documents.splice(0)) {
    let text = ''
    let ended = false
    while (input.at < input.text.length && !ended) {
      const newline = input.text.indexOf('\n', input.at)
      const stop = newline < 0 ? input.text.length : newline
      const line = input.text.slice(input.at, stop)
      input.at = Math.min(stop + 1, input.text.length)
      const plain = tabs ? line.replace(/^\t+/, '') : line
      if (plain === end) ended = true
      else text += `${plain}\n`
    }
    if (!ended) {
      input.warnings.push(`warning: here-document at line 1 delimited by end-of-file (wanted \`${end}')`)
    }
    const parts = quoted
      ? [{ kind: 'text' as const, text, quoted: true }]
      : readDouble(newInput(text, input.substitution), '')
    redirect.word = { parts, text }
  }
}
