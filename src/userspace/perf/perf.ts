/**
 * perf: record what the CPUs do, and report it. man 1 perf-record, perf-report (Linux 6.1)
 *
 * A sample stands for a 4000th of a second of one CPU, as the event cpu-clock has it: work and idleness alike. What work
 * it is, the lab knows exactly (kernel/profile.ts), so nothing is missed and nothing is guessed.
 *
 * Left out: other subcommands and events, -p, callers that are programs' own functions, the interactive browser (the page
 * has one); the command that is recorded can only be sleep
 */
import type { Profile } from '../../kernel/profile.ts'
import { spotOf } from '../../kernel/profile.ts'
import type { Program, Sys } from '../program.ts'
import { PERF_DATA, readData, writeData, type Recorded, type Sampled } from './data.ts'
import { reportRows, reportText, withUnit, type ReportOptions } from './report.ts'
import { IDLE, stackOf } from './stacks.ts'
import { samplesOf } from './tree.ts'

interface State {
  /** Where it goes. */
  file: string
  frequency: number
  /** Lab time at which it began; and what was known of the CPUs then. */
  begun: number
  before: Map<number, number>
  profile: Profile | null
  /** When it ends by itself, 0: never. */
  until: number
}

const FREQUENCY = 4000
/** Rows that fit a screen. */
const SCREEN = 24

const USAGE = `
 usage: perf [--version] [--help] [OPTIONS] COMMAND [ARGS]

 The perf commands of this lab are:
   record          Run a command and record its profile into perf.data
   report          Read perf.data (created by perf record) and display the profile

 See 'perf help COMMAND' for more information on a specific command.

`

function end(sys: Sys, status: number, stderr = ''): void {
  if (stderr !== '') sys.err(stderr)
  sys.exit(status)
}

const unknown = (command: string, option: string): string => {
  const what = option.startsWith('--') ? `option \`${option.slice(2)}'` : `switch \`${option[1] ?? ''}'`
  const rest =
    command === 'record'
      ? '[<options>] [<command>]\n    or: perf record [<options>] -- <command> [<options>]'
      : '[<options>]'
  return `  Error: unknown ${what}\n\n Usage: perf ${command} ${rest}\n`
}

/* perf record */

const RECORD_VALUES = new Set([
  '-o',
  '--output',
  '-F',
  '--freq',
  '-e',
  '--event',
  '-c',
  '-m',
  '-C',
  '--cpu',
  '--call-graph',
  '-p',
  '-t',
])
const RECORD_FLAGS = /^(-[agvqnRT]+|--(all-cpus|quiet|verbose|no-inherit))$/

interface RecordLine {
  file: string
  frequency: number
  command: string[]
}

function recordLine(words: readonly string[]): RecordLine | string {
  const line: RecordLine = { file: PERF_DATA, frequency: FREQUENCY, command: [] }
  for (let i = 0; i < words.length; i++) {
    const [word, joined] = words[i].split(/=(.*)/s) as [string, string | undefined]
    if (word === '--') return { ...line, command: words.slice(i + 1) }
    if (!word.startsWith('-')) return { ...line, command: words.slice(i) }
    if (RECORD_FLAGS.test(word)) continue
    const short = /^-[oF]./.test(word) ? word.slice(0, 2) : word
    if (!RECORD_VALUES.has(short)) return unknown('record', word)
    const value = joined ?? (short !== word ? word.slice(2) : words[++i])
    if (short === '-o' || short === '--output') line.file = value
    if (short === '-F' || short === '--freq') line.frequency = Number(value)
  }
  return line
}

/** Seconds that `sleep WORDS` takes, NaN: it is something else. */
function sleepOf(words: readonly string[]): number {
  const [program, ...times] = words
  if (program !== 'sleep' || times.length === 0) return NaN
  const units: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86400 }
  return times.reduce((sum, text) => {
    const [, number, unit] = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text) ?? ['', 'NaN', '']
    return sum + Number(number) * (units[unit] ?? 1)
  }, 0)
}

