/**
 * Tools that make and take away names: mkdir, rm, touch. What is below /proc stays.
 *
 * coreutils 9.1. Left out: modes, times, what asks before it does something
 */
import { errnoText } from '../shell/files.ts'
import type { Program, Sys } from '../program.ts'
import { optionsOf } from './options.ts'

/** Each name in turn; the answer of `each` is what went wrong with it. */
function forEach(sys: Sys, names: readonly string[], each: (name: string) => string | null): void {
  const [program] = sys.process.argv
  if (names.length === 0) {
    sys.err(`${program}: missing operand\nTry '${program} --help' for more information.\n`)
    sys.exit(1)
    return
  }
  let status = 0
  for (const name of names) {
    const error = each(name)
    if (error === null) continue
    sys.err(`${program}: ${error}\n`)
    status = 1
  }
  sys.exit(status)
}

/** rm(1): -f, -r. */
export const rm: Program = {
  name: 'rm',
  usage: 'rm [-fr] FILE...',
  start: (sys) => {
    const options = optionsOf(sys, { short: 'frRv', long: { force: 'f', recursive: 'r', verbose: 'v' } })
    if (!options) return
    const has = (...letters: string[]): boolean => options.found.some(({ name }) => letters.includes(name))
    if (options.operands.length === 0 && has('f')) {
      sys.exit(0)
      return
    }
    forEach(sys, options.operands, (name) => {
      const kind = sys.files.exists(name)
      if (kind === null) return has('f') ? null : `cannot remove '${name}': No such file or directory`
      if (kind === 'dir' && !has('r', 'R')) return `cannot remove '${name}': Is a directory`
      const error = sys.files.remove?.(name) ?? null
      if (error !== null) return `cannot remove '${name}': ${errnoText(error)}`
      if (has('v')) sys.out(kind === 'dir' ? `removed directory '${name}'\n` : `removed '${name}'\n`)
      return null
    })
  },
}

/** mkdir(1): -p. */
export const mkdir: Program = {
  name: 'mkdir',
  usage: 'mkdir [-p] DIRECTORY...',
  start: (sys) => {
    const options = optionsOf(sys, { short: 'pm:v', long: { parents: 'p', mode: 'm', verbose: 'v' } })
    if (!options) return
    const parents = options.found.some(({ name }) => name === 'p')
    forEach(sys, options.operands, (name) => {
      const kind = sys.files.exists(name)
      if (kind === 'dir' && parents) return null
      if (kind !== null) return `cannot create directory ‘${name}’: File exists`
      const error = sys.files.makeDir?.(name, parents) ?? null
      return error === null ? null : `cannot create directory ‘${name}’: ${errnoText(error)}`
    })
  },
}

/** touch(1): -c. */
export const touch: Program = {
  name: 'touch',
  usage: 'touch [-c] FILE...',
  start: (sys) => {
    const options = optionsOf(sys, { short: 'acmd:r:t:', long: { 'no-create': 'c', date: 'd' } })
    if (!options) return
    const keep = options.found.some(({ name }) => name === 'c')
    const names = options.operands
    if (names.length === 0) {
      sys.err("touch: missing file operand\nTry 'touch --help' for more information.\n")
      sys.exit(1)
      return
    }
    forEach(sys, names, (name) => {
      if (sys.files.exists(name) !== null || keep) return null
      const error = sys.files.write(name, '', true)
      return error === null ? null : `cannot touch '${name}': ${errnoText(error)}`
    })
  },
}
