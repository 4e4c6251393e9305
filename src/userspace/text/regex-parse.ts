/**
 * Parses POSIX regular expressions, basic and extended. POSIX Base Definitions 9, with GNU's extensions
 * (`\+ \? \|` in basic ones, `\w \W \s \S \b \B \< \>`); messages as glibc's regcomp(3) has them.
 *
 * Left out: collating symbols and equivalence classes of more than one character.
 */

export interface Dialect {
  /** `basic`: `\( \) \{ \}`; `extended`: `( ) { } + ? |`; `awk`: extended as Debian 12's mawk has it. */
  syntax: 'basic' | 'extended' | 'awk'
  ignoreCase?: boolean
  /** grep lets a repetition begin an extended expression; sed does not. */
  program?: 'grep' | 'sed' | 'awk'
}

/** Characters, as ranges of codes. */
export interface CharSet {
  ranges: [from: number, to: number][]
  negated: boolean
}

export type RegexNode =
  | { kind: 'set'; set: CharSet }
  | { kind: 'sequence'; nodes: RegexNode[] }
  | { kind: 'choice'; nodes: RegexNode[] }
  | { kind: 'repeat'; node: RegexNode; min: number; max: number }
  | { kind: 'group'; node: RegexNode; index: number }
  | { kind: 'assert'; what: Assertion }
  | { kind: 'reference'; index: number }

/** `^ $ \b \B \< \>` */
export type Assertion = 'begin' | 'end' | 'edge' | 'no edge' | 'word begins' | 'word ends'

/** What regcomp() says. */
export class RegexError extends Error {}

/** RE_DUP_MAX */
const MOST = 32767

interface State {
  text: string
  at: number
  dialect: Dialect
  /** Groups opened so far, and those that are open. */
  groups: number
  depth: number
}

export function parseRegex(text: string, dialect: Dialect): RegexNode {
  const state: State = { text, at: 0, dialect, groups: 0, depth: 0 }
  try {
    const node = choice(state)
    if (state.at < text.length) throw new RegexError('Unmatched ) or \\)')
    return node
  } catch (error) {
    // More groups inside one another than the JavaScript stack holds.
    throw error instanceof RangeError ? new RegexError('Memory exhausted') : error
  }
}

const basic = ({ dialect }: State): boolean => dialect.syntax === 'basic'

/** Does this operator stand here? It is written with a backslash in basic expressions. */
function sees(state: State, operator: string): boolean {
  return state.text.startsWith(basic(state) ? `\\${operator}` : operator, state.at)
}

function take(state: State, operator: string): boolean {
  if (!sees(state, operator)) return false
  state.at += basic(state) ? 2 : 1
  return true
}

function choice(state: State): RegexNode {
  const nodes = [sequence(state)]
  while (take(state, '|')) nodes.push(sequence(state))
  if (state.dialect.syntax === 'awk' && nodes.length > 1 && nodes.some(isEmpty))
    throw new RegexError('missing operand')
  return nodes.length === 1 ? nodes[0] : { kind: 'choice', nodes }
}

function isEmpty(node: RegexNode): boolean {
  return node.kind === 'sequence' && node.nodes.length === 0
}

function sequence(state: State): RegexNode {
  const nodes: RegexNode[] = []
  const from = state.at
  while (state.at < state.text.length && !sees(state, '|') && !(sees(state, ')') && endsGroup(state))) {
    const atStart = state.at === from || (basic(state) && nodes.every((node) => node.kind === 'assert'))
    const atom = readAtom(state, atStart)
    if (atom) nodes.push(repeated(state, atom))
  }
  return nodes.length === 1 ? nodes[0] : { kind: 'sequence', nodes }
}

function endsGroup(state: State): boolean {
  if (state.depth > 0) return true
  // grep -E takes a closing parenthesis that closes nothing for itself.
  if (state.dialect.program === 'grep' && !basic(state)) return false
  throw new RegexError('Unmatched ) or \\)')
}

/* Repetition */

function repeated(state: State, atom: RegexNode): RegexNode {
  let node = atom
  for (;;) {
    if (state.text[state.at] === '*') {
      state.at++
      node = repeat(node, 0, Infinity)
    } else if (take(state, '+')) node = repeat(node, 1, Infinity)
    else if (take(state, '?')) node = repeat(node, 0, 1)
    else {
      const bounds = readBounds(state)
      if (!bounds) return node
      node = repeat(node, ...bounds)
    }
  }
}