function record(sys: Sys, words: readonly string[]): void {
  const line = recordLine(words)
  if (typeof line === 'string') {
    end(sys, 129, line)
    return
  }
  if (!(line.frequency >= 1 && line.frequency <= 100_000)) {
    end(sys, 255, 'Maximum frequency rate (100,000 Hz) exceeded.\n')
    return
  }
  let until = 0
  if (line.command.length > 0) {
    const seconds = sleepOf(line.command)
    if (Number.isNaN(seconds)) {
      end(sys, 255, `perf record: the command can only be sleep in this lab, not '${line.command[0]}'\n`)
      return
    }
    until = sys.k.now + seconds * 1_000_000
  }
  const profile = sys.k.profile(sys.process.pid)
  sys.process.data = {
    file: line.file,
    frequency: line.frequency,
    begun: sys.k.now,
    before: new Map(profile?.ns),
    profile,
    until,
  } satisfies State
  if (until > 0) sys.timer(until)
}

/** The stacks of what has been recorded, in samples. */
function gather(sys: Sys, s: State): Recorded {
  const { period } = sys.k.machine
  const nsPerSample = Math.round(1e9 / s.frequency)
  const recorded: Recorded = {
    period,
    event: period === 'modern' ? 'cpu-clock:ppp' : 'cpu-clock',
    cpus: s.profile?.cpus ?? 0,
    nsPerSample,
    stacks: [],
  }
  if (s.profile === null) return recorded
  const stacks = new Map<string, Sampled & { ns: number }>()
  let busy = 0
  for (const [key, ns] of s.profile.ns) {
    const more = ns - (s.before.get(key) ?? 0)
    if (more <= 0) continue
    busy += more
    const spot = spotOf(key)
    const comm = s.profile.comms[spot.comm] ?? 'swapper'
    const frames = stackOf(spot, period)
    const name = `${comm};${frames.map((f) => f.fn).join(';')}`
    const known = stacks.get(name)
    if (known) known.ns += more
    else stacks.set(name, { comm, frames, samples: 0, ns: more })
  }
  for (const { ns, ...stack } of stacks.values()) {
    const samples = Math.round(ns / nsPerSample)
    if (samples > 0) recorded.stacks.push({ ...stack, samples })
  }
  const idle = Math.round(((sys.k.now - s.begun) * 1000 * s.profile.cpus - busy) / nsPerSample)
  if (idle > 0)
    recorded.stacks.push({
      comm: 'swapper',
      frames: IDLE[period].map((fn) => ({ fn, station: '' })),
      samples: idle,
    })
  recorded.stacks.sort((a, b) => b.samples - a.samples)
  return recorded
}

function finish(sys: Sys, s: State): void {
  const recorded = gather(sys, s)
  const wrong = sys.files.write(s.file, writeData(recorded), false)
  if (wrong !== null) {
    end(sys, 255, `failed to open ${s.file} : No such file or directory\n`)
    return
  }
  const samples = samplesOf(recorded)
  // A sample has its head, and eight bytes for each function.
  const bytes = recorded.stacks.reduce(
    (n, { frames, samples: k }) => n + k * (56 + 8 * frames.length),
    22_000,
  )
  sys.err(`[ perf record: Woken up ${Math.ceil(bytes / 262_144)} times to write data ]\n`)
  sys.err(
    `[ perf record: Captured and wrote ${(bytes / 1048576).toFixed(3)} MB ${s.file}${samples > 0 ? ` (${samples} samples)` : ''} ]\n`,
  )
  sys.exit(0)
}

/* perf report */

interface ReportLine {
  file: string
  stdio: boolean
  options: ReportOptions
}

const SORTS: Readonly<Record<string, 'comm' | 'dso' | 'sym' | undefined>> = {
  comm: 'comm',
  dso: 'dso',
  sym: 'sym',
  symbol: 'sym',
}

function reportLine(words: readonly string[]): ReportLine | string {
  const options: ReportOptions = {
    children: true,
    graph: true,
    minimum: 0.5,
    symbols: null,
    comms: null,
    sort: ['comm', 'dso', 'sym'],
  }
  const line: ReportLine = { file: PERF_DATA, stdio: false, options }
  for (let i = 0; i < words.length; i++) {
    const [word, joined] = words[i].split(/=(.*)/s) as [string, string | undefined]
    const value = (): string => joined ?? words[++i] ?? ''
    if (word === '--stdio') line.stdio = true
    else if (word === '--tui' || word === '-v') continue
    else if (word === '--no-children') options.children = false
    else if (word === '--children') options.children = true
    else if (word === '-G' || word === '-g' || word === '--call-graph') {
      // The style has a default, and may stand apart or not.
      const style = joined ?? (words[i + 1] !== undefined && !words[i + 1].startsWith('-') ? words[++i] : '')
      const parts = style.split(',')
      options.graph = parts[0] !== 'none'
      const least = parts.find((p) => p !== '' && !Number.isNaN(Number(p)))
      if (least !== undefined) options.minimum = Number(least)
    } else if (word === '-i' || word === '--input') line.file = value()
    else if (word === '-S' || word === '--symbols') options.symbols = value().split(',')
    else if (word === '-c' || word === '--comms') options.comms = value().split(',')
    else if (word === '-s' || word === '--sort') {
      const keys = value().split(',')
      const known = keys.map((key) => SORTS[key])
      const strange = keys.find((_, n) => known[n] === undefined)
      if (strange !== undefined) return `  Error: Unknown --sort key: \`${strange}'\n`
      options.sort = known.filter((key) => key !== undefined)
    } else return unknown('report', word)
  }
  return line
}

