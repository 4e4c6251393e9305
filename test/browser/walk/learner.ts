/**
 * A learner without a mouse. What she does are key presses, as a person's; what she sees she reads in the page. She goes from
 * control to control by Tab, knows which way they lie, and types into terminals and fields.
 */
import type { Locator, Page } from 'playwright-core'
import type { Command } from '../../../src/lesson/lesson.ts'

/** Controls between the farthest two on the page, with some to spare. */
const STOPS = 250

export class Learner {
  readonly page: Page
  /** Keys pressed so far, letters that were typed among them. */
  keys = 0

  constructor(page: Page) {
    this.page = page
  }

  async press(key: string): Promise<void> {
    this.keys++
    await this.page.keyboard.press(key)
  }

  async type(text: string): Promise<void> {
    this.keys += text.length
    await this.page.keyboard.type(text)
  }

  /** By Tab, or Shift and Tab, to a control: she sees how many stops lie between, and looks again where she has got to. */
  async to(target: Locator): Promise<void> {
    await target.waitFor()
    let pressed = 0
    while (pressed < STOPS) {
      const away = await target.evaluate((el) => {
        const here = document.activeElement
        if (here === el) return 0
        const stops = [
          ...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, [tabindex]'),
        ].filter(
          (one) =>
            one.tabIndex >= 0 &&
            !one.matches(':disabled') &&
            one.checkVisibility({ visibilityProperty: true }),
        )
        const at = stops.indexOf(el as HTMLElement)
        // Where what has the focus is no stop itself, the next one after it counts as its place.
        const from = stops.findIndex(
          (one) =>
            one === here ||
            (here !== null && (here.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) > 0),
        )
        return at - (from < 0 ? stops.length : from) || 1
      })
      if (away === 0) return
      const key = away < 0 ? 'Shift+Tab' : 'Tab'
      for (let i = 0; i < Math.abs(away); i++) await this.press(key)
      pressed += Math.abs(away)
    }
    throw new Error(`Tab does not lead to ${String(target)}; it leads to ${await this.focused()}`)
  }

  /** What has the focus, for messages. */
  focused(): Promise<string> {
    return this.page.evaluate(() => {
      const el = document.activeElement
      return `${el?.tagName ?? 'nothing'} ${el?.getAttribute('aria-label') ?? el?.textContent ?? ''}`.slice(
        0,
        200,
      )
    })
  }

  async pressOn(target: Locator): Promise<void> {
    await this.to(target)
    await this.press('Enter')
  }

  /** Types a line into a host's terminal. */
  async command(host: string, line: string): Promise<void> {
    const { page } = this
    const tabs = page.locator('.terminal [role=tablist]')
    if ((await tabs.locator('[aria-selected=true]').getAttribute('id')) !== `term-tab-${host}`) {
      await this.to(tabs.locator('[aria-selected=true]'))
      const names = await tabs.locator('[role=tab]').evaluateAll((all) => all.map((one) => one.id))
      for (let i = 0; i < names.length; i++) {
        await this.press('ArrowRight')
        if ((await tabs.locator('[aria-selected=true]').getAttribute('id')) === `term-tab-${host}`) break
      }
    }
    await this.to(page.locator('#term-input'))
    const typed = page.locator('.terminal .typed')
    const before = await typed.count()
    await this.type(line)
    await this.press('Enter')
    await typed.nth(before).waitFor()
  }

  /** Does what a goal asks for. */
  async solve(solution: readonly Command[]): Promise<void> {
    for (const { on, line } of solution) {
      await this.command(on, line)
      await this.rest()
    }
  }

  /** Says what she has found; is it that? */
  async answer(text: string): Promise<boolean> {
    const { page } = this
    await this.to(page.locator('.find input'))
    await this.press('Control+a')
    await this.type(text)
    await this.press('Enter')
    await page.waitForFunction(
      (what) => document.querySelector('.find .reply > p')?.textContent.includes(what) === true,
      text,
    )
    return (await page.locator('.find .reply > p').getAttribute('class'))?.includes('right') === true
  }

  /** The step is done: what she does before she goes on. */
  leave(): Promise<void> {
    return Promise.resolve()
  }

  /** Until no program runs in any terminal's foreground. */
  async rest(timeout = 60_000): Promise<void> {
    await this.page.waitForFunction(() => document.querySelector('.terminal .running') === null, null, {
      timeout,
      polling: 50,
    })
  }

  /** The last line that a program has printed in the terminal that is shown. */
  async lastLine(): Promise<string> {
    const lines = await this.page
      .locator('.terminal .log > div')
      .evaluateAll((all) => all.map((one) => (one.classList.contains('typed') ? '' : one.textContent.trim())))
    return lines.join('\n').trim().split('\n').at(-1)?.trim() ?? ''
  }
}
