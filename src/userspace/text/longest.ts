/**
 * Finds the leftmost longest match of a regular expression in time proportional to the text, whatever the expression:
 * it is made into an automaton, all of whose possible states are followed at once. (Thompson, "Regular Expression
 * Search Algorithm", CACM 1968.)
 *
 * Knows no back references.
 */
import type { Assertion, CharSet, RegexNode } from './regex-parse.ts'

/** What a state does: eat a character, split in two, look around, or accept. */
export type Step =
  | { kind: 'eat'; set: CharSet; ascii: Uint8Array; next: number }
  | { kind: 'split'; next: number; other: number }
  | { kind: 'assert'; what: Assertion; next: number }
  | { kind: 'accept' }

export interface Automaton {
  steps: Step[]
  start: number
  /** Room to work in, made once. */
  room: Room
}

interface Room {
  /** States that are possible here, and for each where its match began; the same for the next character. */
  states: Int32Array
  origins: Int32Array
  nextStates: Int32Array
  nextOrigins: Int32Array
  /** For each state: the place it was last come to. */
  seen: Int32Array
  pending: Int32Array
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
      case 'set': {
        const set = ignoreCase ? bothCases(one.set) : one.set
        return add({
          kind: 'eat',
          set,
          ascii: Uint8Array.from({ length: 128 }, (_, c) => (contains(set, c) ? 1 : 0)),
          next,
        })
      }
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
      for (let i = min; i < max && steps.length <= LIMIT; i++) {
        after = add({ kind: 'split', next: build(one, after), other: next })
      }
    }
    for (let i = 0; i < min && steps.length <= LIMIT; i++) after = build(one, after)
    return after
  }
  const start = build(node, 0)
  return steps.length > LIMIT ? null : { steps, start, room: newRoom(steps.length) }
}

function newRoom(states: number): Room {
  const row = (): Int32Array => new Int32Array(states)
  return {
    states: row(),
    origins: row(),
    nextStates: row(),
    nextOrigins: row(),
    seen: row(),
    pending: new Int32Array(2 * states + 2),
  }
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

/** Does the state eat this character? */
export function eats(step: Step & { kind: 'eat' }, code: number): boolean {
  return code < 128 ? step.ascii[code] === 1 : contains(step.set, code)
}

/** The longest of the leftmost matches that begin at `from` or, unless `anchored`, later. */
export function findLongest(
  { steps, start, room }: Automaton,
  text: string,
  from: number,
  anchored = false,
): { from: number; to: number } | null {
  let { states, origins, nextStates, nextOrigins } = room
  const { seen, pending } = room
  seen.fill(-1)
  let count = 0
  let bestFrom = -1
  let bestTo = -1
  for (let at = from; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : -1
    const begins = bestFrom < 0 && (!anchored || at === from)
    if (count === 0 && !begins) break
    let nextCount = 0
    // What began further left comes first, so it is never overtaken.
    for (let i = 0; i < count + (begins ? 1 : 0); i++) {
      const origin = i < count ? origins[i] : at
      if (bestFrom >= 0 && origin > bestFrom) continue
      let depth = 1
      pending[0] = i < count ? states[i] : start
      while (depth > 0) {
        const state = pending[--depth]
        if (seen[state] === at) continue
        seen[state] = at
        const step = steps[state]
        if (step.kind === 'split') {
          pending[depth++] = step.other
          pending[depth++] = step.next
        } else if (step.kind === 'assert') {
          if (holds(step.what, text, at)) pending[depth++] = step.next
        } else if (step.kind === 'accept') {
          bestFrom = origin
          bestTo = at
        } else if (code >= 0 && eats(step, code)) {
          nextStates[nextCount] = step.next
          nextOrigins[nextCount++] = origin
        }
      }
    }
    ;[states, nextStates] = [nextStates, states]
    ;[origins, nextOrigins] = [nextOrigins, origins]
    count = nextCount
  }
  return bestFrom < 0 ? null : { from: bestFrom, to: bestTo }
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
