/**
 * `npm run kernel [-- --seed 7 --count 1000 --only N --keep --out DIR --no-shrink --slots 8]`: random scenarios on the
 * kernel of this machine and in the simulator. `npm run kernel -- FILE...` takes scenarios from files instead; with
 * --keep the kernel's recordings of them are written to test/recorded.
 * Exit status: 0 no unexplained difference, 1 there are some, 2 it cannot run here.
 */
import type { Json } from '../src/lab/replay/packet.ts'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { dumps } from '../src/lab/replay/recording.ts'
import { replay } from '../src/lab/replay/replay.ts'
import { parseScenario, type Scenario } from '../src/lab/replay/scenario.ts'
import { differences, printDifference, type Difference } from '../test/live/compare.ts'
import { Live, type Finding, type Recording, type Summary } from '../test/live/live.ts'
import { Simulator } from '../test/live/simulator.ts'
import { Recorder } from '../test/live/recorder/recorder.ts'
import { whatIsMissing } from '../test/live/recorder/tools.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    count: { type: 'string', default: '1000' },
    only: { type: 'string' },
    slots: { type: 'string', default: '8' },
    out: { type: 'string', default: 'kernel-differences' },
    keep: { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
  },
})
const RECORDED = fileURLToPath(new URL('../test/recorded', import.meta.url))
const folder = values.keep ? RECORDED : values.out

function write(sc: Scenario, recording: Recording): void {
  for (const part of ['scenarios', 'recorded']) mkdirSync(join(folder, part), { recursive: true })
  writeFileSync(
    join(folder, 'scenarios', `${sc.name}.json`),
    `${dumps(JSON.parse(JSON.stringify(sc)) as Json)}\n`,
  )
  writeFileSync(join(folder, 'recorded', `${sc.name}.json`), `${dumps(recording)}\n`)
}

function show(title: string, found: readonly Difference[]): void {
  console.log(`\n${title}: ${found.length} difference${found.length === 1 ? '' : 's'}`)
  for (const d of found.slice(0, 6)) console.log(`  ${printDifference(d)}`)
}

function tellFinding({ n, scenario, recording, differences: found }: Finding): void {
  write(scenario, recording)
  show(`scenario ${n}, ${join(folder, 'scenarios', scenario.name)}.json`, found)
  for (const line of scenario.setup) console.log(`  + ${line}`)
}

function summarise(s: Summary, seconds: number, recorder: Recorder): void {
  console.log(
    `\n${s.scenarios} scenarios, ${s.packets} packets, ${s.findings} with unexplained differences, ` +
      `${s.broken.length} that could not be run; ${Math.round(seconds)} s`,
  )
  for (const [reason, times] of s.explained) console.log(`  ${times} explained: ${reason}`)
  if (s.passing > 0) console.log(`  ${s.passing} differed once and not again`)
  if (recorder.repeated > 0)
    console.log(`  ${recorder.repeated} runs repeated, last because ${recorder.lastReason}`)
  for (const why of s.broken.slice(0, 20)) console.log(`  not run: ${why}`)
}

async function random(recorder: Recorder): Promise<boolean> {
  const only = values.only === undefined ? null : Number(values.only)
  const begin = Date.now()
  let shown = 0
  const live = new Live(recorder, simulator, {
    seed: Number(values.seed),
    from: only ?? Number(values.from),
    count: only === null ? Number(values.count) : 1,
    slots: Number(values.slots),
    shrink: !values['no-shrink'],
    finding: tellFinding,
    progress: (s) => {
      if (Date.now() - shown < 10_000) return
      shown = Date.now()
      console.log(`${s.scenarios} scenarios, ${s.packets} packets, ${s.findings} differ`)
    },
    stopped: () => stopping,
  })
  const summary = await live.run()
  summarise(summary, (Date.now() - begin) / 1000, recorder)
  return summary.findings === 0 && summary.broken.length === 0
}

/** Scenarios from files: against their recording where there is one beside them, and against the simulator. */
async function files(recorder: Recorder): Promise<boolean> {
  let good = true
  const queue = [...positionals]
  const worker = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined && !stopping; file = queue.shift()) {
      const sc = parseScenario(readFileSync(file, 'utf8'))
      try {
        const kernel = await recorder.record(sc, true)
        const found = differences(kernel, replay(sc))
        if (found.length > 0) show(sc.name, found)
        good &&= found.length === 0
        if (values.keep) write(sc, kernel)
      } catch (error) {
        console.log(`${sc.name}: ${error instanceof Error ? error.message : String(error)}`)
        good = false
      }
    }
  }
  await Promise.all(Array.from({ length: Number(values.slots) }, worker))
  return good
}

let stopping = false
const missing = whatIsMissing()
if (missing !== null) {
  console.error(`npm run kernel: ${missing}`)
  process.exit(2)
}
// Before most of what else runs, but not as prompt as the recorder, which it would keep from its work.
setPriority(-15)
const simulator = new Simulator()
const recorder = await Recorder.start()
const stop = (): void => {
  if (stopping) return
  stopping = true
  void recorder.close().then(() => process.exit(130))
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
let good: boolean
try {
  good = await (positionals.length > 0 ? files(recorder) : random(recorder))
} finally {
  if (!stopping) await recorder.close()
}
if (!stopping) process.exit(good ? 0 : 1)
