/**
 * What a platform may expect of a lesson that it has launched, as the cmi5 profile of xAPI has it ("Quartz", sections 7 to
 * 11): a statement that breaks a rule is named with the section. Left out is what is the platform's own to keep.
 */
import type { Sent } from './xapi.ts'

const CONTEXT = 'https://w3id.org/xapi/cmi5/context/'
const PROGRESS = 'https://w3id.org/xapi/cmi5/result/extensions/progress'
const VERBS = 'http://adlnet.gov/expapi/verbs/'
/** Those that a lesson may use with cmi5's category; the others are the platform's. */
const OWN = ['initialized', 'completed', 'passed', 'failed', 'terminated']

export const SESSION = `${CONTEXT}extensions/sessionid`
export const MASTERY = `${CONTEXT}extensions/masteryscore`

/** What a launch has said, and `LMS.LaunchData`. */
export interface Launched {
  activityId: string
  actor: object
  registration: string
  data: {
    contextTemplate: {
      contextActivities: { grouping: { id: string }[] }
      extensions: Record<string, unknown>
    }
    launchMode: 'Normal' | 'Browse' | 'Review'
    moveOn: MoveOn
    masteryScore?: number
    returnURL?: string
  }
}
export type MoveOn = 'Passed' | 'Completed' | 'CompletedAndPassed' | 'CompletedOrPassed' | 'NotApplicable'

const verbOf = ({ verb }: Sent): string => verb.id.replace(VERBS, '')
const categoriesOf = ({ context }: Sent): string[] =>
  (context.contextActivities?.category ?? []).map(({ id }) => id.replace(`${CONTEXT}categories/`, ''))
/** One of those that cmi5 itself defines, and counts by (7.1.3). */
const isDefined = (one: Sent): boolean => categoriesOf(one).includes('cmi5')

/** The verbs of cmi5's own statements, in the order in which they came. */
export const definedVerbs = (all: readonly Sent[]): string[] => all.filter(isDefined).map(verbOf)

/**
 * What is wrong with `next`. `session`: what has been said since this launch; `before`: in the sessions of the same
 * registration before it.
 */
export function brokenBy(
  next: Sent,
  session: readonly Sent[],
  before: readonly Sent[],
  launched: Launched,
): string[] {
  const broken: string[] = []
  const rule = (section: string, holds: boolean): void => {
    if (!holds) broken.push(`${section}: ${verbOf(next)} ${next.object.id}`)
  }
  const last = session.at(-1)
  rule('9.2 the actor is the launch’s', JSON.stringify(next.actor) === JSON.stringify(launched.actor))
  rule('9.7 the time is in UTC', next.timestamp.endsWith('Z'))
  rule('9.3 the order is that of the times', last === undefined || last.timestamp <= next.timestamp)
  rule('9.3 initialized is first', (session.length === 0) === (verbOf(next) === 'initialized'))
  rule('9.3.8 nothing follows terminated', last === undefined || verbOf(last) !== 'terminated')
  rule('9.6.1 the registration is the launch’s', next.context.registration === launched.registration)
  const { contextActivities, extensions } = launched.data.contextTemplate
  const grouping = (next.context.contextActivities?.grouping ?? []).map(({ id }) => id)
  rule(
    '10.2.1 the context is the template’s',
    contextActivities.grouping.every(({ id }) => grouping.includes(id)) &&
      Object.entries(extensions).every(([name, value]) => next.context.extensions?.[name] === value),
  )
  const moves = next.result?.success !== undefined || next.result?.completion !== undefined
  rule('9.6.2.2 moveon', categoriesOf(next).includes('moveon') === (isDefined(next) && moves))
  if (isDefined(next)) broken.push(...brokenByDefined(next, session, before, launched))
  else rule('9.3 the mandatory verbs are cmi5’s own', !['initialized', 'terminated'].includes(verbOf(next)))
  return broken
}

function brokenByDefined(
  next: Sent,
  session: readonly Sent[],
  before: readonly Sent[],
  { activityId, data: { launchMode, masteryScore } }: Launched,
): string[] {
  const broken: string[] = []
  const rule = (section: string, holds: boolean): void => {
    if (!holds) broken.push(`${section}: ${verbOf(next)}`)
  }
  const verb = verbOf(next)
  const { score, success, completion, duration, extensions } = next.result ?? {}
  const [said, saidBefore] = [definedVerbs(session), definedVerbs(before)]
  const isJudged = verb === 'passed' || verb === 'failed'

  rule('9.3 the verb is one of cmi5’s', OWN.includes(verb))
  rule('9.3 no verb twice in a session', !said.includes(verb))
  rule('9.3 one judgement in a session', !isJudged || !said.some((v) => v === 'passed' || v === 'failed'))
  rule(
    '9.3 completed once, passed once',
    verb === 'initialized' || verb === 'terminated' || verb === 'failed' || !saidBefore.includes(verb),
  )
  rule('9.3 failed does not follow passed', verb !== 'failed' || !saidBefore.includes('passed'))
  rule('9.4 the object is what was launched', next.object.id === activityId)
  rule(
    '10.2.2 who only looks is not judged',
    launchMode === 'Normal' || verb === 'initialized' || verb === 'terminated',
  )
  rule('9.5.1 a score where it is judged', score === undefined || isJudged)
  rule(
    '9.5.1 raw has min and max',
    score?.raw === undefined || (score.min !== undefined && score.max !== undefined),
  )
  rule('9.5.2 success', success === (isJudged ? verb === 'passed' : undefined))
  rule('9.5.3 completion', completion === (verb === 'completed' ? true : undefined))
  rule('9.5.4 duration', duration !== undefined || verb === 'initialized')
  rule('9.5.5.1 no progress with completed', verb !== 'completed' || extensions?.[PROGRESS] === undefined)
  if (isJudged && masteryScore !== undefined && score?.scaled !== undefined) {
    rule('9.3.4 the mastery score decides', score.scaled >= masteryScore === (verb === 'passed'))
    rule('9.6.3.2 the mastery score is said', next.context.extensions?.[MASTERY] === masteryScore)
  }
  return broken
}

/** Whether the platform lets the learner go on (13.1.4). */
export function isSatisfied(all: readonly Sent[], moveOn: MoveOn): boolean {
  const verbs = definedVerbs(all)
  const [completed, passed] = [verbs.includes('completed'), verbs.includes('passed')]
  switch (moveOn) {
    case 'Passed':
      return passed
    case 'Completed':
      return completed
    case 'CompletedAndPassed':
      return completed && passed
    case 'CompletedOrPassed':
      return completed || passed
    case 'NotApplicable':
      return true
  }
}
