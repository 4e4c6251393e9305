/** What is wrong with a lesson, in the words and with the place that help whoever writes it. */
import { LAB_NAMES } from '../../src/lab/labs/index.ts'
import type { Lesson } from '../../src/lesson/lesson.ts'

export interface Place {
  line: number
  what: string
}

/** The number of the first line that has this, 1 where none does. */
export function lineOf(text: string, what: string): number {
  const at = what.trim() === '' ? -1 : text.split('\n').findIndex((line) => line.includes(what.trim()))
  return at < 0 ? 1 : at + 1
}

/** The line of a part, as missingWords names it: of its own heading, if there is one, else of its step's. */
export function partLine(text: string, what: string): number {
  const lines = text.split('\n')
  const find = (id: string | undefined, from: number): number =>
    id === undefined ? -1 : lines.findIndex((line, i) => i >= from && line.includes(`{#${id}}`))
  const step = Math.max(0, find(/in \{#([\w-]+)\}/.exec(what)?.[1], 0))
  const part = find(/^(?:text below #+ \{#|option |reply )([\w-]+)/.exec(what)?.[1], step)
  return Math.max(step, part) + 1
}

/** What can be seen in a file of words without knowing the lesson: headings that name nothing, a block that does not end. */
export function formErrors(text: string): Place[] {
  const found: Place[] = []
  let open: Place | null = null
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.trimEnd()
    if (/^ {0,3}```/.test(line)) {
      open =
        open === null
          ? {
              line: i + 1,
              what: 'the block that begins here does not end: below it a line of ``` is missing',
            }
          : null
    } else if (open === null && /^#{2,4} /.test(line) && !/\{#[a-z0-9][a-z0-9-]*\}$/.test(line))
      found.push({
        line: i + 1,
        what: 'this heading has no name: at its end stands {#NAME}, the same in every language',
      })
  }
  return open === null ? found : [...found, open]
}

/** What keeps lesson.ts from being read: its syntax, or the schema, whose path leads to a step by its number. */
export function dataError(data: string, error: unknown): Place {
  const { issues, message } = error as {
    message?: string
    issues?: { message: string; path?: { key: unknown }[] }[]
  }
  const [issue] = issues ?? []
  if (issue === undefined) return syntaxError(message ?? String(error))
  const path = issue.path?.map(({ key }) => key) ?? []
  const at = path[0] === 'steps' && typeof path[1] === 'number' ? path[1] : null
  const steps = [...data.matchAll(/^\s{6}id:|^\s{4}\{\s*id:/gm)]
  const from = at === null ? 0 : (steps[at]?.index ?? 0)
  const named = path.findLast((key) => typeof key === 'string' && data.slice(from).includes(`${key}:`))
  const index = typeof named === 'string' ? data.indexOf(`${named}:`, from) : from
  const [, unknown] = /^Invalid key: Expected never but received "(.*)"$/.exec(issue.message) ?? []
  const what = unknown === undefined ? issue.message : 'there is nothing of this name here'
  return { line: data.slice(0, index).split('\n').length, what: `${path.join('.')}: ${what}` }
}

/** Out of what the compiler prints, with a picture of the place and in colours. */
function syntaxError(printed: string): Place {
  // eslint-disable-next-line no-control-regex -- the escape sequences of a terminal begin so
  const text = printed.replaceAll(/\u001b\[[\d;]*m/g, '')
  const [, line] = /lesson\.ts:(\d+):\d+/.exec(text) ?? []
  const [, what] = /\[PARSE_ERROR\] (.*)/.exec(text) ?? []
  return { line: line === undefined ? 1 : Number(line), what: what ?? text.split('\n')[0] }
}

/** The lab is none, null: it is one. */
export function labError(data: string, lab: string): Place | null {
  if (LAB_NAMES.includes(lab)) return null
  return { line: lineOf(data, 'lab:'), what: `there is no lab ${lab}. There are: ${LAB_NAMES.join(' ')}` }
}

/** A part that lesson.ts has and the words do not, or the other way round: as missingWords names it. */
export function partError(what: string, lesson: Lesson): string {
  const [, heading, of] = /^text below (#### \{#[\w-]+\}) in (\{#[\w-]+\})$/.exec(what) ?? []
  if (heading !== undefined) return `${heading.replace(' ', ' … ')} in ${of}: below it stands no reply`
  const [, extra, where] = /^(?:option|reply) ([\w-]+) in (\{#[\w-]+\})$/.exec(what) ?? []
  if (extra !== undefined) return `#### … {#${extra}} in ${where}: there is none of this name in lesson.ts`
  const [, part, name] = /^(?:### \{#(\w+)\}|text) in \{#([\w-]+)\}$/.exec(what) ?? []
  const step = lesson.steps.find(({ id }) => id === name)
  if (what === '# title') return 'the title is missing: the first line is # What the lesson is called'
  if (step === undefined) return `${what} is missing here, or in lesson.ts`
  if (part === undefined) return `the step ${name} says nothing`
  if (part === 'hint') return `a goal needs a hint: ### … {#hint} in {#${name}}`
  return step[part as 'predict' | 'find' | 'goal'] === undefined
    ? `### … {#${part}} in {#${name}}: in lesson.ts the step has no ${part}`
    : `in lesson.ts the step ${name} has a ${part}, and here is no heading ### … {#${part}}`
}
