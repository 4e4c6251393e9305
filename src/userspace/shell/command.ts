/**
 * What a command is to do once its words are known.
 */
import type { Command, Redirect } from './ast.ts'
import {
  commit,
  expandTarget,
  expandToPattern,
  expandToText,
  expandWords,
  newExpansion,
  type Expansion,
} from './expand.ts'
import type { Output } from './frame.ts'
import { outOfSpace, spend } from './fuel.ts'
import { later } from './later.ts'
import type { Call, Shell } from './state.ts'

export interface Plan {
  /** Of a simple command; of a `for`, its words. */
  argv: string[]
  /** `X=1` before a command, or alone. */
  assigned: Map<string, string>
  redirects: { fd: number; op: Redirect['op']; target: string }[]
  /** The arm of a `case` that matches. */
  arm: number | null
}

/** Expand all words. Throws Need for a command substitution whose output is not known yet. */
export function plan(call: Call, shell: Shell, node: Command, outputs: readonly Output[]): Plan {
  const expansion = newExpansion(call, shell, outputs)
  const argv = argvOf(expansion, node)
  const arm = node.kind === 'case' ? armOf(expansion, node) : null
  const redirects = node.redirects.map((redirect) => ({
    fd: redirect.fd,
    op: redirect.op,
    target: expandTarget(expansion, redirect),
  }))
  const assigned = new Map<string, string>()
  if (node.kind === 'simple') {
    for (const { name, value } of node.assignments) {
      const text = expandToText(expansion, value)
      assigned.set(name, text)
      if (argv.length === 0) expansion.assigned.set(name, text)
    }
  }
  checkSize(call, shell, argv, assigned)
  commit(expansion)
  return { argv, assigned, redirects, arm }
}

/** Characters a command's words and variables can have. */
const LONGEST = 16 * 1024 * 1024

function checkSize(call: Call, shell: Shell, argv: string[], assigned: Map<string, string>): void {
  let size = 0
  for (const word of argv) size += word.length + 1
  for (const value of assigned.values()) size += value.length
  if (size > LONGEST) throw outOfSpace(shell.job)
  spend(call, shell.job, size / 128)
}

function argvOf(expansion: Expansion, node: Command): string[] {
  if (node.kind === 'simple') return expandWords(expansion, node.words)
  if (node.kind === 'for')
    return node.words ? expandWords(expansion, node.words) : [...expansion.shell.env.args]
  return []
}

function armOf(expansion: Expansion, node: Command & { kind: 'case' }): number | null {
  const text = expandToText(expansion, node.word)
  const arm = node.arms.findIndex(({ patterns }) =>
    patterns.some((pattern) => later().matches(expandToPattern(expansion, pattern), text)),
  )
  return arm < 0 ? null : arm
}
