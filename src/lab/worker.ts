/** The lab's end of the protocol, in a worker. */
import type { Ask } from './protocol.ts'
import { Session } from './session.ts'

const session = new Session()

self.onmessage = (message: MessageEvent<Ask>): void => {
  self.postMessage(session.answer(message.data))
}