function repeat(node: RegexNode, min: number, max: number): RegexNode {
  return { kind: 'repeat', node, min, max }
}

/** `{2}`, `{2,}`, `{,3}`, `{2,3}` */
function readBounds(state: State): [min: number, max: number] | null {
  if (state.dialect.syntax === 'awk' || !sees(state, '{')) return null
  const open = basic(state) ? '\\\\\\{' : '\\{'
  const close = basic(state) ? '\\\\\\}' : '\\}'
  const found = new RegExp(`${open}(\\d*)(,?)(\\d*)${close}`, 'y')
  found.lastIndex = state.at
  const bounds = found.exec(state.text)
  if (!bounds || (bounds[1] === '' && bounds[2] === '')) {
    if (state.dialect.program === 'grep' && !basic(state)) return null
    const closed = state.text.includes(basic(state) ? '\\}' : '}', state.at)
    throw new RegexError(closed ? 'Invalid content of \\{\\}' : 'Unmatched \\{')
  }
  state.at = found.lastIndex
  const min = Number(bounds[1])
  const max = bounds[2] === '' ? min : bounds[3] === '' ? Infinity : Number(bounds[3])
  if (min > max) throw new RegexError('Invalid content of \\{\\}')
  if (min > MOST || (max > MOST && max !== Infinity)) throw new RegexError('Regular expression too big')
  return [min, max]
}

/* Atoms */

function readAtom(state: State, atStart: boolean): RegexNode | null {
  const c = state.text[state.at]
  if (take(state, '(')) return readGroup(state)
  if (c === '[') return { kind: 'set', set: readBrackets(state) }
  if (c === '\\') return readEscape(state)
  if (atStart && startsRepetition(state)) return readStray(state)
  state.at++
  if (c === '.') return { kind: 'set', set: { ranges: [], negated: true } }
  if (c === '^' && (!basic(state) || atStart)) return { kind: 'assert', what: 'begin' }
  if (c === '$' && (!basic(state) || atEnd(state))) return { kind: 'assert', what: 'end' }
  return literal(c)
}

export function literal(c: string): RegexNode {
  const code = c.charCodeAt(0)
  return { kind: 'set', set: { ranges: [[code, code]], negated: false } }
}

/** Of a basic expression: does a `$` here stand at the end? */
function atEnd(state: State): boolean {
  return state.at === state.text.length || sees(state, ')') || sees(state, '|')
}

function startsRepetition(state: State): boolean {
  const c = state.text[state.at]
  return (
    c === '*' || (!basic(state) && (c === '+' || c === '?' || (c === '{' && state.dialect.syntax !== 'awk')))
  )
}

/** A repetition with nothing before it. */
function readStray(state: State): RegexNode | null {
  const { program, syntax } = state.dialect
  if (syntax === 'awk') throw new RegexError('missing operand')
  if (syntax === 'extended' && program !== 'grep')
    throw new RegexError('Invalid preceding regular expression')
  const c = state.text[state.at]
  if (syntax === 'extended' && c === '{' && !/^\{(?:\d+,?\d*|,\d*)\}/.test(state.text.slice(state.at))) {
    state.at++
    return literal(c)
  }
  if (syntax === 'extended') {
    const none: RegexNode = { kind: 'sequence', nodes: [] }
    repeated(state, none)
    return null
  }
  state.at++
  return literal(c)
}

function readGroup(state: State): RegexNode {
  const index = ++state.groups
  state.depth++
  const node = choice(state)
  if (!take(state, ')')) {
    throw new RegexError(state.dialect.syntax === 'awk' ? "missing ')'" : 'Unmatched ( or \\(')
  }
  state.depth--
  if (state.dialect.syntax === 'awk' && isEmpty(node)) throw new RegexError('missing operand')
  return { kind: 'group', node, index }
}

const WORD: CharSet['ranges'] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
]
const SPACE: CharSet['ranges'] = [
  [9, 13],
  [32, 32],
]

