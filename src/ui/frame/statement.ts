/**
 * What a learner has done as the middle of an xAPI statement: verb, object, result. The page around adds who did it, and
 * sends it where it keeps such things.
 */
export interface Statement {
  verb: { id: string; display: Record<string, string> }
  object: {
    objectType: 'Activity'
    id: string
    definition: { type: string; name: Record<string, string> }
  }
  result: { completion: true; success: boolean; score?: { scaled: number } }
  context: {
    language: string
    platform: 'Netfilter Lab'
    contextActivities?: { parent: { objectType: 'Activity'; id: string }[] }
  }
  timestamp: string
}

const VERB = 'http://adlnet.gov/expapi/verbs/completed'
const TYPE = 'http://adlnet.gov/expapi/activities/'
const TAGS = { en: 'en', zh: 'zh-Hans' } as const
type Language = keyof typeof TAGS

export interface Completed {
  /** The folder that the page is served from, with a slash at its end. */
  site: string
  lesson: string
  /** Null: the whole lesson. */
  step: string | null
  name: Partial<Record<Language, string>>
  language: Language
  /** 0 to 1; absent: there is none. */
  score?: number
  now: Date
}

export function statementOf({ site, lesson, step, name, language, score, now }: Completed): Statement {
  const whole = `${site}e/${lesson}/`
  return {
    verb: { id: VERB, display: { en: 'completed', 'zh-Hans': '完成' } },
    object: {
      objectType: 'Activity',
      id: step === null ? whole : `${whole}#${step}`,
      definition: {
        type: `${TYPE}${step === null ? 'lesson' : 'objective'}`,
        name: Object.fromEntries(Object.entries(name).map(([l, words]) => [TAGS[l as Language], words])),
      },
    },
    result: { completion: true, success: true, ...(score !== undefined && { score: { scaled: score } }) },
    context: {
      language: TAGS[language],
      platform: 'Netfilter Lab',
      ...(step !== null && { contextActivities: { parent: [{ objectType: 'Activity', id: whole }] } }),
    },
    timestamp: now.toISOString(),
  }
}
