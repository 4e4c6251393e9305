/**
 * The words of a lesson, found in its Markdown by the names in curly brackets. They are the same in every language:
 *
 *     # Title of the lesson               and, below it, what it is about
 *     ## Title of a step {#forward}       and what it says
 *     ### What is asked {#predict}        and the question
 *     #### An option {#no}                and the reply to whoever chose it
 *     ### What is to be found {#find}     and, as ####, what is typically taken for it, with the reply
 *     ### What is to be done {#goal}      and, as ####, what is typically the case before, with the reply
 *     ### A hint {#hint}                  as many as there are tiers
 *     ### What to see now {#done}         shown when the step is passed
 */
import type { Block, Inline, Page } from '../../build/page.ts'
import type { Lesson } from './lesson.ts'

export interface Titled {
  title: Inline[]
  body: Block[]
}

/** Replies to what is not right, by its name. */
export interface Replies extends Titled {
  replies: Record<string, Titled>
}

export interface StepWords extends Titled {
  predict: (Titled & { options: Record<string, Titled> }) | null
  find: Replies | null
  goal: Replies | null
  hints: Titled[]
  done: Titled | null
}

/** Of a step that has none. */
export const NO_WORDS: StepWords = {
  title: [],
  body: [],
  predict: null,
  find: null,
  goal: null,
  hints: [],
  done: null,
}

export interface LessonWords extends Titled {
  steps: Record<string, StepWords>
}

/** Reads a page. What is out of place is reported by `missingWords`, not here. */
export function lessonWords(page: Page): LessonWords {
  const lesson: LessonWords = { title: [], body: [], steps: {} }
  let into: Block[] = lesson.body
  let step: StepWords | null = null
  /** Where a reply belongs to. */
  let asked: Record<string, Titled> | null = null
  for (const block of page) {
    if (block.type !== 'heading') {
      into.push(block)
      continue
    }
    const titled: Titled = { title: block.text, body: [] }
    into = titled.body
    if (block.depth === 1) {
      lesson.title = block.text
      into = lesson.body
    } else if (block.depth === 2) {
      step = { ...titled, predict: null, find: null, goal: null, hints: [], done: null }
      asked = null
      if (block.id !== undefined) lesson.steps[block.id] = step
    } else if (block.depth === 3) {
      const replies: Record<string, Titled> = {}
      asked = replies
      if (block.id === 'predict' && step !== null) step.predict = Object.assign(titled, { options: replies })
      else if (block.id === 'find' && step !== null) step.find = Object.assign(titled, { replies })
      else if (block.id === 'goal' && step !== null) step.goal = Object.assign(titled, { replies })
      else if (block.id === 'hint' && step !== null) step.hints.push(titled)
      else if (block.id === 'done' && step !== null) step.done = titled
    } else if (block.depth === 4 && block.id !== undefined && asked !== null) asked[block.id] = titled
  }
  return lesson
}

/** What a lesson needs and its words do not have, and the other way round. Empty: they fit. */
export function missingWords(lesson: Lesson, words: LessonWords): string[] {
  const missing: string[] = []
  const need = (there: boolean, what: string) => {
    if (!there) missing.push(what)
  }
  need(words.title.length > 0, '# title')
  /** A reply below a heading of the fourth level: a heading alone is none. */
  const reply = (has: Titled | undefined, name: string): string =>
    has === undefined ? `#### {#${name}}` : `text below #### {#${name}}`
  const replied = (has: Replies | null, wrong: readonly { id: string }[], at: (what: string) => string) => {
    const named = wrong.map((w) => w.id)
    for (const name of named)
      need((has?.replies[name]?.body.length ?? 0) > 0, at(reply(has?.replies[name], name)))
    for (const name of Object.keys(has?.replies ?? {})) need(named.includes(name), at(`reply ${name}`))
  }
  for (const step of lesson.steps) {
    const has = words.steps[step.id] as StepWords | undefined
    if (has === undefined) {
      missing.push(`## {#${step.id}}`)
      continue
    }
    const at = (what: string) => `${what} in {#${step.id}}`
    need(has.body.length > 0, at('text'))
    need((has.goal !== null) === (step.goal !== undefined), at('### {#goal}'))
    need(step.goal === undefined || has.hints.length > 0, at('### {#hint}'))
    need((has.find !== null) === (step.find !== undefined), at('### {#find}'))
    replied(has.find, step.find?.wrong ?? [], at)
    replied(has.goal, step.goal?.wrong ?? [], at)
    need((has.predict !== null) === (step.predict !== undefined), at('### {#predict}'))
    for (const option of step.predict?.options ?? [])
      need(
        (has.predict?.options[option]?.body.length ?? 0) > 0,
        at(reply(has.predict?.options[option], option)),
      )
    for (const option of Object.keys(has.predict?.options ?? {}))
      need(step.predict?.options.includes(option) === true, at(`option ${option}`))
  }
  for (const id of Object.keys(words.steps))
    need(
      lesson.steps.some((s) => s.id === id),
      `step ${id}`,
    )
  return missing
}
