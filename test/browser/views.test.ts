import { expect } from 'vitest'
import { judged } from './axe.ts'
import { fetched } from './doing.ts'
import { test } from './page.ts'

const WORDS = {
  en: {
    ladder: 'Ladder',
    table: 'As a table',
    picture: 'As a picture',
    how: 'How do I get to this state?',
    left: 'Sort by: Left',
    csv: 'Save as CSV',
  },
  zh: {
    ladder: '时序图',
    table: '看表格',
    picture: '看图',
    how: '怎样到达这个状态？',
    left: '排序：剩余',
    csv: '保存为 CSV',
  },
} as const
const LANGUAGES = ['en', 'zh'] as const

for (const lang of LANGUAGES) {
  const say = WORDS[lang]
  const open = { viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' } as const

  test(
    `the conversation is a ladder, and an arrow leads to its moment (${lang})`,
    { timeout: 180_000 },
    async ({ open: page_ }) => {
      const page = await page_(`#lab=gateway&speed=100&lang=${lang}`, open)
      await page.getByRole('tab', { name: say.ladder }).click()
      await fetched(page)
      expect(page.url()).toContain('view=ladder')
      const arrows = page.locator('[data-rung]')
      await expect.poll(() => arrows.count()).toBeGreaterThan(10)
      expect(await judged(page, '#picture')).toEqual([])

      await arrows.first().click()
      await expect.poll(() => arrows.first().getAttribute('aria-current')).toBe('step')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await expect.poll(() => arrows.nth(1).getAttribute('aria-current')).toBe('step')
      // The second wire shows the other face of the NAT.
      expect(await arrows.nth(0).innerText()).toContain('192.168.0.2')
      expect(await arrows.nth(1).locator('mark').allInnerTexts()).toEqual(['100.100.100.100'])

      await page.getByRole('button', { name: say.table }).click()
      expect(await page.locator('#picture tbody tr').count()).toBeGreaterThan(10)
      expect(await judged(page, '#picture')).toEqual([])
    },
  )

  test(
    `the tracker’s machine shows where the connection is, and how to get anywhere (${lang})`,
    { timeout: 180_000 },
    async ({ open: page_ }) => {
      const page = await page_(`#lab=gateway&speed=100&view=tcp&lang=${lang}`, open)
      await fetched(page)
      await expect.poll(() => page.locator('.state.now').getAttribute('data-tcp')).toBe('TIME_WAIT')
      expect(await page.locator('.state.been').count()).toBeGreaterThan(5)
      expect(await judged(page, '#picture')).toEqual([])

      await page.locator('[data-tcp="TIME_WAIT"]').focus()
      await page.keyboard.press('Home')
      for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowDown')
      const chosen = await page.evaluate(() => document.activeElement?.getAttribute('data-tcp'))
      expect(chosen).toBe('ESTABLISHED')
      const path = page.locator('#picture .panel ol').first()
      expect(await page.locator('#picture .panel').innerText()).toContain(say.how)
      expect(
        (await path.locator('.packet').allInnerTexts()).map((s) => s.replace(/[^A-Z ]/g, '').trim()),
      ).toEqual(['SYN', 'SYN ACK', 'ACK'])
      await page.getByRole('button', { name: say.table }).click()
      expect(await page.locator('#picture tbody tr').count()).toBe(10)
      expect(await judged(page, '#picture')).toEqual([])
    },
  )

  test(
    `entries are sorted and searched, and point at both of their buckets (${lang})`,
    { timeout: 180_000 },
    async ({ open: page_ }) => {
      const page = await page_(`#lab=gateway&speed=100&view=entries&lang=${lang}`, open)
      await fetched(page)
      const rows = page.locator('#picture .body [role=row]')
      await expect.poll(() => rows.count()).toBe(1)
      expect(await rows.first().innerText()).toContain('100.100.100.100')
      await page.locator('#picture [role=grid]').focus()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await expect.poll(() => page.locator('.map .ring.linked').count()).toBe(1)
      expect(await rows.first().getAttribute('aria-selected')).toBe('true')
      expect(await judged(page, '#picture')).toEqual([])

      const search = page.locator('#picture input[type=search]')
      await search.fill('udp')
      await expect.poll(() => rows.count()).toBe(0)
      await search.fill('TIME_WAIT :80')
      await expect.poll(() => rows.count()).toBe(1)
      await page.getByRole('button', { name: say.left }).click()
      expect(await page.locator('[aria-sort=ascending]').count()).toBe(1)
    },
  )

  test(
    `charts follow the moment, lead to it, and can be saved (${lang})`,
    { timeout: 180_000 },
    async ({ open: page_ }) => {
      const page = await page_(`#lab=gateway&speed=100&view=charts&lang=${lang}`, open)
      await fetched(page)
      const slider = page.locator('#picture [role=slider]')
      await expect.poll(() => slider.locator('path').count()).toBeGreaterThan(2)
      expect(await judged(page, '#picture')).toEqual([])
      await slider.focus()
      const before = Number(await slider.getAttribute('aria-valuenow'))
      await page.keyboard.press('Home')
      await expect.poll(async () => Number(await slider.getAttribute('aria-valuenow'))).toBeLessThan(before)
      const saved = page.waitForEvent('download')
      await page.getByRole('button', { name: say.csv }).click()
      expect((await saved).suggestedFilename()).toBe('netfilter-gateway-gateway.csv')
      await page.getByRole('button', { name: say.table }).click()
      expect(await page.locator('#picture tbody tr').count()).toBeGreaterThan(1)
      expect(await judged(page, '#picture')).toEqual([])
    },
  )
}
