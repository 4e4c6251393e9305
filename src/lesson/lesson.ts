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

const step = v.strictObject({
  /** Names the step's heading in the words: `## Title {#id}`. */
  id,
  /** The host whose kernel is shown when the step begins. */
  show: v.optional(v.string()),
  /** Asked before anything runs. Each option has its heading and its reply in the words. */
  predict: v.optional(
    v.pipe(
      v.strictObject({ options: v.pipe(v.array(id), v.minLength(2)), answer: id }),
      v.check((p) => p.options.includes(p.answer), 'the answer is one of the options'),
    ),
  ),
  /**
   * What shall be the case at the end of the step. `check` runs on a copy of the lab; exit status 0: it is. It asks
   * what the lab does, never what was typed.
   */
  goal: v.optional(v.strictObject({ check: command, solution: v.pipe(v.array(command), v.minLength(1)) })),
})

const lesson = v.strictObject({
  /** The folder's name. */
  id,
  /** A ready-made lab. */
  lab: id,
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

/** What has been typed when a reader begins at a step: the setup, and the solutions of the steps before it. */
export function typedBefore(lesson: Lesson, at: number): Command[] {
  return [...lesson.setup, ...lesson.steps.slice(0, at).flatMap((s) => s.goal?.solution ?? [])]
}
