/** How a host has fared, asked of the lab again and again, but while much happens not too often. Call it where a component begins. */
import type { Course } from '../../lab/course-view.ts'
import type { LabState } from '../lab.svelte.ts'

export class CourseWatch {
  course = $state.raw<Course | null>(null)
  readonly #lab: LabState
  readonly #patience: number
  #asking = false
  #again = false
  #last = -Infinity
  /** How long the last answer took: a long course is asked for less often. */
  #took = 0
  #closed = false

  /** `patience`: milliseconds between two questions at least. */
  constructor(lab: LabState, patience: number) {
    this.#lab = lab
    this.#patience = patience
    $effect(() => {
      const { snapshot } = lab
      void [snapshot?.end, snapshot?.run, snapshot?.lab, snapshot?.kernel.host]
      void this.#look()
    })
    $effect(() => () => (this.#closed = true))
  }

  async #look(): Promise<void> {
    this.#again = this.#asking
    if (this.#asking) return
    this.#asking = true
    try {
      do {
        this.#again = false
        const wait = this.#last + Math.max(this.#patience, 3 * this.#took) - performance.now()
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
        if (this.#closed) return
        this.#last = performance.now()
        const answer = await this.#lab.use('course', this.#lab.snapshot?.kernel.host ?? '')
        this.#took = performance.now() - this.#last
        if (answer !== null) this.course = answer as Course
      } while (this.#again)
    } finally {
      this.#asking = false
    }
  }
}
