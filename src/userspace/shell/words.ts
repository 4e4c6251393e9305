/**
 * Reads one word of a command line: quotes, backslashes, `$x ${x} $(...) $((...))` and backquotes.
 * POSIX Shell Command Language 2.2 and 2.6; `$'...'` as in bash.
 *
 * Left out: arrays, `<(...)`, `${x/a/b}`, `${x:1:2}`, `${!x}`.
 */
import type { List, ParameterOp, Part, Redirect, Word } from './ast.ts'

/** Text that is being parsed, and how far. */
export interface Input {
  text: string
  at: number
  /** Here-documents whose text begins after the next newline. */
  documents: { redirect: Redirect; end: string; quoted: boolean; tabs: boolean }[]
  /** Lists inside one another, so far. */
  depth: number
  /** What bash warns of. */
  warnings: string[]
  /** Parse the list of a `$(...)`, up to and with its closing parenthesis. */
  substitution: (input: Input) => List
}

export function newInput(text: string, substitution: (input: Input) => List): Input {
  return { text, at: 0, documents: [], depth: 0, warnings: [], substitution }
}

/** What bash says of a line it cannot parse, without the leading `bash: `. */
export class ShellSyntaxError extends Error {}

const META = new Set([' ', '\t', '\n', '|', '&', ';', '(', ')', '<', '>'])
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y
const SPECIAL = new Set(['?', '$', '#', '@', '*', '!', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])

/** The word that begins here, null: a metacharacter or the end. */
export function readWord(input: Input): Word | null {
  const from = input.at
  const parts = readParts(input, (c) => META.has(c))
  return input.at === from ? null : { parts, text: input.text.slice(from, input.at) }
}

/** Parts up to an unquoted character for which `ends` holds. */
function readParts(input: Input, ends: (c: string) => boolean): Part[] {
  const parts: Part[] = []
  while (input.at < input.text.length) {
    const c = input.text[input.at]
    if (ends(c)) break
    if (c === "'") {
      addText(parts, readSingle(input), true)
    } else if (c === '"') {
      input.at++
      parts.push({ kind: 'text', text: '', quoted: true }, ...readDouble(input, '"'))
    } else if (c === '\\') {
      const next = input.text[input.at + 1]
      input.at += next === undefined ? 1 : 2
      if (next === undefined) addText(parts, '\\', true)
      else if (next !== '\n') addText(parts, next, true)
    } else if (c === '$' && input.text[input.at + 1] === "'") {
      input.at++
      addText(parts, readEscaped(input), true)
    } else if (c === '$' && input.text[input.at + 1] === '"') {
      input.at++
    } else if (c === '$') {
      parts.push(readDollar(input, false))
    } else if (c === '`') {
      parts.push(readBackquotes(input, false))
    } else {
      addText(parts, c, false)
      input.at++
    }
  }
  return parts
}

function addText(parts: Part[], text: string, quoted: boolean): void {
  const last = parts.at(-1)
  if (last?.kind === 'text' && last.quoted === quoted) last.text += text
  else parts.push({ kind: 'text', text, quoted })
}

function readSingle(input: Input): string {
  const end = input.text.indexOf("'", input.at + 1)
  if (end < 0) throw unmatched("'")
  const text = input.text.slice(input.at + 1, end)
  input.at = end + 1
  return text
}

/** `$'...'`, at the quote. */
function readEscaped(input: Input): string {
  const escapes: Record<string, string> = {
    n: '\n',
    t: '\t',
    r: '\r',
    e: '\x1b',
    a: '\x07',
    b: '\b',
    f: '\f',
    v: '\v',
  }
  let text = ''
  for (input.at++; input.text[input.at] !== "'"; input.at++) {
    const c = input.text[input.at]
    if (c === undefined) throw unmatched("'")
    if (c !== '\\') {
      text += c
      continue
    }
    const code = /\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3}))/y
    code.lastIndex = input.at
    const number = code.exec(input.text)
    if (number) {
      text += String.fromCharCode(number[1] ? parseInt(number[1], 16) : parseInt(number[2], 8))
      input.at = code.lastIndex - 1
    } else {
      const next = input.text[++input.at] ?? ''
      text += escapes[next] ?? ('\\\'"?'.includes(next) ? next : `\\${next}`)
    }
  }
  input.at++
  return text
}

/** What is inside double quotes, up to and with the closing one; with `end` '' to the end of the text. */
export function readDouble(input: Input, end: '"' | ''): Part[] {
  const parts: Part[] = []
  for (;;) {
    const c = input.text[input.at]
    if (c === undefined) {
      if (end === '') return parts
      throw unmatched('"')
    }
    if (c === end) {
      input.at++
      return parts
    }
    if (c === '\\') {
      const next = input.text[input.at + 1] ?? ''
      input.at += 1 + next.length
      if (next === '$' || next === '`' || next === '\\' || (next === '"' && end === '"'))
        addText(parts, next, true)
      else if (next !== '\n') addText(parts, `\\${next}`, true)
    } else if (c === '$') {
      parts.push(readDollar(input, true))
    } else if (c === '`') {
      parts.push(readBackquotes(input, true))
    } else {
      addText(parts, c, true)
      input.at++
    }
  }
}

