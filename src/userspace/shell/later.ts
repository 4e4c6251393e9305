/**
 * What the shell can do besides running simple commands: it comes with the programs (more.ts), so that a page's first
 * packet need not wait for it. A line that needs it is held back until it is there (lab/on-demand.ts).
 */
import type { Word } from './ast.ts'
import type { evaluate } from './arithmetic.ts'
import type { expandBraces } from './braces.ts'
import type { complete } from './complete.ts'
import type { glob, matches } from './glob.ts'
import type { stepTimeout, stepXargs } from './precommands.ts'

interface Later {
  complete: typeof complete
  evaluate: typeof evaluate
  expandBraces: typeof expandBraces
  glob: typeof glob
  matches: typeof matches
  stepTimeout: typeof stepTimeout
  stepXargs: typeof stepXargs
}

let there: Later | null = null

export function provide(what: Later): void {
  there = what
}

/** `{a,b}` is what it is until the rest is there. */
export function bracesOf(word: Word): Word[] {
  return there === null ? [word] : there.expandBraces(word)
}

export function later(): Later {
  if (there === null) throw new Error('shell/more.ts has not been loaded')
  return there
}

/** Is there something in it that can stand for other text? */
export function hasWildcard(text: string): boolean {
  return /[*?[]/.test(text)
}
