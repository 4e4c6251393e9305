/** The hook diagram, looked at closely: a chain that opens in it, its size, the row of the bridge. */
import { copyFileSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { judged } from './axe.ts'
import { type } from './doing.ts'
import { test } from './page.ts'

const WORDS = {
  en: {
    back: /^One station back/,
    larger: 'Larger',
    fit: 'Fit',
    along: 'Follow',
    road: 'Path',
    jump: 'rule 1 of FORWARD matches: on to WATCH; rule 1 of WATCH matches and decides',
    entry: 'No rule is consulted for this packet: its entry decides.',
    save: 'Save the picture',
    as: 'Save as ',
    quoted: /the same in the header it quotes/,
  },
  zh: {
    back: /^后退一站/,
    larger: '放大',
    fit: '显示全图',
    along: '跟着包走',
    road: '路径',
    jump: '匹配 FORWARD 的规则 1：进入 WATCH；匹配 WATCH 的规则 1，由它决定',
    entry: '这个包不查规则：由它的连接跟踪记录决定。',
    save: '保存这幅图',
    as: '保存为 ',
    quoted: /所引的包头也同样改写/,
  },
} as const
const LANGUAGES = ['en', 'zh'] as const

/** Type a line and wait for its end. */
async function done(page: Page, host: string, line: string): Promise<void> {
  await type(page, host, line)
  await page.waitForFunction(() => document.querySelector('.host .busy') === null)
}

/** Back from station to station until the sentence says something. */
async function backTo(page: Page, back: RegExp, what: RegExp): Promise<void> {
  const said = page.locator('.sentence')
  for (let i = 0; i < 150 && !what.test(await said.innerText()); i++) {
    await page.getByRole('button', { name: back }).click()
    await page.waitForTimeout(80)
  }
  expect(await said.innerText()).toMatch(what)
}

for (const lang of LANGUAGES) {
  const say = WORDS[lang]

  test(
    `a chain opens beside its station and follows the playhead; Escape gives the focus back (${lang})`,
    { timeout: 240_000 },
    async ({ open }) => {
      const page = await open(`#lab=gateway&speed=100&lang=${lang}`, {
        viewport: { width: 1440, height: 900 },
        reducedMotion: 'reduce',
      })
      await page.locator('#term-screen input').waitFor()
      for (const line of [
        'sysctl -w net.ipv4.ip_forward=1',
        'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j SNAT --to-source 100.100.100.100',
        'iptables -N WATCH',
        'iptables -A FORWARD -j WATCH',
        'iptables -A WATCH -m comment --comment "<img src=x onerror=alert(1)> & -j DROP" -j ACCEPT',
      ])
        await done(page, 'gateway', line)
      await done(page, 'pc1', 'hping3 -2 -p 9 -c 1 123.125.115.110')

      // The error's quoted header is translated too.
      await backTo(page, say.back, say.quoted)
      const inner = page.locator('.dock .inner')
      expect(await inner.locator('s').allInnerTexts()).toEqual(['100.100.100.100'])
      expect(await inner.innerText()).toContain('192.168.0.2')
      await page.locator('[data-state="PRE_ROUTING.nat"]').press('Enter')
      const card = page.locator('#chain-card')
      expect(await card.locator('.told').innerText()).toBe(say.entry)
      await page.keyboard.press('Escape')
      await card.waitFor({ state: 'detached' })

      await backTo(page, say.back, /FORWARD filter/)
      await page.locator('[data-state="FORWARD.filter"]').focus()
      await page.keyboard.press('Enter')
      await card.waitFor()
      expect(await card.locator('.told').innerText()).toBe(say.jump)
      expect(await card.locator('tr.decides').innerText()).toContain('<img src=x onerror=alert(1)> & -j DROP')
      expect(await card.locator('tr.fits .n').nth(1).innerText()).toBe('1')
      expect(await judged(page, '#picture')).toEqual([])

      // Before the packet came there, its counters are smaller and nothing is lit.
      await page.keyboard.press('ArrowLeft')
      await expect.poll(() => card.locator('tr.decides').count()).toBe(0)
      await expect.poll(() => card.locator('tbody tr .n').nth(1).innerText()).toBe('0')
      await page.keyboard.press('Escape')
      await card.waitFor({ state: 'detached' })
      expect(await page.evaluate(() => document.activeElement?.getAttribute('data-state'))).toBe(
        'FORWARD.filter',
      )

      // The file has the chain in it; somebody's words are words, and it opens by itself.
      await page.keyboard.press('Enter')
      await card.waitFor()
      await page.getByRole('button', { name: say.save }).click()
      const file = async (kind: string): Promise<string> => {
        const coming = page.waitForEvent('download')
        await page.getByRole('button', { name: `${say.as}${kind}` }).click()
        const it = await coming
        expect(it.suggestedFilename()).toBe(`netfilter-gateway-gateway-light.${kind.toLowerCase()}`)
        return it.path()
      }
      await page.getByRole('button', { name: `${say.as}SVG` }).waitFor()
      expect(await judged(page, '#picture')).toEqual([])
      const svg = await file('SVG')
      const png = readFileSync(await file('PNG'))
      expect(png.subarray(1, 4).toString()).toBe('PNG')
      expect(png.readUInt32BE(16)).toBe(2120)
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: `${say.as}SVG` }).waitFor({ state: 'detached' })
      const other = await page.context().newPage()
      const alone = `${svg}.svg`
      copyFileSync(svg, alone)
      await other.goto(pathToFileURL(alone).href)
      const read = await other.evaluate(() => ({
        root: document.documentElement.tagName,
        wrong: document.querySelectorAll('parsererror, script, image, img, foreignObject').length,
        text: [...document.querySelectorAll('text')].map((x) => x.textContent).join('\n'),
        width: document.documentElement.getBoundingClientRect().width,
      }))
      expect([read.root, read.wrong, read.width]).toEqual(['svg', 0, 1060])
      expect(read.text).toContain('<img src=x onerror=alert(1)> & -j DROP')
      expect(read.text).toContain('POSTROUTING')
      await other.close()
      await page.locator('[data-state="FORWARD.filter"]').focus()
      await page.keyboard.press('Escape')

      // It can go along with the packet, from table to table.
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: say.along }).click()
      await backTo(page, say.back, /PREROUTING nat/)
      await expect.poll(() => card.getAttribute('aria-label')).toContain('PREROUTING')
    },
  )

  test(
    `the picture is made larger by buttons, keys and the wheel, and moved by a drag (${lang})`,
    { timeout: 180_000 },
    async ({ open }) => {
      const page = await open(`#lab=docker&lang=${lang}`, {
        viewport: { width: 1024, height: 768 },
        reducedMotion: 'reduce',
      })
      const frame = page.locator('.path')
      const larger = page.getByRole('button', { name: say.larger, exact: true })
      await larger.waitFor()
      const size = async (): Promise<number> => (await page.locator('.sheet').boundingBox())?.width ?? 0
      const drawn = await size()
      await larger.click()
      await expect.poll(size).toBeCloseTo(drawn * 1.25, 0)
      expect(await judged(page, '#picture')).toEqual([])

      await frame.focus()
      await page.keyboard.press('+')
      await expect.poll(size).toBeCloseTo(drawn * 1.5625, 0)
      const left = (): Promise<number> => frame.evaluate((f) => f.scrollLeft)
      const before = await left()
      await page.keyboard.press('ArrowRight')
      await expect.poll(left).toBeGreaterThan(before)

      const box = (await frame.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
      const at = await left()
      await page.mouse.move(box.x + 20, box.y + box.height - 20)
      await page.mouse.down()
      await page.mouse.move(box.x + 70, box.y + box.height - 20, { steps: 4 })
      await page.mouse.up()
      expect(await left()).toBeLessThan(at)

      // Without Ctrl the wheel scrolls; with it, it changes the size.
      const wide = await size()
      await page.mouse.wheel(0, -40)
      expect(await size()).toBe(wide)
      await page.keyboard.down('Control')
      await page.mouse.wheel(0, -100)
      await page.keyboard.up('Control')
      await expect.poll(size).toBeGreaterThan(wide)

      await page.keyboard.press('0')
      await expect.poll(size).toBe(drawn)
      await page.getByRole('button', { name: say.fit }).click()
      await expect
        .poll(() =>
          frame.evaluate((f) => f.scrollHeight <= f.clientHeight + 1 && f.scrollWidth <= f.clientWidth),
        )
        .toBe(true)
    },
  )

  test(
    `two fingers make it larger on a phone, and a chain opens below its row (${lang})`,
    { timeout: 180_000 },
    async ({ open }) => {
      const page = await open(`#lab=docker&lang=${lang}`, {
        viewport: { width: 390, height: 844 },
        reducedMotion: 'reduce',
        hasTouch: true,
        isMobile: true,
      })
      await page.getByRole('tab', { name: say.road, exact: true }).click()
      await page.getByRole('button', { name: say.larger, exact: true }).waitFor()
      const small = await page.locator('#picture button:visible').evaluateAll((all) =>
        all
          .map((b) => ({
            name: b.getAttribute('aria-label') ?? b.textContent,
            box: b.getBoundingClientRect(),
          }))
          .filter(({ box }) => box.width < 24 || box.height < 24)
          .map(({ name }) => name),
      )
      expect(small).toEqual([])

      await page.locator('[data-state="PRE_ROUTING.nat"]').tap()
      const card = page.locator('#chain-card')
      await card.waitFor()
      const [row, opened] = [
        await page.locator('[data-state="PRE_ROUTING.nat"]').boundingBox(),
        await card.boundingBox(),
      ]
      expect(opened && row && opened.y).toBeGreaterThan((row?.y ?? 0) + (row?.height ?? 0))
      expect(opened && opened.x >= 0 && opened.x + opened.width <= 390).toBe(true)
      expect(await judged(page, '#picture')).toEqual([])
      await page.keyboard.press('Escape')

      const size = async (): Promise<number> => (await page.locator('.sheet').boundingBox())?.width ?? 0
      const drawn = await size()
      const touch = await page.context().newCDPSession(page)
      const fingers = (apart: number) => [
        { x: 195 - apart, y: 560 },
        { x: 195 + apart, y: 560 },
      ]
      const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart: number | null) =>
        touch.send('Input.dispatchTouchEvent', { type, touchPoints: apart === null ? [] : fingers(apart) })
      await send('touchStart', 40)
      for (const apart of [50, 60, 70, 80]) await send('touchMove', apart)
      await send('touchEnd', null)
      await expect.poll(size).toBeGreaterThan(drawn * 1.7)
    },
  )
}
