/**
 * Tab: the words that can stand at the cursor. Programs and builtins where a command begins; then what the program
 * itself suggests, and paths.
 */
import { builtins } from './builtins.ts'
import { exists, list, resolvePath } from './files.ts'
import { runShell } from './interpreter.ts'
import type { Call, Os, OsContext } from './state.ts'

export interface Completion {
  /** Where the word begins that is to be replaced. */
  from: number
  /** What it can become, sorted. A directory ends with `/`. */
  words: string[]
}

export function complete(os: Os, ctx: OsContext, line: string, cursor: number): Completion {
  const call: Call = {
    os,
    ctx,
    wake: (pid) => {
      runShell(call, pid)
    },
    spent: 0,
    impatient: 0,
    broken: [],
  }
  const before = line.slice(0, cursor)
  const command = before.slice(lastCommand(before))
  const words = command.trimStart().split(/\s+/)
  const word = words[words.length - 1]
  const from = cursor - word.length
  const redirected = /[<>]\s*\S*$/.test(command)
  const index = words.length - 1
  const found = new Set<string>()
  if (index === 0 && !word.includes('/')) {
    for (const name of [...ctx.programs.keys(), ...builtins.keys()]) found.add(name)
  } else {
    const program = redirected ? undefined : ctx.programs.get(words[0])
    for (const own of program?.complete?.(words, index) ?? []) found.add(own)
    const target = /^.*[=<>]/.exec(word)?.[0] ?? ''
    for (const path of paths(call, word.slice(target.length))) found.add(target + path)
  }
  return { from, words: [...found].filter((one) => one.startsWith(word)).sort() }
}

/** Where the last command of a line begins. */
function lastCommand(before: string): number {
  const found = /^.*(?:[|;&({]|\$\(|`|\b(?:do|then|else|if|while|sudo)\s)/s.exec(before)
  return found?.[0].length ?? 0
}

function paths({ os, ctx, wake }: Call, word: string): string[] {
  const call: Call = { os, ctx, wake, spent: 0, impatient: 0, broken: [] }
  const slash = word.lastIndexOf('/') + 1
  const written = word.slice(0, slash)
  const home = os.login.vars.get('HOME')?.value ?? '/root'
  const dir = resolvePath(os.login.cwd, written.replace(/^~(?=\/)/, home))
  if (exists(call, dir) !== 'dir') return []
  return list(call, dir)
    .filter(
      (name) => name.startsWith(word.slice(slash)) && (word.slice(slash) !== '' || !name.startsWith('.')),
    )
    .map((name) => written + name + (exists(call, resolvePath(dir, name)) === 'dir' ? '/' : ''))
}
