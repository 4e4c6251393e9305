import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core'
import { afterAll, inject, test as base } from 'vitest'
import { findChromium } from '../../scripts/chromium.mjs'

/** Opens the built page at an address ('', '#lesson=03-snat', 'embed.html') in a browser context of its own. */
export type Open = (address?: string, options?: BrowserContextOptions) => Promise<Page>

interface Fixtures {
  open: Open
}

/**
 * A test with a browser: `test('…', async ({ open }) => { const page = await open() })`. It fails when the page
 * logs an error, throws one, or breaks its content security policy (which Chromium logs as an error).
 */
export const test = base.extend<Fixtures>({
  // Vitest reads the fixture's needs from the pattern.
  // eslint-disable-next-line no-empty-pattern
  open: async ({}, use) => {
    const contexts: BrowserContext[] = []
    const errors: string[] = []
    await use(async (address = '', options = {}) => {
      const context = await (await browser()).newContext(options)
      contexts.push(context)
      context.on('console', (message) => {
        if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`)
      })
      context.on('weberror', (error) => errors.push(String(error.error().stack ?? error.error())))
      const page = await context.newPage()
      await page.goto(new URL(address, inject('site')).href)
      return page
    })
    await Promise.all(contexts.map((context) => context.close()))
    if (errors.length > 0) throw new Error(`The page reported errors:\n${errors.join('\n')}`)
  },
})

let launched: Promise<Browser> | undefined

/** One Chromium for the whole test file. */
function browser(): Promise<Browser> {
  launched ??= chromium.launch({
    executablePath: findChromium() ?? '',
    // Chromium's sandbox refuses to run as root, and needs more shared memory than a container gives.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-dev-shm-usage'],
  })
  return launched
}

afterAll(async () => (await launched)?.close())