function readDollar(input: Input, quoted: boolean): Part {
  const { text } = input
  const next = text[input.at + 1] ?? ''
  if (next === '(') {
    const arithmetic = text[input.at + 2] === '(' ? endOfArithmetic(text, input.at + 3) : -1
    if (arithmetic >= 0) {
      const inner = newInput(text.slice(input.at + 3, arithmetic), input.substitution)
      input.at = arithmetic + 2
      return { kind: 'arithmetic', word: { parts: readDouble(inner, ''), text: inner.text }, quoted }
    }
    input.at += 2
    return { kind: 'command', body: input.substitution(input), quoted }
  }
  if (next === '{') return readBraced(input, quoted)
  if (SPECIAL.has(next)) {
    input.at += 2
    return { kind: 'parameter', name: next, quoted, op: null }
  }
  NAME.lastIndex = input.at + 1
  const name = NAME.exec(text)?.[0]
  input.at += 1 + (name?.length ?? 0)
  return name === undefined
    ? { kind: 'text', text: '$', quoted }
    : { kind: 'parameter', name, quoted, op: null }
}

/** The expression of `((expression))`, at the first parenthesis; null: these are two subshells. */
export function readArithmetic(input: Input): Word | null {
  const end = input.text.startsWith('((', input.at) ? endOfArithmetic(input.text, input.at + 2) : -1
  if (end < 0) return null
  const word = arithmeticWord(input, input.text.slice(input.at + 2, end))
  input.at = end + 2
  return word
}

/** An expression: expanded as in double quotes, then evaluated. */
export function arithmeticWord(input: Input, text: string): Word {
  return { parts: readDouble(newInput(text, input.substitution), ''), text }
}

/** Where the `))` of a `$((` is, -1: it was a subshell inside a `$(`. */
function endOfArithmetic(text: string, from: number): number {
  let depth = 0
  for (let i = from; i < text.length; i++) {
    if (text[i] === '(') depth++
    else if (text[i] === ')' && depth-- === 0) return text[i + 1] === ')' ? i : -1
  }
  return -1
}

/** `${name}`, `${name:-word}`, `${#name}`. */
function readBraced(input: Input, quoted: boolean): Part {
  const from = input.at
  const head = /\$\{(#(?=[A-Za-z_0-9?@*]))?([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[?$#@*!-])(:?[-=+?]|##?|%%?)?/y
  head.lastIndex = from
  const found = head.exec(input.text)
  if (!found) return badSubstitution(input, from)
  const [all, length, name, op] = found
  input.at = from + all.length
  const end = (c: string): boolean => c === '}'
  const word: Word = { parts: [], text: '' }
  if (op !== undefined && length === undefined) {
    const at = input.at
    word.parts = quoted && !/^[#%]/.test(op) ? readQuotedOperand(input) : readParts(input, end)
    word.text = input.text.slice(at, input.at)
  }
  if (input.at >= input.text.length) throw unmatched('}')
  if (input.text[input.at] !== '}' || (length !== undefined && op !== undefined))
    return badSubstitution(input, from)
  input.at++
  const action = length === undefined ? op : 'length'
  return {
    kind: 'parameter',
    name,
    quoted,
    op: action === undefined ? null : { op: action as ParameterOp['op'], word },
  }
}

/** The word of `"${x:-word}"`: quoted as what is around it is. */
function readQuotedOperand(input: Input): Part[] {
  return readParts(input, (c) => c === '}').map((part) => ({ ...part, quoted: true }))
}

/** An expansion that expand.ts refuses when it gets there: bash, too, says so only then. */
function badSubstitution(input: Input, from: number): Part {
  const end = input.text.indexOf('}', from)
  if (end < 0) throw unmatched('}')
  input.at = end + 1
  return { kind: 'parameter', name: input.text.slice(from, end + 1), quoted: true, op: null }
}

function readBackquotes(input: Input, quoted: boolean): Part {
  const from = ++input.at
  let inner = ''
  for (; input.text[input.at] !== '`'; input.at++) {
    const c = input.text[input.at]
    if (c === undefined) throw unmatched('`')
    const next = input.text[input.at + 1]
    if (c === '\\' && (next === '`' || next === '\\' || next === '$' || (quoted && next === '"'))) {
      inner += next
      input.at++
    } else inner += c
  }
  if (input.at > input.text.length) input.at = from
  input.at++
  return { kind: 'command', body: input.substitution(newInput(`${inner}\n)`, input.substitution)), quoted }
}

function unmatched(what: string): ShellSyntaxError {
  return new ShellSyntaxError(`unexpected EOF while looking for matching \`${what}'`)
}
