/** A lesson that is being done: its machine, its words in the language of the page, and its lab. */
import { createActor, fromPromise, waitFor } from 'xstate'
import { judge, judgeFinding, truthOf, valueOf, type Verdict } from '../lesson/grade.ts'
import {
  isDone,
  lessonMachine,
  type Finding,
  type LessonContext,
  type StepRecord,
} from '../lesson/lesson.machine.ts'
import { typedBefore, type Command, type Lesson, type Step } from '../lesson/lesson.ts'
import { NO_WORDS, type LessonWords, type StepWords } from '../lesson/words.ts'
import type { Entry } from '../lesson/catalogue.ts'
import type { Answer, Request, Snapshot } from '../lab/protocol.ts'
import { tellDone } from './course-done.ts'
import { worthALook } from './course-look.ts'
import { progress } from './progress.svelte.ts'
import type { Workbench } from './workbench.svelte.ts'

/** Between two letters of a solution that is typed before the learner's eyes. */
const LETTER_MS = 24

export class Course {
  readonly id: string
  words = $state.raw<LessonWords>({ title: [], body: [], steps: {} })
  private context = $state.raw<LessonContext>({} as LessonContext)
  /** What the machine is doing: `step.grading` and so on. */
  doing = $state('')
  /** Goes up with whatever happens in the lab: what was read there may be different now. */
  beat = $state(0)
  private readonly bench: Workbench
  private readonly entry: Entry
  private readonly actor
  private last = ''
  private typedBefore = 0
  /** When it was opened, and when the step was: milliseconds of the page's clock. */
  private readonly opened = performance.now()
  private arrived = performance.now()

  /** Loads the lesson and opens its lab. `at` names the step to begin with. */
  static async open(bench: Workbench, entry: Entry, language: string, at: string | null): Promise<Course> {
    const { lesson, words } = await entry.load(language)
    return new Course(bench, entry, lesson, words, at)
  }

  private constructor(bench: Workbench, entry: Entry, lesson: Lesson, words: LessonWords, at: string | null) {
    this.bench = bench
    this.entry = entry
    this.id = entry.id
    this.words = words
    const index = Math.max(
      0,
      lesson.steps.findIndex((s) => s.id === at),
    )
    this.actor = createActor(
      lessonMachine.provide({
        actors: {
          open: fromPromise<void, { lesson: Lesson; at: number }>(({ input }) =>
            this.openLab(input.lesson, input.at),
          ),
          grade: fromPromise<Verdict, { goal: Step['goal'] }>(({ input }) => judge(this.ask, input.goal)),
          truth: fromPromise<string, { answer: Command | string | undefined }>(({ input }) =>
            truthOf(this.ask, input.answer),
          ),
          find: fromPromise<Finding, { find: Step['find']; text: string | null }>(({ input }) =>
            this.judgeFinding(input.find, input.text),
          ),
          show: fromPromise<void, { solution: readonly Command[] }>(({ input }) => this.type(input.solution)),
        },
      }),
      { input: { lesson, at: index } },
    )
    this.context = this.actor.getSnapshot().context
    this.actor.subscribe((s) => {
      const before = this.context
      this.context = s.context
      this.keep()
      this.doing = typeof s.value === 'string' ? s.value : Object.entries(s.value).flat().join('.')
      if (before.at === s.context.at) return
      // A fetch that only showed how it fails would go on trying, and do the next goal on its own. What a goal has
      // asked for runs on to its end.
      if (lesson.steps[before.at].goal === undefined) this.bench.terminals.stop('lesson')
      this.arrive()
    })
    this.actor.start()
  }

