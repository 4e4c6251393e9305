/**
 * For whoever writes lessons:
 *
 *     npm run lesson -- new NAME        makes lessons/NAME with a step to begin with
 *     npm run lesson -- check [NAME…]   says what is wrong, with file and line; without a name of every lesson
 *     npm run lesson -- preview NAME    serves the page and says where the lesson is; it follows the files as they change
 *
 * Exit status: 0 all is well, 1 something is wrong, 2 the command was.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer } from 'vite'
import { parsePage } from '../build/markdown.ts'
import '../src/lab/labs/more.ts'
import '../src/userspace/index.ts'
import {
  enter,
  linksProblems,
  play,
  sameEverywhere,
  strangers,
  strayMarks,
  type Problem,
} from '../src/lesson/check.ts'
import type { Lesson } from '../src/lesson/lesson.ts'
import { lessonWords, missingWords, type LessonWords } from '../src/lesson/words.ts'
import { dataError, formErrors, labError, lineOf, partError, partLine } from './lesson/say.ts'
import { template } from './lesson/template.ts'

const LANGUAGES = ['en', 'zh'] as const
const [command, ...names] = process.argv.slice(2)
const all = (): string[] =>
  readdirSync('lessons', { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : []))

switch (command) {
  case 'new':
    process.exitCode = make(names[0])
    break
  case 'check': {
    let wrong = 0
    for (const name of names.length > 0 ? names : all()) wrong += await check(name)
    process.exitCode = wrong > 0 ? 1 : 0
    break
  }
  case 'preview':
    process.exitCode = await preview(names[0])
    break
  default:
    console.error('npm run lesson -- new NAME | check [NAME…] | preview NAME')
    process.exitCode = 2
}

function make(name: string | undefined): number {
  if (name === undefined || !/^[a-z0-9][a-z0-9-]*$/.test(name)) {
    console.error('A lesson’s name has small letters, digits and hyphens: npm run lesson -- new 40-my-lesson')
    return 2
  }
  const folder = join('lessons', name)
  if (existsSync(folder)) {
    console.error(`${folder} is there already.`)
    return 2
  }
  mkdirSync(folder)
  for (const [file, text] of Object.entries(template(name))) writeFileSync(join(folder, file), text)
  console.log(`${folder}: lesson.ts, en.md, zh.md\nGo on with: npm run lesson -- preview ${name}`)
  return 0
}

/** How many things are wrong. Each is told as `file:line: what`. */
async function check(name: string): Promise<number> {
  const folder = join('lessons', name)
  const told: string[] = []
  const tell = (file: string, line: number, what: string): unknown =>
    told.push(`${join(folder, file)}:${line}: ${what}`)
  const data = readIf(join(folder, 'lesson.ts'))
  if (data === null) {
    console.error(`${folder}/lesson.ts: there is none`)
    return 1
  }

  let lesson: Lesson | null = null
  try {
    lesson = ((await import(join(process.cwd(), folder, 'lesson.ts'))) as { default: Lesson }).default
  } catch (error) {
    const { line, what } = dataError(data, error)
    tell('lesson.ts', line, what)
  }
  const words: Partial<Record<(typeof LANGUAGES)[number], LessonWords>> = {}
  for (const language of LANGUAGES) {
    const file = `${language}.md`
    const text = readIf(join(folder, file))
    if (text === null) tell(file, 1, 'there is none')
    else
      try {
        words[language] = lessonWords(parsePage(text))
      } catch (error) {
        const what = error instanceof Error ? error.message : String(error)
        const raw = what.slice(what.lastIndexOf(': ') + 2).split('\n')[0]
        tell(file, lineOf(text, raw), what)
      }
  }

  if (lesson !== null) {
    if (lesson.id !== name)
      tell('lesson.ts', lineOf(data, 'id:'), `its id is not ${name}, as its folder is called`)
    for (const language of LANGUAGES) {
      const its = words[language]
      const text = readIf(join(folder, `${language}.md`)) ?? ''
      if (its === undefined) continue
      const form = formErrors(text)
      for (const { line, what } of form) tell(`${language}.md`, line, what)
      // What lacks a name or an end is missing, too: it is told once.
      for (const what of form.length > 0 ? [] : missingWords(lesson, its))
        tell(`${language}.md`, partLine(text, what), partError(what, lesson))
      for (const { step, what } of [...linksProblems(its, glossary(language)), ...strayMarks(its)])
        tell(`${language}.md`, lineOf(text, `{#${step ?? ''}}`), what)
    }
    const { en, zh } = words
    // As long as parts are missing, the two differ anyhow.
    if (en !== undefined && zh !== undefined && !told.some((one) => one.includes('.md:')))
      for (const { step, what } of sameEverywhere(en, zh))
        tell('zh.md', lineOf(readIf(join(folder, 'zh.md')) ?? '', `{#${step ?? ''}}`), what)
    const noLab = labError(data, lesson.lab)
    if (noLab !== null) tell('lesson.ts', noLab.line, noLab.what)
    // The words of the other language may come later: it is played as soon as one of them is right.
    else if (en !== undefined && !told.some((one) => !one.includes('zh.md'))) {
      const text = readIf(join(folder, 'en.md')) ?? ''
      const unknown = await strangers(lesson, en)
      const inLab: Problem[] =
        unknown.length > 0 ? unknown : [...(await play(lesson, en)), ...(await enter(lesson))]
      for (const { step, what } of inLab) {
        // What only the words say stands there.
        const [, said] = /`(=.*)`$/.exec(what) ?? []
        const [, host] = / has no host (\S+)\./.exec(what) ?? []
        const inWords =
          said ??
          (host === undefined || data.includes(`'${host}'`)
            ? undefined
            : text.includes(`console on ${host}\n`)
              ? `console on ${host}`
              : `=${host}#`)
        if (inWords !== undefined) tell('en.md', lineOf(text, inWords), what)
        else tell('lesson.ts', lineOf(data, host === undefined ? `'${step ?? ''}'` : `'${host}'`), what)
      }
    }
  }
  for (const line of told) console.log(line)
  console.log(told.length === 0 ? `${folder}: all is well` : `${folder}: ${told.length} to mend`)
  return told.length
}

/** Serves the page until it is ended; the address that it prints leads to the lesson. */
async function preview(name: string | undefined): Promise<number> {
  if (name === undefined || !existsSync(join('lessons', name, 'lesson.ts'))) {
    console.error(`There is no lesson ${name ?? ''}. There are: ${all().join(' ')}`)
    return 2
  }
  const server = await createServer({ server: { open: `/#lesson=${name}` } })
  await server.listen()
  for (const address of server.resolvedUrls?.local ?? []) console.log(`${address}#lesson=${name}`)
  console.log('It follows the files as they change. Ctrl-C ends it.')
  return 0
}

function glossary(language: string): string[] {
  return parsePage(readFileSync(`lessons/glossary.${language}.md`, 'utf8')).flatMap((b) =>
    b.type === 'heading' && b.depth === 2 && b.id !== undefined ? [b.id] : [],
  )
}

function readIf(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}
