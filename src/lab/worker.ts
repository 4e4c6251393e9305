/** The lab's end of the protocol, in a worker. Requests are answered in the order in which they come. */
import { loadAll, loadFor } from './on-demand.ts'
import type { Answer, Ask } from './protocol.ts'
import type { Sender } from './sender.ts'
import { Session } from './session.ts'
import { inTurns } from './turns.ts'

const session = new Session()
let sender: Sender | null = null

/** The other programs come once the page has had time to show its first picture. */
const REST_MS = 1500

/** What of an answer is large and nobody's but the page's: it goes there without a copy. */
function buffersOf(answer: Answer): ArrayBufferLike[] {
  const update = 'update' in answer ? answer.update : null
  const ct = update?.snapshot.kernel.conntrack
  return ct ? [ct.heat.buffer, ct.acts.buffer] : []
}

const take = inTurns({
  session,
  load: async (ask) => {
    try {
      await loadFor(ask.request)
    } catch {
      // They could not be fetched: the shell says "command not found", and the next line tries again.
    }
    session.brief = sender?.isBrief(ask, performance.now()) ?? false
  },
  answer: (whole) => {
    const answer = sender?.lighten(whole, session.brief, performance.now()) ?? whole
    self.postMessage(answer, { transfer: buffersOf(answer) })
  },
  now: () => performance.now(),
  rest: () => new Promise((resolve) => setTimeout(resolve)),
})

self.onmessage = (message: MessageEvent<Ask>): void => {
  take(message.data)
}

setTimeout(() => {
  loadAll()
    .then(async () => {
      const { Sender } = await import('./sender.ts')
      sender = new Sender()
    })
    .catch(() => undefined)
}, REST_MS)
