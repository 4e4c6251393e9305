/** A long list, of which only what is seen is drawn. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ROW, rowAfter, rowsOf, scrollFor, TALLEST } from '../../src/ui/views/entries.ts'

test('the rows that are drawn cover what is seen, wherever one has scrolled to', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1_048_576 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 46, max: 1200 }),
      (total, share, seen) => {
        const height = Math.min(total * ROW, TALLEST)
        const scrolled = share * Math.max(0, height - seen)
        const rows = rowsOf(total, scrolled, seen)
        expect(rows.height).toBe(height)
        expect(rows.count).toBeLessThan(seen / ROW + 40)
        expect(rows.from + rows.count).toBeLessThanOrEqual(total)
        if (total === 0) return
        expect(rows.top).toBeLessThanOrEqual(scrolled + 1)
        // Down to the lower edge, or to the end of the list.
        const end = rows.top + rows.count * ROW
        expect(end >= scrolled + seen - 1 || rows.from + rows.count === total).toBe(true)
      },
    ),
  )
})

test('a quarter of a million rows are drawn one to one, and the last can be reached', () => {
  const seen = 400
  const height = 262_144 * ROW
  expect(height).toBeLessThan(TALLEST)
  const end = rowsOf(262_144, height - seen, seen)
  expect(end.from + end.count).toBe(262_144)
  const most = rowsOf(1_048_576, TALLEST - seen, seen)
  expect(most.from + most.count).toBe(1_048_576)
})

test('keys go along the rows and stop at the ends', () => {
  expect(rowAfter('ArrowDown', -1, 10, 200)).toBe(0)
  expect(rowAfter('ArrowUp', 0, 10, 200)).toBe(0)
  expect(rowAfter('PageDown', 2, 100, 460)).toBe(11)
  expect(rowAfter('End', 2, 100, 460)).toBe(99)
  expect(rowAfter('a', 2, 100, 460)).toBe(null)
  expect(rowAfter('ArrowDown', -1, 0, 460)).toBe(null)
})

test('what a key leads to is scrolled into view, and only then', () => {
  expect(scrollFor(3, 100, 0, 460)).toBe(null)
  expect(scrollFor(20, 100, 0, 460)).toBe(21 * ROW - 460)
  expect(scrollFor(2, 100, 400, 460)).toBe(2 * ROW)
})
