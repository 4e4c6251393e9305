/**
 * What happens, as statements of xAPI with the verbs that cmi5 has for it. The page tells them in an event; who knows a
 * record store adds who the learner is, and sends them.
 */
import type { Result, Subject } from './state.ts'

export type Verb = 'initialized' | 'progressed' | 'completed' | 'passed' | 'terminated'

const VERBS: Readonly<Record<Verb, string>> = {
  initialized: 'http://adlnet.gov/expapi/verbs/initialized',
  progressed: 'http://adlnet.gov/expapi/verbs/progressed',
  completed: 'http://adlnet.gov/expapi/verbs/completed',
  passed: 'http://adlnet.gov/expapi/verbs/passed',
  terminated: 'http://adlnet.gov/expapi/verbs/terminated',
}
/** cmi5's own: per cent, a whole number. */
const PROGRESS = 'https://w3id.org/xapi/cmi5/result/extensions/progress'

/** A statement without its actor. `time`: milliseconds since 1970. */
export function statement(
  verb: Verb,
  subject: Subject,
  result: Result,
  seconds: number,
  time: number,
): object {
  const whole = verb === 'completed' || verb === 'passed'
  return {
    verb: { id: VERBS[verb], display: { en: verb } },
    object: {
      objectType: 'Activity',
      id: `urn:netfilter-lab:${subject.id}`,
      definition: {
        type: `http://adlnet.gov/expapi/activities/${subject.lessons.length > 1 ? 'course' : 'lesson'}`,
        name: { [subject.lang]: subject.title },
      },
    },
    ...(verb !== 'initialized' && {
      result: {
        ...(verb === 'passed' && { success: true, score: { scaled: result.share } }),
        ...(verb === 'completed' && { completion: true }),
        ...((whole || verb === 'terminated') && { duration: `PT${Math.round(seconds)}S` }),
        ...(verb === 'progressed' && { extensions: { [PROGRESS]: Math.floor(result.share * 100) } }),
      },
    }),
    timestamp: new Date(time).toISOString(),
  }
}
