/**
 * Mutation testing of src/kernel with Stryker, or of the folders and files that are named: `npm run mutate --
 * src/kernel/nat`. It tells the score of each folder and writes what survived into a file. Results are kept, so that
 * the next run only asks again about what has changed; `--force` asks about everything.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import options from './mutate/stryker.config.mjs'

/** @typedef {{ status: string, mutatorName: string, replacement?: string, statusReason?: string, location: { start: { line: number, column: number } } }} Mutant */

const args = process.argv.slice(2)
const places = args.filter((arg) => !arg.startsWith('-'))
const flags = args.filter((arg) => arg.startsWith('-'))
const { incrementalFile = '', jsonReporter } = options
const report = jsonReporter?.fileName ?? ''

/** @param {string} place */
const pattern = (place) =>
  statSync(place, { throwIfNoEntry: false })?.isDirectory() ? `${place.replace(/\/$/, '')}/**/*.ts` : place

mkdirSync(dirname(incrementalFile), { recursive: true })
const mutate = places.length > 0 ? ['--mutate', places.map(pattern).join(',')] : []
const stryker = ['--no-install', 'stryker', 'run', 'scripts/mutate/stryker.config.mjs', ...mutate, ...flags]
const { status } = spawnSync('npx', stryker, { stdio: 'inherit' })
if (status !== 0) process.exit(status ?? 1)

const { files } = /** @type {{ files: Record<string, { mutants: Mutant[] }> }} */ (
  JSON.parse(readFileSync(report, 'utf8'))
)
/** @type {Map<string, { found: number, lost: number }>} */
const folders = new Map()
/** @type {string[]} */
const survivors = []
for (const [file, { mutants }] of Object.entries(files)) {
  for (const name of [dirname(file), 'all']) {
    const score = folders.get(name) ?? { found: 0, lost: 0 }
    for (const mutant of mutants) {
      if (mutant.status === 'Killed' || mutant.status === 'Timeout') score.found++
      if (mutant.status === 'Survived' || mutant.status === 'NoCoverage') score.lost++
    }
    folders.set(name, score)
  }
  for (const { status, mutatorName, location, replacement = '' } of mutants)
    if (status === 'Survived' || status === 'NoCoverage')
      survivors.push(
        `${file}:${location.start.line}:${location.start.column} ${status} ${mutatorName} ${replacement}`,
      )
}
const list = report.replace('report.json', 'survivors.txt')
writeFileSync(list, `${survivors.sort().join('\n')}\n`)
for (const [name, { found, lost }] of [...folders].sort())
  console.log(
    `${((100 * found) / Math.max(1, found + lost)).toFixed(1)}  ${found} of ${found + lost}  ${name}`,
  )
console.log(`What survived: ${list}`)
