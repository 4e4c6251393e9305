/**
 * Requests in the order in which they come, one at a time. A tool that only reads (would this command have saved the packet?)
 * may take seconds: it gives way to whoever does something, and begins again after that. To the clock, which asks sixty times a
 * second, it does not give way: it would never end.
 */
import type { Answer, Ask } from './protocol.ts'
import type { Session } from './session.ts'
import { readers } from './tools.ts'

/** A reader looks so often whether somebody waits. */
const LOOK_MS = 20

interface Turns {
  session: Session
  /** What a request needs is fetched before it is answered. */
  load: (ask: Ask) => Promise<void>
  answer: (answer: Answer) => void
  /** Milliseconds, of whichever clock. */
  now: () => number
  /** Resolves when messages that have come in the meantime are heard. */
  rest: () => Promise<void>
}

function reads({ request }: Ask): boolean {
  return request.type === 'use' && readers.has(request.tool)
}

function does(ask: Ask): boolean {
  return ask.request.type !== 'advance' && !reads(ask)
}

/** What is to be called with every request that comes. */
export function inTurns({ session, load, answer, now, rest }: Turns): (ask: Ask) => void {
  const queue: Ask[] = []
  let working = false

  /** The reader's answer; null: somebody else goes first. */
  const read = async (ask: Ask): Promise<Answer | null> => {
    const pieces = session.pieces(ask)
    for (let looked = now(); ;) {
      const { done, value } = pieces.next()
      if (done === true) return value
      if (now() - looked < LOOK_MS) continue
      await rest()
      if (queue.some(does)) {
        pieces.return({ type: 'failed', id: ask.id, code: 'bad-request', detail: '' })
        return null
      }
      looked = now()
    }
  }

  const work = async (): Promise<void> => {
    working = true
    for (let ask = queue.shift(); ask !== undefined; ask = queue.shift()) {
      await load(ask)
      const answered = reads(ask) ? await read(ask) : session.answer(ask)
      if (answered === null) queue.push(ask)
      else answer(answered)
    }
    working = false
  }

  return (ask) => {
    queue.push(ask)
    if (!working) void work()
  }
}
