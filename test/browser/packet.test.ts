import { AxeBuilder } from '@axe-core/playwright'
import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { test } from './page.ts'

const WORDS = {
  en: { why: 'Why?', rule: 'Rule 1 of the chain POSTROUTING in the table nat decided.' },
  zh: { why: '为什么？', rule: '由 nat 表 POSTROUTING 链的第 1 条规则决定。' },
} as const
const LANGUAGES = ['en', 'zh'] as const

/** A page has been fetched through SNAT, and everything has come to rest. */
async function fetched(page: Page): Promise<void> {
  const type = async (host: string, line: string): Promise<void> => {
    await page.getByRole('tab', { name: new RegExp(`^${host}`) }).click()
    const box = page.locator('#term-screen input')
    await box.fill(line)
    await box.press('Enter')
  }
  await page.locator('#term-screen input').waitFor()
  await type('gateway', 'sysctl -w net.ipv4.ip_forward=1')
  await type(
    'gateway',
    'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j SNAT --to-source 100.100.100.100',
  )
  await type('pc1', 'curl http://baidu.com/')
  await page.getByRole('log').getByText('</html>').first().waitFor()
  await page.waitForFunction(() => document.querySelector('.host .busy') === null)
}

async function judged(page: Page, where = 'body'): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).include(where).analyze()
  return violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)
}

for (const lang of LANGUAGES) {
  const say = WORDS[lang]
  const open = { viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' } as const

  test(
    `the packet’s header is seen before and after, and “Why?” names the rule and what the model says (${lang})`,
    { timeout: 180_000 },
    async ({ open: page_ }) => {
      const page = await page_(`#lab=gateway&speed=100&view=packet&lang=${lang}`, open)
      const loaded: string[] = []
      page.on('request', (request) => loaded.push(request.url()))
      await fetched(page)
      const picker = page.locator('#picture select').first()
      const first = await picker.locator('option').last().getAttribute('value')
      await picker.selectOption(first)
      const line = page.locator('#picture li').filter({ hasText: 'POSTROUTING nat' }).first()
      await line.locator('.step').click()
      const source = page.locator('#picture tr.changed').filter({ hasText: '192.168.0.2' })
      await expect.poll(() => source.locator('s').allInnerTexts()).toEqual(['192.168.0.2'])
      expect(await source.locator('b').innerText()).toBe('100.100.100.100')

      // What the source says comes when it is asked for, not before.
      expect(loaded.filter((url) => url.includes('/Why-'))).toEqual([])
      await line.getByRole('button', { name: say.why }).click()
      const why = line.locator('.why')
      await why.getByText(say.rule).waitFor()
      expect(loaded.some((url) => url.includes('/Why-'))).toBe(true)
      expect(await why.innerText()).toContain('-A POSTROUTING -s 192.168.0.0/16 -j SNAT --to-source')
      expect(await why.locator('[lang=en]').allInnerTexts()).toEqual(
        expect.arrayContaining([expect.stringContaining('Give the connection another source.')]),
      )
      expect(await judged(page, '#picture')).toEqual([])
    },
  )
}
