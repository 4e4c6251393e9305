/**
 * What is read beside the picture while a load runs. Each picture brings other numbers, which nobody reads, and to write them
 * is most of a picture's work and of what the page leaves to the garbage collector: then it is the lab of a moment ago.
 */
import { untrack } from 'svelte'
import type { Snapshot } from '../lab/protocol.ts'
import type { LabState } from './lab.svelte.ts'

/** While a load runs, what is read is renewed so often at most. */
const STEADY_MS = 300

export class Steady {
  shown = $state.raw<Snapshot | null>(null)
  #at = 0
  #catchUp: ReturnType<typeof setTimeout> | undefined

  /** Call it where a component begins. */
  constructor(lab: LabState) {
    this.shown = untrack(() => lab.beside)
    $effect.pre(() => {
      const next = lab.beside
      untrack(() => this.#follow(next))
    })
    $effect(() => () => clearTimeout(this.#catchUp))
  }

  #follow(next: Snapshot | null): void {
    clearTimeout(this.#catchUp)
    const { shown } = this
    if (next === shown) return
    const early = this.#at + STEADY_MS - performance.now()
    const same = next?.run === shown?.run && next?.kernel.host === shown?.kernel.host
    // In a turn of its own in any case: what follows each picture has had one.
    this.#catchUp = setTimeout(
      () => {
        this.shown = next
        this.#at = performance.now()
      },
      next?.load === true && same ? Math.max(0, early) : 0,
    )
  }
}
