/** The page's end of the protocol: the lab in a worker, or, where none can be had, on the main thread in small slices. */
import type { Advance, Answer, Ask, Request, Snapshot, Update } from './protocol.ts'

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

/** Steps that one request does at most: some 3 ms of work, and some 0.7 ms between two looks at the clock. */
const REQUEST_STEPS = 100
const SLICE_STEPS = 25
/** A slice may keep the page for so long; what is begun before half of it has passed ends before the other half. */
const SLICE_MS = 8
/** A program's long work is answered after so long, slice after slice: then the page draws, and Ctrl-C is heard. */
const WORK_MS = 50

/** The same engine on the page's own thread. A long advance is cut into slices, with the page's turn between them. */
export async function mainClient(): Promise<LabClient> {
  const [{ Session }] = await Promise.all([import('./session.ts'), import('../userspace/index.ts')])
  const session = new Session(REQUEST_STEPS)
  let next = 1
  const once = (request: Request): Answer => session.answer({ id: next++, request })
  const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

  const inPieces = async (request: Request): Promise<Answer> => {
    const pieces = session.pieces({ id: next++, request })
    for (let began = performance.now(); ;) {
      const { done, value } = pieces.next()
      if (done === true) return value
      if (performance.now() - began < SLICE_MS / 2) continue
      await rest()
      began = performance.now()
    }
  }

  /** Ask again and again until `next` has nothing more to ask, with the page's turn in between. One answer of all. */
  const inSlices = async (next: (last: Snapshot | null) => Request | null): Promise<Answer> => {
    const all: Pick<Update, 'trace' | 'output'> = { trace: [], output: [] }
    let last: Snapshot | null = null
    let began = performance.now()
    for (let request = next(null); request !== null;) {
      const answer = once(request)
      if (answer.type !== 'update') return answer
      const { snapshot, trace, output } = answer.update
      for (const event of trace) all.trace.push(event)
      for (const chunk of output) all.output.push(chunk)
      const stuck = last?.position === snapshot.position && last.time === snapshot.time
      last = snapshot
      request = stuck ? null : next(snapshot)
      if (request === null) return { ...answer, update: { snapshot, ...all } }
      if (performance.now() - began > SLICE_MS / 2) {
        await rest()
        began = performance.now()
      }
    }
    throw new Error('nothing was asked')
  }

  const advanceTime = (by: Extract<Advance, { kind: 'time' }>): Promise<Answer> => {
    let goal: { time: number; position: number } | null = null
    const enough = performance.now() + WORK_MS
    return inSlices((now) => {
      if (now === null) return { type: 'advance', by: { kind: 'time', us: 0, steps: 0 } }
      goal ??= { time: now.time + by.us, position: now.position + (by.steps ?? Infinity) }
      if (now.position >= goal.position) return null
      if (now.working && performance.now() > enough) return null
      // The clock may show the time already while something is left to do at it: nothing moves when all is done.
      const steps = Math.min(goal.position - now.position, SLICE_STEPS)
      return { type: 'advance', by: { kind: 'time', us: goal.time - now.time, steps } }
    })
  }

  const work = (): Promise<Answer> => {
    const enough = performance.now() + WORK_MS
    return inSlices((now) =>
      now !== null && (!now.working || performance.now() > enough)
        ? null
        : { type: 'advance', by: { kind: 'work' } },
    )
  }

  const seek = (position: number): Promise<Answer> =>
    inSlices((now) =>
      now !== null && now.position >= Math.min(position, now.end)
        ? null
        : { type: 'seek', position, steps: SLICE_STEPS },
    )

  // One request at a time, in the order in which they come, as a worker's messages do.
  let last: Promise<unknown> = Promise.resolve()
  return {
    ask: (request) => {
      const answer = last.then(async () => {
        await rest()
        if (request.type === 'advance' && request.by.kind === 'time') return advanceTime(request.by)
        if (request.type === 'advance' && request.by.kind === 'work') return work()
        if (request.type === 'seek') return seek(request.position)
        return inPieces(request)
      })
      last = answer.catch(() => undefined)
      return answer
    },
    where: 'main',
    close: () => undefined,
  }
}
