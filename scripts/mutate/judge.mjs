/**
 * The tests, loaded once into this process, and what it takes to put a mutant to one of them: shared by Stryker's runner
 * and by the quick look at the survivors.
 */
import { register } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { isStory, testFiles } from './tests.mjs'

/** @typedef {import('./vitest.mjs').Collected & { id: string, ms: number, killed: number }} Test */

/**
 * @typedef {{ activeMutant?: string | undefined, currentTestId?: string | undefined, hitCount?: number,
 *   hitLimit?: number | undefined, mutantCoverage?: import('@stryker-mutator/api/core').MutantCoverage }} Context
 */

/** What the instrumented code looks at. @type {Context} */
export const stryker = {}
Object.assign(globalThis, { __stryker__: stryker })

/** The active mutant once more, -1 for none, where the code that loader.mjs has rewritten looks. */
const active = new Int32Array([-1])
Object.assign(globalThis, { netfilterLabMutant: active })

/** @param {string | undefined} mutant */
export function activate(mutant) {
  stryker.activeMutant = mutant
  active[0] = mutant === undefined ? -1 : Number(mutant)
}

/**
 * @param {{ coverage: 'calls' | 'hits' | 'none', sources?: Record<string, string> }} loading see loader.mjs
 * @returns {Promise<Test[]>}
 */
export async function loadTests(loading) {
  // Of random sessions the first few must do.
  process.env['FUZZ'] = '0.15'
  register('./loader.mjs', import.meta.url, { data: loading })
  const { collected, enterFile } = await import('./vitest.mjs')
  const folder = join(process.cwd(), 'test/')
  for (const file of testFiles(folder)) {
    enterFile(file, isStory(file))
    await import(pathToFileURL(join(folder, file)).href)
  }
  return collected.map((test) => ({ ...test, id: `${test.file} > ${test.name}`, ms: 0, killed: 0 }))
}

/** How long a test may compute, in milliseconds of the processor: the slowest one needs a tenth of it. */
export const PATIENCE = 4000
export const ENDLESS = Symbol('endless')
/** The test that `call` runs. */
const stage = /** @type {{ netfilterLabTest?: () => unknown }} */ (globalThis)
const call = new Script('netfilterLabTest()')

/**
 * @param {Test} test
 * @param {number} [patience] how long it may compute, in milliseconds
 * @param {number} [timeout] milliseconds of the clock
 * @returns {Promise<string | null | typeof ENDLESS>} why it failed; null if it passed
 */
export async function failure(test, patience = PATIENCE, timeout = patience) {
  const before = process.cpuUsage()
  try {
    stage.netfilterLabTest = test.run
    await call.runInThisContext({ timeout })
    return null
  } catch (error) {
    if (!(error instanceof Error)) return String(error)
    if (!('code' in error) || error.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') return error.message
    // On a busy machine the time may have gone to others.
    const { user, system } = process.cpuUsage(before)
    // Who takes ever more memory keeps the system busy.
    return user + system > patience * 900 ? ENDLESS : failure(test, patience, timeout * 4)
  }
}

/**
 * A mutant's neighbour was killed by the same test, like as not; then the quick ones.
 *
 * @param {Test} a
 * @param {Test} b
 */
export const soonest = (a, b) => b.killed - a.killed || a.ms - b.ms
