/** A browser with one page, for what is asked of a host's page: the same words for Chromium and for Firefox. */
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Frame } from 'playwright-core'
import { Marionette, type Prefs } from './marionette.ts'

export interface Driver {
  name: 'Chromium' | 'Firefox'
  /** Opens an address. The errors of what was open before are forgotten. */
  visit(address: string): Promise<void>
  /** Goes into the one frame of the document it is in. */
  enter(): Promise<void>
  /** What the body of a function returns in that document. */
  run(body: string): Promise<unknown>
  click(selector: string): Promise<void>
  type(selector: string, text: string): Promise<void>
  /** What the documents of this origin, or of any if it is '', have thrown or logged as errors. */
  errors(origin: string): Promise<string[]>
  /** PNG. */
  picture(): Promise<Buffer>
  close(): Promise<void>
}

export interface DriverOptions {
  /** Cookies are refused, and with them all storage: asking for it throws. */
  noStorage?: boolean
}

const VIEWPORT = { width: 1440, height: 900 }
const PATIENCE_MS = 30_000

/** Asks until the answer is no longer empty; then it is returned. */
export async function wanted<T>(what: string, ask: () => Promise<T | undefined | null | false>): Promise<T> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask().catch(() => undefined)
    if (answer !== undefined && answer !== null && answer !== false) return answer
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

export async function driveChromium(program: string, options: DriverOptions = {}): Promise<Driver> {
  const profile = mkdtempSync(join(tmpdir(), 'netfilter-lab-chromium-'))
  if (options.noStorage === true) {
    mkdirSync(join(profile, 'Default'))
    const preferences = { profile: { default_content_setting_values: { cookies: 2 } } }
    writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify(preferences))
  }
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: program,
    viewport: VIEWPORT,
    // Chromium's sandbox refuses to run as root, and needs more shared memory than a container gives.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-dev-shm-usage'],
  })
  const page = context.pages()[0] ?? (await context.newPage())
  let frame: Frame = page.mainFrame()
  let said: { text: string; url: string }[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') said.push({ text: message.text(), url: message.location().url })
  })
  page.on('pageerror', (error) => said.push({ text: error.stack ?? String(error), url: '' }))
  return {
    name: 'Chromium',
    async visit(address) {
      await page.goto('about:blank')
      said = []
      await page.goto(address)
      frame = page.mainFrame()
    },
    async enter() {
      const outer = frame
      frame = await wanted('a frame', () => Promise.resolve(outer.childFrames()[0]))
    },
    run: (body) => frame.evaluate(`(()=>{${body}})()`),
    // By keyboard: Playwright misses what it aims at in a frame of another site that is shown scaled.
    click: (selector) => frame.press(selector, 'Enter', { timeout: PATIENCE_MS }),
    async type(selector, text) {
      await frame.focus(selector, { timeout: PATIENCE_MS })
      await page.keyboard.type(text)
    },
    errors: (origin) =>
      Promise.resolve(
        said
          .filter(({ url }) => url === '' || url.startsWith(origin))
          .map(({ text, url }) => `${text} ${url}`),
      ),
    picture: () => page.screenshot(),
    async close() {
      await context.close()
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'

export async function driveFirefox(program: string, options: DriverOptions = {}): Promise<Driver> {
  const prefs: Prefs = options.noStorage === true ? { 'network.cookie.cookieBehavior': 2 } : {}
  const firefox = await Marionette.start(program, prefs)
  await firefox.ask('WebDriver:SetWindowRect', VIEWPORT)
  const script = async (body: string): Promise<unknown> =>
    ((await firefox.ask('WebDriver:ExecuteScript', { script: body, args: [] })) as { value: unknown }).value
  /** In Firefox's own window, where its console is. */
  const inChrome = async (body: string): Promise<unknown> => {
    await firefox.ask('Marionette:SetContext', { value: 'chrome' })
    try {
      return await script(body)
    } finally {
      await firefox.ask('Marionette:SetContext', { value: 'content' })
    }
  }
  const find = (selector: string): Promise<string> =>
    wanted(selector, async () => {
      const parameters = { using: 'css selector', value: selector }
      const { value } = (await firefox.ask('WebDriver:FindElement', parameters)) as {
        value: Record<string, string>
      }
      return value[ELEMENT]
    })
  return {
    name: 'Firefox',
    async visit(address) {
      await firefox.ask('WebDriver:SwitchToFrame', { id: null })
      await firefox.ask('WebDriver:Navigate', { url: 'about:blank' })
      await inChrome('Services.console.reset()')
      await firefox.ask('WebDriver:Navigate', { url: address })
    },
    async enter() {
      await wanted('a frame', async () => {
        await firefox.ask('WebDriver:SwitchToFrame', { id: 0 })
        return true
      })
    },
    run: script,
    click: async (selector) =>
      void (await firefox.ask('WebDriver:ElementClick', { id: await find(selector) })),
    type: async (selector, text) =>
      void (await firefox.ask('WebDriver:ElementSendKeys', {
        id: await find(selector),
        // The protocol has a letter of its own for the key.
        text: text.replaceAll('\n', '\uE007'),
      })),
    async errors(origin) {
      const said = (await inChrome(
        `return Services.console.getMessageArray()
          .filter((m) => m instanceof Ci.nsIScriptError && (m.flags & Ci.nsIScriptError.warningFlag) === 0)
          .map((m) => [m.errorMessage, m.sourceName])`,
      )) as [string, string][]
      // Firefox's own parts have addresses of their own kinds.
      return said
        .filter(([, from]) => from.startsWith(origin) && !/^(resource|chrome|moz-extension):/.test(from))
        .map((one) => one.join(' '))
    },
    async picture() {
      // Of a frame of another site it cannot take one.
      await firefox.ask('WebDriver:SwitchToFrame', { id: null })
      const { value } = (await firefox.ask('WebDriver:TakeScreenshot', { full: false })) as { value: string }
      return Buffer.from(value, 'base64')
    },
    close: () => firefox.close(),
  }
}
