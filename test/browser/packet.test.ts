import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { judged } from './axe.ts'
import { fetched } from './doing.ts'
import { test } from './page.ts'

const WORDS = {
  en: { why: 'Why?', rule: 'Rule 1 of the chain POSTROUTING in the nat table decided.' },
  zh: { why: '为什么？', rule: '由 nat 表 POSTROUTING 链的第 1 条规则决定。' },
} as const
const LANGUAGES = ['en', 'zh'] as const

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

      // The answer comes to the gateway's own address: without the rewrite it would have stayed there.
      await page.locator('.player .buttons button').last().click()
      const answer = picker.locator('option').filter({ hasText: 'SYN ACK #' })
      await answer.waitFor({ state: 'attached' })
      await picker.selectOption(await answer.getAttribute('value'))
      const otherwise = page.locator('#picture .otherwise').filter({ hasText: 'INPUT' })
      await otherwise.waitFor()
      await page.locator('#view-tab-hooks').click()
      await page.locator('#picture .other path').waitFor({ state: 'attached' })
      await otherwise.waitFor()
      expect(await judged(page, '#picture')).toEqual([])
    },
  )
}

/** Pings that a rule throws away, with all of them over. */
async function dropped(page: Page): Promise<void> {
  const box = page.locator('#term-screen input')
  await box.waitFor()
  for (const [host, line] of [
    ['gateway', 'sysctl -w net.ipv4.ip_forward=1'],
    ['gateway', 'iptables -A FORWARD -p icmp -j DROP'],
    ['pc1', 'ping -c 2 -i 0.2 -W 1 baidu.com'],
  ] as const) {
    await page.getByRole('tab', { name: new RegExp(`^${host}`) }).click()
    await box.fill(line)
    await box.press('Enter')
  }
  await page.getByRole('log').getByText('100% packet loss').waitFor()
  await page.locator('.play').focus()
}

const TOLD = {
  en: { last: 'drop 2 of 2: gateway', first: 'drop 1 of 2: gateway', none: 'No earlier drop is kept.' },
  zh: { last: '丢包：第 2 个，共 2 个，gateway', first: '丢包：第 1 个', none: '此前没有留存的丢包。' },
} as const

for (const lang of LANGUAGES)
  test(
    `letters lead from drop to drop, and a moment can be given a name (${lang})`,
    { timeout: 180_000 },
    async ({ open }) => {
      const page = await open(`#lab=gateway&speed=100&lang=${lang}`, { reducedMotion: 'reduce' })
      await dropped(page)
      const told = page.locator('#time-tools [role=status]')
      const clock = page.locator('.clock')
      const end = await clock.innerText()
      await page.keyboard.press('Shift+D')
      await expect.poll(() => clock.innerText()).not.toBe(end)
      await page.locator('.player .more').click()
      await expect.poll(() => told.innerText()).toContain(TOLD[lang].last)
      await page.keyboard.press('Shift+D')
      await expect.poll(() => told.innerText()).toContain(TOLD[lang].first)
      // The packet that dies is the one that is shown, and it lets go of the eye when the moment is over.
      await expect.poll(() => page.locator('.chip.dead').count()).toBe(1)
      await page.keyboard.press('Shift+D')
      await expect.poll(() => told.innerText()).toBe(TOLD[lang].none)

      await page.keyboard.press('b')
      await page.keyboard.type('before it dies')
      await page.keyboard.press('Enter')
      const mark = page.locator('#time-tools li').filter({ hasText: 'before it dies' })
      // The clock is there when the seeking is over; the bookmark says which moment it names.
      const moment = await mark.locator('.when').innerText()
      await page.locator('.play').focus()
      await page.keyboard.press('.')
      await expect.poll(() => clock.innerText()).not.toBe(moment)
      const later = await clock.innerText()
      expect(parseFloat(later)).toBeGreaterThan(1)
      await page.keyboard.press(',')
      await expect.poll(() => clock.innerText()).not.toBe(later)
      await mark.locator('button').first().click()
      await expect.poll(() => clock.innerText()).toBe(moment)
      expect(await judged(page, '.transport')).toEqual([])
      await mark.locator('button').last().click()
      await expect.poll(() => mark.count()).toBe(0)
    },
  )

test('whoever does not want letters as keys turns them off', { timeout: 120_000 }, async ({ open }) => {
  const page = await open('#lab=gateway&speed=100&lang=en', { reducedMotion: 'reduce' })
  await dropped(page)
  await page.keyboard.press('?')
  await page.getByRole('dialog').getByRole('checkbox').uncheck()
  await page.keyboard.press('Escape')
  const clock = await page.locator('.clock').innerText()
  await page.locator('.play').focus()
  await page.keyboard.press('Shift+D')
  await page.keyboard.press('?')
  await page.waitForTimeout(300)
  expect(await page.getByRole('dialog').count()).toBe(0)
  expect(await page.locator('.clock').innerText()).toBe(clock)
})

