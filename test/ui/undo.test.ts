/** Undo goes to before a command, redo to after it; both over whole commands. */
import { expect, test } from 'vitest'
import type { TraceEvent } from '../../src/kernel/trace.ts'
import { redoTo, undoTo } from '../../src/ui/undo.ts'
import { page } from '../lab/take/page.ts'

function typed() {
  const p = page()
  p.ask({ type: 'open', lab: 'pool', seed: 1 })
  for (const n of [1, 2]) p.type('gateway', `iptables -A FORWARD -s 10.0.0.${n}`)
  p.type('pc1', 'ping -c 1 baidu.com')
  const trace = p.trace().map((e) => JSON.parse(e) as TraceEvent)
  const rules = (): number =>
    p.now().kernel.tables.find((t) => t.name === 'filter')?.chains[1].rules.length ?? 0
  const go = (to: number | null): void => {
    if (to === null) throw new Error('nowhere to go')
    p.ask({ type: 'seek', position: to })
  }
  return { p, trace, rules, go }
}

test('three commands are undone one by one, and done again', () => {
  const { p, trace, rules, go } = typed()
  const { end } = p.now()
  const seen = [rules()]
  for (let at = undoTo(trace, p.now().position); at !== null; at = undoTo(trace, p.now().position)) {
    go(at)
    seen.push(rules())
  }
  expect(seen).toEqual([2, 2, 1, 0])
  expect(p.now().position).toBe(0)
  for (let at = redoTo(trace, 0, end); at !== null; at = redoTo(trace, p.now().position, end)) {
    go(at)
    seen.push(rules())
  }
  expect(seen).toEqual([2, 2, 1, 0, 1, 2, 2])
  expect(p.now().position).toBe(end)
})

test('where nothing was typed there is nothing to undo, and at the end nothing to do again', () => {
  expect(undoTo([], 0)).toBe(null)
  expect(redoTo([], 0, 0)).toBe(null)
  const { p, trace } = typed()
  expect(redoTo(trace, p.now().end, p.now().end)).toBe(null)
})
