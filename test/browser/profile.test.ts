import { expect } from 'vitest'
import { judged } from './axe.ts'
import { test } from './page.ts'

const LAB = '?lab=docker&period=article&lang=en&speed=4'
const PARTS = ['ipv4_conntrack_in', 'br_nf_pre_routing', 'iptable_nat_ipv4_in']

test(
  'what perf recorded is searched, unfolded and followed to the picture by keyboard',
  { timeout: 120_000 },
  async ({ open }) => {
    const page = await open(LAB, { viewport: { width: 1440, height: 900 } })
    const type = async (host: string, line: string): Promise<void> => {
      await page.getByRole('tab', { name: new RegExp(`^${host}`) }).click()
      const box = page.locator('#term-screen input')
      await box.fill(line)
      await box.press('Enter')
    }
    await page.locator('#term-screen input').waitFor()
    await type('vm1', 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat')
    await type('vm1', 'perf record -a -g -- sleep 2')
    await type('vm2', 'ab -c 50 -n 500 -q http://192.168.0.30:8080/')
    const pane = page.getByRole('region', { name: 'Where the CPU time goes' })
    await pane.waitFor({ timeout: 60_000 })
    await pane.getByLabel('Find a function').fill('nf_hook_slow')
    const tree = pane.getByRole('tree')
    await expect.poll(() => tree.getByRole('treeitem').count()).toBeGreaterThan(3)
    const names = await tree.getByRole('treeitem').allTextContents()
    for (const part of PARTS)
      expect(
        names.some((n) => n.includes(part)),
        part,
      ).toBe(true)

    await tree.getByRole('treeitem').first().focus()
    await page.keyboard.press('ArrowRight')
    for (let i = 0; i < 8; i++) {
      const line = await page.evaluate(() => document.activeElement?.getAttribute('data-line'))
      if (line === 'nf_hook_slow;ipv4_conntrack_in') break
      await page.keyboard.press('ArrowDown')
    }
    await page.keyboard.press('Enter')
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-state')))
      .toBe('PRE_ROUTING.conntrack')
    await expect
      .poll(() => pane.getByRole('status').textContent())
      .toBe('ipv4_conntrack_in runs here: PREROUTING · conntrack')

    expect(await judged(page, '.profile')).toEqual([])
    await pane.getByRole('button', { name: 'Flame graph' }).click()
    await pane.locator('[data-flame]').first().waitFor()
    expect(await judged(page, '.profile')).toEqual([])
    // Larger: as wide as the page, so that the boxes have room for their names; a click on one leads to its station.
    const boxes = () => pane.locator('[data-flame]', { hasText: 'ipv4_conntrack_in' }).count()
    expect(await boxes()).toBe(0)
    await pane.getByRole('button', { name: 'Larger' }).click()
    await expect.poll(async () => (await pane.boundingBox())?.width ?? 0).toBeGreaterThan(1300)
    expect(await boxes()).toBeGreaterThan(0)
    await pane.locator('[data-flame]', { hasText: 'ipv4_conntrack_in' }).first().click()
    await expect.poll(async () => (await pane.boundingBox())?.width ?? 0).toBeLessThan(500)
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-state'))).toBe(
      'PRE_ROUTING.conntrack',
    )
    await pane.locator('[data-flame="swapper"]').focus()
    await page.keyboard.press('ArrowDown')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-flame'))).toMatch(/^swapper;/)

    // Nothing runs any more: the pane says why it is empty.
    await type('vm1', 'perf record -a -g -- sleep 0.1')
    await pane.getByText('All CPUs were idle.').waitFor({ timeout: 60_000 })
  },
)
