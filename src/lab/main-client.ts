/** The lab on the page's own thread: where no worker can be had, and in tests. */
import type { LabClient } from './client.ts'
import type { Answer, Request } from './protocol.ts'

/** A slice keeps the page for so long at most: what is begun before half of it has passed ends before the other half. */
const SLICE_MS = 8
/** After so little, what the page does with an answer may follow at once. */
const LITTLE_MS = 2
/** Long work is answered after so long, slice after slice: then the page draws, and Ctrl-C is heard. */
const WORK_MS = 50

/** The same engine on the page's own thread, in slices, with the page's turn between them. */
export async function mainClient(): Promise<LabClient> {
  const [{ Session }] = await Promise.all([
    import('./session.ts'),
    import('../userspace/index.ts'),
    import('./labs/more.ts'),
  ])
  const session = new Session()
  let next = 1
  const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

  const inSlices = async (request: Request): Promise<Answer> => {
    await rest()
    const pieces = session.pieces({ id: next++, request })
    let began = performance.now()
    for (const enough = began + WORK_MS; ;) {
      const { done, value } = pieces.next(performance.now() > enough)
      const ms = performance.now() - began
      // To draw the answer takes time, too.
      if (ms > (done === true ? LITTLE_MS : SLICE_MS / 2)) {
        await rest()
        began = performance.now()
      }
      if (done === true) return value
    }
  }

  // One request at a time, in the order in which they come, as a worker's messages do.
  let last: Promise<unknown> = Promise.resolve()
  return {
    ask: (request) => {
      const answer = last.then(async () => {
        if (request.type === 'use') await import('./take/index.ts')
        return inSlices(request)
      })
      last = answer.catch(() => undefined)
      return answer
    },
    where: 'main',
    close: () => undefined,
  }
}
