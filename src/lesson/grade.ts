/** Has the goal been reached? The lab is asked, on a copy of it: a check may send traffic and disturbs nothing. */
import type { Answer, Request } from '../lab/protocol.ts'
import type { Command } from './lesson.ts'

export interface Grade {
  passed: boolean
  /** What the check printed: an author wants to see it. */
  said: string
}

export async function grade(ask: (request: Request) => Promise<Answer>, check: Command): Promise<Grade> {
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
