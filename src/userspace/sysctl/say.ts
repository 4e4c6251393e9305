/** What sysctl is asked for, and what it says. */
import type { Sys } from '../program.ts'
import { compileRegex, matchesIn } from '../text/regex.ts'
import { exchange } from './tree.ts'

export interface Mode {
  names: boolean
  values: boolean
  newline: boolean
  ignore: boolean
  quiet: boolean
  dryRun: boolean
  write: boolean
  all: boolean
  /** -p; `file` is null for -p without a name. */
  load: boolean
  file: string | null
  pattern: string | null
}

export function warn(sys: Sys, text: string): void {
  sys.err(`sysctl: ${text}\n`)
}

export function fits(text: string, pattern: string | null): boolean {
  if (pattern === null) return true
  try {
    return matchesIn(compileRegex(pattern, { syntax: 'extended' }), text)
  } catch {
    return false
  }
}

/** A name as a path ('.' becomes '/') or a path as a name, with sysctl's complaint where it is written badly. */
export function convert(sys: Sys, name: string, from: '.' | '/'): string {
  const { text, repeated } = exchange(name, from)
  if (repeated !== null) warn(sys, `separators should not be repeated: ${repeated}`)
  return text
}