  get lesson(): Lesson {
    return this.context.lesson
  }
  get at(): number {
    return this.context.at
  }
  get step(): Step {
    return this.context.lesson.steps[this.context.at]
  }
  get record(): StepRecord {
    return this.context.records[this.context.at]
  }
  get done(): boolean {
    return isDone(this.step, this.record)
  }
  get stepWords(): StepWords {
    return this.words.steps[this.step.id] ?? NO_WORDS
  }
  get isLast(): boolean {
    return this.at === this.lesson.steps.length - 1
  }
  /** Whether a step is behind the learner, now or on an earlier day. */
  passed(index: number): boolean {
    return (
      this.isDoneNow(index) || (progress.now.done[this.id]?.includes(this.lesson.steps[index].id) ?? false)
    )
  }
  /** Done since the lesson was opened. */
  isDoneNow(index: number): boolean {
    return isDone(this.lesson.steps[index], this.context.records[index])
  }
  /** Commands that the learner has typed in this step. */
  get used(): number {
    return this.typed() - this.typedBefore
  }
  private typed(): number {
    let n = 0
    for (const chunks of Object.values(this.bench.lab.output))
      for (const { stream, by } of chunks) if (stream === 'prompt' && by === undefined) n++
    return n
  }

  /** Resolves when its lab is there. */
  async ready(): Promise<void> {
    await waitFor(this.actor, (s) => !s.matches('opening')).catch(() => undefined)
  }

  /** What a line prints on a copy of the lab as it is now. */
  readonly value = (command: Command): Promise<string> => valueOf(this.ask, command)

  private readonly ask = (request: Request): Promise<Answer> => this.bench.lab.client.ask(request)

  find(text: string): void {
    this.actor.send({ type: 'FIND', text })
  }
  predict(option: string): void {
    this.actor.send({ type: 'PREDICT', option })
  }
  hint(): void {
    this.actor.send({ type: 'HINT' })
  }
  show(): void {
    this.actor.send({ type: 'SHOW' })
  }
  next(): void {
    this.actor.send({ type: 'NEXT' })
  }
  back(): void {
    this.actor.send({ type: 'BACK' })
  }
  go(at: number): void {
    this.actor.send({ type: 'GOTO', at })
  }
  restart(): void {
    this.actor.send({ type: 'RESTART' })
  }

  async speak(language: string): Promise<void> {
    this.words = (await this.entry.load(language)).words
  }

  /** Call with every new snapshot: when a command has ended or the packets have come to rest, the goal is looked at. */
  notice(snapshot: Snapshot): void {
    const now = worthALook(snapshot)
    if (now === this.last) return
    this.last = now
    this.beat++
    this.actor.send({ type: 'LAB' })
  }

  close(): void {
    this.actor.stop()
  }

  /** What she has done may have left nothing to be found: then it is shown in the lab as it would be at the end of the step. */
  private async judgeFinding(find: Step['find'], text: string | null): Promise<Finding> {
    const finding = await judgeFinding(this.ask, find, text)
    if (text !== null || finding.right) return finding
    await this.openLab(this.lesson, this.at + 1)
    return judgeFinding(this.ask, find, null)
  }

  private async openLab(lesson: Lesson, at: number): Promise<void> {
    await this.bench.open(lesson.lab, lesson.seed, typedBefore(lesson, at), lesson.period)
    this.arrive()
  }

  private keep(): void {
    const { records } = this.context
    const ids = (which: (i: number) => boolean): string[] =>
      this.lesson.steps.flatMap(({ id }, i) => (which(i) ? [id] : []))
    const done = ids((i) => this.isDoneNow(i))
    progress.note(
      this.id,
      this.step.id,
      done,
      ids((i) => records[i].shown),
    )
    const now = performance.now()
    tellDone(this, { step: (now - this.arrived) / 1000, lesson: (now - this.opened) / 1000 })
  }

  private arrive(): void {
    this.arrived = performance.now()
    this.typedBefore = this.typed()
    const { show } = this.step
    if (show !== undefined) void this.bench.look(show)
    this.bench.arrived()
  }

  private async type(lines: readonly Command[]): Promise<void> {
    for (const { on, line } of lines)
      await this.bench.terminals.type(on, line, 'lesson', this.bench.still ? 0 : LETTER_MS)
  }
}
