import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildAutomaton, findLongest } from '../../../src/userspace/text/longest.ts'
import { parseRegex } from '../../../src/userspace/text/regex-parse.ts'
import { compileRegex, findMatch, matchesIn } from '../../../src/userspace/text/regex.ts'

const extended = { syntax: 'extended' } as const

/** Small patterns over a and b. */
const pattern = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('a', 'b', '.', '[^a]', 'ab'),
    fc.tuple(tie('node'), tie('node')).map(([x, y]) => x + y),
    fc.tuple(tie('node'), tie('node')).map(([x, y]) => `(${x}|${y})`),
    fc.tuple(tie('node'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}')).map(([x, op]) => `(${x})${op}`),
  ),
})).node
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 })

describe('POSIX wants the longest of the leftmost matches', () => {
  test.each([
    ['foo|foofoo', 'foofoobar', 'foofoo'],
    ['(a|ab)(c|bcd)(d*)', 'abcd', 'abcd'],
    ['x*|b', 'b', 'b'],
    ['(a*)(ab)*(b*)', 'abb', 'abb'],
    ['\\bfoo\\b|foob', 'a foob', 'foob'],
  ])('%s in %s is %s', (source, subject, longest) => {
    const found = findMatch(compileRegex(source, extended), subject, 0)
    expect(found && subject.slice(found.from, found.to)).toBe(longest)
  })

  test('found by trying all ends', () => {
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        const node = parseRegex(source, extended)
        const automaton = buildAutomaton(node, false)
        const whole = new RegExp(`^(?:${source})$`)
        const all: { from: number; to: number }[] = []
        for (let from = 0; from <= subject.length; from++) {
          for (let to = subject.length; to >= from; to--)
            if (whole.test(subject.slice(from, to))) all.push({ from, to })
        }
        expect(automaton && findLongest(automaton, subject, 0)).toEqual(all[0] ?? null)
      }),
      { numRuns: 500 },
    )
  })

  test('a test finds what a search finds', () => {
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        const regex = compileRegex(source, extended)
        expect(matchesIn(regex, subject)).toBe(findMatch(regex, subject, 0) !== null)
      }),
    )
  })
})

test('an expression that needs exponential time elsewhere does not here', () => {
  const subject = `${'a'.repeat(50_000)}c`
  for (const source of ['(a+)+b', '(a|aa)*b', '(a*)*b', '((a?){20}){20}b', 'a*b', 'a.*a.*a.*b', '(a*)\\1b']) {
    expect(matchesIn(compileRegex(source, extended), subject)).toBe(false)
  }
})

test('the groups of a match fill the longest, as glibc has it', () => {
  const found = findMatch(compileRegex('(a|ab)(c|bcd)(d*)', extended), 'xabcd', 0)
  expect(found).toEqual({ from: 1, to: 5, groups: ['abcd', 'a', 'bcd', ''] })
})
