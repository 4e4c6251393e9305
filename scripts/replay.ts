/**
 * `npm run -s replay -- [--out DIR] FILE...`: what the simulator does with scenarios, in the format of the recordings.
 * Without --out it is printed; with it, each goes to DIR/<name>.json. Exit status 1 when a scenario could not be run.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dumps } from '../src/lab/replay/recording.ts'
import { replay } from '../src/lab/replay/replay.ts'
import { parseScenario } from '../src/lab/replay/scenario.ts'

const args = process.argv.slice(2)
let out = ''
const files: string[] = []
for (let i = 0; i < args.length; i++) {
  if (args[i] === '--out') out = args[++i] ?? ''
  else files.push(args[i] ?? '')
}
if (files.length === 0 || (args.includes('--out') && out === '')) {
  console.error('usage: npm run -s replay -- [--out DIR] FILE...')
  process.exit(2)
}
if (out) mkdirSync(out, { recursive: true })
for (const file of files) {
  try {
    const scenario = parseScenario(readFileSync(file, 'utf8'))
    const text = `${dumps(replay(scenario))}\n`
    if (out) writeFileSync(join(out, `${scenario.name}.json`), text)
    else process.stdout.write(text)
  } catch (error) {
    console.error(`${file}: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
