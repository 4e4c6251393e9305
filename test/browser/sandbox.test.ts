import { AxeBuilder } from '@axe-core/playwright'
import { expect } from 'vitest'
import { test } from './page.ts'

const WORDS = {
  en: { other: 'Another lab', hairpin: 'Hairpin', outside: 'From outside' },
  zh: { other: '换一个实验', hairpin: '发夹', outside: '从外面' },
} as const

for (const lang of ['en', 'zh'] as const)
  test(`another ready lab is chosen, and its first suggestion is done: ${lang}`, async ({ open }) => {
    const t = WORDS[lang]
    const page = await open(`?lab=gateway&lang=${lang}`, { reducedMotion: 'reduce' })
    await page.getByText(t.other).focus()
    await page.keyboard.press('Enter')
    const { violations } = await new AxeBuilder({ page }).include('.sandbox').analyze()
    expect(violations.map((v) => `${v.id} ${v.nodes.map((n) => n.html).join(' ')}`)).toEqual([])
    await page.locator('.chooser li button', { hasText: t.hairpin }).press('Enter')
    await page.locator('.chooser .now', { hasText: t.hairpin }).waitFor()
    expect(new URL(page.url()).hash).toContain('lab=hairpin')
    await page.locator('.try', { hasText: t.outside }).click()
    await page.locator('#terminal', { hasText: '<h1>web</h1>' }).waitFor()
  }, 60_000)
