/**
 * What a learner is in the middle of: which step, what was predicted, which hints are open, what has been reached.
 * Going to another step is always possible; a step that was passed stays passed.
 */
import { assign, fromPromise, setup } from 'xstate'
import type { Verdict } from './grade.ts'
import type { Command, Lesson, Step } from './lesson.ts'

export interface StepRecord {
  /** Options that were chosen, in their order; the last one is the one that stands. */
  chosen: readonly string[]
  /** The right option, null: the lab has not been asked yet. */
  truth: string | null
  /** What was found, in its order; the last one is the one that stands. */
  found: readonly Finding[]
  /** Hints that are open. */
  hints: number
  /** The goal has been reached. */
  passed: boolean
  /** The typical wrong state that the lab is in, null: none. */
  wrong: string | null
  /** Something has been done in this step. */
  touched: boolean
  /** The step has been opened. */
  seen: boolean
  /** What the step runs has been typed. */
  ran: boolean
  /** The solution was shown. */
  shown: boolean
}

/** What a learner says that she has found; `reply`: which typical mistake it is, null: none. */
export interface Finding {
  text: string
  right: boolean
  reply: string | null
}

export interface LessonContext {
  lesson: Lesson
  at: number
  records: readonly StepRecord[]
  /** What was said to be found while the lab could not be asked; null: nothing waits. */
  said: string | null
  /** The solution was asked for while something else was going on. */
  asked: boolean
}

export type LessonEvent =
  | { type: 'PREDICT'; option: string }
  | { type: 'FIND'; text: string }
  | { type: 'HINT' }
  /** The solution is to be typed before the learner's eyes; when the goal is reached: what is to be found is to be said. */
  | { type: 'SHOW' }
  /** Something has happened in the lab: look whether the goal is reached. */
  | { type: 'LAB' }
  | { type: 'NEXT' }
  | { type: 'BACK' }
  | { type: 'GOTO'; at: number }
  | { type: 'RESTART' }

function fresh({ predict }: Step): StepRecord {
  return {
    chosen: [],
    truth: typeof predict?.answer === 'string' ? predict.answer : null,
    found: [],
    hints: 0,
    passed: false,
    wrong: null,
    touched: false,
    seen: false,
    ran: false,
    shown: false,
  }
}

