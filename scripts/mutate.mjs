/**
 * Mutation testing of src/kernel with Stryker, or of the folders and files that are named: `npm run mutate --
 * src/kernel/nat`. It tells the score of each file and folder and writes what survived into a file. Results are kept, so that
 * the next run only asks again about what has changed; `--force` asks about everything. `--survivors` only puts what
 * survived to the tests once more, `--tests=WORD` beside it only to the tests that have the word in their names or their files'.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { tellScores } from './mutate/scores.mjs'
import { askSurvivors } from './mutate/survivors.mjs'
import options from './mutate/stryker.config.mjs'

const args = process.argv.slice(2)
const places = args.filter((arg) => !arg.startsWith('-'))
const flags = args.filter((arg) => arg.startsWith('-'))
const { incrementalFile = '', jsonReporter } = options
const report = jsonReporter?.fileName ?? ''

/** @param {string} place */
const pattern = (place) =>
  statSync(place, { throwIfNoEntry: false })?.isDirectory() ? `${place.replace(/\/$/, '')}/**/*.ts` : place

mkdirSync(dirname(incrementalFile), { recursive: true })
if (flags.includes('--survivors')) {
  const valuesOf = (/** @type {string} */ name) =>
    flags.flatMap((flag) => (flag.startsWith(`--${name}=`) ? [flag.slice(name.length + 3)] : []))
  const most = Number(valuesOf('most')[0] ?? 1e9)
  await askSurvivors(report, places.length > 0 ? places : ['src/kernel'], valuesOf('tests'), most)
} else {
  const mutate = places.length > 0 ? ['--mutate', places.map(pattern).join(',')] : []
  const stryker = ['--no-install', 'stryker', 'run', 'scripts/mutate/stryker.config.mjs', ...mutate, ...flags]
  const { status } = spawnSync('npx', stryker, { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

tellScores(report)
