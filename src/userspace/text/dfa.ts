/**
 * Tells whether a regular expression matches anywhere in a text, in one table look-up a character: sets of the states
 * of longest.ts's automaton become single states as they are met.
 *
 * Knows `^` and `$`, but no edges of words.
 */
import { eats, type Automaton } from './longest.ts'

export interface Dfa {
  automaton: Automaton
  states: DfaState[]
  byKey: Map<string, number>
}

interface DfaState {
  /** States of the automaton that eat. */
  eating: number[]
  accepts: boolean
  /** It accepts at the end of the text. */
  acceptsAtEnd: boolean
  /** The next state for each of the first 128 characters, -1: not known yet. */
  next: Int32Array
}

/** Sets of states that are kept. */
const LIMIT = 1000

/** null: it looks at the edges of words. */
export function newDfa(automaton: Automaton): Dfa | null {
  const plain = automaton.steps.every(
    (step) => step.kind !== 'assert' || step.what === 'begin' || step.what === 'end',
  )
  return plain ? { automaton, states: [], byKey: new Map() } : null
}

export function dfaTest(dfa: Dfa, text: string): boolean {
  if (dfa.states.length > LIMIT) {
    dfa.states = []
    dfa.byKey.clear()
  }
  let state = stateOf(dfa, [dfa.automaton.start], true)
  for (let i = 0; i < text.length; i++) {
    const { accepts, next } = dfa.states[state]
    if (accepts) return true
    const code = text.charCodeAt(i)
    let to = code < 128 ? next[code] : -1
    if (to < 0) {
      to = follow(dfa, state, code)
      if (code < 128) next[code] = to
    }
    state = to
  }
  return dfa.states[state].accepts || dfa.states[state].acceptsAtEnd
}

function follow(dfa: Dfa, from: number, code: number): number {
  const { steps, start } = dfa.automaton
  const reached = dfa.states[from].eating.flatMap((state) => {
    const step = steps[state]
    return step.kind === 'eat' && eats(step, code) ? [step.next] : []
  })
  // A match may begin at every place.
  return stateOf(dfa, [...reached, start], false)
}

/** The state for a set of states and what they lead to without eating. */
function stateOf(dfa: Dfa, from: number[], atBegin: boolean): number {
  const key = `${atBegin ? '^' : ''}${[...new Set(from)].sort((a, b) => a - b).join()}`
  const known = dfa.byKey.get(key)
  if (known !== undefined) return known
  const now = closure(dfa, from, atBegin, false)
  const atEnd = closure(dfa, from, atBegin, true)
  const eating = [...now].filter((state) => dfa.automaton.steps[state].kind === 'eat')
  const id =
    dfa.states.push({
      eating,
      accepts: now.has(0),
      acceptsAtEnd: atEnd.has(0),
      next: new Int32Array(128).fill(-1),
    }) - 1
  dfa.byKey.set(key, id)
  return id
}

/** State 0 accepts. */
function closure(
  { automaton: { steps } }: Dfa,
  from: number[],
  atBegin: boolean,
  atEnd: boolean,
): Set<number> {
  const reached = new Set<number>()
  const pending = [...from]
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    if (reached.has(state)) continue
    reached.add(state)
    const step = steps[state]
    if (step.kind === 'split') pending.push(step.next, step.other)
    else if (step.kind === 'assert' && (step.what === 'begin' ? atBegin : atEnd)) pending.push(step.next)
  }
  return reached
}
