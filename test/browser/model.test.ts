import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { judged } from './axe.ts'
import { test } from './page.ts'

async function ready(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 2 }).first().waitFor()
}

const rows = (page: Page) => page.locator('details').filter({ visible: true })

test('the page says what is modelled, what holds it, and what is not', async ({ open }) => {
  const page = await open('?page=model&lang=en')
  await ready(page)
  expect(await page.title()).toBe('What is modelled · Netfilter Lab')
  expect(await page.getByText(/The model follows Linux 6\.18\.\d+/).count()).toBe(1)
  expect(await rows(page).count()).toBeGreaterThan(300)
  await page.getByRole('heading', { name: 'Not modelled at all' }).waitFor()
  // What a row says, a screen reader hears with its units.
  const row = rows(page).filter({ hasText: 'Forwarding: PREROUTING' })
  expect(await row.locator('summary').innerText()).toMatch(/\d+\s+scenarios/)
  // No lab is made for it.
  expect(page.workers()).toEqual([])
})

test('a feature opens by keyboard and lists its scenarios by name and title', async ({ open }) => {
  const page = await open('?page=model&lang=en')
  await ready(page)
  await page.getByRole('searchbox', { name: 'Find' }).fill('--persistent')
  const row = rows(page).filter({ hasText: 'The source alone decides' })
  await row.locator('summary').focus()
  await page.keyboard.press('Enter')
  await row.getByText('nat_snat_pool_persistent').waitFor()
  await row.getByText('--persistent: the source alone decides', { exact: true }).waitFor()
  await row.getByText('src/kernel/nat/core.ts').waitFor()
  await page.keyboard.press('Enter')
  await row.getByText('nat_snat_pool_persistent').waitFor({ state: 'detached' })
})

test('words and filters leave what has them, and say how many', async ({ open }) => {
  const page = await open('?page=model&lang=en')
  await ready(page)
  const all = await rows(page).count()
  await page.getByRole('searchbox', { name: 'Find' }).fill('multiport')
  expect(await rows(page).count()).toBeLessThan(all / 4)
  await page.getByRole('status').getByText(`of ${all} features`).waitFor()
  await page.getByRole('searchbox', { name: 'Find' }).fill('xyzzy')
  await page.getByRole('status').getByText('No feature contains this.').waitFor()
  await page.getByRole('searchbox', { name: 'Find' }).fill('')
  await page.getByRole('radio', { name: /held by nothing/ }).check()
  const nothing = await rows(page).count()
  expect(nothing).toBeGreaterThan(0)
  expect(nothing).toBeLessThan(all)
  expect(await rows(page).first().locator('summary').innerText()).toMatch(/\b0\s+scenarios/)
})

test('it speaks Chinese, and keeps its place in the address', async ({ open }) => {
  const page = await open('#page=model&lang=en')
  await ready(page)
  await page.getByRole('button', { name: '中文' }).click()
  await page.getByRole('heading', { level: 1, name: '模拟了什么' }).waitFor()
  await page.getByRole('link', { name: /^连接跟踪/ }).click()
  await page.getByRole('heading', { level: 2, name: '连接跟踪' }).waitFor()
  expect(new URL(page.url()).hash).toContain('page=model')
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hans')
})

test('the lab has links to it, and the lab goes on behind it', async ({ open }) => {
  const page = await open('#lang=en')
  await page.getByText('192.168.0.2').filter({ visible: true }).first().waitFor()
  const opens = page.context().waitForEvent('page')
  await page.getByRole('link', { name: 'What is modelled' }).click()
  const card = await opens
  await card.getByRole('heading', { level: 1, name: 'What is modelled' }).waitFor()
  await page.getByRole('button', { name: 'Help' }).click()
  await page
    .getByRole('dialog')
    .getByRole('link', { name: /Feature by feature/ })
    .waitFor()
})

test('on paper there is the list without its tools', async ({ open }) => {
  const page = await open('?page=model&lang=en')
  await ready(page)
  await page.emulateMedia({ media: 'print' })
  expect(await page.getByRole('searchbox').isVisible()).toBe(false)
  expect(await page.getByRole('heading', { level: 2, name: 'NAT', exact: true }).isVisible()).toBe(true)
})

for (const [colorScheme, width, height, narrower] of [
  ['light', 1440, 900, 1024],
  ['dark', 390, 844, 320],
] as const)
  test(`axe has nothing to say, and nothing is cut off: ${colorScheme}, ${width} by ${height}`, async ({
    open,
  }) => {
    const page = await open(`?page=model&lang=${colorScheme === 'light' ? 'en' : 'zh'}`, {
      colorScheme,
      viewport: { width, height },
      reducedMotion: 'reduce',
    })
    await ready(page)
    await page.getByRole('searchbox').fill('netmap')
    for (const i of [0, 1, 2]) await rows(page).nth(i).locator('summary').click()
    expect(await judged(page)).toEqual([])
    const wide = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth)
    expect(await wide()).toBeLessThanOrEqual(width)
    await page.setViewportSize({ width: narrower, height })
    expect(await wide()).toBeLessThanOrEqual(narrower)
  }, 180_000)
