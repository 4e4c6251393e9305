/**
 * Is a lesson right? Its words are held against its data, and it is done from beginning to end in a lab, as a learner would
 * who follows the solutions, and as one who makes each of the typical mistakes. What is wrong is told as a list; the page, the
 * tests and `npm run lesson -- check` read the same.
 */
import type { Block, Inline } from '../../build/page.ts'
import { nameOf, nodesOf } from '../kernel/compile.ts'
import { packetPath } from '../kernel/path.machine.ts'
import type { Answer, Request, Snapshot } from '../lab/protocol.ts'
import { Session } from '../lab/session.ts'
import { judge, judgeFinding, reached, truthOf, valueOf } from './grade.ts'
import { typedBefore, type Command, type Lesson, type Step } from './lesson.ts'
import { linkOf, MOMENTS } from './link.ts'
import { NO_WORDS, type LessonWords, type StepWords, type Titled } from './words.ts'

export interface Problem {
  /** The step it is about, null: the lesson as a whole. */
  step: string | null
  /** In the words of whoever writes lessons: English. */
  what: string
}

/** Lab time that a command of a lesson may take until all is at rest, microseconds, and how often it is waited for. */
const REST = 300e6
const RESTS = 1000

/** All parts of a lesson's words in their order. */
export function partsOf(w: LessonWords): Titled[] {
  return [w, ...Object.values(w.steps).flatMap(partsOfStep)]
}

function partsOfStep(s: StepWords): Titled[] {
  return [
    s,
    ...(s.predict === null ? [] : [s.predict, ...Object.values(s.predict.options)]),
    ...(s.find === null ? [] : [s.find, ...Object.values(s.find.replies)]),
    ...(s.goal === null ? [] : [s.goal, ...Object.values(s.goal.replies)]),
    ...s.hints,
    ...(s.done === null ? [] : [s.done]),
  ]
}

/** Commands that the words offer to type. */
export function offeredBy(parts: readonly Titled[]): Command[] {
  const offered = (blocks: readonly Block[]): Command[] =>
    blocks.flatMap((b) => {
      if (b.type === 'quote') return offered(b.blocks)
      if (b.type === 'list') return b.items.flatMap((item) => offered(item.blocks))
      const on = b.type === 'code' ? /^console on (\S+)$/.exec(b.lang ?? '')?.[1] : undefined
      return b.type === 'code' && on !== undefined ? b.code.split('\n').map((line) => ({ on, line })) : []
    })
  return parts.flatMap((part) => offered(part.body))
}

/** All running text of the parts, with what is inside of it. */
export function inlinesOf(parts: readonly Titled[]): Inline[] {
  const inside = (text: readonly Inline[]): Inline[] =>
    text.flatMap((one) => [one, ...(typeof one !== 'string' && 'text' in one ? inside(one.text) : [])])
  const of = (blocks: readonly Block[]): Inline[] =>
    blocks.flatMap((b) => {
      if (b.type === 'quote') return of(b.blocks)
      if (b.type === 'list') return b.items.flatMap((item) => of(item.blocks))
      if (b.type === 'table') return inside([...b.head, ...b.rows.flat()].flat())
      return 'text' in b ? inside(b.text) : []
    })
  return parts.flatMap((part) => of(part.body))
}

/** Values that the lab fills in. */
export function valuesOf(parts: readonly Titled[]): Command[] {
  return inlinesOf(parts).flatMap((one) =>
    typeof one !== 'string' && one.type === 'value' ? [{ on: one.on, line: one.line }] : [],
  )
}

/** A lab, as the page has one. */
class Bench {
  private readonly session = new Session()
  private id = 0
  private run = 0
  readonly ask = (request: Request): Promise<Answer> =>
    Promise.resolve(this.session.answer({ id: this.id++, request }))

  async snapshot(request: Request): Promise<Snapshot> {
    const answer = await this.ask(request)
    if (answer.type === 'update') return answer.update.snapshot
    throw new Error(answer.type === 'failed' ? `${answer.code}: ${answer.detail}` : answer.type)
  }

  async open({ lab, seed, period }: Lesson, commands: Command[]): Promise<Snapshot> {
    const snapshot = await this.snapshot({ type: 'open', lab, seed, period, commands })
    this.run = snapshot.run
    return snapshot
  }

