/** What of a lesson is done now and has not been told: as statements (src/lesson/statement.ts). */
import { durationOf, scoreOf, statementOf, type Subject } from '../lesson/statement.ts'
import { siteOf } from './builder/site.ts'
import type { Course } from './course.svelte.ts'
import { isTold, tell } from './done.ts'
import { plain } from './palette/plain.ts'
import { progress } from './progress.svelte.ts'
import { LANGUAGES, language } from './text/index.ts'
import { titles } from './titles.ts'

/** Seconds since the step, and since the lesson, was opened. */
export interface Took {
  step: number
  lesson: number
}

export function tellDone(course: Course, took: Took): void {
  const {
    id: lesson,
    lesson: { steps },
  } = course
  const isOwn = (step: string): boolean => progress.now.shown?.[lesson]?.includes(step) !== true
  for (const [at, { id: step }] of steps.entries()) {
    if (!course.isDoneNow(at) || isTold(lesson, step)) continue
    const result = { ...DONE, score: scoreOf(isOwn(step) ? 1 : 0, 1), duration: durationOf(took.step) }
    tell({ lesson, step, at, statement: said(subjectOf(course, step), result) })
  }
  if (
    isTold(lesson, null) ||
    !steps.some((_, i) => course.isDoneNow(i)) ||
    !steps.every((_, i) => course.passed(i))
  )
    return
  const own = steps.filter(({ id }) => isOwn(id)).length
  const result = { ...DONE, score: scoreOf(own, steps.length), duration: durationOf(took.lesson) }
  tell({ lesson, step: null, at: course.at, statement: said(subjectOf(course, null), result) })
}

const DONE = { completion: true, success: true }

function said(
  subject: Subject,
  result: Parameters<typeof statementOf>[0]['result'],
): ReturnType<typeof statementOf> {
  const chance = crypto.getRandomValues(new Uint8Array(16))
  return statementOf({
    verb: 'completed',
    subject,
    ...(result && { result }),
    language: language(),
    chance,
    now: new Date(),
  })
}

/** A lesson is named in every language, a step in the one that the learner reads. */
function subjectOf(course: Course, step: string | null): Subject {
  const { id: lesson } = course
  const head = titles.find(({ id }) => id === lesson)?.head
  const site = siteOf(location.href)
  const served = /^https?:/.test(site) && window.netfilterLabTell === undefined
  const page = step === null ? `${site}e/${lesson}/` : `${site}e/${lesson}/${language()}/${step}/`
  return {
    lesson,
    step,
    name:
      step === null
        ? Object.fromEntries(LANGUAGES.map((l) => [l, head?.[l].title ?? lesson]))
        : { [language()]: plain(course.words.steps[step]?.title ?? []) || step },
    page: served ? page : undefined,
  }
}
