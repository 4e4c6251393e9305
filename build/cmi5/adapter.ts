/**
 * Between the page and a platform that launches by cmi5. It runs before the page does: it narrows whom the page may talk to,
 * opens the session, fetches what the learner had done, and only then fetches the page itself.
 */
import { idOf, type Statement, type Verb } from '../../src/lesson/statement.ts'
import { NO_PROGRESS, type Progress } from '../../src/lesson/progress.ts'
import type {} from '../../src/ui/done.ts'
import { keep } from '../scorm/keep.ts'
import { addressOf, progressFrom, resultOf, suspendData, type Subject } from '../scorm/state.ts'
import { statement } from '../scorm/statement.ts'
import {
  isLaunched,
  languageOf,
  launchDataOf,
  launchOf,
  mayTalkTo,
  type Launch,
  type LaunchData,
} from './launch.ts'
import { Records } from './records.ts'
import { launched } from './statement.ts'

const LAUNCH_DATA = 'LMS.LaunchData'
const PREFERENCES = 'cmi5LearnerPreferences'
/** Ours: where the learner was, and what has been said of her already. */
const PROGRESS = 'netfilter-lab.progress'

interface Session {
  launch: Launch
  data: LaunchData
  records: Records
  progress: Progress
  /** What must be said once only, over all sessions. */
  completed: boolean
  passed: boolean
}

async function open(launch: Launch, subject: Subject): Promise<Session | null> {
  const records = await Records.open(launch, fetch.bind(window))
  if (records === null) return null
  const [data, preferences, ours] = await Promise.all([
    records.read(LAUNCH_DATA),
    records.profile(PREFERENCES),
    records.readIfThere(PROGRESS),
  ])
  const read = launchDataOf(data)
  if (read === null) return null
  subject.lang = languageOf(preferences) ?? subject.lang
  const { suspend, completed, passed } = (ours ?? {}) as Record<string, unknown>
  return {
    launch,
    data: read,
    records,
    progress: typeof suspend === 'string' ? progressFrom(suspend, subject) : NO_PROGRESS,
    completed: completed === true,
    passed: passed === true,
  }
}

/** From now on what the page does is told to the platform. */
function follow(session: Session, subject: Subject): void {
  const { launch, data, records } = session
  const begun = Date.now()
  let { progress } = session
  let before = resultOf(progress, subject)
  let judged = false
  const counts = data.launchMode === 'Normal'

  const own = idOf(subject.lessons[0].id)
  const complete = (said: Statement, defined: boolean): Statement =>
    launched(said, launch, data, { own, defined }) as Statement
  const make = (verb: Verb): Statement => {
    const chance = crypto.getRandomValues(new Uint8Array(16))
    const when = { seconds: (Date.now() - begun) / 1000, chance, now: new Date() }
    return complete(statement(verb, subject, resultOf(progress, subject), when), verb !== 'progressed')
  }
  const heard = (detail: Statement): Statement => {
    window.dispatchEvent(new CustomEvent('netfilter-lab:statement', { detail }))
    return detail
  }
  const tell = (verb: Verb): void => records.send(heard(make(verb)))
  const write = (): void => {
    const { completed, passed } = session
    records.write(PROGRESS, { suspend: suspendData(progress, subject), completed, passed })
  }
  /** `moved`: she has just done something. */
  const judge = (moved: boolean): void => {
    const { score, complete } = resultOf(progress, subject)
    if (!complete) return
    if (!session.completed) tell('completed')
    session.completed = true
    if (session.passed || judged) return
    const passes = score.scaled >= (data.masteryScore ?? 0)
    // Nobody fails by opening a lesson.
    if (!passes && !moved) return
    judged = true
    session.passed = passes
    tell(passes ? 'passed' : 'failed')
  }

  const moved = (now: Progress): void => {
    progress = now
    const result = resultOf(progress, subject)
    const [further, better] = [result.done > before.done, result.score.raw > before.score.raw]
    before = result
    // The page tells of the step first.
    if (counts)
      queueMicrotask(() => {
        if (further && !session.completed) tell('progressed')
        if (further || better) judge(true)
        write()
      })
  }
  window.netfilterLabStore = keep(progress, moved, () => records.works)
  window.netfilterLabTell = (said) => {
    // What is said of the whole is said here.
    if (!counts || said.object.id === own) return null
    const full = complete(said, false)
    records.send(full)
    return full
  }

  const leave = (): Promise<void> => records.end(heard(make('terminated')))
  let left = false
  const once = (): Promise<void> => {
    if (left) return Promise.resolve()
    left = true
    return leave()
  }
  window.addEventListener('pagehide', () => void once())
  const { returnURL } = data
  if (returnURL !== undefined)
    window.netfilterLabLeave = () => void once().then(() => location.assign(returnURL))
  tell('initialized')
  // A session judges once. Who failed, and did better in the same session, has passed now.
  if (counts) {
    judge(false)
    if (judged) write()
  }
}

/** A launch is good for once: who loads the page anew in the same tab shall hear that it is over. */
function isLaunchOver(query: string): boolean {
  const FLAG = 'netfilter-lab.launched'
  try {
    const before = sessionStorage.getItem(FLAG) !== null
    if (isLaunched(query)) sessionStorage.setItem(FLAG, '')
    return before || isLaunched(query)
  } catch {
    return isLaunched(query)
  }
}

/** Two policies hold together: what this one does not allow, nothing that comes after it may do. */
function narrow(launch: Launch | null): void {
  const meta = document.createElement('meta')
  meta.httpEquiv = 'Content-Security-Policy'
  meta.content = mayTalkTo(launch)
  document.head.append(meta)
}

async function adapt(all: Subject, page: string): Promise<void> {
  const query = location.search
  const wanted = new URLSearchParams(query).get('lesson')
  const mine = all.lessons.find(({ id }) => id === wanted) ?? all.lessons[0]
  const subject: Subject = { id: mine.id, title: mine.title, lang: all.lang, lessons: [mine] }
  const launch = launchOf(query)
  narrow(launch)
  const isOver = isLaunchOver(query)
  const session = launch === null ? null : await open(launch, subject)
  if (session !== null) follow(session, subject)
  else if (isOver)
    // Launched, and nothing came of it: the page says that nothing is kept.
    window.netfilterLabStore = keep(
      null,
      () => undefined,
      () => false,
    )
  // The platform's words are none of the page's.
  const progress = session?.progress ?? NO_PROGRESS
  history.replaceState(null, '', `${location.pathname}${addressOf(progress, subject)}`)
  await import(/* @vite-ignore */ page)
}

const subject = window.netfilterLabSubject
const page = document.currentScript?.dataset.page
if (subject !== undefined && page !== undefined) void adapt(subject, page)
