/** The built page in a Chromium, and what its main thread does meanwhile. */
import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'
import { preview } from 'vite'
import { findChromium } from '../../scripts/chromium.mjs'

export interface Site {
  browser: Browser
  /** Where the page is served, with a slash at the end. */
  address: string
  close(): Promise<void>
}

/** Serve dist/ and start a browser. */
export async function serve(): Promise<Site> {
  if (!existsSync('dist/index.html')) throw new Error('There is no dist/ to measure: npm run build')
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('There is no Chromium: npm test installs one')
  const server = await preview({ preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' })
  const address = server.httpServer.address()
  if (address === null || typeof address === 'string') throw new Error('vite preview listens on no port')
  const browser = await chromium.launch({
    executablePath,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-dev-shm-usage'],
  })
  return {
    browser,
    address: `http://127.0.0.1:${address.port}/`,
    close: async () => {
      await browser.close()
      await server.close()
    },
  }
}

/** A page of its own; without a worker, where `worker` is false. It is there when a host is shown. */
export async function openPage(site: Site, address: string, worker: boolean): Promise<Page> {
  const context = await site.browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  if (!worker)
    await page.addInitScript(() => {
      Object.assign(window, { Worker: undefined })
    })
  await page.goto(site.address + address)
  await page.locator('#term-input').waitFor()
  return page
}

/** Type a line into a host's terminal. */
export async function type(page: Page, host: string, line: string): Promise<void> {
  await page.locator(`#term-tab-${host}`).click()
  await page.locator('#term-input').fill(line)
  await page.locator('#term-input').press('Enter')
}

/** Does a program run in the terminal? Asked so that hardly any garbage comes of it: the search for a role leaves megabytes. */
export const isRunning = (page: Page, label = 'Ctrl-C'): Promise<boolean> =>
  page.evaluate(
    (text) => [...document.querySelectorAll('#terminal button')].some((b) => b.textContent.trim() === text),
    label,
  )

export const ctrlC = (page: Page) => page.getByRole('button', { name: 'Ctrl-C' })

/** The program in the foreground has ended. */
export async function ended(page: Page): Promise<void> {
  await page.waitForTimeout(100)
  await ctrlC(page).waitFor({ state: 'hidden', timeout: 300_000 })
}

/** Milliseconds between pictures until somebody stops it. */
export async function countFrames(page: Page): Promise<() => Promise<number[]>> {
  const handle = await page.evaluateHandle(() => {
    const state = { frames: [] as number[], on: true }
    let last = performance.now()
    const frame = (now: number): void => {
      state.frames.push(now - last)
      last = now
      if (state.on) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
    return state
  })
  return () =>
    handle.evaluate((state) => {
      state.on = false
      return state.frames
    })
}

/** So many times slower than it is, as a phone would be; 1: as it is. */
export async function throttle(page: Page, rate: number): Promise<void> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate })
}

/**
 * What the page's main thread did without a break: milliseconds, as time and as processor time (the machine may do other
 * things meanwhile), and how much of that was scripts.
 */
export interface MainTask {
  wall: number
  cpu: number
  script: number
}

interface TraceEvent {
  name: string
  pid: number
  tid: number
  ts: number
  dur?: number
  tdur?: number
  args?: { name?: string }
}

/** The tasks of the main thread while `what` is done. Those in which hardly anything happens are left out. */
export async function mainTasks(site: Site, page: Page, what: () => Promise<void>): Promise<MainTask[]> {
  await site.browser.startTracing(page, {
    categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'],
  })
  await what()
  const trace = JSON.parse((await site.browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  const mains = new Set(
    trace.traceEvents
      .filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain')
      .map((e) => `${e.pid} ${e.tid}`),
  )
  const own = trace.traceEvents.filter((e) => mains.has(`${e.pid} ${e.tid}`) && (e.dur ?? 0) > 0)
  const scripts = own.filter((e) => SCRIPTS.has(e.name)).sort((a, b) => a.ts - b.ts)
  let next = 0
  return own
    .filter((e) => e.name === 'RunTask')
    .sort((a, b) => a.ts - b.ts)
    .flatMap((e) => {
      const end = e.ts + (e.dur ?? 0)
      let script = 0
      // Scripts within scripts are counted once.
      for (let last = 0; next < scripts.length && scripts[next].ts < end; next++) {
        const s = scripts[next]
        if (s.ts < e.ts || s.ts < last) continue
        last = s.ts + (s.dur ?? 0)
        script += (s.tdur ?? s.dur ?? 0) / 1000
      }
      if ((e.dur ?? 0) < LEAST_US) return []
      return [{ wall: (e.dur ?? 0) / 1000, cpu: (e.tdur ?? e.dur ?? 0) / 1000, script }]
    })
}

const SCRIPTS = new Set([
  'TimerFire',
  'FireAnimationFrame',
  'RunMicrotasks',
  'EventDispatch',
  'FunctionCall',
  'EvaluateScript',
  'v8.evaluateModule',
])
const LEAST_US = 500

/** Bytes, garbage included. */
export interface HeapUsage {
  /** What scripts have made. */
  usedSize: number
  /** What the browser has made of the document. */
  embedderHeapUsedSize: number
  /** Memory of typed arrays. */
  backingStorageSize: number
}

export interface Memory {
  page: HeapUsage
  /** Null: there is none. */
  worker: HeapUsage | null
}

export const bytesOf = ({ page, worker }: Memory): number =>
  [page, ...(worker ? [worker] : [])].reduce(
    (sum, h) => sum + h.usedSize + h.embedderHeapUsedSize + h.backingStorageSize,
    0,
  )

export interface HeapMeter {
  now(): Promise<Memory>
  /** The same when both have collected their garbage. */
  collected(): Promise<Memory>
}

/** Asks for the bytes that the heaps and buffers of a page and its worker take. */
export async function heapMeter(page: Page): Promise<HeapMeter> {
  const cdp = await page.context().newCDPSession(page)
  let worker = ''
  let next = 1
  const waiting = new Map<number, (result: unknown) => void>()
  cdp.on('Target.attachedToTarget', ({ targetInfo, sessionId }) => {
    if (targetInfo.type === 'worker') worker = sessionId
  })
  cdp.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message) as { id?: number; result?: unknown }
    if (id !== undefined) waiting.get(id)?.(result)
  })
  await cdp.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false })
  const ofWorker = async (method: string): Promise<unknown> => {
    if (worker === '') return null
    const id = next++
    const answer = new Promise<unknown>((resolve) => waiting.set(id, resolve))
    await cdp.send('Target.sendMessageToTarget', {
      sessionId: worker,
      message: JSON.stringify({ id, method }),
    })
    return answer
  }
  const now = async (): Promise<Memory> => ({
    page: await cdp.send('Runtime.getHeapUsage'),
    worker: (await ofWorker('Runtime.getHeapUsage')) as HeapUsage | null,
  })
  return {
    now,
    collected: async () => {
      await cdp.send('HeapProfiler.collectGarbage')
      await ofWorker('HeapProfiler.collectGarbage')
      return now()
    },
  }
}
