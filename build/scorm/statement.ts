/** What happens to the whole of a package, as statements of xAPI: the steps are told by the page itself. */
import {
  durationOf,
  statementOf,
  type Result as Outcome,
  type Statement,
  type Verb,
} from '../../src/lesson/statement.ts'
import type { Result, Subject } from './state.ts'

/** cmi5's own: per cent, a whole number. */
const PROGRESS = 'https://w3id.org/xapi/cmi5/result/extensions/progress'

/** `seconds`: since the package was opened. `chance`: sixteen bytes. */
export function statement(
  verb: Verb,
  subject: Subject,
  result: Result,
  { seconds, chance, now }: { seconds: number; chance: Uint8Array; now: Date },
): Statement {
  const outcome = outcomeOf(verb, result, seconds)
  return statementOf({
    verb,
    subject: {
      lesson: subject.lessons.length === 1 ? subject.lessons[0].id : null,
      step: null,
      name: { [subject.lang]: subject.title },
    },
    ...(outcome !== null && { result: outcome }),
    language: subject.lang,
    chance,
    now,
  })
}

/** As cmi5 has it: a score where something is judged, completion where something is completed, and nowhere both. */
function outcomeOf(verb: Verb, { share, score }: Result, seconds: number): Outcome | null {
  const duration = durationOf(seconds)
  switch (verb) {
    case 'initialized':
      return null
    case 'progressed':
      return { extensions: { [PROGRESS]: Math.floor(share * 100) } }
    case 'completed':
      return { completion: true, duration }
    case 'passed':
    case 'failed':
      return { success: verb === 'passed', score, duration }
    case 'terminated':
      return { duration }
  }
}
