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
import { isSatisfied, MASTERY, SESSION } from '../cmi5-rules.ts'
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
    ['cmi5', 'course'],
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

const registration = (n: number): string => `760e3480-ba55-4991-94b0-01820dbd23a${n}`
const launch = (...[lesson, n, wish]: [string, number, Parameters<Lrs['launch']>[2]]): string =>
  `${site}/cmi5/index.html?${platform.launch(lesson, registration(n), wish)}`
const DESK = { reducedMotion: 'reduce', viewport: { width: 1440, height: 900 } } as const
const patience = { timeout: 20_000 }
/** What has been told since the `from`th statement; the lesson is called 7 by its platform. */
const said = (from: number): string[] =>
  platform.statements
    .slice(from)
    .map(({ verb, object }) => `${verb.id.split('/').at(-1)} ${object.id.replace(/^.*[:/]/, '')}`)

test('cmi5: a lesson that is played is told to the store in its order, once, and leads back', async ({
  open,
}) => {
  const address = launch(lesson.id, 1, { masteryScore: 0.8, returnURL: `${site}/course` })
  const au = await open(address, DESK)
  await au.getByRole('heading', { level: 2, name: 'One line' }).waitFor()
  expect(new URL(au.url()).search).toBe('')
  await walk(au, lesson)
  const steps = lesson.steps.flatMap(({ id }) => [`completed ${id}`, 'progressed 7'])
  const whole = ['initialized 7', ...steps, 'completed 7', 'passed 7']
  await expect.poll(() => said(0), patience).toEqual(whole)
  await au.getByRole('button', { name: 'Back to your course' }).click()
  await au.waitForURL(`${site}/course`)
  await expect.poll(() => said(0), patience).toEqual([...whole, 'terminated 7'])
  expect(platform.state.get('netfilter-lab.progress')).toMatchObject({ completed: true, passed: true })
  const passed = platform.statements.find(({ verb }) => verb.id.endsWith('/passed'))
  expect(passed?.result?.score).toEqual({ scaled: 1, raw: 7, min: 0, max: 7 })
  for (const moveOn of ['Passed', 'Completed', 'CompletedAndPassed', 'CompletedOrPassed'] as const)
    expect(isSatisfied(platform.statements, moveOn)).toBe(true)

  // A token is good for once: nothing is told, and the learner knows it.
  await au.goto(address)
  await au.locator('[data-notice="not-kept"]').waitFor()
  await au.reload()
  await au.locator('[data-notice="not-kept"]').waitFor()
  expect(said(0)).toHaveLength(whole.length + 1)
  expect(platform.refused).toEqual([])
}, 120_000)

test('cmi5: who has failed passes in a later session; who only looks around is not judged', async ({
  open,
}) => {
  const { state, refused, statements } = platform
  const snat = (bits: string, completed = false) =>
    state.set('netfilter-lab.progress', {
      suspend: `1;03-snat/moved;03-snat=${bits}`,
      completed,
      passed: false,
    })
  let begun = statements.length
  const leave = async (): Promise<void> => {
    await au.goto('about:blank')
    await expect.poll(() => said(begun).at(-1), patience).toBe('terminated 7')
    begun = statements.length
  }

  // All but the last step are done by her own hands; that one is shown to her.
  snat('ff')
  const au = await open(launch('03-snat', 2, { masteryScore: 0.9 }), DESK)
  await au.getByRole('heading', { level: 2, name: 'The address changes overnight' }).waitFor()
  await au.getByRole('button', { name: 'Only pc2, which uses MASQUERADE' }).click()
  await au.getByRole('button', { name: 'Show me' }).click()
  const failed = ['initialized 7', 'completed moved', 'progressed 7', 'completed 7', 'failed 7']
  await expect.poll(() => said(begun), patience).toEqual(failed)
  await leave()
  expect(state.get('netfilter-lab.progress')).toMatchObject({
    suspend: '1;03-snat/moved;03-snat=1ff.100',
    completed: true,
    passed: false,
  })

  // Then she did it by herself, while that session went on.
  snat('1ff', true)
  await au.goto(launch('03-snat', 2, { masteryScore: 0.9 }))
  await expect.poll(() => said(begun), patience).toEqual(['initialized 7', 'passed 7'])
  expect(statements.at(-1)?.context.extensions).toMatchObject({ [SESSION]: 'session 3', [MASTERY]: 0.9 })
  await leave()

  state.delete('netfilter-lab.progress')
  await au.goto(launch('03-snat', 3, { launchMode: 'Browse' }))
  await au.getByRole('button', { name: 'In the gateway, at the routing decision' }).click()
  await au.locator('.steps button:first-child.done').waitFor()
  await leave()
  expect(said(begun - 2)).toEqual(['initialized 7', 'terminated 7'])
  expect(refused).toEqual([])
}, 90_000)
