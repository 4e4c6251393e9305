/** What the real tc knows and this lab does not have. */
import { Quit } from '../ip/args.ts'

export function leftOut(word: string): Quit {
  return new Quit(1, `tc: "${word}" is not part of this lab\n`)
}
