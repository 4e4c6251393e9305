/**
 * What a builtin of the shell is.
 */
import type { Call, Io, Shell } from './state.ts'

/** One call of a builtin. */
export interface BuiltinCall {
  call: Call
  shell: Shell
  argv: string[]
  /** `X=1` before it. */
  assigned: Map<string, string>
  io: Io
  out: (text: string) => void
  err: (text: string) => void
}

/**
 * An exit status; or `waits`: call it again when something has happened; or `goes on`: it has left something on the
 * shell's stack, which says what the status is.
 */
export type BuiltinResult = number | 'waits' | 'goes on'

export interface Builtin {
  name: string
  /** Synopsis, as `help` lists it. */
  usage: string
  run(at: BuiltinCall): BuiltinResult
}

/** bash's message of a builtin: `bash: cd: …`. Returns the status. */
export function complain({ argv, err }: BuiltinCall, text: string, status = 1): number {
  err(`bash: ${argv[0]}: ${text}\n`)
  return status
}
