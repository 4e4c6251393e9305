/**
 * The process in which survivors.mjs has its mutants judged: reads a job from its input and prints `ID STATUS TEST` for one
 * mutant after the other. It ends early where a mutant has left something behind; the next process goes on.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { activate, ENDLESS, failure, loadTests, PATIENCE, soonest, stryker } from './judge.mjs'

/** @type {import('./survivors.mjs').Job} */
const job = JSON.parse(readFileSync(0, 'utf8'))
const hits = new Uint32Array(Math.max(0, ...job.ids.map(Number)) + 1)
Object.assign(globalThis, { netfilterLabHits: hits })

const loaded = await loadTests({ coverage: 'hits', sources: job.sources })
const all = loaded.filter(
  (test) => job.tests.length === 0 || job.tests.some((word) => test.id.includes(word)),
)
/** What is reached while modules load. */
const atLoad = hits.map((n) => n)
if (job.asked === 0) rmSync(job.hits, { force: true })

/** By name of a test: how often it reaches which mutants. @type {Record<string, { ms: number, reached: [number, number][] }>} */
const reach = existsSync(job.hits) ? JSON.parse(readFileSync(job.hits, 'utf8')) : {}
if (!existsSync(job.hits)) {
  for (const test of all) {
    hits.fill(0)
    const begun = performance.now()
    const why = await failure(test)
    if (why !== null) console.error(`${test.id} fails without a mutant: ${String(why).slice(0, 300)}`)
    const ms = performance.now() - begun
    /** @type {[number, number][]} */
    const reached = []
    if (why === null) hits.forEach((n, id) => n > 0 && reached.push([id, n]))
    reach[test.id] = { ms, reached }
  }
  writeFileSync(job.hits, JSON.stringify(reach))
}
// A test that has come since the first process looked is left for the next run.
for (const test of all) test.ms = reach[test.id]?.ms ?? 0

/** By mutant: the tests that reach it, and how often the one that does most. */
const judges = job.ids.map(
  () => /** @type {{ tests: import('./judge.mjs').Test[], most: number }} */ ({ tests: [], most: 0 }),
)
const index = new Map(job.ids.map((id, i) => [Number(id), i]))
for (const test of all)
  for (const [id, n] of reach[test.id]?.reached ?? []) {
    const judge = judges[index.get(id) ?? -1]
    if (!judge) continue
    judge.tests.push(test)
    judge.most = Math.max(judge.most, n)
  }

let clock = 0

/** How many mutants a test reaches. @param {import('./judge.mjs').Test} test */
const reachOf = (test) => reach[test.id]?.reached.length ?? 0

/**
 * Those that have killed others and those that reach most, and of the rest a quarter of those that reach least: a line of a
 * `.t` file says one thing only.
 *
 * @param {import('./judge.mjs').Test[]} tests
 */
function some(tests) {
  if (tests.length <= job.most) return tests
  const sorted = tests.toSorted((a, b) => b.killed - a.killed || reachOf(b) - reachOf(a))
  const small = Math.floor(job.most / 4)
  return [...sorted.slice(0, job.most - small), ...sorted.slice(sorted.length - small)]
}

/**
 * @param {string} id
 * @param {{ tests: import('./judge.mjs').Test[], most: number }} judge
 * @param {boolean} fresh whether it is the first of this process
 */
async function fate(id, { tests, most }, fresh) {
  const status = atLoad[Number(id)] > 0 ? 'Ignored' : 'NoCoverage'
  if (tests.length === 0) return { status, by: '', polluted: false }
  stryker.hitLimit = most * 100 + 100_000
  for (const test of some(tests).sort(soonest)) {
    activate(id)
    stryker.hitCount = 0
    // The tests' own times are known here.
    const why = await failure(test, Math.min(PATIENCE, Math.ceil(400 + 20 * test.ms)))
    activate(undefined)
    const endless = why === ENDLESS || stryker.hitCount > stryker.hitLimit
    if (why === null && !endless) continue
    test.killed = ++clock
    const polluted = (await failure(test)) !== null
    // Perhaps it was another mutant's doing.
    if (polluted && !fresh) process.exit(0)
    return { status: endless ? 'Timeout' : 'Killed', by: test.id, polluted }
  }
  return { status: 'Survived', by: '', polluted: false }
}

for (let i = job.asked; i < job.ids.length; i++) {
  const { status, by, polluted } = await fate(job.ids[i], judges[i], i === job.asked)
  console.log(`${job.ids[i]} ${status} ${by}`)
  if (polluted) break
}
process.exit(0)
