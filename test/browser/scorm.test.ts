/** Packages in a learning management system's run-time (scorm-again), each opened as such systems do: a window, or a frame. */
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { unzipSync, zipSync } from 'fflate'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import type { Edition } from '../../build/scorm/manifest.ts'
import { packageOf, subjectOf } from '../../build/scorm/package.ts'
import lesson from '../../lessons/12-reading-the-table/lesson.ts'
import { test } from './page.ts'
import { walk } from './walk/walk.ts'

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
}
const RUN_TIME = 'node_modules/scorm-again/dist/scorm-again.min.js'
/** A system's page: it keeps in its own storage what it is told to commit, and gives it back the next time. */
const system = (api: string, made: string, frame: string) => `<!doctype html><title>LMS</title>
<script src="/run-time.js"></script>
<script>
  window.${api} = new ${made}({ autocommit: false, logLevel: 5 })
  const kept = sessionStorage.getItem('cmi')
  if (kept) window.${api}.loadFromJSON(JSON.parse(kept))
  for (const end of ['LMSCommit', 'LMSFinish', 'Commit', 'Terminate'])
    window.${api}.on(end, () => sessionStorage.setItem('cmi', JSON.stringify(window.${api}.renderCMIToJSONObject().cmi)))
  window.said = []
</script>${frame}`

let server: Server
let site: string
beforeAll(async () => {
  const files = new Map<string, Uint8Array | string>([
    ['/run-time.js', readFileSync(RUN_TIME)],
    ['/1.2.html', system('API', 'Scorm12API', '')],
    [
      '/2004.html',
      system(
        'API_1484_11',
        'Scorm2004API',
        '<iframe src="/2004/index.html" width="1300" height="860"></iframe>',
      ),
    ],
  ])
  for (const [edition, name] of [
    ['1.2', '12-reading-the-table'],
    ['2004', '03-snat'],
  ] satisfies [Edition, string][]) {
    // There and back through the zip, as a system does.
    const made = zipSync(Object.fromEntries(await packageOf(subjectOf(name, 'en'), edition, 'dist')))
    for (const [file, bytes] of Object.entries(unzipSync(made))) files.set(`/${edition}/${file}`, bytes)
  }
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://lms').pathname
    const body = files.get(path) ?? (path === '/favicon.ico' ? '' : undefined)
    response.writeHead(body === undefined ? 404 : 200, {
      'Content-Type': TYPES[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
    })
    response.end(body)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}, 120_000)
afterAll(() => server.close())

const value = (page: Page, api: string, call: string, name: string): Promise<string> =>
  page.evaluate(
    ([api, call, name]) =>
      String(
        (window as unknown as Record<string, Record<string, (name: string) => unknown>>)[api][call](name),
      ),
    [api, call, name],
  )

test('SCORM 1.2, in a window of its own: a lesson that is done is completed, with its score', async ({
  open,
}) => {
  const lms = await open(`${site}/1.2.html`, {
    reducedMotion: 'reduce',
    viewport: { width: 1440, height: 900 },
  })
  const [sco] = await Promise.all([
    lms.waitForEvent('popup'),
    lms.evaluate(() => window.open('/1.2/index.html', '_blank', 'width=1440,height=900')),
  ])
  sco.setDefaultTimeout(30_000)
  await sco.getByRole('heading', { level: 2, name: 'One line' }).waitFor()
  const get = (name: string) => value(lms, 'API', 'LMSGetValue', name)
  expect(await get('cmi.core.lesson_status')).toBe('incomplete')
  expect(await get('cmi.core.score.raw')).toBe('0')
  await walk(sco, lesson)
  expect(await get('cmi.core.lesson_status')).toBe('completed')
  expect(await get('cmi.core.score.raw')).toBe('100')
  expect((await get('cmi.suspend_data')).length).toBeLessThan(4096)
  await sco.close({ runBeforeUnload: true })
  await lms.waitForFunction(() => sessionStorage.getItem('cmi')?.includes('session_time') === true)
  const kept = await lms.evaluate(() => sessionStorage.getItem('cmi'))
  expect(kept).toMatch(/"session_time":"0+:0\d:\d\d/)
}, 180_000)

test('SCORM 2004, in a frame: who leaves in the middle goes on there the next day', async ({ open }) => {
  const lms = await open(`${site}/2004.html`, {
    reducedMotion: 'reduce',
    viewport: { width: 1440, height: 900 },
  })
  const sco = lms.frameLocator('iframe')
  await sco.getByRole('button', { name: 'In the gateway, where it decides about the way' }).click()
  await sco.getByRole('button', { name: 'Next', exact: true }).click()
  await sco.getByRole('heading', { level: 2, name: 'a gateway that forwards' }).waitFor()
  const get = (name: string) => value(lms, 'API_1484_11', 'GetValue', name)
  expect(await get('cmi.completion_status')).toBe('incomplete')
  expect(await get('cmi.location')).toBe('03-snat/forward')
  expect(Number(await get('cmi.progress_measure'))).toBeGreaterThan(0)

  await lms.reload()
  await sco.getByRole('heading', { level: 2, name: 'a gateway that forwards' }).waitFor()
  expect(await get('cmi.location')).toBe('03-snat/forward')
  expect(Number(await get('cmi.score.scaled'))).toBeGreaterThan(0)
  await sco.locator('.steps button:first-child.done').waitFor()
})
