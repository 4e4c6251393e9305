/**
 * Patterns: `*`, `?`, `[a-z]`, and the paths that match one. POSIX Shell Command Language 2.13.
 */
import { exists, list, resolvePath } from './files.ts'
import { hasWildcard } from './later.ts'
import type { Call } from './state.ts'

/** Does the pattern match the whole text? */
export function matches(pattern: string, text: string): boolean {
  return toRegExp(pattern).test(text)
}

/** Paths that match, sorted; relative ones when the pattern is. */
export function glob(call: Call, cwd: string, pattern: string): string[] {
  const absolute = pattern.startsWith('/')
  const steps = pattern.split('/').filter((step) => step !== '')
  let paths = [absolute ? '/' : '']
  for (const step of steps) {
    paths = paths.flatMap((path) => below(call, cwd, path, step))
  }
  return paths.sort()
}

function below(call: Call, cwd: string, path: string, step: string): string[] {
  const prefix = path === '' || path.endsWith('/') ? path : `${path}/`
  const dir = resolvePath(cwd, path)
  if (!hasWildcard(step)) {
    const name = step.replace(/\\(.)/g, '$1')
    return exists(call, resolvePath(dir, name)) ? [prefix + name] : []
  }
  if (exists(call, dir) !== 'dir') return []
  const regexp = toRegExp(step)
  return list(call, dir)
    .filter((name) => regexp.test(name) && (!name.startsWith('.') || step.startsWith('.')))
    .map((name) => prefix + name)
}

function toRegExp(pattern: string): RegExp {
  let source = ''
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]
    const close = c === '[' ? closingBracket(pattern, i) : -1
    if (c === '*') source += '.*'
    else if (c === '?') source += '.'
    else if (c === '\\') source += escape(pattern[++i] ?? '\\')
    else if (close > 0) {
      const inside = pattern.slice(i + 1, close).replace(/[\\[]/g, '\\$&')
      source += `[${/^[!^]/.test(inside) ? `^${inside.slice(1)}` : inside}]`.replace(/\[(\^?)\]/, '[$1\\]')
      i = close
    } else source += escape(c)
  }
  try {
    return new RegExp(`^(?:${source})$`, 's')
  } catch {
    // A range the wrong way round, as [b-a]: it matches nothing.
    return /(?!)/
  }
}

function closingBracket(pattern: string, open: number): number {
  const from = /^[!^]/.test(pattern[open + 1] ?? '') ? open + 2 : open + 1
  return pattern.indexOf(']', from + 1)
}

function escape(c: string): string {
  return c.replace(/[$()*+.?[\\\]^{|}]/, '\\$&')
}
