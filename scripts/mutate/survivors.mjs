/**
 * Puts what survived the last run to the tests once more, without Stryker's first run: `npm run mutate -- --survivors
 * src/kernel/nat`. That is for whoever writes tests: new ones are heard within seconds, above all with `--tests=WORD`,
 * which only runs the tests whose files or names contain the word,
 * and `--most=N`, which runs so many a mutant. Mutants of lines that were changed since are asked about
 * as well; what is explained is not, and has survived. The answers go into the report of the last run; the score that counts is Stryker's own.
 */
import { createInstrumenter } from '@stryker-mutator/instrumenter'
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { isExplained } from './explained.mjs'
import { codeOf } from './scores.mjs'

/** @typedef {import('./scores.mjs').Mutant} Mutant */
/** @typedef {import('./scores.mjs').Report} Report */
/** @typedef {{ sources: Record<string, string>, ids: string[], tests: string[], most: number, asked: number, hits: string }} Job */

/** The instrumenter asks Stryker's injector for its parts; these are the ones that it needs. */
class Parts {
  /** @type {Record<string, unknown>} */
  values = { logger: { debug: () => undefined, info: () => undefined, isDebugEnabled: () => false } }

  /** @param {string} token @param {unknown} value */
  provideValue(token, value) {
    this.values[token] = value
    return this
  }

  /** @param {{ inject: string[], new (...parts: unknown[]): unknown }} Class */
  injectClass(Class) {
    return new Class(...Class.inject.map((token) => this.values[token]))
  }
}

/** @typedef {import('@stryker-mutator/instrumenter').File} SourceFile */

/** @param {SourceFile[]} files */
async function instrument(files) {
  const parts = /** @type {Parameters<typeof createInstrumenter>[0]} */ (/** @type {unknown} */ (new Parts()))
  const options = { plugins: null, excludedMutations: [], ignorers: [] }
  return createInstrumenter(parts).instrument(files, options)
}

/**
 * Mutants by what they do and where, so that they are found again after lines above them have come or gone.
 *
 * @template {Pick<Mutant, 'location' | 'mutatorName' | 'replacement'>} M
 * @param {string} source
 * @param {M[]} mutants
 * @returns {Map<string, M>}
 */
function byKey(source, mutants) {
  const lines = source.split('\n')
  /** @type {Map<string, M>} */
  const found = new Map()
  for (const mutant of mutants) {
    const line = lines[mutant.location.start.line - 1].trim()
    const key = [mutant.mutatorName, mutant.replacement, codeOf(source, mutant), line].join('\0')
    let nth = 0
    while (found.has(`${key}\0${nth}`)) nth++
    found.set(`${key}\0${nth}`, mutant)
  }
  return found
}

/** Stryker's report counts lines and columns from 1, its instrumenter from 0. @param {Mutant['location']} at @param {number} by */
const shift = ({ start, end }, by) => ({
  start: { line: start.line + by, column: start.column + by },
  end: { line: end.line + by, column: end.column + by },
})

/** @param {string[]} places */
const filesOf = (places) =>
  places.flatMap((place) => {
    if (!statSync(place).isDirectory()) return place
    const files = readdirSync(place, { recursive: true, encoding: 'utf8' }).sort()
    return files.filter((file) => file.endsWith('.ts')).map((file) => join(place, file))
  })

/**
 * @param {string} path of Stryker's report, which is rewritten
 * @param {string[]} places
 * @param {string[]} tests words that the wanted tests or their files have in their names; none: all tests
 * @param {number} most so many tests a mutant, those that have killed others first
 */
