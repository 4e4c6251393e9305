import { createActor, fromPromise, SimulatedClock } from 'xstate'
import { expect, test } from 'vitest'
import {
  HOOK_MS,
  LOAD_SPEED,
  LINK_MS,
  planNext,
  playerMachine,
  type Asked,
  type Look,
} from '../../src/ui/player.machine.ts'

const idle: Look = {
  position: 0,
  end: 0,
  quiet: true,
  load: false,
  onRoad: false,
  here: true,
  flying: false,
  nextIn: null,
  delay: 0,
  next: null,
  nextLeave: null,
}
const onRoad: Look = { ...idle, quiet: false, onRoad: true }
const flying: Look = { ...idle, quiet: false, flying: true, nextIn: 500, delay: 500 }

/** A player with a lab that is given the looks it goes through, one for each answer; the last one stays. */
function player(looks: Look[], ms = HOOK_MS) {
  const clock = new SimulatedClock()
  const asked: Asked[] = []
  let at = 0
  const held: (() => void)[] = []
  let hold = false
  const actor = createActor(
    playerMachine.provide({
      actors: {
        ask: fromPromise<number, Asked>(async ({ input }) => {
          asked.push(input)
          if (hold) await new Promise<void>((go) => held.push(go))
          at = Math.min(looks.length - 1, at + 1)
          return ms
        }),
      },
    }),
    { clock, input: { speed: 1, look: () => looks[at], now: () => clock.now() } },
  ).start()
  return {
    actor,
    asked,
    /** Let time pass, and everything that was promised come true. */
    async pass(by: number) {
      for (let i = 0; i < 8; i++) await Promise.resolve()
      clock.increment(by)
      for (let i = 0; i < 8; i++) await Promise.resolve()
    },
    hold: () => (hold = true),
    async release() {
      hold = false
      held.splice(0).forEach((go) => go())
      for (let i = 0; i < 8; i++) await Promise.resolve()
    },
    at: () => actor.getSnapshot().value,
  }
}

test('playing asks for one hook, shows it for 300 ms, and asks for the next', async () => {
  const p = player([onRoad, onRoad, onRoad])
  p.actor.send({ type: 'PLAY' })
  await p.pass(0)
  expect(p.asked).toEqual([{ type: 'advance', by: { kind: 'hook' } }])
  expect(p.at()).toEqual({ playing: 'showing' })
  await p.pass(HOOK_MS - 1)
  expect(p.asked).toHaveLength(1)
  await p.pass(1)
  await p.pass(0)
  expect(p.asked).toHaveLength(2)
})

test('a frame takes 600 ms across a link, whatever lab time that is, and half of it at double speed', async () => {
  const p = player([flying, onRoad])
  p.actor.send({ type: 'SPEED', speed: 2 })
  p.actor.send({ type: 'PLAY' })
  await p.pass(LINK_MS / 2 - 1)
  expect(p.asked).toEqual([])
  await p.pass(1)
  await p.pass(0)
  expect(p.asked).toHaveLength(1)
})

test('a change of speed counts for what is left of a wait', async () => {
  const p = player([flying, onRoad])
  p.actor.send({ type: 'PLAY' })
  await p.pass(LINK_MS / 2)
  p.actor.send({ type: 'SPEED', speed: 10 })
  await p.pass(LINK_MS / 20 - 1)
  expect(p.asked).toEqual([])
  await p.pass(1)
  await p.pass(0)
  expect(p.asked).toHaveLength(1)
})

test('a wait that was interrupted goes on where it was', async () => {
  const p = player([flying, onRoad])
  p.actor.send({ type: 'PLAY' })
  await p.pass(LINK_MS - 100)
  p.actor.send({ type: 'PAUSE' })
  await p.pass(5000)
  expect(p.asked).toEqual([])
  p.actor.send({ type: 'PLAY' })
  await p.pass(99)
  expect(p.asked).toEqual([])
  await p.pass(1)
  await p.pass(0)
  expect(p.asked).toHaveLength(1)
})

