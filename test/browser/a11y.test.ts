import { expect } from 'vitest'
import { judged } from './axe.ts'
import { test } from './page.ts'

const STATES = [
  [['light', 'dark'], 1440, 900],
  [['light'], 1024, 768],
  [['dark'], 390, 844],
] as const

for (const [schemes, width, height] of STATES)
  test(`axe has nothing to say: ${schemes.join(' and ')}, ${width} by ${height}`, async ({ open }) => {
    const page = await open('#lang=en', { viewport: { width, height }, reducedMotion: 'reduce' })
    await page.getByText('192.168.0.2').filter({ visible: true }).first().waitFor()
    await page.getByRole('heading', { level: 1, name: 'Netfilter Lab' }).waitFor()
    const silent = async (what: string): Promise<void> => {
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme })
        expect(await judged(page), `${what}, ${colorScheme}`).toEqual([])
      }
    }
    await silent('lesson')
    for (const tab of await page.getByRole('tab').filter({ visible: true }).all()) {
      await tab.click()
      await silent(await tab.innerText())
    }
  }, 180_000)

test('axe has nothing to say while packets move and after some have died', async ({ open }) => {
  const page = await open('#lab=gateway&lang=zh', { reducedMotion: 'reduce' })
  await page.getByText('192.168.0.2').filter({ visible: true }).first().waitFor()
  await page.getByRole('button', { name: /装满跟踪表/ }).click()
  await page.waitForTimeout(1500)
  expect(await judged(page)).toEqual([])
})

test('axe has nothing to say about the help', async ({ open }) => {
  const page = await open('#lang=en')
  await page.getByText('192.168.0.2').filter({ visible: true }).first().waitFor()
  await page.getByRole('button', { name: 'Help' }).click()
  await page.getByRole('dialog').waitFor()
  expect(await judged(page)).toEqual([])
})
