/** Several lines, each when the one before has ended: what is looked at must have happened. */
import type { Workbench } from './workbench.svelte.ts'

let batch = 0

/** What is typed next, or another lab, ends it. `by` names the control that says itself as these commands. */
export async function typeAll(
  bench: Workbench,
  lines: readonly { on: string; line: string }[],
  by: string,
): Promise<void> {
  const mine = ++batch
  const { opening } = bench
  let before = ''
  for (const { on, line } of lines) {
    if (before !== '') await bench.terminals.idle(before)
    if (mine !== batch || opening !== bench.opening) return
    bench.type(on, line, by)
    before = on
  }
}
