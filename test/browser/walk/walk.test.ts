/**
 * Lessons from beginning to end, by keyboard alone, by mouse alone, and on a phone. `npm test` walks those whose numbers 3 divides,
 * most of them by keyboard; `npm run walk` walks all of them in every way and in both languages, `npm run walk -- 03 38` these,
 * `npm run walk -- mouse zh` in this way and language.
 */
import { readdirSync } from 'node:fs'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe } from 'vitest'
import type { Lesson } from '../../../src/lesson/lesson.ts'
import { test } from '../page.ts'
import { Learner } from './learner.ts'
import { Mouser } from './mouser.ts'
import { Toucher } from './toucher.ts'
import { walk } from './walk.ts'

interface Way {
  title: string
  learner: (page: Page) => Learner
  look: BrowserContextOptions
}

const DESK: BrowserContextOptions = { viewport: { width: 1440, height: 900 } }
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
const WAYS: Readonly<Record<string, Way>> = {
  keys: { title: 'by keyboard alone', learner: (page) => new Learner(page), look: DESK },
  mouse: { title: 'by mouse alone', learner: (page) => new Mouser(page), look: DESK },
  taps: { title: 'by taps alone, on a phone', learner: (page) => new Toucher(page), look: PHONE },
}
const LANGUAGES = ['en', 'zh']

const numbered = readdirSync('lessons', { withFileTypes: true }).flatMap((e) =>
  e.isDirectory() ? [{ id: e.name, n: Number.parseInt(e.name) }] : [],
)
const wanted = process.env.WALK ?? ''
const words = wanted.split(',')
const isChosen = (these: readonly string[], one: string): boolean =>
  !these.some((each) => words.includes(each)) || words.includes(one)

/** Every day: the last lesson in Chinese, the end of the article's story on a phone, one by mouse, the others by keyboard. */
function isDaily(way: string, lang: string, n: number): boolean {
  if (n % 3 !== 0) return false
  if (way === 'mouse') return n === 24 && lang === 'en'
  if (way === 'taps') return n === 12 && lang === 'zh'
  return lang === 'en' ? n !== 24 : n === 39
}

function lessonsOf(way: string, lang: string): typeof numbered {
  if (wanted === '') return numbered.filter(({ n }) => isDaily(way, lang, n))
  if (!isChosen(Object.keys(WAYS), way) || !isChosen(LANGUAGES, lang)) return []
  const named = words.map(Number).filter((n) => n > 0)
  return numbered.filter(({ n }) => named.length === 0 || named.includes(n))
}

for (const [way, { title, learner, look }] of Object.entries(WAYS))
  for (const lang of LANGUAGES) {
    const lessons = lessonsOf(way, lang)
    if (lessons.length === 0) continue
    describe(`${title}, in ${lang}:`, () => {
      test.for(lessons)('$id', { timeout: 180_000 }, async ({ id }, { open }) => {
        const page = await open(`#lesson=${id}&lang=${lang}&speed=100`, { reducedMotion: 'reduce', ...look })
        page.setDefaultTimeout(60_000)
        const { default: lesson } = (await import(`../../../lessons/${id}/lesson.ts`)) as { default: Lesson }
        await walk(page, lesson, learner(page))
      })
    })
  }
