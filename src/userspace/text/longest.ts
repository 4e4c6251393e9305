/**
 * Finds the leftmost longest match of a regular expression in time proportional to the text, whatever the expression:
 * it is made into an automaton, all of whose possible states are followed at once. (Thompson, "Regular Expression
 * Search Algorithm", CACM 1968.)
 *
 * Knows no back references.
 */
import type { Assertion, CharSet, RegexNode } from './regex-parse.ts'

/** What a state does: eat a character, split in two, look around, or accept. */
type Step =
  | { kind: 'eat'; set: CharSet; next: number }
  | { kind: 'split'; next: number; other: number }
  | { kind: 'assert'; what: Assertion; next: number }
  | { kind: 'accept' }

export interface Automaton {
  steps: Step[]
  start: number
}

/** States an automaton may have: `(a{1000}){1000}` is refused. */
const LIMIT = 20_000

/** null: too big. */
export function buildAutomaton(node: RegexNode, ignoreCase: boolean): Automaton | null {
  const steps: Step[] = [{ kind: 'accept' }]
  const add = (step: Step): number => steps.push(step) - 1
  /** The state in which `node` begins when what follows it begins in `next`. */
  const build = (one: RegexNode, next: number): number => {
    if (steps.length > LIMIT) return next
    switch (one.kind) {
      case 'set':
        return add({ kind: 'eat', set: ignoreCase ? bothCases(one.set) : one.set, next })
      case 'assert':
        return add({ kind: 'assert', what: one.what, next })
      case 'group':
        return build(one.node, next)
      case 'sequence':
        return one.nodes.reduceRight((after, child) => build(child, after), next)
      case 'choice':
        return one.nodes
          .map((child) => build(child, next))
          .reduceRight((other, first) => add({ kind: 'split', next: first, other }))
      case 'repeat':
        return repeat(one.node, one.min, one.max, next)
      case 'reference':
        return next
    }
  }
  const repeat = (one: RegexNode, min: number, max: number, next: number): number => {
    let after = next
    if (max === Infinity) {
      const split: Step = { kind: 'split', next: 0, other: next }
      after = add(split)
      split.next = build(one, after)
    } else {
      for (let i = min; i < max && steps.length <= LIMIT; i++)
        after = add({ kind: 'split', next: build(one, after), other: next })
    }
    for (let i = 0; i < min && steps.length <= LIMIT; i++) after = build(one, after)
    return after
  }
  const start = build(node, 0)
  return steps.length > LIMIT ? null : { steps, start }
}

function bothCases({ ranges, negated }: CharSet): CharSet {
  const shifted = ranges.flatMap(([from, to]): [number, number][] => [
    [Math.max(from, 65) + 32, Math.min(to, 90) + 32],
    [Math.max(from, 97) - 32, Math.min(to, 122) - 32],
  ])
  return { ranges: [...ranges, ...shifted.filter(([from, to]) => from <= to)], negated }
}

function contains({ ranges, negated }: CharSet, code: number): boolean {
  for (const [from, to] of ranges) if (code >= from && code <= to) return !negated
  return negated
}

/** The longest of the leftmost matches that begin at `from` or later. */
export function findLongest(
  { steps, start }: Automaton,
  text: string,
  from: number,
): { from: number; to: number } | null {
  let best: { from: number; to: number } | null = null
  // States that are possible here, and for each where its match began, the leftmost first.
  let states: number[] = []
  let origins: number[] = []
  const seen = new Int32Array(steps.length).fill(-1)
  for (let at = from; at <= text.length; at++) {
    const nextStates: number[] = []
    const nextOrigins: number[] = []
    const code = at < text.length ? text.charCodeAt(at) : -1
    const follow = (state: number, origin: number): void => {
      const pending = [state]
      for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
        if (seen[one] === at) continue
        seen[one] = at
        const step = steps[one]
        if (step.kind === 'split') pending.push(step.other, step.next)
        else if (step.kind === 'assert') {
          if (holds(step.what, text, at)) pending.push(step.next)
        } else if (step.kind === 'accept') {
          if (!best || origin < best.from || (origin === best.from && at > best.to))
            best = { from: origin, to: at }
        } else if (code >= 0 && contains(step.set, code)) {
          nextStates.push(step.next)
          nextOrigins.push(origin)
        }
      }
    }
    const found = best as { from: number } | null
    for (let i = 0; i < states.length; i++)
      if (!found || origins[i] <= found.from) follow(states[i], origins[i])
    if (!found) follow(start, at)
    states = nextStates
    origins = nextOrigins
    if (states.length === 0 && best) break
  }
  return best
}

function holds(what: Assertion, text: string, at: number): boolean {
  if (what === 'begin') return at === 0
  if (what === 'end') return at === text.length
  const before = isWord(text, at - 1)
  const after = isWord(text, at)
  if (what === 'edge') return before !== after
  if (what === 'no edge') return before === after
  return what === 'word begins' ? !before && after : before && !after
}

function isWord(text: string, at: number): boolean {
  const code = at < 0 || at >= text.length ? 0 : text.charCodeAt(at)
  return (
    (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122)
  )
}
