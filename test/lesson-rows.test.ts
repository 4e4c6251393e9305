/** The article's points, S1 to S99, and the lessons that make them reachable: all are, and lessons/README.md says where. */
import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import type { Lesson } from '../src/lesson/lesson.ts'

const POINTS = Array.from({ length: 99 }, (_, i) => i + 1)
const lessons = new Map<string, Set<number>>()

beforeAll(async () => {
  for (const { name } of readdirSync('lessons', { withFileTypes: true }).filter((e) => e.isDirectory())) {
    const { default: lesson } = (await import(`../lessons/${name}/lesson.ts`)) as { default: Lesson }
    const points = lesson.steps.flatMap((step) => step.rows.map((row) => Number(row.slice(1))))
    if (points.length > 0) lessons.set(name, new Set(points))
  }
})

/** `S41 S43-S46` as numbers. */
function pointsOf(text: string): number[] {
  return text.split(' ').flatMap((word) => {
    const [first, last = first] = word.split('-').map((row) => Number(row.slice(1)))
    return POINTS.filter((n) => n >= first && n <= last)
  })
}

test("each of the article's points is in some step of some lesson", () => {
  expect(POINTS.filter((n) => ![...lessons.values()].some((points) => points.has(n)))).toEqual([])
})

test('lessons/README.md says which lesson has which', () => {
  const rows = [
    ...readFileSync('lessons/README.md', 'utf8').matchAll(/^\| `([\w-]+)` *\| (S[S\d -]+?) *\|$/gm),
  ]
  const said = new Map(rows.map(([, name, points]) => [name, pointsOf(points)]))
  const is = new Map([...lessons].sort().map(([name, points]) => [name, [...points].sort((a, b) => a - b)]))
  expect(said).toEqual(is)
})
