/** Every lesson is done here, step by step, as a learner would who follows the solution, and as one who makes mistakes. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parsePage } from '../build/markdown.ts'
import type { Answer, Request } from '../src/lab/protocol.ts'
import { Session } from '../src/lab/session.ts'
import '../src/lab/labs/more.ts'
import '../src/userspace/index.ts'
import { catalogue } from '../src/lesson/catalogue.ts'
import {
  enter,
  linksProblems,
  offeredBy,
  partsOf,
  play,
  sameEverywhere,
  strangers,
  strayMarks,
} from '../src/lesson/check.ts'
import { typedBefore, type Lesson } from '../src/lesson/lesson.ts'
import { lessonWords, missingWords, type LessonWords } from '../src/lesson/words.ts'

const LANGUAGES = ['en', 'zh']
const ids = readdirSync('lessons', { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : []))

const words = (id: string, language: string): LessonWords =>
  lessonWords(parsePage(readFileSync(join('lessons', id, `${language}.md`), 'utf8')))
const load = async (id: string): Promise<Lesson> =>
  ((await import(`../lessons/${id}/lesson.ts`)) as { default: Lesson }).default
const glossary = (language: string) =>
  parsePage(readFileSync(`lessons/glossary.${language}.md`, 'utf8')).flatMap((b) =>
    b.type === 'heading' && b.depth === 2 ? [b.id ?? ''] : [],
  )

test('the glossary has the same terms in every language, each once', () => {
  const [first, ...others] = LANGUAGES.map(glossary)
  for (const other of others) expect(other).toEqual(first)
  expect(new Set(first).size).toBe(first.length)
  expect(first).not.toContain('')
})

test('there are lessons, and the catalogue has each of them in both languages', () => {
  const files = (pattern: RegExp) =>
    Object.fromEntries(
      ids
        .flatMap((id) => readdirSync(join('lessons', id)).map((name) => `/lessons/${id}/${name}`))
        .filter((path) => pattern.test(path))
        .map((path) => [path, () => Promise.reject(new Error(path))]),
    )
  const course = catalogue(files(/lesson\.ts$/), files(/\.md$/))
  expect(course.map((e) => e.id)).toEqual([...ids].sort())
  expect(course.length).toBeGreaterThan(0)
  for (const entry of course) expect(entry.languages).toEqual(LANGUAGES)
})

describe.each(ids)('%s', (id) => {
  test('is called as its folder is', async () => {
    expect((await load(id)).id).toBe(id)
  })

  test.each(LANGUAGES)(
    'has every word it needs in %s, and no other; its links lead somewhere',
    async (language) => {
      expect(missingWords(await load(id), words(id, language))).toEqual([])
      expect(linksProblems(words(id, language), glossary(language))).toEqual([])
      expect(strayMarks(words(id, language))).toEqual([])
    },
  )

  test('says the same in every language: as many parts, the same commands, values and links', () => {
    const [first, ...others] = LANGUAGES.map((language) => words(id, language))
    for (const other of others) expect(sameEverywhere(first, other)).toEqual([])
  })

  test('names only hosts that its lab has', async () => {
    expect(await strangers(await load(id), words(id, 'en'))).toEqual([])
  })

  test('is passed step by step; the lab knows each answer, each number and each typical mistake', async () => {
    expect(await play(await load(id), words(id, 'en'))).toEqual([])
  })

  test('can be entered at any step: the step before it is done, its own goal is not', async () => {
    expect(await enter(await load(id))).toEqual([])
  })

  test('what its words offer to type runs without a word of complaint', async () => {
    const lesson = await load(id)
    const w = words(id, 'en')
    for (const [at, step] of lesson.steps.entries()) {
      const lines = offeredBy(partsOf({ title: [], body: [], steps: { [step.id]: w.steps[step.id] } }))
      if (lines.length === 0) continue
      const session = new Session()
      const { lab, seed, period } = lesson
      session.answer({
        id: 0,
        request: { type: 'open', lab, seed, period, commands: typedBefore(lesson, at) },
      })
      for (const { on, line } of lines) {
        // A program that does not come back is part of the story in some steps: it is only started.
        const answer = session.answer({ id: 1, request: { type: 'exec', host: on, line } })
        const said =
          answer.type === 'update' ? answer.update.output.filter((c) => c.stream === 'stderr') : [answer]
        expect(said.filter((c) => /not found|usage|invalid/i.test(JSON.stringify(c)))).toEqual([])
      }
    }
  })
})

test('14-without-state: “Show me” does not have to wait until the packets of the step before have come to rest', async () => {
  const { lab, seed, period, setup, steps } = await load('14-without-state')
  const session = new Session()
  const ask = (request: Request): Answer => session.answer({ id: 0, request })
  ask({ type: 'open', lab, seed, period, commands: setup })
  for (const { id, run, goal } of steps) {
    for (const { on, line } of [...run, ...(goal?.solution ?? [])]) {
      ask({ type: 'exec', host: on, line })
      // What docker-proxy has begun is not ended when the filters take its packets away.
      const isLoad = line.startsWith('ab') && id !== 'who'
      for (let quiet = false; !quiet;) {
        const answer = ask({ type: 'advance', by: { kind: 'quiet', us: isLoad ? 300e6 : 20e3 } })
        quiet = !isLoad || answer.type !== 'update' || answer.update.snapshot.quiet
      }
    }
    if (goal === undefined) continue
    const { on, line } = goal.check
    expect(ask({ type: 'check', host: on, line }), id).toMatchObject({ status: 0 })
  }
})
