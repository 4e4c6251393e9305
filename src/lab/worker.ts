/** The lab's end of the protocol, in a worker. Requests are answered in the order in which they come. */
import { loadAll, loadFor } from './on-demand.ts'
import type { Answer, Ask } from './protocol.ts'
import { Session } from './session.ts'
import { inTurns } from './turns.ts'

/** The other programs come once the page has had time to show its first picture. */
const REST_MS = 1500

/** What of an answer is large and nobody's but the page's: it goes there without a copy. */
function buffersOf(answer: Answer): ArrayBufferLike[] {
  const update = 'update' in answer ? answer.update : null
  const ct = update?.snapshot.kernel.conntrack
  return ct ? [ct.heat.buffer, ct.acts.buffer] : []
}

const take = inTurns({
  session: new Session(),
  load: async ({ request }) => {
    try {
      await loadFor(request)
    } catch {
      // They could not be fetched: the shell says "command not found", and the next line tries again.
    }
  },
  answer: (answer) => {
    self.postMessage(answer, { transfer: buffersOf(answer) })
  },
  now: () => performance.now(),
  rest: () => new Promise((resolve) => setTimeout(resolve)),
})

self.onmessage = (message: MessageEvent<Ask>): void => {
  take(message.data)
}

setTimeout(() => {
  loadAll().catch(() => undefined)
}, REST_MS)
