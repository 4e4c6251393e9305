/**
 * Packages in learning platforms, each opened as such do, in a window or a frame: SCORM's in the run-time of scorm-again,
 * cmi5's by a small record store of our own.
 */
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { unzipSync, zipSync } from 'fflate'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { packageOf, subjectOf, type Kind } from '../../build/scorm/package.ts'
import lesson from '../../lessons/12-reading-the-table/lesson.ts'
import { lrs, type Lrs } from './lrs.ts'
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
let platform: Lrs
beforeAll(async () => {
  platform = await lrs()
  const files = new Map<string, Uint8Array | string>([
    ['/course', '<!doctype html><title>The course</title>'],
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
    ['cmi5', '03-snat'],
  ] satisfies [Kind, string][]) {
    // There and back through the zip, as a system does.
    const made = zipSync(
      Object.fromEntries(await packageOf(subjectOf(name, 'en'), edition, 'dist', platform.origin)),
    )
    for (const [file, bytes] of Object.entries(unzipSync(made))) files.set(`/${edition}/${file}`, bytes)
  }
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://lms').pathname
    const body = files.get(path) ?? (path === '/favicon.ico' ? '' : undefined)
    response.writeHead(body === undefined ? 404 : 200, {
      'Content-Type':
        path === '/course' ? TYPES.html : (TYPES[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream'),
    })
    response.end(body)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}, 120_000)
afterAll(() => {
  server.close()
  platform.close()
})

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
  await sco.getByRole('button', { name: 'In the gateway, at the routing decision' }).click()
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

test('cmi5: what is done is told to the store, in its order, once; the next session goes on, and leads back', async ({
  open,
}) => {
  const { statements, state, refused } = platform
  const CONTEXT = 'https://w3id.org/xapi/cmi5/context/'
  state.set('LMS.LaunchData', {
    contextTemplate: {
      contextActivities: { grouping: [{ id: 'urn:netfilter-lab:03-snat' }] },
      extensions: { [`${CONTEXT}extensions/sessionid`]: 'one' },
    },
    launchMode: 'Normal',
    moveOn: 'CompletedOrPassed',
    masteryScore: 0.8,
    returnURL: `${site}/course`,
  })
  const said = (from = 0): string[] =>
    statements
      .slice(from)
      .map(({ verb, object }) => `${verb.id.split('/').at(-1)} ${object.id.split('/').at(-1)}`)
  const patience = { timeout: 20_000 }
  const options = { reducedMotion: 'reduce', viewport: { width: 1440, height: 900 } } as const

  const au = await open(`${site}/cmi5/index.html?lesson=03-snat&${platform.launch()}`, options)
  await au.getByRole('button', { name: 'In the gateway, at the routing decision' }).click()
  await expect
    .poll(() => said(), patience)
    .toEqual(['initialized 7', 'completed urn:netfilter-lab:03-snat:look', 'progressed 7'])
  expect(new URL(au.url()).search).toBe('')
  await au.goto('about:blank')
  await expect.poll(() => said().at(-1), patience).toBe('terminated 7')
  expect(state.get('netfilter-lab.progress')).toMatchObject({
    suspend: '1;03-snat/look;03-snat=1',
    completed: false,
  })

  // All but the last step are done; the last one is shown.
  const begun = statements.length
  state.set('netfilter-lab.progress', {
    suspend: '1;03-snat/moved;03-snat=ff',
    completed: false,
    passed: false,
  })
  const address = `${site}/cmi5/index.html?lesson=03-snat&${platform.launch()}`
  await au.goto(address)
  await au.getByRole('heading', { level: 2, name: 'The address changes overnight' }).waitFor()
  await au.getByRole('button', { name: 'Only pc2, which uses MASQUERADE' }).click()
  await au.getByRole('button', { name: 'Show me' }).click()
  const whole = [
    'initialized 7',
    'completed urn:netfilter-lab:03-snat:moved',
    'progressed 7',
    'completed 7',
    'passed 7',
  ]
  await expect.poll(() => said(begun), patience).toEqual(whole)
  await au.getByRole('button', { name: 'Back to your course' }).click()
  await au.waitForURL(`${site}/course`)
  expect(said(begun)).toEqual([...whole, 'terminated 7'])
  const passed = statements.find(({ verb }) => verb.id.endsWith('/passed'))
  expect(passed?.result?.score).toEqual({ scaled: 0.889, raw: 8, min: 0, max: 9 })
  expect(passed?.context).toMatchObject({
    registration: '760e3480-ba55-4991-94b0-01820dbd23a2',
    extensions: { [`${CONTEXT}extensions/sessionid`]: 'one', [`${CONTEXT}extensions/masteryscore`]: 0.8 },
  })

  // A token is good for once: nothing is told, and the learner knows it.
  await au.goto(address)
  await au.locator('[data-notice="not-kept"]').waitFor()
  await au.reload()
  await au.locator('[data-notice="not-kept"]').waitFor()
  expect(said(begun)).toHaveLength(whole.length + 1)
  expect(refused).toEqual([])
})
