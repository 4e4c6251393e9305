/**
 * Matching POSIX regular expressions: translated to JavaScript's where that finds the same, and by longest.ts where it
 * may not. Of matches that begin at the same place POSIX wants the longest; JavaScript takes the first alternative that
 * fits, and may need exponential time for it.
 */
import { dfaTest, newDfa, type Dfa } from './dfa.ts'
import { buildAutomaton, findLongest, type Automaton } from './longest.ts'
import {
  parseRegex,
  RegexError,
  type Assertion,
  type CharSet,
  type Dialect,
  type RegexNode,
} from './regex-parse.ts'

export { RegexError, type Dialect } from './regex-parse.ts'

/** Characters of a match whose groups are worked out although JavaScript may be slow. */
const LONG = 1000

/** Characters from which on a text is only searched in linear time: `a*b` needs the square of it in JavaScript. */
const LONG_TEXT = 5000

/** A compiled pattern. */
export interface Regex {
  /** For exec() from lastIndex. */
  search: RegExp
  /** JavaScript's match may not be the longest. */
  ambiguous: boolean
  /** JavaScript may take exponentially long. */
  slow: boolean
  /** It has repetitions without an upper bound, so that it is slow in a long text. */
  unbounded: boolean
  /** It has back references, which only JavaScript knows: it finds nothing in a long text. */
  refers: boolean
  /** The automaton and its faster form for tests; null: none can be had. */
  automaton: () => Automaton | null
  dfa: () => Dfa | null
  /** Anchored at both ends, to fill in the groups of a match whose ends are known. */
  whole: RegExp
  /** The pattern, if it is no more than a piece of text. */
  text: string | null
}

export interface Match {
  from: number
  to: number
  /** groups[0] is the match. */
  groups: (string | undefined)[]
}

const cache = new Map<string, Regex>()

/**
 * Compile a pattern. Throws RegexError. The last ones are kept, as a program's functions, which keep plain data only,
 * ask again at each call.
 */
export function compileRegex(pattern: string, dialect: Dialect): Regex {
  const key = `${dialect.syntax} ${dialect.program} ${dialect.ignoreCase} ${pattern}`
  const known = cache.get(key)
  if (known) return known
  const regex = compileNode(parseRegex(pattern, dialect), dialect.ignoreCase ?? false)
  if (cache.size > 500) cache.clear()
  cache.set(key, regex)
  return regex
}

