/**
 * The connection table as the page shows it: its own acts are seen and said when they happen and when one goes back to
 * them, buckets tell their chains, both nodes of a flow are linked.
 */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { judged } from './axe.ts'
import { type } from './doing.ts'
import { test } from './page.ts'

const CT = 'net.netfilter.nf_conntrack_'
const WORDS = {
  en: { acts: 'What the table does on its own', go: /^Go to this moment/, start: 'To the beginning' },
  zh: { acts: '表自己做的事', go: /^回到这一刻/, start: '回到开头' },
} as const

/** Nothing is under way any more. */
async function rested(page: Page): Promise<void> {
  await page.waitForTimeout(100)
  await page.waitForFunction(() => document.querySelector('.host .busy') === null, undefined, {
    timeout: 60_000,
  })
}

for (const lang of ['en', 'zh'] as const) {
  const say = WORDS[lang]
  test(
    `searches, sweeps and rehashes are seen on the map, then and when one goes back (${lang})`,
    { timeout: 180_000 },
    async ({ open }) => {
      const page = await open(`#lab=gateway&speed=100&lang=${lang}`, {
        viewport: { width: 1440, height: 900 },
        ...(lang === 'zh' && { reducedMotion: 'reduce' }),
      })
      await page.locator('#term-input').waitFor()
      const line = `sysctl -w net.ipv4.ip_forward=1 ${CT}buckets=512 ${CT}max=40 ${CT}udp_timeout=600`
      await type(page, 'gateway', line)
      await type(page, 'gateway', 'iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE')
      await type(page, 'pc1', 'for p in $(seq 1000 1039); do echo x | nc -u -w 0 123.125.115.110 $p; done')
      await rested(page)
      const acts = page.getByRole('region', { name: say.acts })
      const search = acts.getByRole('listitem').filter({ hasText: 'early_drop' }).first()
      expect(await search.count()).toBe(0)

      // A full table: the new flow's search is seen, whether it finds somebody or not.
      await type(page, 'pc1', 'for p in $(seq 2000 2009); do echo x | nc -u -w 0 123.125.115.110 $p; done')
      await rested(page)
      await search.waitFor()
      await search.locator('summary').click()
      const said = await search.locator('p').first().innerText()
      expect(said).toMatch(lang === 'en' ? /^The table was full: it looked into/ : /^表满了：它看了/)
      await search.getByRole('button', { name: say.go }).click()
      // The moment itself: its buckets are marked as long as the clock stands there.
      const looked = page.locator('.map .looked')
      await expect.poll(() => looked.count()).toBeGreaterThan(0)
      expect(await search.locator('p').first().innerText()).toBe(said)
      await expect.poll(() => acts.getByRole('status').innerText()).toBe(said)
      const strip = search.getByRole('list').getByRole('button')
      expect(await strip.count()).toBe(await looked.count())
      await page.locator('.course [role=slider][aria-valuetext*="UDP 40"]').waitFor()
      expect(await judged(page, '.buckets', '.acts', '.course')).toEqual([])
      await page.getByRole('button', { name: say.start }).click()
      await expect.poll(() => looked.count()).toBe(0)
      expect(await search.count()).toBe(0)

      // Another number of buckets, at the very beginning, when there were 4,096: the map of before, then that of now.
      await type(page, 'gateway', `sysctl -w ${CT}buckets=1024`)
      const rehash = acts.getByRole('listitem').filter({ hasText: 'nf_conntrack_hash_resize' })
      await rehash.getByText(lang === 'en' ? 'From 4,096 buckets to 1,024' : '从 4,096 变成 1,024').waitFor()
      await page.locator('.map .rehash').waitFor({ state: 'detached' })
      expect(await judged(page, '.buckets', '.acts')).toEqual([])
    },
  )
}

test(
  'a bucket that is pointed at tells its chain, and an entry that is pointed at links both of its nodes',
  { timeout: 120_000 },
  async ({ open }) => {
    const page = await open('#lab=gateway&speed=100&lang=en', { viewport: { width: 1440, height: 900 } })
    await page.locator('#term-input').waitFor()
    await type(page, 'gateway', `sysctl -w net.ipv4.ip_forward=1 ${CT}buckets=512`)
    await type(page, 'gateway', 'iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE')
    await type(page, 'pc1', 'echo x | nc -u -w 0 123.125.115.110 1000')
    await rested(page)
    // By keyboard: the next bucket in use, its chain below, the flow's other node linked.
    await page.locator('.map').focus()
    await page.keyboard.press('PageDown')
    await expect.poll(() => page.locator('.map .linked').count()).toBe(1)
    await expect.poll(() => page.locator('.map .bow').count()).toBe(1)
    const bucket = Number(await page.locator('.map').getAttribute('aria-valuenow'))

    // By pointer: the same bucket's chain, where the pointer is, without choosing it.
    await page.getByRole('button', { name: 'Close the bucket' }).click()
    const box = await page.locator('.map').boundingBox()
    if (box === null) throw new Error('no map')
    const columns = Math.floor((box.width + 1) / 7)
    await page
      .locator('.map')
      .hover({ position: { x: (bucket % columns) * 7 + 3, y: Math.floor(bucket / columns) * 7 + 3 } })
    const tip = page.locator('.buckets .tip')
    await tip.getByText('123.125.115.110').first().waitFor()
    expect(await tip.innerText()).toContain('the other node: bucket')
    await page.keyboard.press('Escape')
    await tip.waitFor({ state: 'detached' })

    // An entry of the list.
    await page.locator('.entries article').first().hover()
    await expect.poll(() => page.locator('.map .linked').count()).toBe(2)
    await page.mouse.move(5, 5)
    await expect.poll(() => page.locator('.map .linked').count()).toBe(0)
  },
)
