/**
 * The learning management system around a package: its API is an object that some window above this one, or the one that
 * opened it, has. SCORM 1.2 and 2004 call the same things by other names. Nothing here throws: where the system is lost, a
 * learner goes on learning.
 */
import type { Result } from './state.ts'

/** What the two versions' objects have, each by its own names. */
export type Api = Record<string, ((...args: string[]) => unknown) | undefined>

export interface Report extends Result {
  /** The step that is open, `03-snat/rule`. */
  place: string
  suspend: string
}

export interface Lms {
  version: '1.2' | '2004'
  suspend: string
  report(of: Report): void
  commit(): void
  /** Takes leave: how long it took, in seconds, and whether she will be back. */
  end(seconds: number, complete: boolean): void
}

/** Windows above that are asked. */
const UP = 50

/** The API of a window, of those above it, and of those of whoever opened it. */
export function findApi(from: Window, name: 'API' | 'API_1484_11'): Api | null {
  for (const start of [from, from.opener as Window | null]) {
    let at = start
    for (let i = 0; at !== null && i < UP; i++) {
      try {
        const api = (at as unknown as Record<string, unknown>)[name]
        if (typeof api === 'object' && api !== null) return api as Api
      } catch {
        // A window of another origin says nothing.
      }
      at = at.parent === at ? null : at.parent
    }
  }
  return null
}

/** Null: there is none, or it does not want to. */
export function openLms(from: Window): Lms | null {
  const api2004 = findApi(from, 'API_1484_11')
  if (api2004 !== null) return open(api2004, NAMES_2004)
  const api12 = findApi(from, 'API')
  return api12 === null ? null : open(api12, NAMES_12)
}

interface Names {
  version: Lms['version']
  calls: Record<'begin' | 'get' | 'set' | 'commit' | 'end', string>
  /** What a report says, as pairs of names and values. */
  values: (of: Report) => [string, string][]
  /** What is said on leaving. */
  leave: (seconds: number, complete: boolean) => [string, string][]
}

const NAMES_12: Names = {
  version: '1.2',
  calls: {
    begin: 'LMSInitialize',
    get: 'LMSGetValue',
    set: 'LMSSetValue',
    commit: 'LMSCommit',
    end: 'LMSFinish',
  },
  values: (r) => [
    ['cmi.core.lesson_status', r.complete ? 'completed' : 'incomplete'],
    ['cmi.core.score.min', '0'],
    ['cmi.core.score.max', '100'],
    ['cmi.core.score.raw', String(Math.round(r.score.scaled * 100))],
    ['cmi.core.lesson_location', r.place],
    ['cmi.suspend_data', r.suspend],
  ],
  leave: (seconds, complete) => [
    ['cmi.core.session_time', clock(seconds)],
    ['cmi.core.exit', complete ? '' : 'suspend'],
  ],
}

const NAMES_2004: Names = {
  version: '2004',
  calls: { begin: 'Initialize', get: 'GetValue', set: 'SetValue', commit: 'Commit', end: 'Terminate' },
  values: (r) => [
    ['cmi.completion_status', r.complete ? 'completed' : 'incomplete'],
    ['cmi.success_status', r.complete ? 'passed' : 'unknown'],
    ['cmi.progress_measure', String(r.share)],
    ['cmi.score.min', '0'],
    ['cmi.score.max', '100'],
    ['cmi.score.raw', String(Math.round(r.score.scaled * 100))],
    ['cmi.score.scaled', String(r.score.scaled)],
    ['cmi.location', r.place],
    ['cmi.suspend_data', r.suspend],
  ],
  leave: (seconds, complete) => [
    ['cmi.session_time', `PT${Math.round(seconds)}S`],
    ['cmi.exit', complete ? 'normal' : 'suspend'],
  ],
}

/** `0001:02:03`, as 1.2 has it. */
export function clock(seconds: number): string {
  const s = Math.round(seconds)
  const two = (n: number): string => String(n % 60).padStart(2, '0')
  return `${String(Math.floor(s / 3600)).padStart(4, '0')}:${two(Math.floor(s / 60))}:${two(s)}`
}

function open(api: Api, { version, calls, values, leave }: Names): Lms | null {
  const call = (name: keyof Names['calls'], ...args: string[]): string => {
    try {
      const said = api[calls[name]]?.(...args)
      return typeof said === 'string' ? said : said === true ? 'true' : ''
    } catch {
      return ''
    }
  }
  if (call('begin', '') !== 'true') return null
  // Only what has changed is said: some systems write every word to a disk.
  const said = new Map<string, string>()
  const say = (pairs: [string, string][]): void => {
    for (const [name, value] of pairs) {
      if (said.get(name) === value) continue
      said.set(name, value)
      call('set', name, value)
    }
  }
  let open = true
  return {
    version,
    suspend: call('get', 'cmi.suspend_data'),
    report: (of) => {
      if (open) say(values(of))
    },
    commit: () => {
      if (open) call('commit', '')
    },
    end: (seconds, complete) => {
      if (!open) return
      say(leave(seconds, complete))
      call('commit', '')
      call('end', '')
      open = false
    },
  }
}
