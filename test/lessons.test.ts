/** Every lesson is done here, step by step, as a learner would who follows the solution. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parsePage } from '../build/markdown.ts'
import type { Block, Inline } from '../build/page.ts'
import type { Answer, Request, Snapshot } from '../src/lab/protocol.ts'
import { Session } from '../src/lab/session.ts'
import '../src/lab/labs/more.ts'
import '../src/userspace/index.ts'
import { catalogue } from '../src/lesson/catalogue.ts'
import { grade, judge, judgeFinding, truthOf, valueOf } from '../src/lesson/grade.ts'
import { typedBefore, type Command, type Lesson } from '../src/lesson/lesson.ts'
import { lessonWords, missingWords, type LessonWords, type Titled } from '../src/lesson/words.ts'
import { linkOf, MOMENTS } from '../src/ui/reading.ts'
import { STATIONS } from '../src/ui/views/stations.ts'

const LANGUAGES = ['en', 'zh']
const ids = readdirSync('lessons', { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : []))

const NOTHING = { title: [], body: [], predict: null, find: null, goal: null, hints: [], done: null }

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
      ...(s.find === null ? [] : [s.find, ...Object.values(s.find.replies)]),
      ...(s.goal === null ? [] : [s.goal, ...Object.values(s.goal.replies)]),
      ...s.hints,
      ...(s.done === null ? [] : [s.done]),
    ]),
  ]
}

/** All running text of blocks, with what is inside. */
function inlines(blocks: readonly Block[]): Inline[] {
  const inside = (text: readonly Inline[]): Inline[] =>
    text.flatMap((one) => [one, ...(typeof one !== 'string' && 'text' in one ? inside(one.text) : [])])
  return blocks.flatMap((b) => {
    if (b.type === 'quote') return inlines(b.blocks)
    if (b.type === 'list') return b.items.flatMap((item) => inlines(item.blocks))
    if (b.type === 'table') return inside([...b.head, ...b.rows.flat()].flat())
    return 'text' in b ? inside(b.text) : []
  })
}

/** Links of a lesson's words into the page. */
const links = (w: LessonWords) =>
  parts(w)
    .flatMap((p) => inlines(p.body))
    .flatMap((one) => (typeof one !== 'string' && one.type === 'link' ? (linkOf(one.href) ?? []) : []))

/** Values that the lab fills in. */
const values = (w: LessonWords) =>
  parts(w)
    .flatMap((p) => inlines(p.body))
    .flatMap((one) => (typeof one !== 'string' && one.type === 'value' ? [one] : []))

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

  test.each(LANGUAGES)('has every word it needs in %s, and no other', async (language) => {
    expect(missingWords(await load(id), words(id, language))).toEqual([])
  })

  test('says the same in every language: as many parts, the same commands', () => {
    const [first, ...others] = LANGUAGES.map((language) => words(id, language))
    for (const other of others) {
      expect(values(other)).toEqual(values(first))
      expect(links(other)).toEqual(links(first))
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
      ...s.run.map((c) => c.on),
      ...(typeof s.predict?.answer === 'object' ? [s.predict.answer.on] : []),
      ...(s.find === undefined ? [] : [s.find.on, ...s.find.wrong.map((c) => c.on)]),
      ...(s.goal === undefined ? [] : [s.goal.check.on, ...s.goal.solution.map((c) => c.on)]),
      ...(s.goal?.wrong.flatMap((w) => [w.on, ...w.by.map((c) => c.on)]) ?? []),
      ...values(words(id, 'en')).map((v) => v.on),
    ])
    expect([...said, ...used].filter((name) => !names.includes(name))).toEqual([])
  })

  test('is passed step by step: no goal is reached before its solution, each one after it', async () => {
    const lesson = await load(id)
    const b = bench()
    await b.open(lesson, lesson.setup)
    for (const [at, step] of lesson.steps.entries()) {
      for (const command of step.run) await b.type(command)
      if (step.goal === undefined) continue
      expect(await b.look(lesson, at), `${step.id} before`).toMatchObject({ passed: false })
      for (const command of step.goal.solution) await b.type(command)
      expect(await b.look(lesson, at), `${step.id} after`).toMatchObject({ passed: true })
    }
  })

  test('can be entered at any step: the step before it is done, its own goal is not', async () => {
    const lesson = await load(id)
    for (const [at, step] of lesson.steps.entries()) {
      const b = bench()
      await b.open(lesson, typedBefore(lesson, at))
      // What was done earlier a later step may have undone: it runs what its story asks for.
      const before = at > 0 ? await b.look(lesson, at - 1) : null
      if (before !== null)
        expect(before, `${lesson.steps[at - 1].id}, entered at ${step.id}`).toMatchObject({ passed: true })
      for (const command of step.run) await b.type(command)
      if (step.goal !== undefined) expect(await b.look(lesson, at), step.id).toMatchObject({ passed: false })
    }
  })

  test('the lab knows what will be, what is to be found, and each typical mistake', async () => {
    const lesson = await load(id)
    for (const [at, step] of lesson.steps.entries()) {
      const { predict, find, goal } = step
      if (typeof predict?.answer !== 'object' && find === undefined && (goal?.wrong.length ?? 0) === 0)
        continue
      const b = bench()
      const begin = () => b.open(lesson, typedBefore(lesson, at))
      await begin()
      if (predict !== undefined)
        expect(predict.options, step.id).toContain(await truthOf(b.ask, predict.answer))
      for (const command of step.run) await b.type(command)
      if (find !== undefined) {
        // A goal may have to be reached before it can be found.
        for (const command of goal?.solution ?? []) await b.type(command)
        const right = await valueOf(b.ask, find)
        expect(right, `${step.id}: something is found`).not.toBe('')
        expect(await judgeFinding(b.ask, find, right)).toMatchObject({ right: true })
        for (const wrong of find.wrong) {
          const said = await valueOf(b.ask, wrong)
          expect(await judgeFinding(b.ask, find, said), `${step.id}: ${wrong.id}`).toMatchObject({
            right: false,
            reply: wrong.id,
          })
        }
      }
      for (const wrong of goal?.wrong ?? []) {
        await begin()
        for (const command of [...step.run, ...wrong.by]) await b.type(command)
        expect(await judge(b.ask, goal), `${step.id}: ${wrong.id}`).toEqual({
          passed: false,
          wrong: wrong.id,
        })
      }
    }
  })

  test('what its words have the lab say, the lab says', async () => {
    const lesson = await load(id)
    const w = words(id, 'en')
    for (const [at, step] of lesson.steps.entries()) {
      const of = (one: Partial<LessonWords['steps'][string]>) =>
        values({ title: [], body: [], steps: { x: { ...NOTHING, ...one } } })
      const { done, ...before } = w.steps[step.id]
      const [early, late] = [of(before), of({ done })]
      if (early.length + late.length === 0) continue
      const b = bench()
      await b.open(lesson, typedBefore(lesson, at))
      for (const command of step.run) await b.type(command)
      for (const v of early) expect(await valueOf(b.ask, v), `${step.id}: ${v.on}# ${v.line}`).not.toBe('')
      if (late.length > 0) for (const command of step.goal?.solution ?? []) await b.type(command)
      for (const v of late) expect(await valueOf(b.ask, v), `${step.id}: ${v.on}# ${v.line}`).not.toBe('')
    }
  })

  test('its links lead somewhere', () => {
    for (const { kind, to } of links(words(id, 'en'))) {
      if (kind === 'glossary') expect(glossary('en')).toContain(to)
      else if (kind === 'go') expect(MOMENTS).toContain(to)
      else expect(STATIONS.map((s) => s.state)).toContain(to)
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
