/**
 * Everything that says whether the project is sound, stage by stage. A failed stage does not stop the next one:
 * the last line counts them all. `--quick` (npm run check) leaves out what needs a build and a browser.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureChromium } from './chromium.mjs'

const count = { passed: 0, failed: 0, skipped: 0 }
/** @type {string[]} */
const failures = []
/** Tests that passed, but not at the first try. @type {string[]} */
const retried = []

/** @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *    testResults: { name: string, status: string, assertionResults: { status: string, fullName: string,
 *      meta?: { retried?: number } }[] }[] }} Report */

/** @param {string} name */
const announce = (name) => console.log(`\n=== ${name} ===`)

/** @param {string} what */
function fail(what) {
  count.failed++
  failures.push(what)
}

/**
 * @param {string[]} command
 * @param {NodeJS.ProcessEnv} [env]
 */
function succeeds([command, ...args], env = {}) {
  const { status, error } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  })
  if (error) console.error(error.message)
  return status === 0
}

/**
 * A stage that counts as one test. What it says is printed when it has ended, so that two can run side by side: each of
 * them keeps one processor busy.
 *
 * @param {string} name
 * @param {string[]} command
 * @returns {Promise<boolean>}
 */
function stage(name, [command, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    /** @type {Buffer[]} */
    const said = []
    child.stdout.on('data', (/** @type {Buffer} */ chunk) => said.push(chunk))
    child.stderr.on('data', (/** @type {Buffer} */ chunk) => said.push(chunk))
    child.on('error', ({ message }) => said.push(Buffer.from(`${message}\n`)))
    child.on('close', (status) => {
      announce(name)
      process.stdout.write(Buffer.concat(said))
      if (status === 0) count.passed++
      else fail(name)
      resolve(status === 0)
    })
  })
}

/**
 * A stage of many tests: one of vite.config.ts's test projects.
 *
 * @param {string} project
 * @param {NodeJS.ProcessEnv} [env]
 */
function tests(project, env) {
  announce(`${project} tests`)
  const folder = mkdtempSync(join(tmpdir(), 'netfilter-lab-'))
  const file = join(folder, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const ok = succeeds(['npx', '--no-install', 'vitest', 'run', '--project', project, ...reporters], env)
  const failedBefore = count.failed
  const report = read(file)
  rmSync(folder, { recursive: true, force: true })

  count.passed += report?.numPassedTests ?? 0
  count.skipped += (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0)
  for (const { name, status, assertionResults } of report?.testResults ?? []) {
    const failed = assertionResults.filter((test) => test.status === 'failed')
    for (const test of failed) fail(`${project}: ${test.fullName}`)
    for (const { status, fullName, meta } of assertionResults)
      if (status === 'passed' && meta?.retried) retried.push(`${project}: ${fullName}`)
    // A file that could not be loaded has no tests to fail.
    if (status === 'failed' && failed.length === 0) fail(`${project}: ${name}`)
  }
  // What fails outside any test: no file found, a promise rejected afterwards, the runner itself.
  if (!ok && count.failed === failedBefore) fail(`${project} tests`)
}

/**
 * @param {string} file
 * @returns {Report | undefined}
 */
function read(file) {
  try {
    return /** @type {Report} */ (JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}

function browserTests() {
  /** @type {string} */
  let chromium
  try {
    chromium = ensureChromium()
  } catch (error) {
    announce('browser tests')
    console.error(error)
    return fail('browser tests: no Chromium')
  }
  tests('browser', { CHROMIUM_PATH: chromium })
}

const quick = process.argv.includes('--quick')
const [built] = await Promise.all([
  stage('types', ['npm', 'run', '--silent', 'types']).then(
    () => !quick && stage('build', ['npm', 'run', '--silent', 'build']),
  ),
  stage('format', ['npx', '--no-install', 'prettier', '--check', '.']).then(() =>
    stage('lint', ['npm', 'run', '--silent', 'lint']),
  ),
])
tests('unit')
if (built) browserTests()
else if (!quick) fail('browser tests: nothing was built')

if (failures.length > 0) console.log(`\nFailed:\n${failures.map((name) => `  ${name}`).join('\n')}`)
if (retried.length > 0)
  console.log(`\nPassed at the second try:\n${retried.map((name) => `  ${name}`).join('\n')}`)
const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ''
console.log(`\n${count.passed} passed, ${count.failed} failed${skipped}`)
process.exitCode = count.failed > 0 ? 1 : 0
