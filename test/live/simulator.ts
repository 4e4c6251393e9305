/** The simulator in a thread of its own: while it thinks, the recorder must go on by the clock. */
import { parentPort, Worker } from 'node:worker_threads'
import type { Json } from '../../src/lab/replay/packet.ts'
import { Replay } from '../../src/lab/replay/replay.ts'
import type { Scenario } from '../../src/lab/replay/scenario.ts'
import { makeScenario } from './generate/scenario.ts'

type Recording = { [key: string]: Json }

/** What the simulator did, and which entries were over in each step, whether or not anybody had removed them. */
export interface Simulated {
  scenario: Scenario
  recording: Recording
  dead: string[][]
}

type Question = { id: number } & ({ make: [seed: number, n: number] } | { replay: Scenario; draws: number })
type Answer = { id: number } & ({ error: string } | Simulated)

/** `draws`: the seed of all that the simulated kernel draws at random. */
export function simulate(scenario: Scenario, draws = 1): Simulated {
  const run = new Replay(scenario, draws)
  const dead = scenario.steps.map((step) => {
    const before = run.moments()
    run.step(step)
    const over = [...before, ...run.moments()].filter((m) => m.expires && m.ms <= run.now)
    return [...new Set(over.map((m) => m.orig))]
  })
  return { scenario, recording: run.recording(), dead }
}

function answer(question: Question): Answer {
  const { id } = question
  try {
    if ('make' in question) return { id, ...simulate(makeScenario(...question.make)) }
    return { id, ...simulate(question.replay, question.draws) }
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

// In the thread.
parentPort?.on('message', (question: Question) => parentPort?.postMessage(answer(question)))

export class Simulator {
  private readonly worker = new Worker(new URL(import.meta.url))
  private readonly waiting = new Map<number, (answer: Answer) => void>()
  private next = 0

  constructor() {
    this.worker.on('message', (a: Answer) => {
      this.waiting.get(a.id)?.(a)
      this.waiting.delete(a.id)
    })
    this.worker.on('error', (error) => {
      for (const [id, take] of this.waiting) take({ id, error: error.message })
    })
  }

  private async ask(
    what: { make: [number, number] } | { replay: Scenario; draws: number },
  ): Promise<Simulated> {
    const id = this.next++
    const a = await new Promise<Answer>((resolve) => {
      this.waiting.set(id, resolve)
      this.worker.postMessage({ id, ...what })
    })
    if ('error' in a) throw new Error(a.error)
    return a
  }

  /** Scenario `n` of a seed, and what the simulator does with it. */
  make(seed: number, n: number): Promise<Simulated> {
    return this.ask({ make: [seed, n] })
  }

  replay(scenario: Scenario, draws = 1): Promise<Simulated> {
    return this.ask({ replay: scenario, draws })
  }

  async end(): Promise<void> {
    await this.worker.terminate()
  }
}
