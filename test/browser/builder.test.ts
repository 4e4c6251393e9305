import { expect } from 'vitest'
import { judged } from './axe.ts'
import { test } from './page.ts'

test('a teacher gets step two of lesson three in Chinese with two choices and a click', async ({ open }) => {
  const page = await open('?lesson=03-snat&lang=en')
  await page.getByRole('heading', { level: 2, name: 'Three machines' }).waitFor()
  await page.getByRole('button', { name: 'Embed' }).click()
  const dialog = page.getByRole('dialog')
  expect(await dialog.getByLabel('A lesson').inputValue()).toBe('03-snat')
  await dialog.getByLabel('Step').selectOption({ index: 2 })
  await dialog.getByLabel('Language').selectOption('zh')
  const pasted = dialog.getByRole('textbox', { name: 'Paste this' })
  await expect
    .poll(() => pasted.inputValue(), { timeout: 20_000 })
    .toMatch(/lesson=03-snat&amp;step=forward&amp;lang=zh/)
  // The preview is what will be seen, and keeps nothing of what a teacher does in it.
  const lab = dialog.frameLocator('iframe')
  await lab.locator('html[lang="zh-Hans"]').waitFor()
  await lab.getByRole('heading', { level: 2 }).first().waitFor()
  expect(await lab.locator('[data-notice="not-kept"]').innerText()).toContain('这是预览')
  await dialog.getByRole('tab', { name: 'Web component' }).click()
  expect(await pasted.inputValue()).toContain('<netfilter-lab title="')
  await dialog.getByRole('tab', { name: 'WordPress' }).click()
  expect(await pasted.inputValue()).toMatch(/\/e\/03-snat\/zh\/forward\/$/)
  await dialog.getByRole('button', { name: 'Copy' }).click()
  await dialog
    .getByRole('status')
    .getByText(/Copied|selected/)
    .waitFor()
})

test('what cannot be used is said beside it, and is not in what is pasted', async ({ open }) => {
  const page = await open('?lab=gateway&lang=zh')
  await page.getByText('192.168.0.2').first().waitFor()
  await page.getByRole('button', { name: '嵌入' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('看到什么', { exact: true }).last().click()
  const height = dialog.getByLabel('height', { exact: true })
  await height.fill('tall')
  expect(await height.getAttribute('aria-invalid')).toBe('true')
  const pasted = dialog.getByRole('textbox', { name: '粘贴这一段' })
  expect(await pasted.inputValue()).not.toContain('tall')
  await height.fill('512')
  await expect
    .poll(() => pasted.inputValue(), { timeout: 20_000 })
    .toMatch(/height=512&[\s\S]*height="512"|height="512"/)
  await dialog.getByLabel('只要这些部分').check()
  await dialog.getByLabel('播放条').uncheck()
  expect(await pasted.inputValue()).toContain('panes=network,diagram,terminal')
})

for (const [lang, colorScheme, width, height] of [
  ['en', 'light', 1440, 900],
  ['zh', 'dark', 390, 844],
] as const)
  test(`the form works by keyboard alone, and axe has nothing to say: ${lang}, ${colorScheme}, ${width}`, async ({
    open,
  }) => {
    const page = await open(`?lesson=03-snat&lang=${lang}`, {
      colorScheme,
      viewport: { width, height },
      reducedMotion: 'reduce',
    })
    await page.getByText('192.168.0.2').filter({ visible: true }).first().waitFor()
    // The list of lessons has it, too: on a phone there is no room for it above.
    await page.getByRole('button', { name: lang === 'en' ? 'All lessons' : '全部课程' }).focus()
    await page.keyboard.press('Enter')
    await page
      .getByRole('dialog')
      .getByRole('button', { name: lang === 'en' ? 'Put a lesson into your page …' : '把一课放进你的页面…' })
      .focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox').first().waitFor()
    await dialog.getByRole('combobox').first().focus()
    await page.keyboard.press('ArrowDown')
    for (const details of await dialog.locator('details').all())
      await details.evaluate((one: HTMLDetailsElement) => (one.open = true))
    await dialog.getByRole('tab').first().focus()
    await page.keyboard.press('ArrowRight')
    const pasted = dialog.locator('textarea[readonly]')
    await expect.poll(() => pasted.inputValue(), { timeout: 20_000 }).toContain('<netfilter-lab')
    expect(await pasted.inputValue()).not.toContain('lesson="03-snat"')
    expect(await judged(page)).toEqual([])
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  })
