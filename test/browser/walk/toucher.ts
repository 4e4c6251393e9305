/**
 * A learner with a phone: she taps. One part of the page is in front at a time, so she goes from the lesson to the terminal
 * and back; what she types she types on the phone's own keyboard.
 */
import type { Locator } from 'playwright-core'
import { Learner } from './learner.ts'

export class Toucher extends Learner {
  private async show(part: 'lesson' | 'terminal'): Promise<void> {
    const tab = this.page.locator(`#side-tab-${part}`)
    if ((await tab.getAttribute('aria-selected')) !== 'true') await this.tap(tab)
  }

  private async tap(target: Locator): Promise<void> {
    this.keys++
    await target.scrollIntoViewIfNeeded()
    await target.tap()
  }

  /** A field gets the phone's keyboard by being tapped; anything else is only brought into sight. */
  override async to(target: Locator): Promise<void> {
    await this.show('lesson')
    if (await target.evaluate((one) => one.matches('input, textarea'))) await this.tap(target)
    else await target.scrollIntoViewIfNeeded()
  }

  override async pressOn(target: Locator): Promise<void> {
    await this.show('lesson')
    await this.tap(target)
  }

  override async command(host: string, line: string): Promise<void> {
    await this.show('terminal')
    await this.tap(this.page.locator(`#term-tab-${host}`))
    await this.tap(this.page.locator('#term-input'))
    const typed = this.page.locator('.terminal .typed')
    const before = await typed.count()
    await this.type(line)
    await this.press('Enter')
    await typed.nth(before).waitFor()
  }

  override async rest(timeout?: number): Promise<void> {
    await this.show('terminal')
    await this.page.locator('#term-input').waitFor()
    await super.rest(timeout)
    await this.show('lesson')
  }

  override async lastLine(): Promise<string> {
    await this.show('terminal')
    return super.lastLine()
  }
}
