/**
 * Between the page and a learning management system. It runs before the page does, and takes the place of the browser's
 * storage: what the page keeps of a learner's progress goes to the system, and what the system has kept comes back.
 */
import { NO_PROGRESS, parseProgress, type Progress } from '../../src/lesson/progress.ts'
import type { Kept } from '../../src/ui/storage.ts'
import { openLms } from './lms.ts'
import { addressOf, progressFrom, resultOf, suspendData, type Subject } from './state.ts'
import { statement, type Verb } from './statement.ts'

declare global {
  interface Window {
    /** Written into the package, before this. */
    netfilterLabSubject?: Subject
  }
}

const PROGRESS = 'netfilter-lab.progress'

function adapt(subject: Subject): void {
  const begun = Date.now()
  const seconds = (): number => (Date.now() - begun) / 1000
  const lms = openLms(window)
  let progress: Progress = lms === null ? NO_PROGRESS : progressFrom(lms.suspend, subject)
  let before = resultOf(progress, subject)
  const kept = new Map<string, string>([[PROGRESS, JSON.stringify(progress)]])

  const tell = (verb: Verb): void => {
    const detail = statement(verb, subject, resultOf(progress, subject), seconds(), Date.now())
    window.dispatchEvent(new CustomEvent('netfilter-lab:statement', { detail }))
  }
  const report = (): void => {
    const { last } = progress
    lms?.report({
      ...resultOf(progress, subject),
      place: last === null ? '' : `${last.lesson}/${last.step}`,
      suspend: suspendData(progress, subject),
    })
  }

  const store: Kept = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => {
      kept.set(key, value)
      const now = key === PROGRESS ? parseProgress(value) : null
      if (now === null) return
      progress = now
      report()
      const result = resultOf(progress, subject)
      if (result.done > before.done) {
        // A step is done: that is worth a word at once, and not only at the end.
        lms?.commit()
        tell('progressed')
        if (result.complete && !before.complete) {
          tell('completed')
          tell('passed')
        }
      }
      before = result
    },
    removeItem: (key) => {
      kept.delete(key)
    },
  }
  if (lms !== null) window.netfilterLabStore = store

  // The system may have put words of its own into the address; the page would not know them.
  history.replaceState(null, '', `${location.pathname}${addressOf(progress, subject)}`)
  report()
  lms?.commit()
  tell('initialized')

  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') lms?.commit()
  })
  window.addEventListener('pagehide', () => {
    tell('terminated')
    lms?.end(seconds(), resultOf(progress, subject).complete)
  })
}

const subject = window.netfilterLabSubject
if (subject !== undefined) adapt(subject)
