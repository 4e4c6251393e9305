import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { judged } from './axe.ts'
import { type } from './doing.ts'
import { test } from './page.ts'

const WORDS = {
  en: {
    rules: 'Rules',
    craft: 'Packets and load',
    change: 'Change the lab',
    undo: 'Undo',
    resume: 'Continue where you left off',
    break: 'Break my NAT',
    faults: 'Break something',
    asText: 'As text',
    apply: 'Apply',
    make: 'Break it',
    mend: 'Repair',
    other: 'Another lab',
    hairpin: 'Hairpin',
    outside: 'From outside',
  },
  zh: {
    rules: '规则',
    craft: '数据包与压力',
    change: '改变实验',
    undo: '撤销',
    resume: '从上次的地方继续',
    break: '弄坏我的 NAT',
    faults: '弄坏点什么',
    asText: '文本形式',
    apply: '应用',
    make: '弄坏',
    mend: '修好',
    other: '换一个实验',
    hairpin: '发夹',
    outside: '从外面',
  },
} as const

async function silent(page: Page): Promise<void> {
  expect(await judged(page, '.sandbox')).toEqual([])
}

/** Opens one of the sandbox's tools, by keyboard. */
async function tool(page: Page, name: string): Promise<Locator> {
  const details = page.locator('details.tool').filter({ has: page.getByText(name, { exact: true }) })
  await details.locator('summary').press('Enter')
  return details
}

for (const lang of ['en', 'zh'] as const)
  test(`another ready lab is chosen, and its first suggestion is done: ${lang}`, async ({ open }) => {
    const t = WORDS[lang]
    const page = await open(`?lab=gateway&lang=${lang}&speed=100`, { reducedMotion: 'reduce' })
    await page.getByText(t.other).focus()
    await page.keyboard.press('Enter')
    await silent(page)
    await page.locator('.chooser li button', { hasText: t.hairpin }).press('Enter')
    await page.locator('.chooser .now', { hasText: t.hairpin }).waitFor()
    expect(new URL(page.url()).hash).toContain('lab=hairpin')
    await page.locator('.try', { hasText: t.outside }).click()
    await page.locator('#terminal', { hasText: '<h1>web</h1>' }).waitFor()
  }, 60_000)

for (const lang of ['en', 'zh'] as const)
  test(`rules are moved by key and written as text, with the error at its line: ${lang}`, async ({
    open,
  }) => {
    const t = WORDS[lang]
    const page = await open(`?lab=dmz&lang=${lang}`, { reducedMotion: 'reduce' })
    const rules = await tool(page, t.rules)
    await rules.locator('select').first().selectOption('filter')
    const texts = (): Promise<string[]> => rules.locator('[data-rule^="FORWARD"] code').allInnerTexts()
    const [first, second] = await texts()
    await rules.locator('[data-rule="FORWARD 2"] [data-way="up"]').press('Enter')
    await expect.poll(async () => (await texts()).slice(0, 2)).toEqual([second, first])
    // The focus went with it; back and forth by the arrow keys, by undo, and by a drag.
    await page.keyboard.press('Alt+ArrowDown')
    await expect.poll(async () => (await texts()).slice(0, 2)).toEqual([first, second])
    await page.getByRole('button', { name: t.undo, exact: true }).press('Enter')
    await expect.poll(async () => (await texts()).slice(0, 2)).toEqual([second, first])
    await rules.locator('[data-rule="FORWARD 2"]').dragTo(rules.locator('[data-rule="FORWARD 1"]'))
    await expect.poll(async () => (await texts()).slice(0, 2)).toEqual([first, second])
    await silent(page)
    await rules.getByRole('button', { name: t.asText }).press('Enter')
    const field = rules.locator('textarea')
    const text = await field.inputValue()
    await field.fill(text.replace('COMMIT', '-A FORWARD -j NOTHING\nCOMMIT'))
    await rules.getByRole('button', { name: t.apply, exact: true }).press('Enter')
    const line = text.split('\n').indexOf('COMMIT') + 1
    await rules.locator('.error strong', { hasText: String(line) }).waitFor()
    await silent(page)
    await field.fill(text.replace('COMMIT', '-A FORWARD -s 9.9.9.9 -j ACCEPT\nCOMMIT'))
    await rules.getByRole('button', { name: t.apply, exact: true }).press('Enter')
    await rules.locator('[data-rule^="FORWARD"] code', { hasText: '9.9.9.9/32' }).waitFor()
  }, 60_000)