/** What the interactive browser shows first. */
function screen(sys: Sys, recorded: Recorded, o: ReportOptions): void {
  const all = samplesOf(recorded)
  const count = all * recorded.nsPerSample
  const text = reportText(recorded, { ...o, graph: false })
  const lines = text.split('\n')
  const head = lines.findIndex((line) => line.startsWith('# Children') || line.startsWith('# Overhead'))
  const rows = lines.slice(head + 3).filter((line) => line !== '')
  sys.out(`Samples: ${withUnit(all)} of event '${recorded.event}', Event count (approx.): ${count}\n`)
  sys.out(`${lines[head].replace('#', ' ').trimEnd()}\n`)
  for (const row of rows.slice(0, SCREEN)) sys.out(`+${row.slice(1)}\n`)
  const more = Math.max(0, rows.length - SCREEN)
  const rest = more > 0 ? `${more} more rows. ` : ''
  sys.err(`(${rest}The pane Profile of this page has the call graph; --stdio prints it here.)\n`)
}

function report(sys: Sys, words: readonly string[]): void {
  const line = reportLine(words)
  if (typeof line === 'string') {
    end(sys, 129, line)
    return
  }
  const text = sys.files.read(line.file)
  if (typeof text !== 'string') {
    const hint = line.file === PERF_DATA ? "  (try 'perf record' first)" : ''
    end(sys, 255, `failed to open ${line.file}: No such file or directory${hint}\n`)
    return
  }
  const recorded = readData(text)
  if (recorded === null) {
    end(sys, 255, `incompatible file format (rerun with -v to learn more)\n`)
    return
  }
  if (recorded.stacks.length === 0) {
    end(sys, 255, `Error:\nThe ${line.file} data has no samples!\n`)
    return
  }
  const { options } = line
  if (line.stdio || sys.process.stdout.kind !== 'tty') sys.out(reportText(recorded, options))
  else if (reportRows(recorded, options).length > 0) screen(sys, recorded, options)
  sys.exit(0)
}

export const perf: Program = {
  name: 'perf',
  usage:
    'perf {record [-a] [-g] [-F HZ] [-o FILE] [-- sleep SECONDS]|report [--stdio] [-g graph,0] [-S SYMBOL]}',
  start(sys) {
    const [, name, ...words] = sys.process.argv as [string, string | undefined, ...string[]]
    if (name === 'record') record(sys, words)
    else if (name === 'report') report(sys, words)
    else if (name === undefined || name === '--help' || name === 'help') {
      sys.out(USAGE)
      sys.exit(name === undefined ? 1 : 0)
    } else if (name === '--version' || name === 'version') {
      sys.out(`perf version ${sys.k.machine.period === 'modern' ? '6.1.192' : '4.15.18'}\n`)
      sys.exit(0)
    } else end(sys, 1, `perf: '${name}' is not a perf-command. See 'perf --help'.\n`)
  },
  timer(sys) {
    const s = sys.process.data as State | null
    if (s !== null && s.until > 0 && sys.k.now >= s.until) finish(sys, s)
  },
  interrupt(sys) {
    const s = sys.process.data as State | null
    if (s !== null) finish(sys, s)
    else sys.exit(130)
  },
  complete: (words, index) =>
    (index === 1
      ? ['record', 'report']
      : words[1] === 'record'
        ? ['-a', '-g', '--', 'sleep']
        : ['-g', 'graph,0', '--stdio', '--no-children', '-S']
    ).filter((w) => w.startsWith(words[index] ?? '')),
}
