/**
 * What a shell is in the middle of: its stack, as plain data. Each frame names the step of interpreter.ts that goes on
 * with it; a step finishes, pushes further frames, or waits until something has ended.
 */
import type { AndOr, Command, Counting, For, If, List, Loop, Pipeline } from './ast.ts'
import type { Io } from './state.ts'

export type Frame =
  | { kind: 'list'; node: List; at: number }
  | { kind: 'and-or'; node: AndOr; at: number }
  /** `begun`: when, in lab time. */
  | { kind: 'pipeline'; node: Pipeline; begun: number | null }
  | CommandFrame
  | { kind: 'if'; node: If; arm: number }
  | { kind: 'loop'; node: Loop; testing: boolean; last: number }
  | { kind: 'counting'; node: Counting; begun: boolean }
  | { kind: 'for'; node: For; words: string[]; at: number }
  /** Of `timeout`: the subshell with its command, and the `sleep` beside it. */
  | { kind: 'timeout'; shell: number; sleep: number; signal: number }
  /** Command lines that xargs still has to run. */
  | { kind: 'xargs'; queue: string[][]; failed: boolean; begun: boolean }
  /** Waits for subshells; the last one's status counts. */
  | { kind: 'shells'; pids: number[] }
  | { kind: 'process'; pid: number }
  /** A builtin that waits for something (`read`): it is called again whenever the shell is woken. */
  | { kind: 'builtin'; argv: string[]; assigned: Map<string, string>; io: Io }
  /** Below a function's body: the caller's parameters. */
  | { kind: 'function'; args: string[] }
  /** Below a command with redirections: the descriptors from before. */
  | { kind: 'restore'; io: Io }

export type Of<K extends Frame['kind']> = Extract<Frame, { kind: K }>

/** Its words are being expanded, or are about to be. */
export interface CommandFrame {
  kind: 'command'
  node: Command
  /** What its command substitutions have printed. */
  outputs: Output[]
  /** The command substitution that is awaited. */
  running: { pid: number; capture: number } | null
}

/** What a command substitution has come to. */
export interface Output {
  text: string
  status: number
}
