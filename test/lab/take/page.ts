import '../../../src/lab/lab.ts'
import type { OutputChunk, Request, Update } from '../../../src/lab/protocol.ts'
import { Session } from '../../../src/lab/session.ts'
import '../../../src/lab/take/index.ts'

/** A page in miniature: asks, and keeps what it is told. */
export function page() {
  const session = new Session()
  let last: Update | null = null
  const trace = new Map<number, string>()
  const output: OutputChunk[] = []
  const take = (u: Update): void => {
    last = u
    output.push(...u.output)
    for (const e of u.trace) trace.set(e.seq, JSON.stringify(e))
  }
  const ask = (request: Request): unknown => {
    const answer = session.answer({ id: 1, request })
    if (answer.type === 'failed') throw new Error(answer.detail)
    if (answer.type === 'update') take(answer.update)
    if (answer.type === 'used' && answer.update) take(answer.update)
    return answer.type === 'used' ? answer.result : null
  }
  return {
    session,
    ask,
    use: (tool: string, argument: unknown) => ask({ type: 'use', tool, argument }),
    type: (host: string, line: string) => {
      ask({ type: 'exec', host, line })
      ask({ type: 'advance', by: { kind: 'quiet', us: 60_000_000 } })
    },
    now: () => {
      if (last === null) throw new Error('nothing was asked')
      return last.snapshot
    },
    trace: () => [...trace.values()],
    output: () => output,
  }
}