const GNU: Record<string, RegexNode> = {
  w: { kind: 'set', set: { ranges: WORD, negated: false } },
  W: { kind: 'set', set: { ranges: WORD, negated: true } },
  s: { kind: 'set', set: { ranges: SPACE, negated: false } },
  S: { kind: 'set', set: { ranges: SPACE, negated: true } },
  b: { kind: 'assert', what: 'edge' },
  B: { kind: 'assert', what: 'no edge' },
  '<': { kind: 'assert', what: 'word begins' },
  '>': { kind: 'assert', what: 'word ends' },
  '`': { kind: 'assert', what: 'begin' },
  "'": { kind: 'assert', what: 'end' },
}

/** Escapes that sed and awk know: the characters themselves. */
const CONTROL: Record<string, string> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07' }

function readEscape(state: State): RegexNode {
  const c = state.text[state.at + 1]
  if (c === undefined) throw new RegexError('Trailing backslash')
  state.at += 2
  const { program } = state.dialect
  if (program !== 'grep' && c in CONTROL) return literal(CONTROL[c])
  if (program === 'awk') return literal(c)
  if (/[1-9]/.test(c)) {
    if (Number(c) > state.groups) throw new RegexError('Invalid back reference')
    return { kind: 'reference', index: Number(c) }
  }
  return GNU[c] ?? literal(c)
}

/* Brackets */

const CLASSES: Record<string, CharSet['ranges']> = {
  alpha: [
    [65, 90],
    [97, 122],
  ],
  digit: [[48, 57]],
  alnum: [
    [48, 57],
    [65, 90],
    [97, 122],
  ],
  upper: [[65, 90]],
  lower: [[97, 122]],
  space: SPACE,
  blank: [
    [9, 9],
    [32, 32],
  ],
  punct: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
  print: [[32, 126]],
  graph: [[33, 126]],
  cntrl: [
    [0, 31],
    [127, 127],
  ],
  xdigit: [
    [48, 57],
    [65, 70],
    [97, 102],
  ],
}

/** `[a-z[:digit:]]`, at the opening bracket. */
function readBrackets(state: State): CharSet {
  const { text } = state
  const set: CharSet = { ranges: [], negated: false }
  const open = state.at++
  if (text[state.at] === '^') {
    set.negated = true
    state.at++
  }
  for (let first = true; first || text[state.at] !== ']'; first = false) {
    if (state.at >= text.length) throw unclosed(state, open)
    const named = /\[:([^:\]]*):\]/y
    named.lastIndex = state.at
    const name = named.exec(text)?.[1]
    if (name !== undefined) {
      if (!(name in CLASSES)) throw new RegexError('Invalid character class name')
      set.ranges.push(...CLASSES[name])
      state.at = named.lastIndex
      continue
    }
    const from = bracketChar(state, open)
    const range = text[state.at] === '-' && text[state.at + 1] !== ']' && state.at + 1 < text.length
    if (range) state.at++
    const to = range ? bracketChar(state, open) : from
    if (to < from) throw new RegexError('Invalid range end')
    set.ranges.push([from, to])
  }
  state.at++
  return set
}

/** One character between brackets; `[.x.]` and `[=x=]` are x. */
function bracketChar(state: State, open: number): number {
  const { text, dialect } = state
  const c = text[state.at]
  if (c === undefined) throw unclosed(state, open)
  const symbol = /\[([.=])(.)\1\]/y
  symbol.lastIndex = state.at
  const found = symbol.exec(text)
  if (found) {
    state.at = symbol.lastIndex
    return found[2].charCodeAt(0)
  }
  const next = text[state.at + 1]
  if (c === '\\' && next !== undefined) {
    const control = dialect.program === 'grep' ? undefined : CONTROL[next]
    if (control !== undefined || dialect.program === 'awk') {
      state.at += 2
      return (control ?? next).charCodeAt(0)
    }
  }
  state.at++
  return c.charCodeAt(0)
}

/** grep says so in fewer words than regcomp() does. */
function unclosed(state: State, open: number): RegexError {
  const bare = state.text.length === open + 1
  if (state.dialect.program === 'grep' && bare) return new RegexError('Invalid regular expression')
  return new RegexError('Unmatched [, [^, [:, [., or [=')
}
