/**
 * Lessons from beginning to end, by keyboard alone, or by taps. `npm test` walks those whose numbers 3 divides; `npm run walk` walks all
 * of them in English and those in Chinese too, `npm run walk -- 03 38` these.
 */
import { readdirSync } from 'node:fs'
import { describe } from 'vitest'
import type { Lesson } from '../../../src/lesson/lesson.ts'
import { test } from '../page.ts'
import { Toucher } from './toucher.ts'
import { walk } from './walk.ts'

const wanted = process.env.WALK ?? ''
const numbered = readdirSync('lessons', { withFileTypes: true }).flatMap((e) =>
  e.isDirectory() ? [{ id: e.name, n: Number.parseInt(e.name) }] : [],
)
const named = wanted.split(',').map(Number)
const every3rd = numbered.filter(({ n }) => n % 3 === 0)
const english =
  wanted === '' ? every3rd : wanted === 'all' ? numbered : numbered.filter(({ n }) => named.includes(n))
const chinese = wanted === '' ? every3rd.slice(-1) : wanted === 'all' ? every3rd : english

const load = async (id: string): Promise<Lesson> =>
  ((await import(`../../../lessons/${id}/lesson.ts`)) as { default: Lesson }).default

describe.each([
  ['en', english],
  ['zh', chinese],
] as const)('by keyboard alone, in %s:', (lang, lessons) => {
  test.for(lessons)('$id', { timeout: 180_000 }, async ({ id }, { open }) => {
    const lesson = await load(id)
    const page = await open(`#lesson=${id}&lang=${lang}&speed=100`, {
      reducedMotion: 'reduce',
      viewport: { width: 1440, height: 900 },
    })
    page.setDefaultTimeout(60_000)
    await walk(page, lesson)
  })
})

/** From “why NAT” to “why 14,116”; every day only the last of it. */
const story = english.filter(({ n }) => (wanted === '' ? n === 12 : n <= 12))
const tapped = wanted === '' ? (['zh'] as const) : (['en', 'zh'] as const)
describe.runIf(story.length > 0).each(tapped)('by taps alone, on a phone, in %s:', (lang) => {
  test.for(story)('$id', { timeout: 180_000 }, async ({ id }, { open }) => {
    const page = await open(`#lesson=${id}&lang=${lang}&speed=100`, {
      reducedMotion: 'reduce',
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    })
    page.setDefaultTimeout(60_000)
    await walk(page, await load(id), new Toucher(page))
  })
})