  /** Types a line and lets everything come to rest. False: it does not. */
  async type({ on, line }: Command): Promise<boolean> {
    let s = await this.snapshot({ type: 'exec', host: on, line })
    for (let i = 0; i < RESTS && !s.quiet; i++)
      s = await this.snapshot({ type: 'advance', by: { kind: 'quiet', us: REST } })
    return s.quiet
  }

  /** Does it, and goes on as if it had not been done: in a copy that was made before. (Of many runs the oldest is forgotten.) */
  async aside(what: () => Promise<void>): Promise<void> {
    const copy = (await this.snapshot({ type: 'fork' })).run
    await this.snapshot({ type: 'switch', run: this.run })
    await what()
    this.run = (await this.snapshot({ type: 'switch', run: copy })).run
  }
}

const said = ({ on, line }: Command): string => `${on}# ${line}`

/** Hosts that the data or the words name and the lab does not have. */
export async function strangers(lesson: Lesson, words: LessonWords): Promise<Problem[]> {
  const { hosts } = await new Bench().open(lesson, [])
  const names = new Set(hosts.map((h) => h.name))
  return lesson.steps.flatMap((step) => {
    const of = partsOfStep(words.steps[step.id] ?? NO_WORDS)
    const used = [
      ...(step.show === undefined ? [] : [step.show]),
      ...[...commandsOf(step), ...offeredBy(of), ...valuesOf(of)].map((c) => c.on),
    ]
    return [...new Set(used)]
      .filter((name) => !names.has(name))
      .map((name) => ({
        step: step.id,
        what: `the lab ${lesson.lab} has no host ${name}. It has: ${[...names].join(' ')}`,
      }))
  })
}

function commandsOf({ run, predict, find, goal }: Step): Command[] {
  return [
    ...run,
    ...(typeof predict?.answer === 'object' ? [predict.answer] : []),
    ...(find === undefined ? [] : [find, ...find.wrong]),
    ...(goal === undefined ? [] : [goal.check, ...goal.also, ...goal.solution]),
    ...(goal?.wrong.flatMap((w) => [w, ...w.by]) ?? []),
  ]
}

/** Does the lesson from beginning to end. */
export async function play(lesson: Lesson, words: LessonWords): Promise<Problem[]> {
  const problems: Problem[] = []
  const bench = new Bench()
  await bench.open(lesson, lesson.setup)
  for (const step of lesson.steps) await playStep(bench, step, words.steps[step.id] ?? NO_WORDS, problems)
  return problems
}

async function playStep(bench: Bench, step: Step, words: StepWords, problems: Problem[]): Promise<void> {
  const { ask } = bench
  const { predict, find, goal } = step
  const wrong = (what: string): unknown => problems.push({ step: step.id, what })
  const type = async (command: Command): Promise<void> => {
    if (!(await bench.type(command))) wrong(`does not come to an end: ${said(command)}`)
  }
  const say = async (values: Command[]): Promise<void> => {
    for (const value of values)
      if ((await valueOf(ask, value)) === '') wrong(`the lab says nothing: \`=${said(value)}\``)
  }

  if (predict !== undefined) {
    const truth = await truthOf(ask, predict.answer)
    if (!predict.options.includes(truth)) wrong(`the right answer is no option: “${truth}”`)
  }
  for (const command of step.run) await type(command)
  const { done, ...before } = words
  await say(valuesOf(partsOfStep({ ...before, done: null })))

  if (goal !== undefined) {
    if ((await reached(ask, goal)).passed) wrong('the goal is reached before anything was done')
    for (const one of goal.wrong)
      await bench.aside(async () => {
        for (const command of one.by) await type(command)
        const verdict = await judge(ask, goal)
        if (verdict.passed) wrong(`the goal is reached by what is to be wrong: ${one.id}`)
        else if (verdict.wrong !== one.id)
          wrong(`what leads to the reply ${one.id} leads to ${verdict.wrong ?? 'none'}`)
      })
    for (const command of goal.solution) await type(command)
    const { passed, said: printed } = await reached(ask, goal)
    if (!passed)
      wrong(
        `the goal is not reached by its solution: ${printed === '' ? 'the check prints nothing, and its status is not 0' : printed}`,
      )
  }
  if (find !== undefined) {
    const right = await valueOf(ask, find)
    if (right === '') wrong('nothing is found')
    for (const one of find.wrong) {
      const { right: isRight, reply } = await judgeFinding(ask, find, await valueOf(ask, one))
      if (isRight || reply !== one.id) wrong(`what is to be a wrong finding is not: ${one.id}`)
    }
  }
  if (done !== null) await say(valuesOf([done]))
}

