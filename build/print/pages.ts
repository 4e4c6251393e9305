/** The course on pages that need no JavaScript: a page a lesson and language, an index and the glossary. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { labs } from '../../src/lab/labs/index.ts'
import type { Lesson, Step } from '../../src/lesson/lesson.ts'
import {
  lessonWords,
  NO_WORDS,
  type LessonWords,
  type StepWords,
  type Titled,
} from '../../src/lesson/words.ts'
import { labs as labsEn } from '../../src/ui/text/en/labs.ts'
import { print as en } from '../../src/ui/text/en/print.ts'
import { labs as labsZh } from '../../src/ui/text/zh/labs.ts'
import { print as zh } from '../../src/ui/text/zh/print.ts'
import { headOf, parsePage, plain } from '../markdown.ts'
import { picture } from './picture.ts'
import { keyOf, playLesson, type PlayedStep } from './played.ts'
import { document, el, type Element, type Node } from './tree.ts'
import { blocks, inlines, type Reading } from './words.ts'

const TEXTS = { en, zh } as const
const LAB_NAMES = { en: labsEn.labs, zh: labsZh.labs } as const
type Language = keyof typeof TEXTS
type Texts = typeof en
const LANGUAGES: readonly Language[] = ['en', 'zh']
const OTHER: Readonly<Record<Language, Language>> = { en: 'zh', zh: 'en' }

interface Told {
  id: string
  lesson: Lesson
  words: Record<Language, LessonWords>
  about: Record<Language, { title: string; about: string }>
}

/** All pages by the names of their files, in the folder `lessons` of the built page. `folder`: where the lessons are. */
export async function makePages(folder: string): Promise<Map<string, string>> {
  const course: Told[] = []
  const ids = readdirSync(folder, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : []))
  for (const id of ids.sort()) {
    const file = pathToFileURL(join(folder, id, 'lesson.ts')).href
    const { default: lesson } = (await import(file)) as { default: Lesson }
    const pages = Object.fromEntries(
      LANGUAGES.map((l) => [l, parsePage(readFileSync(join(folder, id, `${l}.md`), 'utf8'))]),
    ) as Record<Language, ReturnType<typeof parsePage>>
    course.push({
      id,
      lesson,
      words: { en: lessonWords(pages.en), zh: lessonWords(pages.zh) },
      about: { en: headOf(pages.en), zh: headOf(pages.zh) },
    })
  }

  const files = new Map<string, string>()
  for (const [at, told] of course.entries()) {
    const played = await playLesson(told.lesson, told.words.en)
    for (const l of LANGUAGES) files.set(`${told.id}.${l}.html`, lessonPage(course, at, played, l))
  }
  for (const l of LANGUAGES) {
    files.set(`index.${l}.html`, indexPage(course, l))
    files.set(`glossary.${l}.html`, glossaryPage(readFileSync(join(folder, `glossary.${l}.md`), 'utf8'), l))
  }
  return files
}

