/**
 * Words that come later than the page: English with the part that says them, Chinese in one piece, and only where the page
 * speaks it. So nobody loads a language that she does not read.
 */
import type { Language } from './language.svelte.ts'
import type * as Chinese from './zh/later.ts'

type Name = keyof typeof Chinese

let chinese: typeof Chinese | null = null

/** They have been fetched: called before the page speaks Chinese. */
export function fetched(words: typeof Chinese): void {
  chinese = words
}

/** Until the Chinese ones have been fetched nobody asks for them; who does all the same gets English. */
export function words<T extends object>(name: Name, en: T): Record<Language, T> {
  return {
    en,
    get zh() {
      // That they are the same words is held where they are written: each file in Chinese `satisfies` its twin.
      return chinese === null ? en : (chinese[name] as unknown as T)
    },
  }
}
