/**
 * The steps of if, while, until and for. POSIX Shell Command Language 2.9.4.
 */
import type { List, Word } from './ast.ts'
import { evaluateWord, ExpansionError, setVariable } from './expand.ts'
import type { Of } from './frame.ts'
import { write } from './process.ts'
import { pop, push } from './stack.ts'
import type { Call, Shell } from './state.ts'

export function pushList(shell: Shell, node: List): void {
  push(shell, { kind: 'list', node, at: 0 })
}

export function stepIf(call: Call, shell: Shell, frame: Of<'if'>): boolean {
  const { arms, otherwise } = frame.node
  const tested = frame.arm++
  if (tested >= 0 && shell.env.status === 0) {
    pop(call, shell)
    pushList(shell, arms[tested].body)
  } else if (frame.arm < arms.length) {
    pushList(shell, arms[frame.arm].condition)
  } else {
    pop(call, shell)
    shell.env.status = 0
    if (otherwise) pushList(shell, otherwise)
  }
  return true
}

export function stepLoop(call: Call, shell: Shell, frame: Of<'loop'>): boolean {
  const { until, condition, body } = frame.node
  frame.testing = !frame.testing
  if (frame.testing) {
    frame.last = shell.env.status
    pushList(shell, condition)
  } else if ((shell.env.status === 0) !== until) {
    pushList(shell, body)
  } else {
    shell.env.status = frame.last
    pop(call, shell)
  }
  return true
}

export function stepFor(call: Call, shell: Shell, frame: Of<'for'>): boolean {
  if (frame.at === frame.words.length) {
    pop(call, shell)
    return true
  }
  setVariable(shell, frame.node.name, frame.words[frame.at++])
  pushList(shell, frame.node.body)
  return true
}

/** `for ((first; condition; step))` */
export function stepCounting(call: Call, shell: Shell, frame: Of<'counting'>): boolean {
  const { first, condition, step, body } = frame.node
  const before = calculate(call, shell, frame.begun ? step : first)
  frame.begun = true
  const wanted = before === null ? null : condition.text.trim() === '' ? 1 : calculate(call, shell, condition)
  if (wanted === null || wanted === 0) pop(call, shell)
  else pushList(shell, body)
  return true
}

/** The value of an expression; null: bash has said what is wrong with it, and the status is 1. */
export function calculate(call: Call, shell: Shell, word: Word): number | null {
  try {
    return evaluateWord(call, shell, word)
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error
    write(call, shell.job, shell.io, 2, `bash: ((: ${error.message}\n`)
    shell.env.status = 1
    return null
  }
}
