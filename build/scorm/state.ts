/**
 * What a learning management system keeps of a learner, in SCORM's few characters: which steps are done, and where she was.
 * It is read back as the progress that the page itself keeps.
 */
import type { Progress } from '../../src/lesson/progress.ts'
import { scoreOf, type Score } from '../../src/lesson/statement.ts'

/** What a package is about: these lessons, with their steps in order. */
export interface Subject {
  id: string
  title: string
  lessons: readonly { id: string; title: string; about: string; steps: readonly string[] }[]
  /** The language that the page begins in. */
  lang: string
}

/** SCORM 1.2 has room for 4,096 characters; the first edition with less for 2004 has 4,000. */
export const SUSPEND_MAX = 4000

/**
 * `1;03-snat/rule;03-snat=1f.4`: the version, the step that was open, and two numbers a lesson: the bits of the one are its
 * steps that are done, of the other those whose goal was shown; there is none where none was.
 */
export function suspendData(progress: Progress, subject: Subject): string {
  const { last } = progress
  const here = subject.lessons.some((one) => one.id === last?.lesson)
  const parts = [`1;${last !== null && here ? `${last.lesson}/${last.step}` : ''}`]
  for (const { id, steps } of subject.lessons) {
    const done = progress.done[id] ?? []
    const bits = (of: readonly string[]): bigint =>
      steps.reduce((sum, step, i) => (of.includes(step) ? sum | (1n << BigInt(i)) : sum), 0n)
    const [all, shown] = [bits(done), bits(progress.shown?.[id] ?? [])]
    if (all > 0n) parts.push(`${id}=${all.toString(16)}${shown > 0n ? `.${shown.toString(16)}` : ''}`)
  }
  const data = parts.join(';')
  return data.length <= SUSPEND_MAX ? data : parts[0]
}

/** What cannot be read, of another version or about lessons that are not in the package, is left out. */
export function progressFrom(data: string, subject: Subject): Progress {
  const progress: Progress = { last: null, done: {}, at: {} }
  const [version, place = '', ...lessons] = data.split(';')
  if (version !== '1') return progress
  for (const part of lessons) {
    const [, id, all, shown] = /^([^=]+)=([0-9a-f]{1,32})(?:\.([0-9a-f]{1,32}))?$/.exec(part) ?? []
    const known = subject.lessons.find((one) => one.id === id)
    if (known === undefined) continue
    const steps = (bits: string): string[] =>
      known.steps.filter((_, i) => ((BigInt(`0x${bits}`) >> BigInt(i)) & 1n) === 1n)
    progress.done[known.id] = steps(all)
    if (shown !== undefined) progress.shown = { ...progress.shown, [known.id]: steps(shown) }
  }
  const [lesson, step] = place.split('/')
  if (subject.lessons.some((one) => one.id === lesson && one.steps.includes(step))) {
    progress.last = { lesson, step }
    progress.at[lesson] = step
  }
  return progress
}

export interface Result {
  done: number
  of: number
  /** From 0 to 1. */
  share: number
  complete: boolean
  /** Steps done by her own hands, of all. */
  score: Score
}

export function resultOf(progress: Progress, subject: Subject): Result {
  let [done, own, of] = [0, 0, 0]
  for (const { id, steps } of subject.lessons) {
    const mine = steps.filter((step) => progress.done[id]?.includes(step) === true)
    of += steps.length
    done += mine.length
    own += mine.filter((step) => progress.shown?.[id]?.includes(step) !== true).length
  }
  const { scaled: share } = scoreOf(done, of)
  return { done, of, share, complete: done === of, score: scoreOf(own, of) }
}

/** Where the page begins: behind the '#'. */
export function addressOf(progress: Progress, subject: Subject): string {
  const { lesson, step } = progress.last ?? { lesson: subject.lessons[0]?.id ?? '', step: '' }
  return `#lesson=${lesson}${step === '' ? '' : `&step=${step}`}&lang=${subject.lang}`
}
