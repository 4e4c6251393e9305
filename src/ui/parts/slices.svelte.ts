/**
 * Something large is made in parts, one in each turn of the page, so that none of these is a long one and the page hears
 * what is done to it meanwhile. Call it where a component begins.
 */
export class Slices {
  /** Parts that may be made by now. */
  done = $state(0)
  readonly #parts: number

  constructor(parts: number) {
    this.#parts = parts
    $effect(() => {
      if (this.whole) return
      const next = setTimeout(() => this.done++)
      return () => clearTimeout(next)
    })
  }

  /** All of them: say so as `aria-busy`. */
  get whole(): boolean {
    return this.done >= this.#parts
  }
}