const ASKS = {
  en: {
    lab: 'lab docker',
    view: 'view packet',
    title: 'Find and do',
    names: ['Packet', 'Hide the terminal'],
  },
  zh: { lab: 'lab docker', view: '视图 数据包', title: '查找并执行', names: ['数据包', '隐藏终端'] },
} as const

for (const lang of LANGUAGES)
  test(
    `everything is found by some letters of its name, and done by Enter (${lang})`,
    { timeout: 180_000 },
    async ({ open }) => {
      const page = await open(`#lab=gateway&lang=${lang}`, {
        reducedMotion: 'reduce',
        viewport: { width: 1440, height: 900 },
      })
      const loaded: string[] = []
      page.on('request', (request) => loaded.push(request.url()))
      await page.locator('#term-screen input').waitFor()
      await page.locator('.find').waitFor()
      expect(loaded.some((url) => url.includes('/Palette-'))).toBe(false)
      // Wherever the focus is: in the terminal, too.
      await page.locator('#term-screen input').focus()
      await page.keyboard.press('Control+k')
      const box = page.getByRole('combobox', { expanded: true })
      await box.waitFor()
      expect(await page.getByRole('option').count()).toBeGreaterThan(100)
      expect(await judged(page, 'dialog')).toEqual([])
      await page.keyboard.type(ASKS[lang].view)
      const chosen = page.locator('[role=option][aria-selected=true]')
      await expect.poll(() => chosen.innerText()).toContain(ASKS[lang].names[0])
      expect(await box.getAttribute('aria-activedescendant')).toBe(await chosen.getAttribute('id'))
      await page.keyboard.press('Enter')
      await expect.poll(() => page.url()).toContain('view=packet')
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('term-input')

      await page.keyboard.press('Control+k')
      await box.waitFor()
      await page.keyboard.type(ASKS[lang].names[1])
      await expect.poll(() => chosen.innerText()).toContain(ASKS[lang].names[1])
      await page.keyboard.press('Enter')
      await expect.poll(() => page.locator('.shell').isVisible()).toBe(false)

      await page.locator('.find').click()
      await box.waitFor()
      await page.keyboard.type(ASKS[lang].lab)
      await page.keyboard.press('Enter')
      await expect.poll(() => page.url()).toContain('lab=docker')
    },
  )

test(
  'panes are drawn, moved by keys, put away and brought back, and are as they were the next time',
  { timeout: 180_000 },
  async ({ open }) => {
    const page = await open('#lab=gateway&lang=en', {
      reducedMotion: 'reduce',
      viewport: { width: 1440, height: 900 },
    })
    const line = (edge: string) => page.locator(`[role=separator][data-edge=${edge}]`)
    const width = () => page.locator('aside.left').evaluate((e: HTMLElement) => e.offsetWidth)
    await line('right').waitFor()
    const before = await width()
    await line('left').focus()
    await page.keyboard.press('ArrowRight')
    await expect.poll(width).toBe(before + 16)
    expect(await line('left').getAttribute('aria-valuenow')).toBe(String(before + 16))
    const box = await line('left').boundingBox()
    if (box === null) throw new Error('there is no line')
    await page.mouse.move(box.x + 4, 500)
    await page.mouse.down()
    await page.mouse.move(box.x + 64, 500, { steps: 4 })
    await page.mouse.up()
    await expect.poll(width).toBeGreaterThan(before + 60)
    const drawn = await width()
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('aside.left').isVisible()).toBe(false)
    expect(await judged(page)).toEqual([])
    await page.reload()
    await line('left').waitFor()
    await expect.poll(() => page.locator('aside.left').isVisible()).toBe(false)
    await line('left').focus()
    await page.keyboard.press('Enter')
    await expect.poll(width).toBe(drawn)
    await line('left').dblclick()
    await expect.poll(width).toBe(before)

    // At the extremes nothing lies over something else, and nothing is scrolled sideways.
    for (const [w, h] of [
      [1440, 900],
      [1200, 700],
      [1024, 768],
    ] as const) {
      await page.setViewportSize({ width: w, height: h })
      for (const edge of ['left', 'terminal', 'right']) {
        if ((await line(edge).count()) === 0) continue
        await line(edge).focus()
        await page.keyboard.press('End')
      }
      await page.waitForTimeout(200)
      const seen = await page.evaluate(() => {
        const of = (s: string) => document.querySelector(s)?.getBoundingClientRect() ?? new DOMRect()
        return {
          over: document.documentElement.scrollWidth - innerWidth,
          road: of('.road').height,
          gap: of('.transport').top - of('.road').bottom,
          end: innerHeight - of('.shell').bottom,
          shell: of('.shell').height,
        }
      })
      expect(seen.over, `${w}`).toBeLessThanOrEqual(0)
      expect(seen.road, `${w}`).toBeGreaterThanOrEqual(160)
      expect(Math.abs(seen.gap), `${w}`).toBeLessThan(2)
      expect(Math.abs(seen.end), `${w}`).toBeLessThan(2)
      expect(seen.shell, `${w}`).toBeGreaterThanOrEqual(80)
      expect(await judged(page)).toEqual([])
    }
  },
)
