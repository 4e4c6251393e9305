/**
 * The steps of if, while, until and for. POSIX Shell Command Language 2.9.4.
 */
import type { List } from './ast.ts'
import { setVariable } from './expand.ts'
import type { Of } from './frame.ts'
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