export function compileNode(node: RegexNode, ignoreCase: boolean): Regex {
  const source = print(node)
  const flags = ignoreCase ? 'si' : 's'
  const nested = isNested(node, false)
  const refers = hasReference(node)
  const automaton = once(() => (refers ? null : buildAutomaton(node, ignoreCase)))
  if (nested && !automaton()) throw new RegexError('Regular expression too big')
  return {
    search: new RegExp(source, `${flags}g`),
    ambiguous: hasChoice(node) && !refers && automaton() !== null,
    slow: nested,
    unbounded: isUnbounded(node),
    refers,
    automaton,
    dfa: once(() => {
      const found = automaton()
      return found && newDfa(found)
    }),
    whole: new RegExp(`^(?:${source})$`, flags),
    text: ignoreCase ? null : plainText(node),
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => (made ??= { value: make() }).value
}

/** Has JavaScript to be kept from searching this text? */
function isSlow({ slow, unbounded }: Regex, text: string): boolean {
  return slow || (unbounded && text.length > LONG_TEXT)
}

/** Is there a match anywhere in the text? */
export function matchesIn(regex: Regex, text: string): boolean {
  if (regex.text !== null) return text.includes(regex.text)
  if (isSlow(regex, text)) {
    const dfa = regex.dfa()
    if (dfa) return dfaTest(dfa, text)
    const automaton = regex.automaton()
    if (automaton) return findLongest(automaton, text, 0) !== null
  }
  if (regex.refers && text.length > LONG_TEXT) return false
  regex.search.lastIndex = 0
  return regex.search.test(text)
}

/** The first match that begins at `from` or later, and the longest of those. */
export function findMatch(regex: Regex, text: string, from: number): Match | null {
  const { search } = regex
  const slow = isSlow(regex, text)
  const automaton = slow || regex.ambiguous ? regex.automaton() : null
  if (automaton) {
    const begin = slow ? from : searchFrom(search, text, from)
    const found = begin < 0 ? null : findLongest(automaton, text, begin, !slow)
    if (!found) return null
    const matched = text.slice(found.from, found.to)
    // What groups hold is asked of JavaScript, as the text is known to match; not of a long one.
    const groups = regex.slow && matched.length > LONG ? null : regex.whole.exec(matched)
    return { ...found, groups: groups ? [...groups] : [matched] }
  }
  if (regex.refers && text.length > LONG_TEXT) return null
  search.lastIndex = from
  const found = search.exec(text)
  return found && { from: found.index, to: found.index + found[0].length, groups: [...found] }
}

/** Where JavaScript's match begins: the leftmost place, even if it is not the longest there. -1: nowhere. */
function searchFrom(search: RegExp, text: string, from: number): number {
  search.lastIndex = from
  return search.exec(text)?.index ?? -1
}

/* Translation */

const ASSERTIONS: Record<Assertion, string> = {
  begin: '^',
  end: '$',
  edge: '\\b',
  'no edge': '\\B',
  'word begins': '\\b(?=\\w)',
  'word ends': '\\b(?<=\\w)',
}

function print(node: RegexNode): string {
  switch (node.kind) {
    case 'set':
      return printSet(node.set)
    case 'sequence':
      return node.nodes.map((one) => (one.kind === 'choice' ? `(?:${print(one)})` : print(one))).join('')
    case 'choice':
      return node.nodes.map(print).join('|')
    case 'group':
      return `(${print(node.node)})`
    case 'assert':
      return ASSERTIONS[node.what]
    case 'reference':
      return `(?:\\${node.index})`
    case 'repeat': {
      const atom =
        node.node.kind === 'set' || node.node.kind === 'group' ? print(node.node) : `(?:${print(node.node)})`
      return atom + printBounds(node.min, node.max)
    }
  }
}

function printBounds(min: number, max: number): string {
  if (max === Infinity) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`
  return min === 0 && max === 1 ? '?' : `{${min},${max}}`
}

function printSet({ ranges, negated }: CharSet): string {
  if (ranges.length === 0) return negated ? '.' : '[]'
  const inside = ranges.map(([from, to]) => (from === to ? code(from) : `${code(from)}-${code(to)}`)).join('')
  if (!negated && ranges.length === 1 && ranges[0][0] === ranges[0][1]) return inside
  return `[${negated ? '^' : ''}${inside}]`
}

function code(c: number): string {
  const text = String.fromCharCode(c)
  return /[A-Za-z0-9 _=:;<>,"'%&@#!~`]/.test(text) ? text : `\\u${c.toString(16).padStart(4, '0')}`
}

/* What kind of pattern it is */

function children(node: RegexNode): RegexNode[] {
  if (node.kind === 'sequence' || node.kind === 'choice') return node.nodes
  return node.kind === 'repeat' || node.kind === 'group' ? [node.node] : []
}

/** May a match that JavaScript finds not be the longest? A choice, or a repetition of more than a character. */
function hasChoice(node: RegexNode): boolean {
  if (node.kind === 'choice' || (node.kind === 'repeat' && node.node.kind !== 'set')) return true
  return children(node).some(hasChoice)
}

function hasReference(node: RegexNode): boolean {
  return node.kind === 'reference' || children(node).some(hasReference)
}

function isUnbounded(node: RegexNode): boolean {
  return (node.kind === 'repeat' && node.max === Infinity) || children(node).some(isUnbounded)
}

/** A repetition, or a choice, inside an unbounded repetition. */
function isNested(node: RegexNode, inside: boolean): boolean {
  if (inside && (node.kind === 'repeat' || node.kind === 'choice')) return true
  const repeats = node.kind === 'repeat' && node.max > 1 && node.node.kind !== 'set'
  return children(node).some((child) => isNested(child, inside || repeats))
}

function plainText(node: RegexNode): string | null {
  const nodes = node.kind === 'sequence' ? node.nodes : [node]
  const text = nodes.map((one) => {
    const range =
      one.kind === 'set' && !one.set.negated && one.set.ranges.length === 1 ? one.set.ranges[0] : null
    return range && range[0] === range[1] ? String.fromCharCode(range[0]) : null
  })
  return text.includes(null) ? null : text.join('')
}
