import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createActor, fromPromise, initialTransition, setup, transition, type AnyStateMachine } from 'xstate'
import { compile, type Compiled } from '../../src/kernel/compile.ts'
import { tcpTracker } from '../../src/kernel/conntrack/tcp.machine.ts'
import { packetPath } from '../../src/kernel/path.machine.ts'

/** The leaf state that a snapshot is in, as compile.ts names it. */
function leafOf(value: unknown): string {
  if (typeof value === 'string') return value
  const [key, inner] = Object.entries(value as Record<string, unknown>)[0] ?? ['', '']
  return `${key}.${leafOf(inner)}`
}

/** What the machine itself says: the next leaf, or null where it has no transition; and the actions it names. */
function interpreted(
  machine: AnyStateMachine,
  state: string,
  type: string,
): { next: string | null; actions: string[] } {
  const value = state
    .split('.')
    .reduceRight<unknown>((inner, key) => (inner === null ? key : { [key]: inner }), null)
  const at = machine.resolveState({ value: value as string, context: {} })
  if (at.status === 'done' || !at.can({ type })) return { next: null, actions: [] }
  const [after, actions] = transition(machine, at, { type })
  return {
    next: leafOf(after.value),
    actions: actions.map((a) => a.type).filter((a) => !a.startsWith('xstate.')),
  }
}

function fromTable(c: Compiled, state: number, event: number): { next: string | null; actions: string[] } {
  const i = state * c.events.length + event
  const next = c.next[i]
  return {
    next: next < 0 ? null : c.states[next],
    actions: c.action[i] ? [c.actions[c.action[i]]] : [],
  }
}

const machines: [string, AnyStateMachine][] = [
  ['path.machine', packetPath],
  ['tcp.machine', tcpTracker],
]

