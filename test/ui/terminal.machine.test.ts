import { createActor, fromPromise, SimulatedClock, type Actor } from 'xstate'
import { expect, test } from 'vitest'
import { QUEUE_MAX, terminalMachine, type Line } from '../../src/ui/terminal.machine.ts'

/** A terminal whose lab answers as told: true, the program goes on; false, it has ended. */
function terminal(busy: boolean | ((line: string) => boolean) = false) {
  const clock = new SimulatedClock()
  const ran: string[] = []
  let interrupts = 0
  const actor = createActor(
    terminalMachine.provide({
      actors: {
        exec: fromPromise<{ busy: boolean }, Line & { host: string }>(({ input }) => {
          ran.push(`${input.host}# ${input.line}${input.by === undefined ? '' : ` (${input.by})`}`)
          return Promise.resolve({ busy: typeof busy === 'function' ? busy(input.line) : busy })
        }),
        interrupt: fromPromise<void, { host: string }>(() => {
          interrupts++
          return new Promise<void>(() => {})
        }),
      },
    }),
    { clock, input: { host: 'gateway' } },
  ).start()
  return { actor, clock, ran, interrupts: () => interrupts }
}

const settled = () => new Promise((resolve) => setTimeout(resolve))
const at = (actor: Actor<typeof terminalMachine>) => JSON.stringify(actor.getSnapshot().value)

test('a line runs, and the prompt comes back when its program has ended', async () => {
  const { actor, ran } = terminal()
  actor.send({ type: 'SUBMIT', line: 'sysctl -a' })
  expect(at(actor)).toBe('{"running":"sending"}')
  await settled()
  expect(at(actor)).toBe('"prompt"')
  expect(ran).toEqual(['gateway# sysctl -a'])
})

test('a program that waits for packets keeps the terminal until the lab says that it has ended', async () => {
  const { actor } = terminal(true)
  actor.send({ type: 'SUBMIT', line: 'curl http://baidu.com/' })
  await settled()
  expect(at(actor)).toBe('{"running":"waiting"}')
  actor.send({ type: 'BUSY', busy: true })
  expect(at(actor)).toBe('{"running":"waiting"}')
  actor.send({ type: 'BUSY', busy: false })
  expect(at(actor)).toBe('"prompt"')
})

test('when it waits for long, the terminal says how to go on', async () => {
  const { actor, clock } = terminal(true)
  actor.send({ type: 'SUBMIT', line: 'curl http://baidu.com/' })
  await settled()
  clock.increment(1199)
  expect(actor.getSnapshot().hasTag('stuck')).toBe(false)
  clock.increment(1)
  expect(actor.getSnapshot().hasTag('stuck')).toBe(true)
  actor.send({ type: 'BUSY', busy: false })
  expect(at(actor)).toBe('"prompt"')
})

test('lines pasted together run one after the other, each with its mark', async () => {
  const { actor, ran } = terminal()
  actor.send({ type: 'SUBMIT', line: 'first' })
  actor.send({ type: 'SUBMIT', line: 'second' })
  actor.send({ type: 'SUBMIT', line: 'third', by: 'knob' })
  await settled()
  await settled()
  await settled()
  expect(ran).toEqual(['gateway# first', 'gateway# second', 'gateway# third (knob)'])
  expect(at(actor)).toBe('"prompt"')
})

test('what waits behind a program waits until it has ended', async () => {
  const { actor, ran } = terminal((line) => line === 'slow')
  actor.send({ type: 'SUBMIT', line: 'slow' })
  actor.send({ type: 'SUBMIT', line: 'quick' })
  await settled()
  expect(ran).toEqual(['gateway# slow'])
  actor.send({ type: 'BUSY', busy: false })
  await settled()
  expect(ran).toEqual(['gateway# slow', 'gateway# quick'])
})

test('Ctrl-C forgets what waits, and gives the prompt back even where the lab does not answer', async () => {
  const { actor, clock, interrupts } = terminal(true)
  actor.send({ type: 'SUBMIT', line: 'slow' })
  actor.send({ type: 'SUBMIT', line: 'never' })
  await settled()
  actor.send({ type: 'INTERRUPT' })
  expect(at(actor)).toBe('"interrupted"')
  expect(interrupts()).toBe(1)
  expect(actor.getSnapshot().context.queue).toEqual([])
  clock.increment(2000)
  expect(at(actor)).toBe('"prompt"')
})

test('Ctrl-C at the prompt asks the lab for nothing', () => {
  const { actor, interrupts } = terminal()
  actor.send({ type: 'INTERRUPT' })
  expect(at(actor)).toBe('"prompt"')
  expect(interrupts()).toBe(0)
})

test('a reader who goes to a moment at which a program runs finds the terminal taken', () => {
  const { actor } = terminal()
  actor.send({ type: 'BUSY', busy: true })
  expect(actor.getSnapshot().hasTag('busy')).toBe(true)
  actor.send({ type: 'BUSY', busy: false })
  expect(at(actor)).toBe('"prompt"')
})

test('a paste without end is cut', async () => {
  const { actor } = terminal(true)
  for (let i = 0; i < QUEUE_MAX + 50; i++) actor.send({ type: 'SUBMIT', line: String(i) })
  await settled()
  expect(actor.getSnapshot().context.queue.length).toBe(QUEUE_MAX)
})
