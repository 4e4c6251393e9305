/** A lesson from its first step to its last, as a learner does it who has a keyboard only, a mouse only, or a phone. */
import type { Page } from 'playwright-core'
import { Session } from '../../../src/lab/session.ts'
import '../../../src/lab/labs/more.ts'
import type { Request } from '../../../src/lab/protocol.ts'
import { valueOf } from '../../../src/lesson/grade.ts'
import type { Command, Lesson, Step } from '../../../src/lesson/lesson.ts'
import '../../../src/userspace/index.ts'
import { Learner } from './learner.ts'

/** Lab time in which everything comes to rest, microseconds. */
const REST = 300e6
const RESTS = 100

/** The same lab beside the page: what is to be found there is known here. */
class Twin {
  private readonly session = new Session()
  private readonly ask = (request: Request) => Promise.resolve(this.session.answer({ id: 0, request }))

  async open({ lab, seed, period, setup }: Lesson): Promise<void> {
    await this.ask({ type: 'open', lab, seed, period, commands: setup })
  }

  async type({ on, line }: Command): Promise<void> {
    let answer = await this.ask({ type: 'exec', host: on, line })
    for (let i = 0; i < RESTS && answer.type === 'update' && !answer.update.snapshot.quiet; i++)
      answer = await this.ask({ type: 'advance', by: { kind: 'quiet', us: REST } })
  }

  value(command: Command): Promise<string> {
    return valueOf(this.ask, command)
  }
}

/** Returns how many keys, or taps and letters, it took. */
export async function walk(page: Page, lesson: Lesson, learner = new Learner(page)): Promise<number> {
  const twin = new Twin()
  await twin.open(lesson)
  for (const [at, step] of lesson.steps.entries()) {
    try {
      await walkStep(learner, twin, step, at)
    } catch (error) {
      throw new Error(`${lesson.id}, step ${step.id}: ${String(error)}`, { cause: error })
    }
  }
  const { done, steps } = await page.evaluate(() => ({
    done: document.querySelectorAll('.steps .done').length,
    steps: document.querySelectorAll('.steps button').length,
  }))
  if (done !== lesson.steps.length || steps !== lesson.steps.length)
    throw new Error(`${lesson.id}: ${done} of ${lesson.steps.length} steps are marked as done`)
  return learner.keys
}

async function walkStep(learner: Learner, twin: Twin, step: Step, at: number): Promise<void> {
  const { page } = learner
  await page.locator(`.steps button:nth-child(${at + 1})[aria-current=step]`).waitFor()
  await learner.rest()
  for (const command of step.run) await twin.type(command)

  // Every option is tried until the right one is: whoever reads the replies does that.
  if (step.predict !== undefined) {
    const options = page.locator('.options .option')
    for (let i = 0; i < step.predict.options.length; i++) {
      await learner.pressOn(options.nth(i))
      const tried = page.locator('.options .option').nth(i)
      await tried.locator('.unseen').waitFor()
      await page.locator('.predict .reply .text').waitFor()
      if ((await tried.getAttribute('class'))?.includes('right') === true) break
    }
    await page.locator('.options .right').waitFor()
  }

  if (step.goal !== undefined) {
    await page.locator('.goal').waitFor()
    await learner.solve(step.goal.solution)
    for (const command of step.goal.solution) await twin.type(command)
    await page.locator('.goal .tick.ok').waitFor()
  }

  if (step.find !== undefined) {
    if (!(await learner.answer(await twin.value(step.find)))) {
      // The page's lab has lived longer than its twin: ask it.
      await learner.command(step.find.on, step.find.line)
      await learner.rest()
      const text = await learner.lastLine()
      if (!(await learner.answer(text))) throw new Error(`“${text}” is not what was to be found`)
    }
  }

  await page.locator(`.steps button:nth-child(${at + 1}).done`).waitFor()
  await learner.leave()
  const main = page.locator('.nav .btn.main')
  if (await page.locator(`.steps button:nth-child(${at + 2})`).count()) await learner.pressOn(main)
  else await learner.to(main)
}
