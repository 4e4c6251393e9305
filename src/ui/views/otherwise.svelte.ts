/** Asks the lab for roads not taken, each once, and keeps what it answered. */
import type { Otherwise } from '../../lab/otherwise.ts'
import type { LabState } from '../lab.svelte.ts'
import type { Step } from './journey.ts'

/** Answers kept; a packet has a few of them. */
const KEPT = 100

class Roads {
  #answers = $state.raw<ReadonlyMap<string, Otherwise | null>>(new Map())
  readonly #asked = new Map<string, Promise<void>>()
  readonly #lab: LabState

  constructor(lab: LabState) {
    this.#lab = lab
  }

  #key(step: Step): string {
    const s = this.#lab.snapshot
    return `${s?.lab} ${s?.seed} ${s?.run} ${step.host} ${step.seq} ${step.position} ${step.time}`
  }

  of(step: Step): Otherwise | null {
    return this.#answers.get(this.#key(step)) ?? null
  }

  /** Settled when the answer is there. */
  look(step: Step): Promise<void> {
    const key = this.#key(step)
    const asked = this.#asked.get(key) ?? this.#ask(key, step)
    this.#asked.set(key, asked)
    return asked
  }

  async #ask(key: string, { host, serial: packet, position }: Step): Promise<void> {
    if (position === null) return
    const answer = (await this.#lab.use('otherwise', { host, packet, position })) as Otherwise | null
    const kept = [...this.#answers].slice(-KEPT)
    this.#answers = new Map([...kept, [key, answer]])
  }
}

const known = new WeakMap<LabState, Roads>()

/** One for each lab: what the picture has asked, the list need not. */
export function roadsOf(lab: LabState): Roads {
  const roads = known.get(lab) ?? new Roads(lab)
  known.set(lab, roads)
  return roads
}