for (const lang of ['en', 'zh'] as const)
  test(`something is broken and mended, a fault hidden, shown and healed: ${lang}`, async ({ open }) => {
    const t = WORDS[lang]
    const page = await open(`?lab=hairpin&lang=${lang}`, { reducedMotion: 'reduce' })
    const faults = await tool(page, t.faults)
    await faults.getByRole('button', { name: t.make, exact: true }).press('Enter')
    await page.locator('#terminal', { hasText: 'ip link set eth0 down' }).waitFor()
    await silent(page)
    await faults.getByRole('button', { name: t.mend, exact: true }).press('Enter')
    await page.locator('#terminal', { hasText: 'ip link set eth0 up' }).waitFor()
    const puzzle = await tool(page, t.break)
    await puzzle.locator('input').fill('5')
    await puzzle.locator('input').press('Enter')
    await puzzle.locator('li.bad').first().waitFor()
    await silent(page)
    await puzzle.locator('.symptom .buttons button').nth(1).press('Enter')
    await puzzle.locator('pre').nth(1).waitFor()
    const cure = (await puzzle.locator('pre').nth(1).innerText()).split('\n').at(-1)?.split('# ')[1] ?? '?'
    await puzzle.locator('[role=status] button').press('Enter')
    await page.locator('#terminal', { hasText: cure }).waitFor()
    await puzzle.locator('.symptom .buttons button').first().press('Enter')
    await expect.poll(() => puzzle.locator('li.bad').count()).toBe(0)
    await silent(page)
  }, 60_000)

for (const lang of ['en', 'zh'] as const)
  test(`a packet is put together, a host added, undone, and all of it is kept: ${lang}`, async ({ open }) => {
    const t = WORDS[lang]
    const page = await open(`?lab=pool&lang=${lang}&speed=100`, { reducedMotion: 'reduce' })
    const craft = await tool(page, t.craft)
    await craft.locator('.chip').nth(3).press('Enter')
    await craft.locator('pre', { hasText: 'pc1# hping3 -S -p 80 -c 1 baidu.com' }).waitFor()
    await silent(page)
    await craft.locator('form').first().locator('button').press('Enter')
    await page.locator('#terminal', { hasText: 'hping3 -S' }).waitFor()
    const change = await tool(page, t.change)
    await change.locator('select').first().selectOption('host')
    await change.locator('input').first().fill('pc1')
    await change.locator('input').first().press('Enter')
    await change.locator('.bad').waitFor()
    await silent(page)
    await change.locator('input').first().fill('laptop')
    await change.locator('input').first().press('Enter')
    await page.locator('.topology', { hasText: '192.168.0.6' }).waitFor()
    // What was kept before the lab was changed does not count.
    await page.evaluate(() => {
      localStorage.removeItem('netfilter-lab.sandbox')
    })
    await change.locator('select').first().selectOption('address')
    await change.locator('input').first().fill('10.7.0.1/24')
    await change.locator('input').first().press('Enter')
    const undo = page.getByRole('button', { name: t.undo, exact: true })
    await expect.poll(() => undo.isEnabled()).toBe(true)
    await page.waitForFunction(() => localStorage.getItem('netfilter-lab.sandbox') !== null)
    await undo.press('Enter')
    await expect.poll(() => undo.isEnabled()).toBe(false)
    await page.goto(page.url().replace(/#.*/, `#lab=pool&lang=${lang}`))
    await page.reload()
    await page.getByRole('button', { name: t.resume }).press('Enter')
    await page.locator('.topology', { hasText: '192.168.0.6' }).waitFor()
  }, 120_000)

test(
  'a load is one client more while another runs, or takes its place, with connections kept',
  { timeout: 180_000 },
  async ({ open }) => {
    const page = await open('?lab=docker&lang=en&speed=100', { reducedMotion: 'reduce' })
    const craft = await tool(page, WORDS.en.craft)
    const form = craft.locator('form').last()
    const screen = page.locator('#term-screen')
    await form.locator('pre', { hasText: 'ab -c 100 -n 1000 -r -s 2 http://192.168.0.30:8080/ &' }).waitFor()
    await type(page, 'vm1', 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat')
    await type(page, 'vm1', 'sysctl -w net.netfilter.nf_conntrack_max=131072')
    await form.getByLabel('In all').fill('100000')
    await form.getByRole('button', { name: 'Send' }).press('Enter')
    await form.getByRole('button', { name: 'Send' }).press('Enter')
    await type(page, 'vm2', 'jobs -r | wc -l')
    await screen.getByText('2', { exact: true }).waitFor({ timeout: 60_000 })
    await form.getByLabel(/^Keep-alive/).check()
    await form.getByLabel('In all').fill('300')
    await form.getByRole('button', { name: 'Instead' }).press('Enter')
    // Both of the first have told how far they had come, and the one in their place comes to its end.
    await screen.getByText('Keep-Alive requests:    300').waitFor({ timeout: 60_000 })
    expect((await screen.innerText()).match(/Complete requests:/g)).toHaveLength(3)
    await silent(page)
  },
)
