/**
 * /proc/sys as sysctl(8) walks it: paths, what stands at them, patterns of paths.
 */
import { sysctlNames } from '../../kernel/sysctl-access.ts'
import type { Kernel } from '../../kernel/kernel.ts'

export const PROC_SYS = '/proc/sys/'

export type Found =
  | { kind: 'file'; name: string }
  | { kind: 'dir'; names: string[] }
  /** /proc/sys itself, or something above it. */
  | { kind: 'outside' }
  | { kind: 'none'; error: 'No such file or directory' | 'Not a directory' }

/** The sysctls of a namespace in the order of a walk through the directories. Names are words, not one text. */
export function sysctlTree(k: Kernel): string[] {
  return sysctlNames(k)
    .map((name) => name.replaceAll('.', '\0'))
    .sort()
    .map((key) => key.replaceAll('\0', '.'))
}

/** What stands at a path below /proc/sys/ (given without that). Repeated slashes are one. */
export function findPath(k: Kernel, path: string): Found {
  const words = path.split('/').filter((word) => word !== '' && word !== '.')
  if (words.length === 0) return { kind: 'outside' }
  const name = words.join('.')
  const names = sysctlTree(k)
  if (names.includes(name))
    return path.endsWith('/') ? { kind: 'none', error: 'Not a directory' } : { kind: 'file', name }
  const below = names.filter((other) => other.startsWith(`${name}.`))
  if (below.length > 0) return { kind: 'dir', names: below }
  const under = names.some((other) => name.startsWith(`${other}.`))
  return { kind: 'none', error: under ? 'Not a directory' : 'No such file or directory' }
}

/**
 * A name as written, with its separators exchanged: `net.ipv4.conf.eth0/100.tag` is the path
 * net/ipv4/conf/eth0.100/tag. If the first separator is the wanted one already, all stay. `repeated` is the text from
 * the first pair of separators on, which sysctl complains of; null: none.
 */
export function exchange(name: string, from: '.' | '/'): { text: string; repeated: string | null } {
  const to = from === '.' ? '/' : '.'
  if (/[./]/.exec(name)?.[0] === to) return { text: name, repeated: null }
  let text = ''
  for (const c of name) text += c === from ? to : c === to ? from : c
  const pair = name.search(/[./]{2}/)
  return { text, repeated: pair < 0 ? null : name.slice(pair) }
}

/** Does a path fit a pattern of glob(7)? A wildcard never crosses a slash. */
export function globMatches(pattern: string, path: string): boolean {
  let source = ''
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]
    const end = c === '[' ? pattern.indexOf(']', i + 2) : -1
    if (end > 0) {
      const set = pattern
        .slice(i + 1, end)
        .replace(/^!/, '^')
        .replace(/[\\[]/g, '\\$&')
      source += `[${set}]`
      i = end
    } else if (c === '*') source += source.endsWith('[^/]*') ? '' : '[^/]*'
    else if (c === '?') source += '[^/]'
    else source += c.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  }
  try {
    return new RegExp(`^${source}$`).test(path)
  } catch {
    return false
  }
}
