/**
 * Turns a machine definition into tables of integers: states x events -> next state, and -> action.
 *
 * An XState actor costs microseconds a step, a table lookup nanoseconds; a load of a million packets needs the latter.
 * What the tables cannot say is refused with an error, so that an edit of a machine fails at start instead of making
 * the fast path and the machine differ: guards, entry and exit actions, context, delays, invocations, parallel and
 * history states, eventless transitions, inline functions, more than one candidate for an event, several targets.
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate'

export interface Compiled {
  /** Names of the leaf states: the path of keys below the root, joined with '.'. Index = number of the state. */
  states: readonly string[]
  events: readonly string[]
  /** Names of actions; number 0 is none. */
  actions: readonly string[]
  /** states x events: the next state, or -1 where the machine has no transition. A transition without target stays. */
  next: Int16Array
  /** states x events: number of the action that the transition names, 0 for none. */
  action: Uint8Array
  initial: number
  /** 1 for final states. */
  final: Uint8Array
  state: Readonly<Record<string, number>>
  event: Readonly<Record<string, number>>
}

/** Compile a machine. Throws an Error that names the state and the construct which it cannot say. */
export function compile(machine: AnyStateMachine): Compiled {
  const root = machine.root
  const leaves: AnyStateNode[] = []
  const visit = (node: AnyStateNode): void => {
    check(node)
    const children = Object.values(node.states)
    if (children.length === 0) leaves.push(node)
    for (const child of children) visit(child)
  }
  visit(root)

  const states = leaves.map(nameOf)
  const state = index(states)
  const events = [...new Set([...nodesOf(root)].flatMap((n): string[] => n.ownEvents as string[]))].sort()
  const event = index(events)
  const actions = ['']
  const next = new Int16Array(states.length * events.length).fill(-1)
  const action = new Uint8Array(states.length * events.length)

  leaves.forEach((leaf, s) => {
    if (leaf.type === 'final') return
    events.forEach((type, e) => {
      const found = lookup(leaf, type)
      if (!found) return
      const target = found.target
      next[s * events.length + e] = target ? state[nameOf(enter(target))] : s
      if (!actions.includes(found.action)) actions.push(found.action)
      action[s * events.length + e] = actions.indexOf(found.action)
    })
  })
  return {
    states,
    events,
    actions,
    next,
    action,
    initial: state[nameOf(enter(root))],
    final: Uint8Array.from(leaves, (n) => (n.type === 'final' ? 1 : 0)),
    state,
    event,
  }
}

/** The name of a station or state: the path of keys, joined with '.'. */
export function nameOf(node: AnyStateNode): string {
  return node.path.join('.')
}

/** All nodes, the root first, in the order of the definition. */
export function* nodesOf(node: AnyStateNode): Generator<AnyStateNode> {
  yield node
  for (const child of Object.values(node.states)) yield* nodesOf(child)
}

function refuse(node: AnyStateNode, what: string): never {
  throw new Error(`cannot compile ${what} (state '${nameOf(node) || node.key}')`)
}

function check(node: AnyStateNode): void {
  if (node.type === 'parallel') refuse(node, 'a parallel state')
  if (node.type === 'history') refuse(node, 'a history state')
  if (node.invoke.length > 0) refuse(node, 'an invocation')
  if (node.after.length > 0) refuse(node, 'a delayed transition')
  if ((node.always ?? []).length > 0) refuse(node, 'an eventless transition')
  if (node.entry.length > 0) refuse(node, 'an entry action')
  if (node.exit.length > 0) refuse(node, 'an exit action')
  if (node.config.onDone !== undefined) refuse(node, 'a done transition')
}

interface Found {
  target: AnyStateNode | null
  action: string
}

/** The transition that a leaf takes for an event: its own, else that of the nearest ancestor. */
function lookup(leaf: AnyStateNode, type: string): Found | null {
  for (let node: AnyStateNode | undefined = leaf; node; node = node.parent) {
    if ([...node.transitions.keys()].some((d) => d.includes('*'))) refuse(node, 'a wildcard event')
    const candidates = node.transitions.get(type)
    if (!candidates) continue
    const t = candidates[0]
    if (candidates.length !== 1 || !t) refuse(node, `several candidates for ${type}`)
    if (t.guard !== undefined) refuse(node, `a guard on ${type}`)
    if (t.reenter) refuse(node, `a re-entering transition on ${type}`)
    if (t.actions.length > 1) refuse(node, `several actions on ${type}`)
    const a: unknown = t.actions[0]
    if (a !== undefined && typeof a !== 'string') refuse(node, `an inline action on ${type}`)
    const targets = t.target ?? []
    if (targets.length > 1) refuse(node, `several targets on ${type}`)
    return { target: targets[0] ?? null, action: a ?? '' }
  }
  return null
}

/** The leaf that is entered with a node. */
function enter(node: AnyStateNode): AnyStateNode {
  let n = node
  while (Object.keys(n.states).length > 0) {
    if (n.initial.actions.length > 0) refuse(n, 'an initial action')
    n = n.initial.target[0]
  }
  return n
}

function index(names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((n, i) => [n, i]))
}