describe.each(machines)('the compiled %s', (_, machine) => {
  test('begins where the machine begins', () => {
    const c = compile(machine)
    expect(c.states[c.initial]).toBe(leafOf(initialTransition(machine)[0].value))
  })

  test('says of every state and every event what the machine says', () => {
    const c = compile(machine)
    let compared = 0
    c.states.forEach((state, s) => {
      c.events.forEach((type, e) => {
        if (c.final[s]) return
        expect(fromTable(c, s, e), `${state} --${type}-->`).toEqual(interpreted(machine, state, type))
        compared++
      })
    })
    expect(compared).toBeGreaterThanOrEqual(100)
  })

  test('walks as an actor walks, over random verdicts', () => {
    const c = compile(machine)
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: c.events.length - 1 }), { minLength: 1, maxLength: 60, size: 'max' }),
        (walk) => {
          const actor = createActor(machine).start()
          let state = c.initial
          for (const e of walk) {
            const next = c.next[state * c.events.length + e]
            if (next >= 0) state = next
            actor.send({ type: c.events[e] })
            expect(leafOf(actor.getSnapshot().value)).toBe(c.states[state])
            if (c.final[state]) break
          }
          actor.stop()
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('what the table cannot say is refused by name', () => {
  const build = (more: object): AnyStateMachine =>
    setup({
      guards: { yes: () => true },
      actions: { a: () => undefined, b: () => undefined },
      actors: { other: fromPromise(async () => undefined) },
    }).createMachine({
      initial: 'one',
      states: { one: { on: { GO: 'two' } }, two: {} },
      ...more,
    })

  const refused: [string, object, RegExp][] = [
    [
      'a guard',
      { states: { one: { on: { GO: { target: 'two', guard: 'yes' } } }, two: {} } },
      /guard on GO.*'one'/,
    ],
    [
      'two candidates',
      { states: { one: { on: { GO: [{ target: 'two' }, { target: 'one' }] } }, two: {} } },
      /several candidates for GO/,
    ],
    [
      'two actions',
      { states: { one: { on: { GO: { actions: ['a', 'b'] } } }, two: {} } },
      /several actions on GO/,
    ],
    [
      'an inline action',
      { states: { one: { on: { GO: { actions: () => undefined } } }, two: {} } },
      /inline action on GO/,
    ],
    ['an entry action', { states: { one: { entry: 'a' }, two: {} } }, /entry action.*'one'/],
    ['an exit action', { states: { one: { exit: 'a' }, two: {} } }, /exit action.*'one'/],
    ['a delay', { states: { one: { after: { 100: 'two' } }, two: {} } }, /delayed transition.*'one'/],
    [
      'an eventless transition',
      { states: { one: { always: 'two' }, two: {} } },
      /eventless transition.*'one'/,
    ],
    ['a wildcard', { states: { one: { on: { '*': 'two', GO: 'two' } }, two: {} } }, /wildcard/],
    [
      'a parallel state',
      { type: 'parallel', initial: undefined, states: { one: {}, two: {} } },
      /parallel state/,
    ],
    ['an invocation', { states: { one: { invoke: { src: 'other' } }, two: {} } }, /an invocation.*'one'/],
    [
      'what follows when all is done',
      { states: { one: { initial: 'in', states: { in: { type: 'final' } }, onDone: 'two' }, two: {} } },
      /a done transition.*'one'/,
    ],
    [
      'a state that is entered again',
      { states: { one: { on: { GO: { target: 'one', reenter: true } } }, two: {} } },
      /re-entering transition on GO.*'one'/,
    ],
    [
      'an action on the way in',
      { states: { one: { initial: { target: 'in', actions: 'a' }, states: { in: {} } }, two: {} } },
      /an initial action.*'one'/,
    ],
    [
      'a history state',
      { states: { one: { on: { GO: 'h' } }, two: {}, h: { type: 'history' } } },
      /history state.*'h'/,
    ],
    [
      'two targets',
      { states: { one: { on: { GO: { target: ['two', 'three'] } } }, two: {}, three: {} } },
      /several targets on GO.*'one'/,
    ],
    [
      'a way into a state that begins nowhere',
      { states: { one: { states: { in: {} } }, two: {} } },
      /No initial state.*one/,
    ],
  ]

  test.each(refused)('%s', (_, more, message) => {
    expect(() => compile(build(more))).toThrow(message)
  })

  test('the machine as a whole has its own name', () => {
    expect(() => compile(build({ id: 'all', entry: 'a' }))).toThrow("an entry action (state 'all')")
  })

  test('and the same machine without it compiles', () => {
    expect(compile(build({})).states).toEqual(['one', 'two'])
  })
})

test('a table has the leaves, their events by name, what each leads to and does, and which are the end', () => {
  const machine = setup({ actions: { count: () => undefined, ring: () => undefined } }).createMachine({
    initial: 'away',
    states: {
      away: { on: { ENTER: { target: 'home', actions: 'count' }, CALL: { actions: 'ring' } } },
      home: {
        initial: 'hall',
        on: { LEAVE: 'away' },
        states: { hall: { on: { CALL: 'room' } }, room: { on: { END: '#end' } } },
      },
      end: { id: 'end', type: 'final' },
    },
  })
  const c = compile(machine)
  expect(c.states).toEqual(['away', 'home.hall', 'home.room', 'end'])
  expect(c.events).toEqual(['CALL', 'END', 'ENTER', 'LEAVE'])
  expect(c.actions).toEqual(['', 'ring', 'count'])
  expect([c.initial, c.state, c.event]).toEqual([
    0,
    { away: 0, 'home.hall': 1, 'home.room': 2, end: 3 },
    { CALL: 0, END: 1, ENTER: 2, LEAVE: 3 },
  ])
  // A transition without target stays, the innermost decides, and from the end nothing leads away.
  expect([...c.next]).toEqual([0, -1, 1, -1, 2, -1, -1, 0, -1, 3, -1, 0, -1, -1, -1, -1])
  expect([...c.action]).toEqual([1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  expect([...c.final]).toEqual([0, 0, 0, 1])
})

test('from the end nothing leads away, whatever the states around it say', () => {
  const machine = setup({}).createMachine({
    initial: 'on',
    on: { OFF: '.off' },
    states: { on: {}, off: { type: 'final' } },
  })
  expect([...compile(machine).next]).toEqual([1, -1])
})
