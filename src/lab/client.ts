/** The page's end of the protocol: the lab in a worker, or, where none can be had, on the main thread in small slices. */
import { mainClient } from './main-client.ts'
import { Receiver } from './post.ts'
import type { Answer, Ask, Request } from './protocol.ts'
import { startWorker } from './start-worker.ts'

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
  const worker = startWorker()
  const receiver = new Receiver()
  const waiting = new Map<number, (a: Answer) => void>()
  let next = 1
  worker.onmessage = (message: MessageEvent<Answer>): void => {
    const done = waiting.get(message.data.id)
    waiting.delete(message.data.id)
    const answer = receiver.complete(message.data)
    done?.(answer)
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