export const lessonMachine = setup({
  types: {
    context: {} as LessonContext,
    events: {} as LessonEvent,
    input: {} as { lesson: Lesson; at?: number },
  },
  actors: {
    /** Opens the lesson's lab as it is when a step begins. */
    open: fromPromise<void, { lesson: Lesson; at: number }>(() => Promise.resolve()),
    grade: fromPromise<Verdict, { goal: Step['goal'] }>(() =>
      Promise.resolve({ passed: false, wrong: null }),
    ),
    /** The id of the option that the lab says is right. */
    truth: fromPromise<string, { answer: Command | string | undefined }>(() => Promise.resolve('')),
    /** `text` null: she wants to be shown it. */
    find: fromPromise<Finding, { find: Step['find']; text: string | null }>(({ input }) =>
      Promise.resolve({ text: input.text ?? '', right: false, reply: null }),
    ),
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
    solvable: ({ context }) => stepOf(context).goal !== undefined && !recordOf(context).passed,
    hintable: ({ context }) => stepOf(context).goal !== undefined || stepOf(context).find !== undefined,
    unasked: ({ context }) => stepOf(context).predict !== undefined && recordOf(context).truth === null,
    runs: ({ context }) => stepOf(context).run.length > 0 && !recordOf(context).ran,
    findable: ({ context }) => stepOf(context).find !== undefined,
    hasSaid: ({ context }) => context.said !== null,
    hasAsked: ({ context }) =>
      context.asked && stepOf(context).goal !== undefined && !recordOf(context).passed,
    hasAskedWhat: ({ context }) => context.asked && stepOf(context).find !== undefined,
  },
  actions: {
    choose: assign(({ context, event }) =>
      event.type === 'PREDICT' ? amend(context, (r) => ({ ...r, chosen: [...r.chosen, event.option] })) : {},
    ),
    touch: assign(({ context }) => amend(context, (r) => ({ ...r, touched: true }))),
    see: assign(({ context }) => amend(context, (r) => ({ ...r, seen: true }))),
    ran: assign(({ context }) => amend(context, (r) => ({ ...r, ran: true }))),
    know: assign(({ context }, truth: string) => amend(context, (r) => ({ ...r, truth }))),
    finds: assign(({ context }, finding: Finding) => ({
      ...amend(context, (r) => ({ ...r, found: [...r.found, finding] })),
      said: context.said === finding.text ? null : context.said,
    })),
    unsay: assign({ said: null }),
    say: assign(({ event }) => (event.type === 'FIND' ? { said: event.text } : {})),
    judge: assign(({ context }, { passed, wrong }: Verdict) =>
      amend(context, (r) => ({ ...r, passed, wrong: r.touched ? wrong : null })),
    ),
    hint: assign(({ context }) => amend(context, (r) => ({ ...r, hints: r.hints + 1 }))),
    ask: assign({ asked: true }),
    shown: assign(({ context }) => ({ ...amend(context, (r) => ({ ...r, shown: true })), asked: false })),
    forward: assign({ at: ({ context }) => context.at + 1, said: null, asked: false }),
    backward: assign({ at: ({ context }) => context.at - 1, said: null, asked: false }),
    go: assign(({ context, event }) => (event.type === 'GOTO' ? jumped(context, event.at) : {})),
    forget: assign({
      at: 0,
      said: null,
      asked: false,
      records: ({ context }) => context.lesson.steps.map(fresh),
    }),
  },
}).createMachine({
  id: 'lesson',
  context: ({ input }) => ({
    lesson: input.lesson,
    at: Math.min(input.lesson.steps.length - 1, Math.max(0, input.at ?? 0)),
    records: input.lesson.steps.map(fresh),
    said: null,
    asked: false,
  }),
  initial: 'opening',
  // The words are there before the lab is: whoever answers at once is heard.
  on: {
    PREDICT: { guard: 'isOption', actions: 'choose' },
    HINT: { guard: 'hintable', actions: 'hint' },
    FIND: { guard: 'findable', actions: 'say' },
    SHOW: { guard: 'hintable', actions: 'ask' },
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
        /**
         * The lab says what will be, before anything happens. Then happens what the step shows. And a new step is looked at
         * once: its goal may have been reached on the way.
         */
        arriving: {
          entry: 'see',
          always: [
            { guard: 'unasked', target: 'asking' },
            { guard: 'runs', target: 'running' },
            { guard: 'hasAsked', target: 'showing', actions: 'shown' },
            { guard: 'hasAskedWhat', target: 'finding', actions: 'shown' },
            { guard: 'hasSaid', target: 'finding' },
            { guard: 'gradable', target: 'settling' },
            { target: 'doing' },
          ],
        },
        asking: {
          invoke: {
            src: 'truth',
            input: ({ context }) => ({ answer: stepOf(context).predict?.answer }),
            onDone: {
              actions: { type: 'know', params: ({ event }) => event.output },
              target: 'arriving',
            },
            onError: { actions: { type: 'know', params: '' }, target: 'arriving' },
          },
        },
        running: {
          invoke: {
            src: 'show',
            input: ({ context }) => ({ solution: stepOf(context).run }),
            onDone: { actions: 'ran', target: 'arriving' },
            onError: { actions: 'ran', target: 'arriving' },
          },
        },
        doing: {
          always: { guard: 'hasSaid', target: 'finding' },
          on: {
            LAB: { guard: 'gradable', actions: 'touch', target: 'settling' },
            SHOW: [
              { guard: 'solvable', target: 'showing', actions: 'shown' },
              { guard: 'findable', target: 'finding', actions: 'shown' },
            ],
          },
        },
        finding: {
          invoke: {
            src: 'find',
            input: ({ context }) => ({ find: stepOf(context).find, text: context.said }),
            onDone: { actions: { type: 'finds', params: ({ event }) => event.output }, target: 'arriving' },
            onError: { actions: 'unsay', target: 'doing' },
          },
        },
        settling: {
          on: {
            LAB: { target: 'settling', actions: 'touch', reenter: true },
            SHOW: { target: 'showing', actions: 'shown' },
            FIND: { guard: 'findable', actions: 'say', target: 'finding' },
          },
          after: { settle: 'grading' },
        },
        grading: {
          on: {
            LAB: { target: 'settling', actions: 'touch' },
            SHOW: { target: 'showing', actions: 'shown' },
            FIND: { guard: 'findable', actions: 'say', target: 'finding' },
          },
          invoke: {
            src: 'grade',
            input: ({ context }) => ({ goal: stepOf(context).goal }),
            onDone: { actions: { type: 'judge', params: ({ event }) => event.output }, target: 'doing' },
            onError: 'doing',
          },
        },
        showing: {
          on: { SHOW: {} },
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

/** Nothing is left to do here: it was read, every question answered rightly, found what was to be found, the goal reached. */
export function isDone(step: Step, record: StepRecord): boolean {
  const predicted = step.predict === undefined || isRight(record, record.chosen.at(-1))
  const found = step.find === undefined || record.found.at(-1)?.right === true
  return record.seen && predicted && found && (step.goal === undefined || record.passed)
}

/** Is it the option that the lab says is right? */
export function isRight(record: StepRecord, option: string | undefined): boolean {
  return record.truth !== null && option === record.truth
}

/** The lab is made anew: the steps before have run what they run, the others have not, and the lab is asked again. */
function jumped({ lesson, records }: LessonContext, at: number): Partial<LessonContext> {
  return {
    at,
    said: null,
    asked: false,
    records: records.map((r, i) =>
      i < at ? { ...r, ran: true } : { ...r, ran: false, truth: fresh(lesson.steps[i]).truth },
    ),
  }
}

function amend(
  context: LessonContext,
  by: (record: StepRecord, step: Step) => StepRecord,
): Partial<LessonContext> {
  return { records: context.records.map((r, i) => (i === context.at ? by(r, context.lesson.steps[i]) : r)) }
}
