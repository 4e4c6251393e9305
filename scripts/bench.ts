/**
 * npm run bench [-- NAME…] [--json]: the project's figures, from test/bench/NAME.bench.ts, all of them or those
 * named. Each module runs in a process of its own: what one has made the compiler believe would slow the next.
 */
import { fork } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'

/** Names are `module.what_unit`, and stay the same from commit to commit. */
export type Report = (name: string, value: number, unit: string, note?: string) => void

interface Figure {
  name: string
  value: number
  unit: string
  note?: string
}

const FOLDER = new URL('../test/bench/', import.meta.url)
const SUFFIX = '.bench.ts'

/** In the child: runs one module and sends its figures to the parent. */
async function runHere(module: string): Promise<void> {
  const { default: bench } = (await import(new URL(module + SUFFIX, FOLDER).href)) as {
    default: (report: Report) => Promise<void> | void
  }
  await bench((name, value, unit, note) => {
    if (!Number.isFinite(value)) throw new Error(`${name} is ${value}`)
    process.send?.({ name, value, unit, ...(note !== undefined && { note }) } satisfies Figure)
  })
}

/** In the parent. What a module prints goes to stderr: stdout is for the figures. Rejects when the module fails. */
function runApart(module: string): Promise<Figure[]> {
  const figures: Figure[] = []
  const child = fork(new URL(import.meta.url), ['--here', module], {
    execArgv: [...process.execArgv, '--expose-gc'],
    stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
  })
  child.on('message', (figure) => figures.push(figure as Figure))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) =>
      code === 0 ? resolve(figures) : reject(new Error(`${module}${SUFFIX} ended with ${code ?? signal}`)),
    )
  })
}

function table(figures: Figure[]): string {
  const rows = figures.map(({ name, value, unit, note = '' }) => [name, print(value), unit, note])
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)))
  return rows
    .map(([name, value, unit, note]) =>
      [name.padEnd(widths[0]), value.padStart(widths[1]), unit.padEnd(widths[2]), note].join('  ').trimEnd(),
    )
    .join('\n')
}

const print = (value: number) =>
  value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 })

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, here: { type: 'string' } },
})

if (values.here !== undefined) {
  await runHere(values.here)
} else {
  const all = readdirSync(FOLDER)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort()
  const unknown = positionals.filter((name) => !all.includes(name))
  if (unknown.length > 0) {
    console.error(`No such bench: ${unknown.join(', ')}. There are: ${all.join(', ')}`)
    process.exit(2)
  }
  const figures: Figure[] = []
  for (const module of positionals.length > 0 ? positionals : all) {
    try {
      figures.push(...(await runApart(module)))
    } catch (error) {
      console.error(error)
      process.exitCode = 1
    }
  }
  if (values.json)
    console.log(JSON.stringify(Object.fromEntries(figures.map(({ name, value }) => [name, value]))))
  else if (figures.length > 0) console.log(table(figures))
}