test('it stops by itself when nothing moves any more, and runs on when the clock shall be kept going', async () => {
  const p = player([onRoad, idle])
  p.actor.send({ type: 'PLAY' })
  await p.pass(0)
  await p.pass(HOOK_MS)
  expect(p.at()).toBe('paused')
  p.actor.send({ type: 'KEEP', keep: true })
  p.actor.send({ type: 'PLAY' })
  expect(p.at()).toEqual({ playing: 'waiting' })
  await p.pass(100)
  await p.pass(0)
  expect(p.asked.at(-1)).toEqual({ type: 'advance', by: { kind: 'time', us: 100_000 } })
})

test('there is never more than one request under way', async () => {
  const p = player([onRoad, onRoad])
  p.hold()
  p.actor.send({ type: 'PLAY' })
  await p.pass(0)
  p.actor.send({ type: 'PAUSE' })
  p.actor.send({ type: 'STEP', ask: { type: 'advance', by: { kind: 'hook' } } })
  await p.pass(10_000)
  expect(p.asked).toHaveLength(1)
  await p.release()
  expect(p.at()).toBe('paused')
  expect(p.asked).toHaveLength(1)
})

test('a step is one request, and leaves the player paused', async () => {
  const p = player([onRoad, onRoad])
  p.actor.send({ type: 'STEP', ask: { type: 'advance', by: { kind: 'packet' } } })
  await p.pass(0)
  expect(p.asked).toEqual([{ type: 'advance', by: { kind: 'packet' } }])
  expect(p.at()).toBe('paused')
})

test('dragging the scrub bar asks for where it is last, not for every place that it passed', async () => {
  const p = player([{ ...idle, end: 100 }])
  p.hold()
  for (const position of [10, 20, 30, 40]) p.actor.send({ type: 'SEEK', position })
  await p.release()
  await p.pass(0)
  expect(p.asked).toEqual([
    { type: 'seek', position: 10 },
    { type: 'seek', position: 40 },
  ])
  expect(p.at()).toBe('paused')
})

test('seeking while playing goes on playing from there', async () => {
  const p = player([flying, onRoad])
  p.actor.send({ type: 'PLAY' })
  p.actor.send({ type: 'SEEK', position: 3 })
  await p.pass(0)
  expect(p.asked[0]).toEqual({ type: 'seek', position: 3 })
  expect(p.actor.getSnapshot().matches('playing')).toBe(true)
})

test('a lab that fails leaves the player paused', async () => {
  const clock = new SimulatedClock()
  const actor = createActor(
    playerMachine.provide({
      actors: { ask: fromPromise<number, Asked>(() => Promise.reject(new Error('no'))) },
    }),
    { clock, input: { speed: 1, look: () => onRoad, now: () => clock.now() } },
  ).start()
  actor.send({ type: 'PLAY' })
  clock.increment(0)
  for (let i = 0; i < 8; i++) await Promise.resolve()
  expect(actor.getSnapshot().value).toBe('paused')
})

test('a load goes on without single motions, at any speed', () => {
  const load = { ...onRoad, load: true, nextIn: 3 }
  for (const speed of [0.25, 1, 20])
    expect(planNext(load, speed, false)).toMatchObject({
      moves: 'none',
      ask: { type: 'advance', by: { kind: 'time', us: 16_000 * Math.max(LOAD_SPEED, speed), steps: 20_000 } },
    })
})

test('plans: what is past is looked at and not done again; a packet of another host passes in one go; fast is by lab time', () => {
  expect(planNext({ ...onRoad, next: 7, position: 3, end: 9 }, 1, false)?.ask).toEqual({
    type: 'seek',
    position: 7,
  })
  expect(planNext({ ...onRoad, here: false }, 1, false)?.ask).toEqual({
    type: 'advance',
    by: { kind: 'packet' },
  })
  expect(planNext({ ...onRoad, here: false, next: 4, nextLeave: 8, end: 9 }, 1, false)?.ask).toEqual({
    type: 'seek',
    position: 8,
  })
  expect(planNext(onRoad, 100, false)?.ask).toEqual({
    type: 'advance',
    by: { kind: 'time', us: 1_600_000, steps: 20_000 },
  })
  expect(planNext({ ...flying, nextIn: 250 }, 1, false)).toMatchObject({
    wait: LINK_MS / 2,
    moves: 'link',
    us: 250,
  })
  expect(planNext({ ...idle, quiet: false, nextIn: 40_000 }, 1, false)).toMatchObject({
    wait: 40,
    moves: 'clock',
  })
  expect(planNext(idle, 1, false)).toBeNull()
})
