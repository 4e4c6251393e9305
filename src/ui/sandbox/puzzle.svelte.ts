/** The puzzle that is open: it outlives the pane that shows it, not the lab. */
import type { Begun, Checked, Puzzle } from '../../lab/break/puzzle.ts'
import type { Goal } from '../../lab/break/network.ts'
import type { Workbench } from '../workbench.svelte.ts'

export interface Open {
  opening: number
  seed: number
  /** What did not work when it began. */
  began: readonly Goal['key'][]
  tried: Checked | null
  given: Puzzle | null
}

class Puzzles {
  private one = $state.raw<Open | null>(null)

  of(bench: Workbench): Open | null {
    return this.one?.opening === bench.opening ? this.one : null
  }

  async begin(bench: Workbench, seed: number): Promise<void> {
    const { lab } = bench
    let begun: Begun | null = null
    await bench.openSandbox(undefined, undefined, async () => {
      Object.assign(lab, { trace: [], output: {}, followed: 0 })
      begun = (await lab.use('puzzle', { seed })) as Begun | null
    })
    const { missed } = (begun as Begun | null) ?? { missed: [] }
    this.one = { opening: bench.opening, seed, began: missed, tried: null, given: null }
  }

  async check(bench: Workbench): Promise<void> {
    const { one } = this
    const tried = (await bench.lab.use('puzzle-check', null)) as Checked | null
    if (one !== null && one === this.one && tried !== null) this.one = { ...one, tried }
  }

  async giveUp(bench: Workbench): Promise<void> {
    const { one } = this
    if (one === null) return
    const given = (await bench.lab.use('puzzle-reveal', { seed: one.seed })) as Puzzle | null
    if (one === this.one) this.one = { ...one, given }
  }
}

export const puzzles = new Puzzles()
