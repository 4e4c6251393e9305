import { createActor, fromPromise, SimulatedClock } from 'xstate'
import { expect, test } from 'vitest'
import { defineLesson, typedBefore, type Command, type Lesson, type Step } from '../../src/lesson/lesson.ts'
import type { Verdict } from '../../src/lesson/grade.ts'
import { isDone, lessonMachine, recordOf, stepOf, type Finding } from '../../src/lesson/lesson.machine.ts'

const goal = (name: string) => ({
  check: { on: 'gw', line: `check ${name}` },
  solution: [{ on: 'gw', line: `solve ${name}` }],
})
const lesson = defineLesson({
  id: 'x',
  lab: 'gateway',
  setup: [{ on: 'gw', line: 'setup' }],
  steps: [
    { id: 'ask', predict: { options: ['a', 'b'], answer: 'b' } },
    { id: 'do', goal: goal('do') },
    { id: 'both', predict: { options: ['a', 'b'], answer: 'a' }, goal: goal('both') },
  ],
})

/** A learner whose lab has reached what `reached` says. */
function learner(reached: Set<string>, at = 0, of: Lesson = lesson) {
  const clock = new SimulatedClock()
  const opened: number[] = []
  const typed: string[] = []
  const checks: string[] = []
  const asked: string[] = []
  const actor = createActor(
    lessonMachine.provide({
      actors: {
        open: fromPromise<void, { lesson: Lesson; at: number }>(({ input }) => {
          opened.push(input.at)
          return Promise.resolve()
        }),
        grade: fromPromise<Verdict, { goal: Step['goal'] }>(({ input }) => {
          const line = input.goal?.check.line ?? ''
          checks.push(line)
          const passed = reached.has(line.replace('check ', ''))
          return Promise.resolve({ passed, wrong: passed ? null : 'half' })
        }),
        truth: fromPromise<string, { answer: Command | string | undefined }>(({ input }) => {
          asked.push(typeof input.answer === 'object' ? input.answer.line : '')
          return Promise.resolve('b')
        }),
        find: fromPromise<Finding, { find: Step['find']; text: string | null }>(({ input }) => {
          const text = input.text ?? '42'
          return Promise.resolve({ text, right: text === '42', reply: text === '43' ? 'near' : null })
        }),
        show: fromPromise<void, { solution: readonly Command[] }>(({ input }) => {
          for (const c of input.solution) {
            typed.push(`${c.on}# ${c.line}`)
            reached.add(c.line.replace('solve ', ''))
          }
          return Promise.resolve()
        }),
      },
    }),
    { clock, input: { lesson: of, at } },
  ).start()
  const look = async () => {
    actor.send({ type: 'LAB' })
    clock.increment(200)
    await settled()
  }
  return { actor, opened, typed, checks, asked, look, now: () => actor.getSnapshot().context, clock }
}

const settled = () => new Promise((resolve) => setTimeout(resolve))

test('an answer that comes before the lab is open counts', async () => {
  const { actor, now } = learner(new Set())
  expect(actor.getSnapshot().value).toBe('opening')
  actor.send({ type: 'PREDICT', option: 'b' })
  await settled()
  expect(recordOf(now()).chosen).toEqual(['b'])
})

test('a wrong answer stands until a right one is given; both are remembered', async () => {
  const { actor, now } = learner(new Set())
  await settled()
  actor.send({ type: 'PREDICT', option: 'a' })
  expect(isDone(stepOf(now()), recordOf(now()))).toBe(false)
  actor.send({ type: 'PREDICT', option: 'b' })
  expect(recordOf(now())).toMatchObject({ chosen: ['a', 'b'] })
  expect(isDone(stepOf(now()), recordOf(now()))).toBe(true)
})

const asking = defineLesson({
  id: 'y',
  lab: 'gateway',
  steps: [
    {
      id: 'guess',
      run: [{ on: 'gw', line: 'run' }],
      predict: { options: ['a', 'b'], answer: { on: 'gw', line: 'say' } },
    },
    { id: 'find', find: { on: 'gw', line: 'count' }, goal: goal('find') },
    { id: 'read' },
  ],
})

test('the lab is asked for the right option before anything is run; until then an answer is neither right nor wrong', async () => {
  const { actor, asked, typed, now } = learner(new Set(), 0, asking)
  actor.send({ type: 'PREDICT', option: 'b' })
  expect(recordOf(now()).truth).toBe(null)
  expect(isDone(stepOf(now()), recordOf(now()))).toBe(false)
  await settled()
  expect([asked, typed]).toEqual([['say'], ['gw# run']])
  expect(recordOf(now())).toMatchObject({ truth: 'b', ran: true })
  expect(isDone(stepOf(now()), recordOf(now()))).toBe(true)
  actor.send({ type: 'NEXT' })
  actor.send({ type: 'BACK' })
  await settled()
  expect([asked.length, typed.length]).toEqual([1, 1])
})

