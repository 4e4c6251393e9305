/**
 * grep's patterns, compiled.
 */
import type { GrepPatterns } from './grep-options.ts'
import { parseRegex, type RegexNode } from './regex-parse.ts'
import { compileNode, findMatch, matchesIn, RegexError, type Regex } from './regex.ts'

export interface Matcher {
  matches(line: string): boolean
  /** Where the next match is, at `from` or later. */
  find(line: string, from: number): { from: number; to: number } | null
}

const cache = new Map<string, Matcher>()

/** Throws RegexError, or SyntaxError for -P. */
export function lineMatcher({ patterns, syntax, ignoreCase, word, whole }: GrepPatterns): Matcher {
  const key = JSON.stringify([patterns, syntax, ignoreCase, word, whole])
  const known = cache.get(key)
  if (known) return known
  const matcher =
    syntax === 'perl'
      ? perlMatcher(patterns, ignoreCase, word, whole)
      : posixMatcher(patterns, syntax, ignoreCase, word, whole)
  if (cache.size > 100) cache.clear()
  cache.set(key, matcher)
  return matcher
}

function posixMatcher(
  patterns: string[],
  syntax: 'basic' | 'extended' | 'fixed',
  ignoreCase: boolean,
  word: boolean,
  whole: boolean,
): Matcher {
  const nodes = patterns.map((pattern): RegexNode => {
    if (syntax !== 'fixed') return parseRegex(pattern, { syntax, program: 'grep' })
    const codes = Array.from({ length: pattern.length }, (_, i) => pattern.charCodeAt(i))
    return {
      kind: 'sequence',
      nodes: codes.map((c) => ({ kind: 'set', set: { ranges: [[c, c]], negated: false } })),
    }
  })
  // No pattern at all (-f with an empty file) matches nothing.
  const never: RegexNode = { kind: 'set', set: { ranges: [], negated: false } }
  const any: RegexNode = nodes.length > 1 ? { kind: 'choice', nodes } : (nodes[0] ?? never)
  if (whole) return regexMatcher(compileNode(between('begin', any, 'end'), ignoreCase))
  return word ? wordMatcher(compileNode(any, ignoreCase)) : regexMatcher(compileNode(any, ignoreCase))
}

function between(before: 'begin', node: RegexNode, after: 'end'): RegexNode {
  return {
    kind: 'sequence',
    nodes: [{ kind: 'assert', what: before }, node, { kind: 'assert', what: after }],
  }
}

function regexMatcher(regex: Regex): Matcher {
  return {
    matches: (line) => matchesIn(regex, line),
    find: (line, from) => findMatch(regex, line, from),
  }
}

/**
 * -w: a match counts where no word character is next to it. As GNU grep does, a longer match that fails the test is
 * tried again shorter, then further on.
 */
function wordMatcher(regex: Regex): Matcher {
  const find = (line: string, from: number): { from: number; to: number } | null => {
    for (let at = from; at <= line.length;) {
      const found = findMatch(regex, line, at)
      if (!found) return null
      for (let { to } = found; ;) {
        if (!isWord(line, found.from - 1) && !isWord(line, to)) return { from: found.from, to }
        if (to <= found.from) break
        const shorter = findMatch(regex, line.slice(0, to - 1), found.from)
        if (shorter?.from !== found.from) break
        to = shorter.to
      }
      at = found.from + 1
    }
    return null
  }
  return { matches: (line) => find(line, 0) !== null, find }
}

function isWord(line: string, at: number): boolean {
  return /\w/.test(line[at] ?? '')
}

/**
 * Perl's expressions are JavaScript's but for \K. One that could take exponential time there is matched as a POSIX one
 * where it has nothing that those lack.
 */
function perlMatcher(patterns: string[], ignoreCase: boolean, word: boolean, whole: boolean): Matcher {
  if (patterns.some((pattern) => /\)(?:[*+]|\{\d*,)/.test(pattern))) {
    const plain = patterns.map((pattern) =>
      pattern
        .replaceAll('(?:', '(')
        .replaceAll('\\d', '[0-9]')
        .replaceAll('\\D', '[^0-9]')
        .replaceAll('\\t', '\t'),
    )
    if (plain.some((pattern) => /\(\?|[*+?}][?+]|\\[1-9K]/.test(pattern))) {
      throw new RegexError("exceeded PCRE's backtracking limit")
    }
    return posixMatcher(plain, 'extended', ignoreCase, word, whole)
  }
  const sources = patterns.map((pattern) => {
    const kept = pattern.lastIndexOf('\\K')
    const source = kept < 0 ? pattern : `(?<=${pattern.slice(0, kept)})${pattern.slice(kept + 2)}`
    return whole ? `^(?:${source})$` : word ? `(?<!\\w)(?:${source})(?!\\w)` : source
  })
  const regexp = new RegExp(sources.map((source) => `(?:${source})`).join('|'), ignoreCase ? 'gi' : 'g')
  const find = (line: string, from: number): { from: number; to: number } | null => {
    regexp.lastIndex = from
    const found = regexp.exec(line)
    return found && { from: found.index, to: found.index + found[0].length }
  }
  return { matches: (line) => find(line, 0) !== null, find }
}

/** All matches that are not empty, for -o. */
export function findIn(matcher: Matcher, line: string): string[] {
  const found: string[] = []
  for (let at = 0; at <= line.length;) {
    const match = matcher.find(line, at)
    if (!match) break
    if (match.to > match.from) found.push(line.slice(match.from, match.to))
    at = match.to > match.from ? match.to : match.from + 1
  }
  return found
}
