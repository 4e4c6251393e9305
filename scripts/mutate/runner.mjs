/**
 * A test runner for Stryker that loads the kernel and its tests once, into its own process, and then puts one mutant
 * after the other to the tests that reach it. A recorded scenario takes about 15 ms to play, so most mutants die within
 * a few milliseconds; a runner that starts anew for each would take days for src/kernel.
 *
 * What makes that safe: state lies in the lab that a test boots, not in modules. Where a mutant leaves something behind
 * all the same, the test that killed it fails without the mutant as well; the process then ends, and Stryker begins
 * another one and asks again.
 */
import { PluginKind, declareFactoryPlugin } from '@stryker-mutator/api/plugin'
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner'
import { register } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { isStory, testFiles } from './tests.mjs'

/** @typedef {import('./vitest.mjs').Collected & { id: string, ms: number, killed: number }} Test */
/** @typedef {import('@stryker-mutator/api/test-runner').MutantRunOptions} MutantRunOptions */

/**
 * @typedef {{ activeMutant?: string | undefined, currentTestId?: string | undefined, hitCount?: number,
 *   hitLimit?: number | undefined, mutantCoverage?: import('@stryker-mutator/api/core').MutantCoverage }} Context
 */

/** What the instrumented code looks at. @type {Context} */
const stryker = {}
Object.assign(globalThis, { __stryker__: stryker })

/** The active mutant once more, -1 for none, where the code that loader.mjs has rewritten looks. */
const active = new Int32Array([-1])
Object.assign(globalThis, { netfilterLabMutant: active })

/** @param {string | undefined} mutant */
function activate(mutant) {
  stryker.activeMutant = mutant
  active[0] = mutant === undefined ? -1 : Number(mutant)
}

/**
 * @param {boolean} coverage
 * @returns {Promise<Test[]>}
 */
async function loadTests(coverage) {
  // Of random sessions the first few must do.
  process.env['FUZZ'] = '0.15'
  register('./loader.mjs', import.meta.url, { data: { coverage } })
  const { collected, enterFile } = await import('./vitest.mjs')
  const folder = join(process.cwd(), 'test/')
  for (const file of testFiles(folder)) {
    enterFile(file, isStory(file))
    await import(pathToFileURL(join(folder, file)).href)
  }
  return collected.map((test) => ({ ...test, id: `${test.file} > ${test.name}`, ms: 0, killed: 0 }))
}

/** How long a test may compute, in milliseconds of the processor: the slowest one needs a tenth of it. */
const PATIENCE = 4000
const ENDLESS = Symbol('endless')
/** The test that `call` runs. */
const stage = /** @type {{ netfilterLabTest?: () => unknown }} */ (globalThis)
const call = new Script('netfilterLabTest()')

/**
 * @param {Test} test
 * @param {number} [timeout] milliseconds of the clock
 * @returns {Promise<string | null | typeof ENDLESS>} why it failed; null if it passed
 */
async function failure(test, timeout = PATIENCE) {
  const before = process.cpuUsage()
  try {
    stage.netfilterLabTest = test.run
    await call.runInThisContext({ timeout })
    return null
  } catch (error) {
    if (!(error instanceof Error)) return String(error)
    if (!('code' in error) || error.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') return error.message
    // On a busy machine the time may have gone to others.
    const { user } = process.cpuUsage(before)
    return user > PATIENCE * 900 ? ENDLESS : failure(test, timeout * 4)
  }
}

class InProcessRunner {
  /** @type {Test[]} */
  tests = []
  loaded = false
  /** Mutants that ran in this process so far. */
  mutants = 0
  polluted = false
  /** Counts kills, to find the test that killed last. */
  clock = 0

  capabilities() {
    return { reloadEnvironment: true }
  }

  async load(coverage = false) {
    if (this.loaded) return
    this.loaded = true
    // Counting makes everything slow, so the process that counts does nothing else.
    this.polluted = coverage
    this.tests = await loadTests(coverage)
  }

  /** @returns {Promise<import('@stryker-mutator/api/test-runner').DryRunResult>} */
  async dryRun() {
    await this.load(true)
    /** @type {import('@stryker-mutator/api/test-runner').TestResult[]} */
    const tests = []
    for (const test of this.tests) {
      stryker.currentTestId = test.id
      const begun = performance.now()
      const failureMessage = await failure(test)
      const { id, file } = test
      const result = { id, name: id, fileName: join('test', file), timeSpentMs: performance.now() - begun }
      tests.push(
        failureMessage === null
          ? { ...result, status: TestStatus.Success }
          : { ...result, status: TestStatus.Failed, failureMessage: String(failureMessage) },
      )
    }
    stryker.currentTestId = undefined
    const { mutantCoverage = { static: {}, perTest: {} } } = stryker
    return { status: DryRunStatus.Complete, tests, mutantCoverage }
  }

  /**
   * @param {MutantRunOptions} options
   * @returns {Promise<import('@stryker-mutator/api/test-runner').MutantRunResult>}
   */
  async mutantRun({ activeMutant, hitLimit, mutantActivation, testFilter, disableBail }) {
    const atLoad = mutantActivation === 'static'
    // Stryker begins a new process and asks again.
    if (this.polluted || (atLoad && this.loaded)) process.exit(0)
    if (atLoad) {
      activate(activeMutant.id)
      this.polluted = true
      try {
        await this.load()
      } catch (error) {
        return {
          status: MutantRunStatus.Killed,
          failureMessage: String(error),
          killedBy: ['load'],
          nrOfTests: 1,
        }
      }
    }
    await this.load()
    const wanted = testFilter ? new Set(testFilter) : null
    const tests = this.tests.filter((test) => !wanted || wanted.has(test.id))
    // A mutant's neighbour was killed by the same test, like as not; then the quick ones.
    tests.sort((a, b) => b.killed - a.killed || a.ms - b.ms)
    const fresh = this.mutants++ === 0
    // Stryker's limit is a hundred times what all tests together need; one test that needs more than all does not end.
    const limit = hitLimit === undefined ? undefined : hitLimit / 100 + 100_000
    stryker.hitLimit = limit
    let nrOfTests = 0
    for (const test of tests) {
      activate(activeMutant.id)
      stryker.hitCount = 0
      const begun = performance.now()
      const failureMessage = await failure(test)
      nrOfTests++
      if (failureMessage === ENDLESS || (limit !== undefined && stryker.hitCount > limit)) {
        activate(undefined)
        // It may have been cut off anywhere.
        this.polluted ||= (await failure(test)) !== null
        return { status: MutantRunStatus.Timeout, reason: `${test.id} does not end` }
      }
      if (failureMessage === null) {
        test.ms = performance.now() - begun
        continue
      }
      if (!atLoad) {
        activate(undefined)
        this.polluted = (await failure(test)) !== null
        if (this.polluted && !fresh) process.exit(0)
      }
      test.killed = ++this.clock
      if (!disableBail)
        return { status: MutantRunStatus.Killed, failureMessage, killedBy: [test.id], nrOfTests }
    }
    activate(undefined)
    return { status: MutantRunStatus.Survived, nrOfTests }
  }
}

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, 'in-process', () => new InProcessRunner()),
]
