/**
 * Between the page and a learning management system. It runs before the page does, and takes the place of the browser's
 * storage: what the page keeps of a learner's progress goes to the system, and what the system has kept comes back.
 */
import { idOf, type Verb } from '../../src/lesson/statement.ts'
import { NO_PROGRESS, type Progress } from '../../src/lesson/progress.ts'
import { keep } from './keep.ts'
import { openLms } from './lms.ts'
import { addressOf, progressFrom, resultOf, suspendData, type Subject } from './state.ts'
import { statement } from './statement.ts'

declare global {
  interface Window {
    /** Written into the package, before this. */
    netfilterLabSubject?: Subject
  }
}

function adapt(subject: Subject): void {
  const begun = Date.now()
  const seconds = (): number => (Date.now() - begun) / 1000
  const lms = openLms(window)
  let progress: Progress = lms === null ? NO_PROGRESS : progressFrom(lms.suspend, subject)
  let before = resultOf(progress, subject)

  const tell = (verb: Verb): void => {
    const chance = crypto.getRandomValues(new Uint8Array(16))
    const when = { seconds: seconds(), chance, now: new Date() }
    const detail = statement(verb, subject, resultOf(progress, subject), when)
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

  const store = keep(progress, (now) => {
    progress = now
    report()
    const result = resultOf(progress, subject)
    const [further, ended] = [result.done > before.done, result.complete && !before.complete]
    before = result
    if (!further) return
    // A step is done: that is worth a word at once, and not only at the end.
    lms?.commit()
    // The page tells of the step first.
    queueMicrotask(() => {
      tell('progressed')
      if (!ended) return
      tell('completed')
      tell('passed')
    })
  })
  if (lms !== null) {
    window.netfilterLabStore = store
    // What is said of the whole is said here.
    const whole = subject.lessons.length === 1 ? idOf(subject.id) : null
    window.netfilterLabTell = (said) => (said.object.id === whole ? null : said)
  }

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