function page(l: Language, name: string, title: string, ...body: Node[]): string {
  return document(
    el(
      'html',
      { lang: l },
      el(
        'head',
        {},
        el('meta', { charset: 'utf-8' }),
        el('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
        el('meta', {
          'http-equiv': 'Content-Security-Policy',
          content: "default-src 'none'; style-src 'self'; img-src 'self'",
        }),
        el('link', { rel: 'stylesheet', href: 'print.css' }),
        el('link', { rel: 'icon', href: '../favicon.svg', type: 'image/svg+xml' }),
        el('link', { rel: 'alternate', hreflang: OTHER[l], href: `${name}.${OTHER[l]}.html` }),
        el('title', {}, `${title} · Netfilter Lab`),
      ),
      el('body', {}, ...body),
    ),
  )
}

const top = (l: Language, name: string, ...links: Node[]): Element =>
  el(
    'nav',
    { class: 'top' },
    el('a', { href: `index.${l}.html` }, TEXTS[l].all),
    el('a', { href: `glossary.${l}.html` }, TEXTS[l].glossary),
    ...links,
    el('a', { href: `${name}.${OTHER[l]}.html`, lang: OTHER[l] }, TEXTS[l].other),
  )

function lessonPage(course: readonly Told[], at: number, played: readonly PlayedStep[], l: Language): string {
  const t = TEXTS[l]
  const { id, lesson, words, about } = course[at]
  const address = `../index.html#lesson=${id}&lang=${l}`
  const steps = lesson.steps.map((step, i) => ({
    step,
    i,
    has: words[l].steps[step.id] ?? NO_WORDS,
    was: played[i],
  }))
  const near = [
    [at - 1, t.before],
    [at + 1, t.next],
  ] as const
  const lab = (LAB_NAMES[l] as Record<string, { name: string } | undefined>)[lesson.lab]?.name ?? lesson.lab
  const hosts = labs[lesson.lab]?.hosts.map((h) => h.name).join(', ') ?? ''
  return page(
    l,
    id,
    about[l].title,
    top(l, id, el('a', { href: address }, t.interactive)),
    el(
      'main',
      {},
      el('p', { class: 'eyebrow' }, t.lesson({ n: at + 1, of: course.length })),
      el('h1', {}, about[l].title),
      ...blocks(words[l].body, reading(l, undefined)),
      el('p', { class: 'soft' }, t.lab({ name: lab, hosts })),
      ...steps.flatMap(({ step, i, has, was }) => stepOf(step, i, has, was, l)),
      el(
        'section',
        { class: 'answers' },
        el('h2', {}, t.answers),
        ...steps.flatMap(({ step, i, has, was }) => answersOf(step, i, has, was, l)),
      ),
    ),
    el(
      'nav',
      { class: 'foot' },
      ...near.flatMap(([n, label]) => {
        const one = course[n] as Told | undefined
        return one === undefined
          ? []
          : [el('a', { href: `${one.id}.${l}.html` }, `${label}: ${one.about[l].title}`)]
      }),
    ),
  )
}

function reading(l: Language, said: ReadonlyMap<string, string> | undefined): Reading {
  return {
    value: (on, line) => said?.get(keyOf(on, line)) ?? '',
    glossary: `glossary.${l}.html`,
    on: (host) => TEXTS[l].on({ host }),
  }
}

const asked = (step: Step): boolean =>
  step.predict !== undefined || step.goal !== undefined || step.find !== undefined

function stepOf(step: Step, i: number, has: StepWords, was: PlayedStep, l: Language): Node[] {
  const t = TEXTS[l]
  const r = reading(l, was.before)
  const box = (kind: string, label: string, titled: Titled, ...more: Node[]): Element =>
    el(
      'div',
      { class: `box ${kind}` },
      el('p', { class: 'eyebrow' }, label),
      el('h3', {}, inlines(titled.title, r)),
      ...blocks(titled.body, r),
      ...more,
    )
  return [
    el(
      'section',
      { id: step.id, class: 'step' },
      el('p', { class: 'eyebrow' }, t.step({ n: i + 1 })),
      el('h2', {}, inlines(has.title, r)),
      ...blocks(has.body, r),
      ...(step.run.length === 0 ? [] : [el('p', { class: 'soft' }, t.typed), ...typed(step.run, t)]),
      ...(has.predict === null
        ? []
        : [
            box(
              'predict',
              t.predict,
              has.predict,
              el(
                'ul',
                { class: 'options' },
                (step.predict?.options ?? []).map((o) =>
                  el('li', {}, inlines(has.predict?.options[o]?.title ?? [], r)),
                ),
              ),
            ),
          ]),
      ...(has.goal === null ? [] : [box('goal', t.goal, has.goal)]),
      ...(has.find === null ? [] : [box('find', t.find, has.find)]),
      ...(tellsTooMuch(step, was) ? [] : drawnOf(was, t)),
      ...(asked(step) || tellsTooMuch(step, was)
        ? [el('p', { class: 'to-answer' }, el('a', { href: `#a-${step.id}` }, t.toAnswer))]
        : []),
    ),
  ]
}

/** What only the solution shows, and where a packet dies, is not given away above the answers. */
const tellsTooMuch = (step: Step, was: PlayedStep): boolean =>
  step.goal !== undefined || was.journey?.visits.some((v) => v.end === 'dropped') === true

function drawnOf(was: PlayedStep, t: Texts): Node[] {
  const drawn = was.journey === null ? null : picture(was.journey, t.picture)
  return drawn === null
    ? []
    : [el('figure', { class: 'picture' }, el('div', {}, drawn), el('figcaption', {}, t.picture.caption))]
}

/** Commands, in the order in which they are typed. */
function typed(commands: Step['run'], t: Texts): Node[] {
  const groups: { on: string; lines: string[] }[] = []
  for (const { on, line } of commands) {
    const last = groups.at(-1)
    if (last?.on === on) last.lines.push(line)
    else groups.push({ on, lines: [line] })
  }
  return groups.map(({ on, lines }) =>
    el(
      'figure',
      { class: 'code' },
      el('figcaption', {}, t.on({ host: on })),
      el('pre', {}, el('code', {}, lines.join('\n'))),
    ),
  )
}

function answersOf(step: Step, i: number, has: StepWords, was: PlayedStep, l: Language): Node[] {
  if (!asked(step) && !tellsTooMuch(step, was)) return []
  const t = TEXTS[l]
  const [before, after] = [reading(l, was.before), reading(l, was.after)]
  const replies = (of: Record<string, Titled>, r: Reading): Node[] =>
    Object.values(of).map((one) =>
      el('div', { class: 'reply' }, el('h5', {}, inlines(one.title, r)), ...blocks(one.body, r)),
    )
  return [
    el(
      'section',
      { id: `a-${step.id}`, class: 'answer' },
      el('h3', {}, el('a', { href: `#${step.id}`, title: t.toStep }, `${i + 1}. ${plain(has.title)}`)),
      ...(step.predict?.options ?? []).map((o) => {
        const one = has.predict?.options[o]
        return el(
          'div',
          { class: o === was.truth ? 'reply true' : 'reply' },
          el(
            'h5',
            {},
            o === was.truth ? '✓ ' : '✗ ',
            ...inlines(one?.title ?? [], before),
            ...(o === was.truth ? [` (${t.right})`] : []),
          ),
          ...blocks(one?.body ?? [], before),
        )
      }),
      ...has.hints.map((hint, n) =>
        el(
          'div',
          { class: 'reply' },
          el('h5', {}, `${t.hint} ${n + 1}: `, ...inlines(hint.title, before)),
          ...blocks(hint.body, before),
        ),
      ),
      ...(step.goal === undefined ? [] : [el('h4', {}, t.solution), ...typed(step.goal.solution, t)]),
      ...(step.find === undefined ? [] : [el('h4', {}, t.found), el('p', {}, el('output', {}, was.found))]),
      ...(tellsTooMuch(step, was) ? drawnOf(was, t) : []),
      ...(has.done === null ? [] : [el('h4', {}, t.after), ...blocks(has.done.body, after)]),
      ...(Object.keys({ ...has.goal?.replies, ...has.find?.replies }).length === 0
        ? []
        : [
            el('h4', {}, t.mistakes),
            ...replies(has.goal?.replies ?? {}, before),
            ...replies(has.find?.replies ?? {}, after),
          ]),
    ),
  ]
}

function indexPage(course: readonly Told[], l: Language): string {
  const t = TEXTS[l]
  return page(
    l,
    'index',
    t.course,
    top(l, 'index', el('a', { href: `../index.html#lang=${l}` }, t.interactive)),
    el(
      'main',
      {},
      el('h1', {}, t.course),
      el('p', {}, t.about),
      el(
        'ol',
        { class: 'course' },
        course.map(({ id, about }) =>
          el(
            'li',
            {},
            el('a', { href: `${id}.${l}.html` }, about[l].title),
            el('p', { class: 'soft' }, about[l].about),
          ),
        ),
      ),
    ),
  )
}

function glossaryPage(source: string, l: Language): string {
  const [title, ...rest] = parsePage(source)
  return page(
    l,
    'glossary',
    TEXTS[l].glossary,
    top(l, 'glossary'),
    el(
      'main',
      {},
      el('h1', {}, title.type === 'heading' ? plain(title.text) : TEXTS[l].glossary),
      ...blocks(rest, reading(l, undefined)),
    ),
  )
}
