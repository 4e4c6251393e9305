/**
 * A lesson as it is when somebody has done it: what the lab says at each step, which answers are right, and a packet on
 * whose road the step can be seen.
 */
import type { TraceEvent } from '../../src/kernel/trace.ts'
import '../../src/lab/labs/more.ts'
import type { Answer, Request } from '../../src/lab/protocol.ts'
import { Session } from '../../src/lab/session.ts'
import { valuesOf, partsOf } from '../../src/lesson/check.ts'
import { truthOf, valueOf } from '../../src/lesson/grade.ts'
import type { Command, Lesson } from '../../src/lesson/lesson.ts'
import { NO_WORDS, type LessonWords } from '../../src/lesson/words.ts'
import { journeyOf, type Journey } from '../../src/ui/views/journey.ts'
import '../../src/userspace/index.ts'

export interface PlayedStep {
  /** What lines print: before the goal is reached, and after it. */
  before: ReadonlyMap<string, string>
  after: ReadonlyMap<string, string>
  /** The id of the right option, '' where nothing is asked. */
  truth: string
  found: string
  journey: Journey | null
}

export const keyOf = (on: string, line: string): string => `${on}# ${line}`

/** Lab time in which everything comes to rest, microseconds, and how often it is waited for. */
const REST = 300e6
const RESTS = 1000
/** Pictures that a lesson has at most. */
const PICTURES = 4

/** What is asked of a lab in which a lesson only reads. */
const TRAFFIC: Readonly<Record<string, Command>> = {
  docker: { on: 'vm2', line: 'curl -s http://192.168.0.30:8080/' },
  gateway: { on: 'pc1', line: 'ping -c 1 192.168.0.1' },
}

export async function playLesson(lesson: Lesson, words: LessonWords): Promise<PlayedStep[]> {
  const session = new Session()
  const ask = (request: Request): Promise<Answer> => Promise.resolve(session.answer({ id: 0, request }))
  const { lab, seed, period, setup } = lesson
  await ask({ type: 'open', lab, seed, period, commands: setup })

  const drawn = new Set<string>()
  const steps: PlayedStep[] = []
  for (const step of lesson.steps) {
    const events: TraceEvent[] = []
    const type = async ({ on, line }: Command): Promise<void> => {
      let answer = await ask({ type: 'exec', host: on, line })
      for (let i = 0; i < RESTS && answer.type === 'update'; i++) {
        events.push(...answer.update.trace)
        if (answer.update.snapshot.quiet) return
        answer = await ask({ type: 'advance', by: { kind: 'quiet', us: REST } })
      }
    }
    const read = async (): Promise<Map<string, string>> => {
      const values = valuesOf(partsOf({ ...words, steps: { [step.id]: words.steps[step.id] ?? NO_WORDS } }))
      const said = new Map<string, string>()
      for (const value of values) said.set(keyOf(value.on, value.line), await valueOf(ask, value))
      return said
    }
    const truth = await truthOf(ask, step.predict?.answer)
    for (const command of step.run) await type(command)
    const before = await read()
    for (const command of step.goal?.solution ?? []) await type(command)
    const after = await read()
    const found = step.find === undefined ? '' : await valueOf(ask, step.find)
    steps.push({ before, after, truth, found, journey: chosen(events, drawn) })
  }
  if (steps.every((s) => s.journey === null)) steps[0] = { ...steps[0], journey: await fallback(ask, lab) }
  return steps
}

async function fallback(ask: (request: Request) => Promise<Answer>, lab: string): Promise<Journey | null> {
  const command = TRAFFIC[lab] as Command | undefined
  if (command === undefined) return null
  const answer = await ask({ type: 'exec', host: command.on, line: command.line })
  const rest = await ask({ type: 'advance', by: { kind: 'quiet', us: REST } })
  const events = [answer, rest].flatMap((a) => (a.type === 'update' ? a.update.trace : []))
  return chosen(events, new Set())
}

/** The packet that shows most: one that dies, one that is rewritten, one that goes far. None that has been drawn already. */
function chosen(events: readonly TraceEvent[], drawn: Set<string>): Journey | null {
  if (drawn.size >= PICTURES) return null
  const own = new Map<number, TraceEvent[]>()
  for (const e of events) {
    const list = own.get(e.skb)
    if (list === undefined) own.set(e.skb, [e])
    else list.push(e)
  }
  let best: { journey: Journey; score: number; sign: string } | null = null
  for (const [serial, its] of own) {
    if (serial === 0 || !its.some((e) => e.type === 'make')) continue
    const journey = journeyOf(its, serial)
    const { score, sign } = judged(journey)
    if (score > (best?.score ?? 0) && !drawn.has(sign)) best = { journey, score, sign }
  }
  if (best === null) return null
  drawn.add(best.sign)
  return best.journey
}

function judged({ visits }: Journey): { score: number; sign: string } {
  const dropped = visits.some((v) => v.end === 'dropped')
  const rewritten = visits.some((v) => v.steps.some((s) => s.rewritten))
  const sign = visits
    .map(
      (v) =>
        `${v.host} ${v.end} ${v.steps
          .filter((s) => s.ran && s.rewritten)
          .map((s) => s.station)
          .join()}`,
    )
    .join('; ')
  return { score: visits.length + (dropped ? 4 : 0) + (rewritten ? 3 : 0), sign }
}