/**
 * Enters each step from outside: what the step before it asks for has been done, its own goal is not reached yet. (What was done
 * earlier may have been undone by a later step.)
 */
export async function enter(lesson: Lesson): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const [at, { id, run, goal }] of lesson.steps.entries()) {
    const bench = new Bench()
    await bench.open(lesson, typedBefore(lesson, at))
    const before = lesson.steps[at - 1] as Step | undefined
    if (before?.goal && !(await reached(bench.ask, before.goal)).passed)
      problems.push({ step: id, what: `entered here, the goal of ${before.id} is not reached` })
    for (const command of run) await bench.type(command)
    if (goal !== undefined && (await reached(bench.ask, goal)).passed)
      problems.push({ step: id, what: 'entered here, its goal is reached already' })
  }
  return problems
}

/** What two languages do not say alike: parts, commands that are offered, values, links. */
export function sameEverywhere(first: LessonWords, other: LessonWords): Problem[] {
  const problems: Problem[] = []
  const ids = (w: LessonWords): string => Object.keys(w.steps).join(' ')
  if (ids(first) !== ids(other))
    problems.push({ step: null, what: `other steps: ${ids(other)} for ${ids(first)}` })
  for (const [id, step] of Object.entries(first.steps)) {
    const theirs = other.steps[id] as StepWords | undefined
    if (theirs === undefined) continue
    const [a, b] = [partsOfStep(step), partsOfStep(theirs)]
    if (a.length !== b.length)
      problems.push({ step: id, what: `${b.length} headings for ${a.length} in the other language` })
    for (const [what, of] of [
      ['commands', (parts: Titled[]) => offeredBy(parts).map(said)],
      ['values', (parts: Titled[]) => valuesOf(parts).map(said)],
      ['links', (parts: Titled[]) => linksOf(parts)],
    ] as const)
      if (of(a).sort().join('\n') !== of(b).sort().join('\n'))
        problems.push({ step: id, what: `other ${what}: ${of(b).join(', ')} for ${of(a).join(', ')}` })
  }
  return problems
}

/** Links into the page, as they are written. */
function linksOf(parts: readonly Titled[]): string[] {
  return inlinesOf(parts).flatMap((one) =>
    typeof one !== 'string' && one.type === 'link' && one.href.startsWith('#') ? [one.href] : [],
  )
}

/**
 * Asterisks that mark nothing. Markdown takes them for marks only at the edges of words: between Chinese characters and
 * quotation marks they stay what they are.
 */
export function strayMarks(words: LessonWords): Problem[] {
  return Object.entries(words.steps).flatMap(([step, its]) =>
    partsOfStep(its)
      .flatMap((part) => [...part.title, ...inlinesOf([part])])
      .filter((one) => typeof one === 'string')
      .filter((text) => text.includes('*'))
      .map((text) => ({ step, what: `an asterisk that marks nothing: ${text}` })),
  )
}

/** Links into the page that lead nowhere. `terms`: what the glossary has. */
export function linksProblems(words: LessonWords, terms: readonly string[]): Problem[] {
  const stations = new Set([...nodesOf(packetPath.root)].map(nameOf))
  return Object.entries(words.steps).flatMap(([step, its]) =>
    linksOf(partsOfStep(its))
      .filter((href) => {
        const link = linkOf(href)
        if (link === null) return true
        if (link.kind === 'glossary') return !terms.includes(link.to)
        return link.kind === 'go' ? !MOMENTS.some((one) => one === link.to) : !stations.has(link.to)
      })
      .map((href) => ({ step, what: `the link leads nowhere: ${href}` })),
  )
}
