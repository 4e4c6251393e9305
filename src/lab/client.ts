/** The page's end of the protocol: the lab in a worker, or, where none can be had, on the main thread in small slices. */
import type { Answer, Ask, Request } from './protocol.ts'

export interface LabClient {
  ask(request: Request): Promise<Answer>
  /** Where the lab runs: the page says so when it is not a worker. */
  readonly where: 'worker' | 'main'
  /** Resolves when it is known where the lab runs; absent where that was known from the first. */
  readonly coming?: Promise<unknown>
  close(): void
}

/** A worker that has not answered within this time is taken for one that could not be loaded. */
const WORKER_PATIENCE_MS = 10_000

/** A lab in a worker if this page may have one, else on the main thread. Same results either way. */
export async function createLabClient(): Promise<LabClient> {
  try {
    return await workerClient()
  } catch {
    return mainClient()
  }
}

async function workerClient(): Promise<LabClient> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const waiting = new Map<number, (a: Answer) => void>()
  let next = 1
  worker.onmessage = (message: MessageEvent<Answer>): void => {
    const done = waiting.get(message.data.id)
    waiting.delete(message.data.id)
    done?.(message.data)
  }
  const ask = (request: Request): Promise<Answer> =>
    new Promise((resolve) => {
      const id = next++
      waiting.set(id, resolve)
      worker.postMessage({ id, request } satisfies Ask)
    })
  const failure = new Promise<never>((_, reject) => {
    // A script that cannot be loaded (another origin, a policy) is heard of here, not as an exception.
    worker.onerror = () => {
      reject(new Error('worker'))
    }
    setTimeout(() => {
      reject(new Error('worker does not answer'))
    }, WORKER_PATIENCE_MS)
  })
  try {
    await Promise.race([ask({ type: 'seek', position: 0 }), failure])
  } catch (error) {
    worker.terminate()
    throw error
  }
  return {
    ask,
    where: 'worker',
    close: () => {
      worker.terminate()
    },
  }
}

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
