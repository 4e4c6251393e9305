/**
 * Matching POSIX regular expressions: translated to JavaScript's where that finds the same, and by longest.ts where it
 * may not. Of matches that begin at the same place POSIX wants the longest; JavaScript takes the first alternative that
 * fits, and may need exponential time for it.
 */
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

/** A compiled pattern. */
export interface Regex {
  /** For exec() from lastIndex. */
  search: RegExp
  /** For where JavaScript's choice may not be the longest; null: it is. */
  automaton: Automaton | null
  /** JavaScript may take exponentially long: even a mere test is done by the automaton. */
  slow: boolean
  /** Anchored at both ends, to fill in the groups of a match whose ends are known. */
  whole: RegExp | null
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
  if (nested && hasReference(node)) throw new RegexError('Regular expression too big')
  const ambiguous = hasChoice(node) && !hasReference(node)
  return {
    search: new RegExp(source, `${flags}g`),
    automaton: ambiguous ? buildAutomaton(node, ignoreCase) : null,
    slow: ambiguous && nested,
    whole: ambiguous ? new RegExp(`^(?:${source})$`, flags) : null,
    text: ignoreCase ? null : plainText(node),
  }
}

/** Is there a match anywhere in the text? */
export function matchesIn(regex: Regex, text: string): boolean {
  if (regex.text !== null) return text.includes(regex.text)
  if (regex.slow && regex.automaton) return findLongest(regex.automaton, text, 0) !== null
  regex.search.lastIndex = 0
  return regex.search.test(text)
}

/** The first match that begins at `from` or later, and the longest of those. */
export function findMatch(regex: Regex, text: string, from: number): Match | null {
  const { automaton, whole, search } = regex
  if (automaton && whole) {
    const found = findLongest(automaton, text, from)
    if (!found) return null
    // What groups hold is asked of JavaScript, as the text is known to match; not of a long one.
    const long = regex.slow && found.to - found.from > LONG
    const groups = long ? null : whole.exec(text.slice(found.from, found.to))
    return { ...found, groups: groups ? [...groups] : [text.slice(found.from, found.to)] }
  }
  search.lastIndex = from
  const found = search.exec(text)
  return found && { from: found.index, to: found.index + found[0].length, groups: [...found] }
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
