/**
 * A learner with a mouse and no keyboard. She clicks on what the page offers: the lines that the words say, the hints, in the end
 * the solution. What is to be found she marks where it stands in a terminal; where it has to be counted she lets it be shown.
 */
import type { Locator } from 'playwright-core'
import type { Command } from '../../../src/lesson/lesson.ts'
import { Learner } from './learner.ts'

/** How long she looks at a program that does not end before she presses Ctrl-C, milliseconds. */
const PATIENCE = 10_000
/** How long she looks for something that may come, or may have gone. */
const LOOK = 3000

export class Mouser extends Learner {
  private async click(target: Locator): Promise<void> {
    this.keys++
    await target.click()
  }

  /** Of a button that may have gone by the time she has got there. */
  private async clickIfThere(target: Locator): Promise<void> {
    this.keys++
    await target.click({ timeout: LOOK }).catch(() => undefined)
  }

  override press(key: string): Promise<void> {
    throw new Error(`There is no key ${key} on a mouse`)
  }

  override type(text: string): Promise<void> {
    return this.press(text)
  }

  override async to(target: Locator): Promise<void> {
    await target.scrollIntoViewIfNeeded()
  }

  override pressOn(target: Locator): Promise<void> {
    return this.click(target)
  }

  /** What she has typed by clicks on the way may have done it already. */
  override async solve(solution: readonly Command[]): Promise<void> {
    const { page } = this
    const isDone = page.locator('.goal .tick.ok')
    const hint = page.locator('.help .btn:not(.quiet)')
    while (await hint.isEnabled({ timeout: LOOK }).catch(() => false)) await this.clickIfThere(hint)
    for (const { on, line } of solution) {
      const offer = this.offers(on, line).first()
      if ((await offer.count()) === 0) break
      await this.clickIfThere(offer)
      await this.rest()
    }
    if (!(await isThere(isDone))) await this.clickIfThere(page.locator('.help .btn.quiet'))
    await isDone.waitFor()
    await this.rest()
  }

  override async answer(text: string): Promise<boolean> {
    const { page } = this
    const offers = page.locator('.find figure.code button')
    for (let i = 0; i < (await offers.count()); i++) await this.tryOffer(offers.nth(i))
    const said = page.locator('.find .reply > p')
    if (await this.mark(text)) {
      await this.click(page.locator('.find .line .btn.small'))
      await said.filter({ hasText: text }).waitFor()
      if ((await said.getAttribute('class'))?.includes('right') === true) return true
    }
    await this.click(page.locator('.help .btn.quiet'))
    await page.locator('.find .reply > p.right').waitFor()
    return true
  }

  /** Whatever else the words offer to type is typed, too. */
  override async leave(): Promise<void> {
    const offers = this.page.locator('.lesson figure.code button')
    for (let i = 0; i < (await offers.count()); i++) await this.tryOffer(offers.nth(i))
  }

  private offers(host: string, line: string): Locator {
    return this.page
      .locator('.lesson figure.code')
      .filter({ has: this.page.locator('pre', { hasText: line }) })
      .filter({ has: this.page.locator('figcaption span', { hasText: host }) })
      .locator('button')
  }

  private async tryOffer(offer: Locator): Promise<void> {
    const { page } = this
    await this.click(offer)
    try {
      await this.rest(PATIENCE)
    } catch {
      const running = page.locator('.terminal [role=tab]:has(.running)')
      while ((await running.count()) > 0) {
        await this.clickIfThere(running.first())
        await this.clickIfThere(page.getByRole('button', { name: 'Ctrl-C' }))
      }
    }
  }

  /** Marks a word where it was printed last; false: it does not stand anywhere. */
  private async mark(text: string): Promise<boolean> {
    const { page } = this
    const place = await page.evaluate((wanted) => {
      const log = document.querySelector('.terminal .log')
      if (log === null) return null
      const walker = document.createTreeWalker(log, NodeFilter.SHOW_TEXT)
      let found: Range | null = null
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const all = node.textContent ?? ''
        for (let at = all.indexOf(wanted); at >= 0; at = all.indexOf(wanted, at + 1)) {
          const around = (all[at - 1] ?? ' ') + (all[at + wanted.length] ?? ' ')
          if (/[\w.]/.test(around)) continue
          found = document.createRange()
          found.setStart(node, at)
          found.setEnd(node, at + wanted.length)
        }
      }
      found?.startContainer.parentElement?.scrollIntoView({ block: 'center' })
      const boxes = [...(found?.getClientRects() ?? [])]
      const screen = document.querySelector('.terminal .screen')?.getBoundingClientRect()
      if (boxes.length !== 1 || screen === undefined) return null
      const [{ left, right, top, bottom }] = boxes
      if (top < screen.top || bottom > screen.bottom) return null
      return { left, right, y: (top + bottom) / 2 }
    }, text)
    if (place === null) return false
    const offered = page.locator('.find .line .btn.small').filter({ hasText: `“${text}”` })
    this.keys++
    await page.mouse.dblclick((place.left + place.right) / 2, place.y)
    if ((await offered.count()) > 0) return true
    await page.mouse.move(place.left + 1, place.y)
    await page.mouse.down()
    await page.mouse.move(place.right - 1, place.y, { steps: 4 })
    await page.mouse.up()
    return isThere(offered)
  }
}

function isThere(target: Locator): Promise<boolean> {
  return target.waitFor({ timeout: LOOK }).then(
    () => true,
    () => false,
  )
}
