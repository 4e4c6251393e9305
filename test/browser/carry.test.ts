import { expect } from 'vitest'
import { judged } from './axe.ts'
import { test } from './page.ts'

const WORDS = {
  en: { take: 'Take it with you', bring: 'Bring your own', ask: 'Ask', build: 'Build the lab' },
  zh: { take: '带走', bring: '带来自己的', ask: '提问', build: '搭建实验' },
} as const

for (const lang of ['en', 'zh'] as const)
  test(`a lab is taken, asked and brought, by keyboard: ${lang}`, async ({ open }) => {
    const t = WORDS[lang]
    const page = await open(`#lab=gateway&lang=${lang}`, { reducedMotion: 'reduce' })
    const silent = async (): Promise<void> => {
      expect(await judged(page, 'dialog')).toEqual([])
    }
    const way = page.getByRole('button', { name: t.take, exact: true })
    await way.focus()
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => {
      const field = document.querySelector<HTMLTextAreaElement>('#carry-link')
      return field?.value.includes('#take=') === true
    })
    const link = await page.locator('#carry-link').inputValue()
    await silent()
    await page.locator('#carry-tab-take').focus()
    await page.keyboard.press('End')
    await page.locator('#carry-packet').fill('tcp pc1 > gateway:22')
    await page.keyboard.press('Enter')
    await page.locator('dialog ol li').first().waitFor()
    await silent()
    await page.locator('#carry-tab-bring').click()
    await page
      .locator('#carry-paste')
      .fill('*filter\n-A FORWARD -j DROP\n-A FORWARD -m nothing\nCOMMIT\nhello')
    await page.getByRole('button', { name: t.build }).click()
    await page.locator('.notes tbody tr').nth(1).waitFor()
    expect(await page.locator('.notes td.n').allInnerTexts()).toEqual(['3', '5'])
    await silent()
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'detached' })
    await page.getByRole('tab', { name: 'own' }).waitFor()
    const other = await open(new URL(link).hash)
    await other.getByText('192.168.0.2').filter({ visible: true }).first().waitFor()
  }, 120_000)
