/** The same lab, the same seed, the same trace: in Node, in a browser's worker and on its main thread, in two browsers. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium } from '../../scripts/chromium.mjs'
import { Session } from '../../src/lab/session.ts'
import '../../src/userspace/index.ts'
import { playScript, type Played } from './trace/script.ts'

interface Told {
  worker?: Played & { where: string }
  main?: Played & { where: string }
  error?: string
}

const folder = mkdtempSync(join(tmpdir(), 'netfilter-lab-trace-'))
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' }
let told: (what: Told) => void = () => undefined

/** Gives out the built page, and takes what it tells. */
const server: Server = createServer((request, response) => {
  if (request.method === 'POST') {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      response.end()
      told(JSON.parse(body) as Told)
    })
    return
  }
  const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname)
  try {
    const content = readFileSync(join(folder, path))
    response
      .writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' })
      .end(content)
  } catch {
    response.writeHead(404).end()
  }
})

beforeAll(async () => {
  await build({
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true, rolldownOptions: { input: 'test/browser/trace/index.html' } },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Open the page in a browser that is started for it, and wait for what it tells. */
async function playedIn(
  program: string,
  args: (profile: string, address: string) => string[],
): Promise<Told> {
  const profile = mkdtempSync(join(tmpdir(), 'netfilter-lab-profile-'))
  const { port } = server.address() as AddressInfo
  const answer = new Promise<Told>((resolve) => (told = resolve))
  const browser = spawn(program, args(profile, `http://127.0.0.1:${port}/test/browser/trace/index.html`), {
    stdio: 'ignore',
    env: { ...process.env, HOME: profile },
  })
  const failed = new Promise<never>((_, reject) => browser.once('error', reject))
  try {
    return await Promise.race([answer, failed])
  } finally {
    const gone = new Promise((resolve) => browser.once('exit', resolve))
    browser.kill()
    await gone
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function playedHere(): Promise<Played> {
  const session = new Session()
  return playScript((request) => session.answer({ id: 1, request }))
}

const chromium = findChromium()
const firefox = ['firefox-esr', 'firefox'].find(
  (name) => spawnSync(name, ['--version'], { timeout: 30_000 }).status === 0,
)

/** A skipped test says why in its name. */
const where = (name: string, found: string | undefined): string =>
  found ? name : `${name}: there is none here`

describe('a fixed session leaves the trace that it leaves in Node', () => {
  test('twice in Node', async () => {
    const played = await playedHere()
    expect(played.events).toBeGreaterThan(500)
    expect(await playedHere()).toEqual(played)
  })

  async function compare(
    program: string | undefined,
    args: (profile: string, address: string) => string[],
  ): Promise<void> {
    const { worker, main, error } = await playedIn(program ?? '', args)
    expect(error).toBeUndefined()
    const here = await playedHere()
    expect(worker).toEqual({ where: 'worker', ...here })
    expect(main).toEqual({ where: 'main', ...here })
  }

  test.skipIf(!chromium)(where('in a worker and on the main thread of Chromium', chromium), async () => {
    await compare(chromium, (profile, address) => [
      '--headless',
      '--no-first-run',
      '--disable-dev-shm-usage',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--user-data-dir=${profile}`,
      address,
    ])
  })

  test.skipIf(!firefox)(where('in a worker and on the main thread of Firefox', firefox), async () => {
    await compare(firefox, (profile, address) => ['--headless', '--no-remote', '--profile', profile, address])
  })
})
