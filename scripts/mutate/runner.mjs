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
import { join } from 'node:path'
import { activate, ENDLESS, failure, loadTests, soonest, stryker } from './judge.mjs'

/** @typedef {import('@stryker-mutator/api/test-runner').MutantRunOptions} MutantRunOptions */

class InProcessRunner {
  /** @type {import('./judge.mjs').Test[]} */
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
    this.tests = await loadTests({ coverage: coverage ? 'calls' : 'none' })
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
    tests.sort(soonest)
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
