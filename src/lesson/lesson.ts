/**
 * What a lesson is: a lab, steps, and words. The data is here as commands, so a lesson needs no API and can be done on
 * real Linux too; the words are in one Markdown file per language (words.ts says how they are found).
 */
import * as v from 'valibot'

const id = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]*$/))

/** A line typed on a host. */
const command = v.strictObject({
  on: v.pipe(v.string(), v.minLength(1)),
  line: v.pipe(v.string(), v.minLength(1)),
})

/** Something that is not right yet, or not right, and has a reply of its own in the words. */
const wrongState = v.strictObject({
  /** Names its reply: `#### … {#id}`. */
  id,
  /** Exit status 0 on a copy of the lab: this is the case. */
  ...command.entries,
  /** What somebody types who gets there, from the beginning of the step. For the tests. */
  by: v.pipe(v.array(command), v.minLength(1)),
})

const wrongFinding = v.strictObject({ id, ...command.entries })

const step = v.strictObject({
  /** Names the step's heading in the words: `## Title {#id}`. */
  id,
  /** The host whose kernel is shown when the step begins. */
  show: v.optional(v.string()),
  /** Rows of the article that it makes reachable: S1 to S99. */
  rows: v.optional(
    v.array(v.pipe(v.string(), v.regex(/^S[1-9]\d?$/, 'the article has the points S1 to S99'))),
    [],
  ),
  /** Typed before the learner's eyes when the step begins. */
  run: v.optional(v.array(command), []),
  /**
   * Asked before anything runs. Each option has its heading and its reply in the words. An answer that is a command is worked
   * out by the lab, on a copy of it as it is when the question is asked: the command prints the option's id.
   */
  predict: v.optional(
    v.pipe(
      v.strictObject({ options: v.pipe(v.array(id), v.minLength(2)), answer: v.union([id, command]) }),
      v.check(
        (p) => typeof p.answer !== 'string' || p.options.includes(p.answer),
        'the answer is one of the options',
      ),
    ),
  ),
  /**
   * To be found in the lab: what `line` prints there at that moment. A number may be off by `about`, a fraction of it. What
   * is typically taken for it is what the lines of `wrong` print.
   */
  find: v.optional(
    v.strictObject({
      ...command.entries,
      about: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0),
      wrong: v.optional(v.array(wrongFinding), []),
    }),
  ),
  /**
   * What shall be the case at the end of the step. `check` runs on a copy of the lab; exit status 0: it is. It asks
   * what the lab does, never what was typed. `also` is what shall be the case besides, on other hosts, each on a copy of its own.
   */
  goal: v.optional(
    v.strictObject({
      check: command,
      also: v.optional(v.array(command), []),
      solution: v.pipe(v.array(command), v.minLength(1)),
      /** Typical states on the way there; of those that are the case the first is replied to. */
      wrong: v.optional(v.array(wrongState), []),
      /** The fewest commands that do it. */
      par: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
    }),
  ),
})

const lesson = v.strictObject({
  /** The folder's name. */
  id,
  /** A ready-made lab. */
  lab: id,
  /** Which Linux it runs: today's or the article's. */
  period: v.optional(v.picklist(['modern', 'article']), 'modern'),
  seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 1),
  /** Typed before the first step, outside of history. */
  setup: v.optional(v.array(command), []),
  steps: v.pipe(
    v.array(step),
    v.minLength(1),
    v.check(
      (steps) => new Set(steps.map((s) => s.id)).size === steps.length,
      'each step has a name of its own',
    ),
  ),
})

export type Command = v.InferOutput<typeof command>
export type Step = v.InferOutput<typeof step>
export type Goal = NonNullable<Step['goal']>
export type Lesson = v.InferOutput<typeof lesson>

/** Throws where the data is not a lesson, and says what is wrong. */
export function defineLesson(data: v.InferInput<typeof lesson>): Lesson {
  return v.parse(lesson, data)
}

/**
 * What has been typed when a reader begins at a step: the setup, and what the steps before it have run and asked for. What the
 * step itself runs comes after that.
 */
export function typedBefore(lesson: Lesson, at: number): Command[] {
  return [
    ...lesson.setup,
    ...lesson.steps.slice(0, at).flatMap((s) => [...s.run, ...(s.goal?.solution ?? [])]),
  ]
}
