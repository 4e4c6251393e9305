/**
 * Has the goal been reached, what will happen, is that the number? The lab is asked, on a copy of it: a check may send traffic
 * and disturbs nothing.
 */
import type { Answer, Request } from '../lab/protocol.ts'
import type { Finding } from './lesson.machine.ts'
import type { Command, Goal, Step } from './lesson.ts'

export interface Grade {
  passed: boolean
  /** What the check printed: an author wants to see it. */
  said: string
}

type Ask = (request: Request) => Promise<Answer>

export async function grade(ask: Ask, check: Command): Promise<Grade> {
  const answer = await ask({ type: 'check', host: check.on, line: check.line })
  switch (answer.type) {
    case 'checked':
      return { passed: answer.status === 0, said: answer.stdout + answer.stderr }
    case 'failed':
      return { passed: false, said: `${answer.code}: ${answer.detail}` }
    default:
      return { passed: false, said: '' }
  }
}

/** Is all that a goal asks for the case? What the check that failed has printed, else what the first one has. */
export async function reached(ask: Ask, goal: Goal): Promise<Grade> {
  const first = await grade(ask, goal.check)
  if (!first.passed) return first
  for (const check of goal.also) {
    const one = await grade(ask, check)
    if (!one.passed) return one
  }
  return first
}

/** Whether a goal has been reached, and which typical wrong state the lab is in, null: none. */
export interface Verdict {
  passed: boolean
  wrong: string | null
}

export async function judge(ask: Ask, goal: Goal | undefined): Promise<Verdict> {
  if (goal === undefined) return { passed: false, wrong: null }
  if ((await reached(ask, goal)).passed) return { passed: true, wrong: null }
  for (const wrong of goal.wrong)
    if ((await grade(ask, wrong)).passed) return { passed: false, wrong: wrong.id }
  return { passed: false, wrong: null }
}

/** What a line prints on a copy of the lab: its first line, without space around it. */
export async function valueOf(ask: Ask, command: Command): Promise<string> {
  const answer = await ask({ type: 'check', host: command.on, line: command.line })
  return answer.type === 'checked' ? (answer.stdout.trim().split('\n')[0] ?? '').trim() : ''
}

/** The id of the right option: as it stands in the lesson, or as the lab says. */
export async function truthOf(ask: Ask, answer: Command | string | undefined): Promise<string> {
  return answer === undefined || typeof answer === 'string' ? (answer ?? '') : valueOf(ask, answer)
}

/** Is what a learner has typed what is to be found? With `said` null she wants to be shown it, and the lab says it. */
export async function judgeFinding(ask: Ask, find: Step['find'], said: string | null): Promise<Finding> {
  if (find === undefined) return { text: said ?? '', right: false, reply: null }
  const right = await valueOf(ask, find)
  const text = said ?? right
  if (isSame(text, right, find.about)) return { text, right: true, reply: null }
  for (const wrong of find.wrong)
    if (isSame(text, await valueOf(ask, wrong), find.about)) return { text, right: false, reply: wrong.id }
  return { text, right: false, reply: null }
}

/** Numbers may be off by `about`, a fraction of the right one, and be written with separators. Words: upper or lower case. */
export function isSame(said: string, right: string, about: number): boolean {
  const [a, b] = [said, right].map((text) =>
    Number(text.trim().replaceAll(/(?<=\d)[,\u00a0\u202f ](?=\d{3}\b)/g, '')),
  )
  if (said.trim() !== '' && right !== '' && Number.isFinite(a) && Number.isFinite(b))
    return Math.abs(a - b) <= Math.abs(b) * about
  return said.trim() !== '' && said.trim().toLowerCase() === right.trim().toLowerCase()
}
