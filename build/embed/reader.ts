import type { fromLetters } from './letters.ts'
import type { Shared, unsqueeze } from './unsqueeze.ts'
import type { Known } from './words.ts'

/** What reading needs of other files. */
export interface Means extends Shared {
  unsqueeze: typeof unsqueeze
  fromLetters: typeof fromLetters
}

/**
 * Reads parts of the page that it stands in, by their names; all but the `first` are packed behind that one. Nothing outside
 * of it is used: the page is given its text.
 */
export function reader(means: Means, first: string): (name: string) => Promise<string> {
  /** A turn of the page's thread is short. */
  async function read(name: string, before: Known | null): Promise<Known> {
    const part = document.getElementById(`part-${name}`)
    const { bytes, size } = part?.dataset ?? {}
    const letters = means.fromLetters(part?.textContent ?? '', Number(bytes))
    const reading = means.unsqueeze(means, letters, Number(size), before)
    for (;;) {
      const next = reading.next()
      if (next.done === true) return next.value
      await new Promise((resolve) => setTimeout(resolve))
    }
  }
  let begun: Promise<Known> | undefined
  return async (name) => {
    begun ??= read(first, null)
    const before = await begun
    const { text } = name === first ? before : await read(name, before)
    return new TextDecoder().decode(name === first ? text : text.subarray(before.text.length))
  }
}
