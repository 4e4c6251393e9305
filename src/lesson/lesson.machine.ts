/**
 * What a learner is in the middle of: which step, what was predicted, which hints are open, what has been reached.
 * Going to another step is always possible; a step that was passed stays passed.
 */
import { assign, fromPromise, setup } from 'xstate'
import type { Command, Lesson, Step } from './lesson.ts'

export interface StepRecord {
  /** Options that were chosen, in their order; the last one is the one that stands. */
  chosen: readonly string[]
  /** Hints that are open. */
  hints: number
  /** The goal has been reached (a step without one: its prediction has been answered rightly). */
  passed: boolean
  /** The solution was shown. */
  shown: boolean
}

export interface LessonContext {
  lesson: Lesson
  at: number
  records: readonly StepRecord[]
}

export type LessonEvent =
  | { type: 'PREDICT'; option: string }
  | { type: 'HINT' }
  /** The solution is to be typed before the learner's eyes. */
  | { type: 'SHOW' }
  /** Something has happened in the lab: look whether the goal is reached. */
  | { type: 'LAB' }
  | { type: 'NEXT' }
  | { type: 'BACK' }
  | { type: 'GOTO'; at: number }
  | { type: 'RESTART' }

const FRESH: StepRecord = { chosen: [], hints: 0, passed: false, shown: false }

export const lessonMachine = setup({
  types: {
    context: {} as LessonContext,
    events: {} as LessonEvent,
    input: {} as { lesson: Lesson; at?: number },
  },
  actors: {
    /** Opens the lesson's lab as it is when a step begins. */
    open: fromPromise<void, { lesson: Lesson; at: number }>(() => Promise.resolve()),
    grade: fromPromise<boolean, { check: Command | null }>(() => Promise.resolve(false)),
    show: fromPromise<void, { solution: readonly Command[] }>(() => Promise.resolve()),
  },
  delays: {
    /** Several things happen in a moment; one look at the end is enough. */
    settle: 120,
  },
  guards: {
    hasNext: ({ context }) => context.at < context.lesson.steps.length - 1,
    hasBack: ({ context }) => context.at > 0,
    exists: ({ context, event }) => event.type === 'GOTO' && context.lesson.steps[event.at] !== undefined,
    gradable: ({ context }) => stepOf(context).goal !== undefined && !recordOf(context).passed,
    isOption: ({ context, event }) =>
      event.type === 'PREDICT' && stepOf(context).predict?.options.includes(event.option) === true,
    solvable: ({ context }) => stepOf(context).goal !== undefined,
  },
  actions: {
    choose: assign(({ context, event }) =>
      event.type === 'PREDICT'
        ? amend(context, (r, step) => ({ ...r, ...chosen(r, step, event.option) }))
        : {},
    ),
    hint: assign(({ context }) => amend(context, (r) => ({ ...r, hints: r.hints + 1 }))),
    shown: assign(({ context }) => amend(context, (r) => ({ ...r, shown: true }))),
    pass: assign(({ context }) => amend(context, (r) => ({ ...r, passed: true }))),
    forward: assign({ at: ({ context }) => context.at + 1 }),
    backward: assign({ at: ({ context }) => context.at - 1 }),
    go: assign({ at: ({ context, event }) => (event.type === 'GOTO' ? event.at : context.at) }),
    forget: assign({ at: 0, records: ({ context }) => context.lesson.steps.map(() => FRESH) }),
  },
}).createMachine({
  id: 'lesson',
  context: ({ input }) => ({
    lesson: input.lesson,
    at: Math.min(input.lesson.steps.length - 1, Math.max(0, input.at ?? 0)),
    records: input.lesson.steps.map(() => FRESH),
  }),
  initial: 'opening',
  // The words are there before the lab is: whoever answers at once is heard.
  on: {
    PREDICT: { guard: 'isOption', actions: 'choose' },
    HINT: { guard: 'solvable', actions: 'hint' },
  },
  states: {
    opening: {
      invoke: {
        src: 'open',
        input: ({ context }) => ({ lesson: context.lesson, at: context.at }),
        onDone: 'step',
        onError: 'step',
      },
    },
    step: {
      initial: 'arriving',
      on: {
        NEXT: { guard: 'hasNext', actions: 'forward', target: '.arriving' },
        BACK: { guard: 'hasBack', actions: 'backward', target: '.arriving' },
        // Whoever jumps gets the lab as it would be there: done up to that step.
        GOTO: { guard: 'exists', actions: 'go', target: 'opening' },
        RESTART: { actions: 'forget', target: 'opening' },
      },
      states: {
        /** A new step is looked at once: its goal may have been reached on the way. */
        arriving: { always: [{ guard: 'gradable', target: 'settling' }, { target: 'doing' }] },
        doing: {
          on: {
            LAB: { guard: 'gradable', target: 'settling' },
            SHOW: { guard: 'solvable', target: 'showing', actions: 'shown' },
          },
        },
        settling: {
          on: { LAB: { target: 'settling', reenter: true }, SHOW: { target: 'showing', actions: 'shown' } },
          after: { settle: 'grading' },
        },
        grading: {
          on: { LAB: { target: 'settling' }, SHOW: { target: 'showing', actions: 'shown' } },
          invoke: {
            src: 'grade',
            input: ({ context }) => ({ check: stepOf(context).goal?.check ?? null }),
            onDone: [
              { guard: ({ event }) => event.output, actions: 'pass', target: 'doing' },
              { target: 'doing' },
            ],
            onError: 'doing',
          },
        },
        showing: {
          invoke: {
            src: 'show',
            input: ({ context }) => ({ solution: stepOf(context).goal?.solution ?? [] }),
            onDone: 'settling',
            onError: 'settling',
          },
        },
      },
    },
  },
})

export function stepOf(context: LessonContext): Step {
  return context.lesson.steps[context.at]
}

export function recordOf(context: LessonContext): StepRecord {
  return context.records[context.at]
}

/** Nothing is left to do here: every question answered rightly, the goal reached. */
export function isDone(step: Step, record: StepRecord): boolean {
  const predicted = step.predict === undefined || record.chosen.at(-1) === step.predict.answer
  return predicted && (step.goal === undefined || record.passed)
}

function chosen(record: StepRecord, step: Step, option: string): Partial<StepRecord> {
  const right = option === step.predict?.answer
  return { chosen: [...record.chosen, option], ...(right && step.goal === undefined && { passed: true }) }
}

function amend(
  context: LessonContext,
  by: (record: StepRecord, step: Step) => StepRecord,
): Partial<LessonContext> {
  return { records: context.records.map((r, i) => (i === context.at ? by(r, context.lesson.steps[i]) : r)) }
}
