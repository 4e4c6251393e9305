/** A tour of each of the built pages: everything that can be opened is, and the pages' own policies have nothing to say. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { test } from './page.ts'

/** Begins to note violations, in the page as it comes after the next navigation. */
async function watch(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const found: string[] = []
    Object.assign(window, { found })
    document.addEventListener('securitypolicyviolation', (event) =>
      found.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample} ${event.sourceFile}`),
    )
  })
  return () => page.evaluate(() => (window as unknown as { found: string[] }).found)
}

async function closeDialog(page: Page): Promise<void> {
  await page.locator('dialog').first().waitFor()
  await page.keyboard.press('Escape')
  await page.locator('dialog').waitFor({ state: 'detached' })
}

/** All views, all panes, the terminal, a picture saved. */
async function workbench(page: Page): Promise<void> {
  await page.locator('#term-input').waitFor()
  await page.locator('#term-tab-pc1').click()
  await page.locator('#term-input').fill('ping -c 1 192.168.0.1')
  await page.locator('#term-input').press('Enter')
  await page.getByRole('log').getByText('1 received').waitFor()
  for (const view of ['ladder', 'tcp', 'entries', 'charts', 'hooks']) {
    await page.locator(`#view-tab-${view}`).click()
    await page.locator(`#view-panel[aria-labelledby="view-tab-${view}"] *`).first().waitFor()
    await page.waitForTimeout(200)
  }
  for (const tab of await page.locator('[id^="side-tab-"]').all()) {
    await tab.click()
    await page.waitForTimeout(100)
  }
  await page.locator('[id^="side-tab-"]').first().click()
}

async function sandbox(page: Page): Promise<void> {
  for (const tool of await page.locator('details.tool > summary').all()) await tool.click()
  await page.waitForTimeout(500)
  await page.getByRole('button', { name: 'Take it with you', exact: true }).click()
  await page.locator('#carry-tab-bring').click()
  await page.locator('#carry-tab-ask').click()
  await closeDialog(page)
}

async function lesson(page: Page): Promise<void> {
  await page.locator('#side-panel h2').waitFor()
  await page.getByRole('button', { name: 'All lessons' }).click()
  await page.locator('dialog details summary').last().click()
  await page.waitForTimeout(200)
  await closeDialog(page)
}

const FILE = pathToFileURL(resolve('dist/netfilter-lab.html')).href

describe('nothing is against the policy of', () => {
  for (const [name, address, framed] of [
    ['the page', '', false],
    ['the embed page', 'embed.html', true],
    ['the one file, from a disk', FILE, false],
  ] as const)
    test(name, { timeout: 180_000 }, async ({ open }) => {
      const page = await open('', { viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
      const found = await watch(page)
      const asked = new Set<string>()
      page.on('request', (request) => {
        const { protocol, host } = new URL(request.url())
        asked.add(protocol + host)
      })
      const base = new URL(address, page.url()).href

      await page.goto(`${base}?lab=gateway&lang=en&speed=100`)
      await workbench(page)
      await sandbox(page)
      expect(await found()).toEqual([])

      await page.goto(`${base}?lesson=01-why-nat&lang=en&theme=dark`)
      await lesson(page)
      if (!framed) {
        await page.getByRole('button', { name: 'Help' }).click()
        await closeDialog(page)
        await page.getByRole('button', { name: '中文' }).click()
        await page.getByRole('button', { name: 'English' }).waitFor()
      }
      expect(await found()).toEqual([])

      await page.goto(`${base}?page=model&lang=en`)
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      await page.waitForTimeout(300)
      expect(await found()).toEqual([])
      // Nobody but who serves the page is asked for anything, and nobody is handed anything to keep.
      const { protocol, host } = new URL(base)
      const known = ['data:', 'blob:', protocol + host]
      expect([...asked].filter((from) => !known.includes(from))).toEqual([])
      expect(await page.context().cookies()).toEqual([])
    })

  test('and each page has one, without unsafe-inline, and with Trusted Types', () => {
    for (const name of ['index.html', 'embed.html', 'netfilter-lab.html']) {
      const html = readFileSync(`dist/${name}`, 'utf8')
      const written = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(html)?.[1] ?? ''
      const policy = written.replaceAll('&#39;', "'")
      expect(policy, name).toContain("require-trusted-types-for 'script'")
      expect(policy, name).not.toContain('unsafe')
      // It stands before anything that it could forbid.
      expect(html.indexOf('http-equiv')).toBeLessThan(html.search(/<(?:script|style|link)\b/))
    }
  })
})
