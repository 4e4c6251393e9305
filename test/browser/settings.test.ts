import { expect } from 'vitest'
import { judged } from './axe.ts'
import { test } from './page.ts'

test('the reference of the settings finds one by a word, in both languages, and says where it cannot be written', async ({
  open,
}) => {
  const page = await open('?page=settings&lang=en')
  const find = page.getByRole('searchbox', { name: 'Find' })
  await find.fill('stragglers')
  const row = page.getByRole('row', { name: /nf_conntrack_tcp_timeout_time_wait/ })
  expect(await row.innerText()).toMatch(/120 s\s+120 s/)
  await page
    .getByRole('status')
    .getByText(/^1 of \d+/)
    .waitFor()
  await find.fill('udp_timeout_stream')
  expect(await page.getByRole('row', { name: /udp_timeout_stream/ }).innerText()).toMatch(/120 s\s+180 s/)
  await page.getByRole('button', { name: '中文' }).click()
  await page.getByRole('row', { name: /一个流/ }).waitFor()
  await page.getByRole('searchbox', { name: '查找' }).fill('conntrack_count')
  await page.getByRole('row', { name: /只读/ }).waitFor()
  expect(page.workers()).toEqual([])
})

for (const [colorScheme, width] of [
  ['light', 1440],
  ['dark', 390],
] as const)
  test(`axe has nothing to say of it: ${colorScheme}, ${width} wide`, async ({ open }) => {
    const page = await open(`?page=settings&lang=${colorScheme === 'light' ? 'en' : 'zh'}`, {
      colorScheme,
      viewport: { width, height: 844 },
      reducedMotion: 'reduce',
    })
    await page.getByRole('searchbox').waitFor()
    expect(await judged(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
  }, 120_000)