test('what is found is looked at, a typical mistake has its reply, and the last word counts', async () => {
  const { actor, now } = learner(new Set(['find']), 1, asking)
  await settled()
  const done = () => isDone(stepOf(now()), recordOf(now()))
  for (const [text, right, reply] of [
    ['43', false, 'near'],
    ['42', true, null],
  ] as const) {
    actor.send({ type: 'FIND', text })
    await settled()
    expect(recordOf(now()).found.at(-1)).toEqual({ text, right, reply })
  }
  expect(done()).toBe(false)
  actor.send({ type: 'LAB' })
  await settled()
})

test('what is said to be found before the lab is open, or twice in one breath, is looked at all the same', async () => {
  const { actor, now } = learner(new Set(['find']), 1, asking)
  expect(actor.getSnapshot().value).toBe('opening')
  actor.send({ type: 'FIND', text: '43' })
  await settled()
  expect(recordOf(now()).found).toEqual([{ text: '43', right: false, reply: 'near' }])
  actor.send({ type: 'FIND', text: '41' })
  actor.send({ type: 'FIND', text: '42' })
  await settled()
  expect(recordOf(now()).found.map((f) => f.text)).toEqual(['43', '41', '42'])
  expect(now().said).toBe(null)
})

test('a wrong state is replied to when something has been done, not before', async () => {
  const { look, now, clock } = learner(new Set(), 1)
  await settled()
  clock.increment(200)
  await settled()
  expect(recordOf(now())).toMatchObject({ passed: false, wrong: null })
  await look()
  expect(recordOf(now())).toMatchObject({ passed: false, wrong: 'half' })
})

test('a step that only tells something is done when it has been opened', async () => {
  const { actor, now } = learner(new Set(), 0, asking)
  await settled()
  const [last, records] = [asking.steps[2], () => now().records[2]]
  expect(isDone(last, records())).toBe(false)
  actor.send({ type: 'GOTO', at: 2 })
  await settled()
  expect(isDone(last, records())).toBe(true)
})

test('whoever jumps finds what the steps before have run, and the lab is asked anew', async () => {
  const { actor, asked, typed } = learner(new Set(), 2, asking)
  await settled()
  expect(typedBefore(asking, 2).map((c) => c.line)).toEqual(['run', 'solve find'])
  actor.send({ type: 'GOTO', at: 0 })
  await settled()
  expect([asked, typed]).toEqual([['say'], ['gw# run']])
})

test('an option that is none is no answer', async () => {
  const { actor, now } = learner(new Set())
  await settled()
  actor.send({ type: 'PREDICT', option: 'c' })
  expect(recordOf(now()).chosen).toEqual([])
})

test('a goal is passed when the lab says so, not before', async () => {
  const reached = new Set<string>()
  const { actor, look, now } = learner(reached)
  await settled()
  actor.send({ type: 'NEXT' })
  await look()
  expect(recordOf(now()).passed).toBe(false)
  reached.add('do')
  await look()
  expect(recordOf(now()).passed).toBe(true)
})

test('many things at once are looked at once', async () => {
  const { actor, checks, look } = learner(new Set(), 1)
  await settled()
  await look()
  checks.length = 0
  for (let i = 0; i < 50; i++) actor.send({ type: 'LAB' })
  await look()
  expect(checks).toEqual(['check do'])
})

test('a goal that was reached on the way is seen when its step begins', async () => {
  const { actor, now, clock } = learner(new Set(['do']))
  await settled()
  actor.send({ type: 'NEXT' })
  clock.increment(200)
  await settled()
  expect(recordOf(now()).passed).toBe(true)
})

test('"show me" types the solution, and what it reaches counts', async () => {
  const { actor, typed, now, clock } = learner(new Set(), 1)
  await settled()
  actor.send({ type: 'SHOW' })
  await settled()
  clock.increment(200)
  await settled()
  expect(typed).toEqual(['gw# solve do'])
  expect(recordOf(now())).toMatchObject({ passed: true, shown: true })
})

