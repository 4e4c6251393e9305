/** The lab's end of the protocol, in a worker. Requests are answered in the order in which they come. */
import { loadAll, loadFor } from './on-demand.ts'
import type { Ask } from './protocol.ts'
import { Session } from './session.ts'

const session = new Session()
let last = Promise.resolve()

/** The other programs come once the page has had time to show its first picture. */
const REST_MS = 1500

self.onmessage = (message: MessageEvent<Ask>): void => {
  const ask = message.data
  last = last.then(async () => {
    try {
      await loadFor(ask.request)
    } catch {
      // They could not be fetched: the shell says "command not found", and the next line tries again.
    }
    self.postMessage(session.answer(ask))
  })
}

setTimeout(() => {
  loadAll().catch(() => undefined)
}, REST_MS)
