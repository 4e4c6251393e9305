/** Every lesson is done here, step by step, as a learner would who follows the solution. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parsePage } from '../build/markdown.ts'
import type { Block } from '../build/page.ts'
import type { Answer, Request, Snapshot } from '../src/lab/protocol.ts'
import { Session } from '../src/lab/session.ts'
import '../src/userspace/index.ts'
import { catalogue } from '../src/lesson/catalogue.ts'
import { grade } from '../src/lesson/grade.ts'
import { typedBefore, type Command, type Lesson } from '../src/lesson/lesson.ts'
import { lessonWords, missingWords, type LessonWords, type Titled } from '../src/lesson/words.ts'

const LANGUAGES = ['en', 'zh']
const ids = readdirSync('lessons', { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : []))

const words = (id: string, language: string): LessonWords =>
  lessonWords(parsePage(readFileSync(join('lessons', id, `${language}.md`), 'utf8')))
const load = async (id: string): Promise<Lesson> =>
  ((await import(`../lessons/${id}/lesson.ts`)) as { default: Lesson }).default

/** A lab, as the page has one. */
function bench() {
  const session = new Session()
  let id = 0
  const ask = (request: Request): Promise<Answer> => Promise.resolve(session.answer({ id: id++, request }))
  const snapshot = async (request: Request): Promise<Snapshot> => {
    const answer = await ask(request)
    if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
    return answer.update.snapshot
  }
  return {
    ask,
    open: (lesson: Lesson, commands: Command[]) =>
      snapshot({ type: 'open', lab: lesson.lab, seed: lesson.seed, commands }),
    /** Types a line and lets everything come to rest. */
    async type({ on, line }: Command): Promise<void> {
      let s = await snapshot({ type: 'exec', host: on, line })
      for (let i = 0; i < 1000 && !s.quiet; i++)
        s = await snapshot({ type: 'advance', by: { kind: 'quiet', us: 300e6 } })
      expect(s.quiet, `${on}# ${line} comes to an end`).toBe(true)
    },
    look: async (lesson: Lesson, at: number) => {
      const goal = lesson.steps[at].goal
      return goal === undefined ? null : grade(ask, goal.check)
    },
  }
}

/** Commands that the words offer to type, as `host# line`. */
function offered(blocks: readonly Block[]): string[] {
  return blocks.flatMap((b) => {
    if (b.type === 'quote') return offered(b.blocks)
    if (b.type === 'list') return b.items.flatMap((item) => offered(item.blocks))
    const host = b.type === 'code' ? /^console on (\S+)$/.exec(b.lang ?? '')?.[1] : undefined
    return b.type === 'code' && host !== undefined ? b.code.split('\n').map((line) => `${host}# ${line}`) : []
  })
}

/** All parts of a lesson's words in their order. */
function parts(w: LessonWords): Titled[] {
  return [
    w,
    ...Object.values(w.steps).flatMap((s) => [
      s,
      ...(s.predict === null ? [] : [s.predict, ...Object.values(s.predict.options)]),
      ...(s.goal === null ? [] : [s.goal]),
      ...s.hints,
      ...(s.done === null ? [] : [s.done]),
    ]),
  ]
}

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

  test.each(LANGUAGES)('has every word it needs in %s, and no other', async (language) => {
    expect(missingWords(await load(id), words(id, language))).toEqual([])
  })

  test('says the same in every language: as many parts, the same commands', () => {
    const [first, ...others] = LANGUAGES.map((language) => words(id, language))
    for (const other of others) {
      expect(Object.keys(other.steps)).toEqual(Object.keys(first.steps))
      expect(parts(other).length).toBe(parts(first).length)
      expect(parts(other).flatMap((p) => offered(p.body))).toEqual(
        parts(first).flatMap((p) => offered(p.body)),
      )
    }
  })

  test('names only hosts that its lab has', async () => {
    const lesson = await load(id)
    const { hosts } = await bench().open(lesson, [])
    const names = hosts.map((h) => h.name)
    const said = parts(words(id, 'en')).flatMap((p) => offered(p.body).map((line) => line.split('#')[0]))
    const used = lesson.steps.flatMap((s) => [
      ...(s.show === undefined ? [] : [s.show]),
      ...(s.goal === undefined ? [] : [s.goal.check.on, ...s.goal.solution.map((c) => c.on)]),
    ])
    expect([...said, ...used].filter((name) => !names.includes(name))).toEqual([])
  })

  test('is passed step by step: no goal is reached before its solution, each one after it', async () => {
    const lesson = await load(id)
    const b = bench()
    await b.open(lesson, lesson.setup)
    for (const [at, step] of lesson.steps.entries()) {
      if (step.goal === undefined) continue
      expect(await b.look(lesson, at), `${step.id} before`).toMatchObject({ passed: false })
      for (const command of step.goal.solution) await b.type(command)
      expect(await b.look(lesson, at), `${step.id} after`).toMatchObject({ passed: true })
    }
  })

  test('can be entered at any step: the steps before it are done, its own goal is not', async () => {
    const lesson = await load(id)
    for (const [at, step] of lesson.steps.entries()) {
      const b = bench()
      await b.open(lesson, typedBefore(lesson, at))
      for (let done = 0; done < at; done++) {
        const earlier = await b.look(lesson, done)
        if (earlier !== null)
          expect(earlier, `${lesson.steps[done].id}, entered at ${step.id}`).toMatchObject({ passed: true })
      }
      if (step.goal !== undefined) expect(await b.look(lesson, at), step.id).toMatchObject({ passed: false })
    }
  })

  test('what its words offer to type runs without a word of complaint', async () => {
    const lesson = await load(id)
    const w = words(id, 'en')
    for (const [at, step] of lesson.steps.entries()) {
      const lines = parts({ title: [], body: [], steps: { [step.id]: w.steps[step.id] } }).flatMap((p) =>
        offered(p.body),
      )
      const b = bench()
      await b.open(lesson, typedBefore(lesson, at))
      for (const one of lines) {
        const [host, line] = [one.slice(0, one.indexOf('#')), one.slice(one.indexOf('#') + 2)]
        // A program that does not come back is part of the story in some steps: it is only started.
        const answer = await b.ask({ type: 'exec', host, line })
        const said =
          answer.type === 'update' ? answer.update.output.filter((c) => c.stream === 'stderr') : [answer]
        expect(said.filter((c) => /not found|usage|invalid/i.test(JSON.stringify(c)))).toEqual([])
      }
    }
  })
})