test('"show me" is heard while the step is still being opened, and typed once however often it was asked for', async () => {
  const running = defineLesson({
    id: 'r',
    lab: 'gateway',
    steps: [{ id: 'do', run: [{ on: 'gw', line: 'run' }], goal: goal('do') }, { id: 'read' }],
  })
  const { actor, typed, now, clock } = learner(new Set(), 0, running)
  actor.send({ type: 'SHOW' })
  actor.send({ type: 'SHOW' })
  await settled()
  clock.increment(200)
  await settled()
  expect(typed).toEqual(['gw# run', 'gw# solve do'])
  expect(recordOf(now())).toMatchObject({ passed: true, shown: true })
  actor.send({ type: 'NEXT' })
  await settled()
  expect(now().asked).toBe(false)
})

test('"show me" does the goal first, and then says what is to be found', async () => {
  const both = defineLesson({
    id: 'b',
    lab: 'gateway',
    steps: [{ id: 'do', goal: goal('do'), find: { on: 'gw', line: 'count' } }],
  })
  const { actor, typed, now, clock } = learner(new Set(), 0, both)
  await settled()
  actor.send({ type: 'SHOW' })
  await settled()
  clock.increment(200)
  await settled()
  expect(typed).toEqual(['gw# solve do'])
  expect(recordOf(now())).toMatchObject({ passed: true, found: [] })
  actor.send({ type: 'SHOW' })
  await settled()
  expect(typed).toEqual(['gw# solve do'])
  expect(recordOf(now())).toMatchObject({ shown: true, found: [{ text: '42', right: true }] })
  expect(isDone(stepOf(now()), recordOf(now()))).toBe(true)
})

test('what is to be found can be shown while the step is still being opened', async () => {
  const finding = defineLesson({
    id: 'f',
    lab: 'gateway',
    steps: [{ id: 'find', find: { on: 'gw', line: 'count' } }],
  })
  const { actor, now } = learner(new Set(), 0, finding)
  actor.send({ type: 'SHOW' })
  await settled()
  expect(recordOf(now())).toMatchObject({ shown: true, found: [{ text: '42', right: true }] })
})

test('hints open one after the other', async () => {
  const { actor, now } = learner(new Set(), 1)
  await settled()
  actor.send({ type: 'HINT' })
  actor.send({ type: 'HINT' })
  expect(recordOf(now()).hints).toBe(2)
})

test('what is to be found has hints, too; what is only read has none', async () => {
  const finding = defineLesson({
    id: 'z',
    lab: 'gateway',
    steps: [{ id: 'find', find: { on: 'gw', line: 'count' } }, { id: 'read' }],
  })
  const { actor, now } = learner(new Set(), 0, finding)
  await settled()
  actor.send({ type: 'HINT' })
  expect(recordOf(now()).hints).toBe(1)
  actor.send({ type: 'NEXT' })
  await settled()
  actor.send({ type: 'HINT' })
  expect(recordOf(now()).hints).toBe(0)
})

test('a step with a question and a goal needs both', async () => {
  const { actor, look, now } = learner(new Set(['both']), 2)
  await settled()
  await look()
  expect(isDone(stepOf(now()), recordOf(now()))).toBe(false)
  actor.send({ type: 'PREDICT', option: 'a' })
  expect(isDone(stepOf(now()), recordOf(now()))).toBe(true)
})

test('the next step goes on in the same lab, a jump opens it as it would be there', async () => {
  const { actor, opened, now } = learner(new Set())
  await settled()
  actor.send({ type: 'NEXT' })
  expect(opened).toEqual([0])
  actor.send({ type: 'GOTO', at: 2 })
  await settled()
  expect([opened, now().at]).toEqual([[0, 2], 2])
  actor.send({ type: 'GOTO', at: 7 })
  expect(now().at).toBe(2)
  expect(typedBefore(lesson, 2).map((c) => c.line)).toEqual(['setup', 'solve do'])
})

test('nothing lies before the first step or after the last', async () => {
  const { actor, now } = learner(new Set())
  await settled()
  actor.send({ type: 'BACK' })
  expect(now().at).toBe(0)
  for (let i = 0; i < 9; i++) actor.send({ type: 'NEXT' })
  expect(now().at).toBe(2)
})

test('data that is no lesson is refused, with the reason', () => {
  expect(() => defineLesson({ id: 'x', lab: 'gateway', steps: [] })).toThrow()
  expect(() =>
    defineLesson({
      id: 'x',
      lab: 'gateway',
      steps: [{ id: 'a', predict: { options: ['a', 'b'], answer: 'c' } }],
    }),
  ).toThrow('the answer is one of the options')
  expect(() => defineLesson({ id: 'x', lab: 'gateway', steps: [{ id: 'a' }, { id: 'a' }] })).toThrow(
    'a name of its own',
  )
})
