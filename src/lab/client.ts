/** The page's end of the protocol: the lab in a worker, or, where none can be had, on the main thread in small slices. */
import type { Advance, Answer, Ask, Request } from './protocol.ts'

export interface LabClient {
  ask(request: Request): Promise<Answer>
  /** Where the lab runs: the page says so when it is not a worker. */
  readonly where: 'worker' | 'main'
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

/** Steps of one slice: a few milliseconds of work. */
const SLICE_STEPS = 200
/** A slice may keep the page for so long. */
const SLICE_MS = 8

/** The same engine on the page's own thread. A long advance is cut into slices, with the page's turn between them. */
export async function mainClient(): Promise<LabClient> {
  const [{ Session }] = await Promise.all([import('./session.ts'), import('../userspace/index.ts')])
  const session = new Session(SLICE_STEPS)
  let next = 1
  const once = (request: Request): Answer => session.answer({ id: next++, request })
  const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

  const advanceTime = async (by: Extract<Advance, { kind: 'time' }>): Promise<Answer> => {
    const merged = once({ type: 'advance', by: { kind: 'time', us: 0, steps: 0 } })
    if (merged.type !== 'update') return merged
    const until = merged.update.snapshot.time + by.us
    let left = by.steps ?? Infinity
    let began = performance.now()
    for (;;) {
      const before = merged.update.snapshot
      const steps = Math.min(left, SLICE_STEPS)
      const answer = once({ type: 'advance', by: { kind: 'time', us: until - before.time, steps } })
      if (answer.type !== 'update') return answer
      const { snapshot, trace, output } = answer.update
      left -= snapshot.position - before.position
      merged.update = {
        snapshot,
        trace: [...merged.update.trace, ...trace],
        output: [...merged.update.output, ...output],
      }
      const stuck = snapshot.position === before.position && snapshot.time === before.time
      if (snapshot.time >= until || left <= 0 || stuck) return merged
      if (performance.now() - began > SLICE_MS / 2) {
        await rest()
        began = performance.now()
      }
    }
  }
  // One request at a time, in the order in which they come, as a worker's messages do.
  let last: Promise<unknown> = Promise.resolve()
  return {
    ask: (request) => {
      const answer = last.then(async () => {
        await rest()
        if (request.type === 'advance' && request.by.kind === 'time') return advanceTime(request.by)
        return once(request)
      })
      last = answer.catch(() => undefined)
      return answer
    },
    where: 'main',
    close: () => undefined,
  }
}