export async function askSurvivors(path, places, tests, most) {
  /** @type {Report} */
  const report = JSON.parse(readFileSync(path, 'utf8'))
  const names = filesOf(places)
  const contents = names.map((name) => readFileSync(name, 'utf8'))
  const all = await instrument(names.map((name, i) => ({ name, content: contents[i], mutate: true })))
  names.forEach((name, i) => {
    const old = report.files[name]
    const known = byKey(old?.source ?? '', old?.mutants ?? [])
    const ours = all.mutants.filter((m) => m.fileName === name)
    const now = ours.map((m) => ({ ...m, location: shift(m.location, 1), status: 'Pending' }))
    for (const [key, mutant] of byKey(contents[i], now)) mutant.status = known.get(key)?.status ?? 'Pending'
    report.files[name] = { ...(old ?? { language: 'typescript' }), source: contents[i], mutants: now }
  })
  const open = ['Survived', 'NoCoverage', 'Pending']
  const wanted = names.flatMap((name, i) =>
    report.files[name].mutants.filter((m) => {
      if (!open.includes(m.status)) return false
      const known = isExplained(name, contents[i], m)
      if (known) m.status = 'Survived'
      return !known
    }),
  )
  const files = names.map((name, i) => ({
    name,
    content: contents[i],
    mutate: report.files[name].mutants.filter((m) => wanted.includes(m)).map((m) => shift(m.location, -1)),
  }))
  const { mutants, files: changed } = await instrument(files.filter((file) => file.mutate.length > 0))
  /** @type {Map<string, Mutant>} */
  const byId = new Map()
  const place = (
    /** @type {Pick<Mutant, 'mutatorName' | 'replacement'>} */ m,
    /** @type {string} */ file,
    /** @type {Mutant['location']} */ at,
  ) => JSON.stringify([file, at, m.mutatorName, m.replacement])
  const where = new Map(
    names.flatMap((name) => report.files[name].mutants.map((m) => [place(m, name, m.location), m])),
  )
  for (const m of mutants) {
    const mutant = where.get(place(m, m.fileName, shift(m.location, 1)))
    if (mutant && wanted.includes(mutant)) byId.set(m.id, mutant)
  }
  const sources = Object.fromEntries(changed.map((f) => [pathToFileURL(f.name).href, f.content]))
  const before = wanted.filter((m) => m.status !== 'NoCoverage').length
  console.log(`${wanted.length} mutants to ask about, ${wanted.length - before} of them not reached so far`)
  const hits = join(dirname(path), `hits-${process.pid}.json`)
  await ask({ sources, ids: [...byId.keys()], tests, most, asked: 0, hits }, (id, status, by) => {
    const mutant = byId.get(id)
    // A part of the tests cannot tell that a mutant is not reached.
    if (
      mutant &&
      (status === 'Killed' || status === 'Timeout' || tests.length === 0 || mutant.status === 'Pending')
    )
      Object.assign(mutant, { status, statusReason: by })
  })
  // Another such run may have written its own files meanwhile.
  const newest = /** @type {Report} */ (JSON.parse(readFileSync(path, 'utf8')))
  for (const name of names) newest.files[name] = report.files[name]
  writeFileSync(path, JSON.stringify(newest))
  rmSync(hits, { force: true })
}

/**
 * Ask in processes of their own: a mutant may leave something behind that makes the next process necessary.
 *
 * @param {Job} job
 * @param {(id: string, status: string, by: string) => void} answered
 */
async function ask(job, answered) {
  let fates = new Map()
  while (job.asked < job.ids.length) {
    const before = job.asked
    const child = spawn(process.execPath, [new URL('./ask.mjs', import.meta.url).pathname], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    child.stdin.end(JSON.stringify(job))
    for await (const line of createInterface({ input: child.stdout })) {
      const [id, status, ...by] = line.split(' ')
      answered(id, status, by.join(' '))
      fates.set(status, (fates.get(status) ?? 0) + 1)
      if (++job.asked % 50 === 0)
        console.log(
          `${job.asked} of ${job.ids.length}: ${[...fates].map(([f, n]) => `${n} ${f}`).join(', ')}`,
        )
    }
    if (job.asked > before) continue
    console.error(`mutant ${job.ids[before]} is not answered; those behind it are not asked about`)
    return
  }
}
