/** Which act of the table is seen on the map: that of the moment shown, and for a while the one that has just been. */
import type { Snapshot } from '../lab/protocol.ts'
import type { Moves } from '../lab/rehash.ts'
import { actAt, isSame, type Act, type Moment } from './acts.ts'
import type { LabState } from './lab.svelte.ts'

/** An act is seen for so long; others that come sooner after it than CALM_MS are not: a load has thousands. */
const HOLD_MS = 1800
const CALM_MS = 500

export class ActWatch {
  act = $state.raw<Act | null>(null)
  /** The ways of the nodes, while a rehash is seen. */
  moves = $state.raw<Moves | null>(null)
  readonly #lab: LabState
  #since = 0
  #ending: ReturnType<typeof setTimeout> | undefined
  #last: Moment | null = null

  constructor(lab: LabState) {
    this.#lab = lab
  }

  /** Call with every snapshot. `acts`: what its table has done, the last one first. */
  show({ kernel, position, run, lab, time }: Snapshot, acts: readonly Act[]): void {
    const now: Moment = { table: `${lab} ${run} ${kernel.host}`, time, position }
    const next = actAt(acts, now, this.#last)
    const back = this.#last?.table !== now.table || position < this.#last.position
    this.#last = now
    if (next !== null && !isSame(next, this.act)) {
      const calm = back || next.time === time || performance.now() - this.#since >= CALM_MS
      if (this.act !== null && !calm) return
      this.act = next
      this.#since = performance.now()
      this.moves = null
      if (next.kind === 'rehash') void this.#follow(next.step)
    } else if (next === null && back) this.act = this.moves = null
    clearTimeout(this.#ending)
    // While the clock stands, so does the picture.
    if (this.act !== null && this.act.time !== time)
      this.#ending = setTimeout(() => (this.act = null), HOLD_MS)
  }

  /** The nodes have arrived. */
  moved(): void {
    this.moves = null
  }

  close(): void {
    clearTimeout(this.#ending)
  }

  async #follow(step: number): Promise<void> {
    const told = (await this.#lab.use('rehash', this.#lab.snapshot?.kernel.host ?? '')) as Moves | null
    if (told?.step === step && told.moves.length > 0) this.moves = told
  }
}
