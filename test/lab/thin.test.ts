/** Which of a run's checkpoints goes where there are too many. */
import { expect, test } from 'vitest'
import { leastMissed } from '../../src/lab/thin.ts'

const at = (position: number, wayside?: true): { position: number; effort: number; wayside?: true } => ({
  position,
  effort: position / 10,
  ...(wayside && { wayside }),
})
const marks = [0, 100, 200, 210, 300, 400].map((position) => at(position))

test('where nothing happened it is the one that has another one right before it, and not the first or the last', () => {
  expect(leastMissed(marks, [])).toBe(3)
  expect(leastMissed([at(0), at(1), at(2)], [])).toBe(1)
})

test('one that stands before events stays longer than one that stands before none', () => {
  const events = Array.from({ length: 20 }, (_, i) => ({ position: 210 + i }))
  expect(leastMissed(marks, events)).toBe(2)
  // From the one before it is not far to those at the end of its way, but farther than from it.
  expect(
    leastMissed(
      [0, 100, 150, 250, 300].map((p) => at(p)),
      [{ position: 149 }],
    ),
  ).toBe(2)
})

test('what has happened before the first and behind the last does not count', () => {
  expect(leastMissed(marks.slice(1), [{ position: 50 }, { position: 450 }])).toBe(2)
})

test('those by the wayside stay', () => {
  expect(leastMissed([at(0), at(100), at(200), at(210, true), at(300), at(400)], [])).not.toBe(3)
})
