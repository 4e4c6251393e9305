/**
 * What a learner has done, as a statement of xAPI 1.0.3 without its actor: who is around the page knows who she is, adds
 * that, and sends it where such things are kept. The page, a page in a frame and a package for a learning platform all
 * say the same of the same thing: the names of what was done do not depend on where the lab is served from.
 */
export interface Statement {
  /** A UUID: who hears it twice knows that it is the same. */
  id: string
  verb: { id: string; display: Record<string, string> }
  object: Activity
  result?: Result
  context: Context
  /** ISO 8601, in UTC. */
  timestamp: string
}

export interface Activity {
  objectType: 'Activity'
  id: string
  definition?: { type: string; name: Record<string, string>; moreInfo?: string }
}

export interface Result {
  completion?: boolean
  success?: boolean
  score?: Score
  /** ISO 8601, `PT12.34S`. */
  duration?: string
  extensions?: Record<string, unknown>
}

/** `raw` from `min` to `max`; `scaled` the same from 0 to 1. */
export interface Score {
  scaled: number
  raw: number
  min: number
  max: number
}

export interface Context {
  language: string
  platform: string
  contextActivities?: { parent: Activity[] }
}

const VERBS = {
  initialized: { en: 'initialized', 'zh-Hans': '开始' },
  progressed: { en: 'progressed', 'zh-Hans': '推进' },
  completed: { en: 'completed', 'zh-Hans': '完成' },
  passed: { en: 'passed', 'zh-Hans': '通过' },
  failed: { en: 'failed', 'zh-Hans': '未通过' },
  terminated: { en: 'terminated', 'zh-Hans': '结束' },
} as const
export type Verb = keyof typeof VERBS

const TYPES = 'http://adlnet.gov/expapi/activities/'
const TAGS: Readonly<Record<string, string>> = { en: 'en', zh: 'zh-Hans' }

/** The course, a lesson, or a step of one. `name`: what it is called, by language. */
export interface Subject {
  lesson: string | null
  step: string | null
  name: Readonly<Record<string, string>>
  /** Where a person can look at it. */
  page?: string | undefined
}

/** The same wherever the lab stands: `urn:netfilter-lab:03-snat:rule`. */
export function idOf(lesson: string | null, step: string | null = null): string {
  return ['urn:netfilter-lab', lesson ?? 'course', ...(step === null ? [] : [step])].join(':')
}

export function activityOf({ lesson, step, name, page }: Subject): Activity {
  const type = lesson === null ? 'course' : step === null ? 'lesson' : 'objective'
  return {
    objectType: 'Activity',
    id: idOf(lesson, step),
    definition: {
      type: TYPES + type,
      name: Object.fromEntries(Object.entries(name).map(([tag, words]) => [TAGS[tag] ?? tag, words])),
      ...(page !== undefined && { moreInfo: page }),
    },
  }
}

export interface Said {
  verb: Verb
  subject: Subject
  result?: Result
  language: string
  /** Sixteen bytes of chance. */
  chance: Uint8Array
  now: Date
}

export function statementOf({ verb, subject, result, language, chance, now }: Said): Statement {
  const { lesson, step } = subject
  return {
    id: uuid(chance),
    verb: { id: `http://adlnet.gov/expapi/verbs/${verb}`, display: { ...VERBS[verb] } },
    object: activityOf(subject),
    ...(result !== undefined && { result }),
    context: {
      language: TAGS[language] ?? language,
      platform: 'Netfilter Lab',
      ...(step !== null && {
        contextActivities: { parent: [{ objectType: 'Activity', id: idOf(lesson) }] },
      }),
    },
    timestamp: now.toISOString(),
  }
}

/** A step is a point; of several steps, as many as were done by her own hands: a goal that was shown is done, and no point. */
export function scoreOf(own: number, of: number): Score {
  return { scaled: of === 0 ? 0 : Math.round((own / of) * 1000) / 1000, raw: own, min: 0, max: of }
}

/** Seconds, to the hundredth that xAPI reads. */
export function durationOf(seconds: number): string {
  return `PT${Math.round(Math.max(0, seconds) * 100) / 100}S`
}

/** RFC 9562, version 4. */
export function uuid(chance: Uint8Array): string {
  const bytes = chance.slice(0, 16)
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = Array.from(bytes, (n) => n.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
