import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { test } from './page.ts'

/** Goes on by Tab until what has the focus is called so. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab')
    const label = await page.evaluate(() => {
      const el = document.activeElement
      return `${el?.getAttribute('aria-label') ?? ''} ${el?.textContent ?? ''}`.trim()
    })
    if (name.test(label)) return
  }
  throw new Error(`Tab does not lead to ${name}`)
}

test('the first steps of a lesson can be done by keyboard alone', async ({ open }) => {
  const page = await open('#lesson=03-snat&lang=en', { reducedMotion: 'reduce' })
  await page.getByRole('heading', { level: 2, name: 'Three machines' }).waitFor()

  await tabTo(page, /In the gateway, in the filter table/)
  await page.keyboard.press('Enter')
  await page.getByText('does not get that far').waitFor()
  await tabTo(page, /Next|Skip/)
  expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Skip')
  await page.keyboard.press('Shift+Tab')
  await page.getByRole('button', { name: 'at the routing decision' }).focus()
  await page.keyboard.press('Enter')
  await tabTo(page, /^Next$/)
  await page.keyboard.press('Enter')

  await page.getByRole('heading', { level: 2, name: 'a gateway that forwards' }).waitFor()
  await page.getByText('Checked after each command.').waitFor()
  const line = page.getByRole('textbox', { name: 'Command for gateway' })
  await line.focus()
  await page.keyboard.type('sysctl -w net.ipv4.ip_forward=1')
  await page.keyboard.press('Enter')
  await page.getByText('Done: the lab does it.').waitFor()
})

test('"Show me" types the solution, whatever the learner presses meanwhile, and the lab says that the goal is reached', async ({
  open,
}) => {
  const page = await open('#lesson=03-snat&step=rule&lang=en')
  await page.getByRole('heading', { level: 2, name: 'Write the rule' }).waitFor()
  await page.getByRole('button', { name: 'Hint 1/3' }).click()
  await page.getByText('appends a rule to the last chain that packets pass').waitFor()
  await page.getByRole('button', { name: 'Show me' }).click()
  await page.locator('.coming').waitFor()
  const line = page.locator('#term-input')
  await line.press('Enter')
  await line.pressSequentially('uname -r')
  await line.press('Enter')
  await page.getByText('Done: the lab does it.').waitFor()
  await page.getByText('by the lesson').first().waitFor()
  const typed = await page.locator('.typed').allTextContents()
  expect(typed.map((one) => one.replace('by the lesson', '').trim()).sort()).toEqual([
    'gateway# iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE',
    'gateway# uname -r',
  ])
})

test('the words change their language in the middle of a step, what was done stays done', async ({
  open,
}) => {
  const page = await open('#lesson=03-snat&step=forward&lang=en', { reducedMotion: 'reduce' })
  await page.getByRole('button', { name: 'Show me' }).click()
  await page.getByText('Done: the lab does it.').waitFor()
  await page.getByRole('button', { name: '中文' }).click()
  await page.getByRole('heading', { level: 2, name: '先让网关转发' }).waitFor()
  await page.getByText('已达到').waitFor()
})

test('a fetch that was to fail does not do a later goal on its own', async ({ open }) => {
  const page = await open('#lesson=03-snat&step=without&speed=50&lang=en', { reducedMotion: 'reduce' })
  const words = page.locator('#side-panel')
  const next = words.getByRole('button', { name: 'Next', exact: true })
  await words.getByRole('button', { name: '192.168.0.2, as pc1 wrote it' }).click()
  await words.getByText('Type it').first().click()
  await page.getByText('is delivered').first().waitFor()
  await next.click()
  await words.getByRole('button', { name: 'Show me' }).click()
  await page.getByText('Done: the lab does it.').waitFor()
  await next.click()
  await page.getByRole('heading', { level: 2, name: 'The address changes at the last hook' }).waitFor()
  await words.getByRole('button', { name: '100.100.100.100' }).click()
  await page.getByText('Checked after each command.').waitFor()
  await words.getByRole('button', { name: 'Show me' }).click()
  await page.getByText('Done: the lab does it.').waitFor()
})
