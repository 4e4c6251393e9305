/**
 * Builtins for jobs and processes: jobs, wait, fg, kill.
 */
import { complain, type Builtin, type BuiltinCall, type BuiltinResult } from './builtin.ts'
import { jobLine, signalJob } from './jobs.ts'
import { SIGINT, SIGKILL, signalTask, SIGTERM } from './process.ts'
import type { Job } from './state.ts'

/** As bash says it; `-n`, `-s` and `-x` are left out. */
const JOBS = 'jobs [-lnprs] [jobspec ...] or jobs -x command [args]'

/** `jobs [-lpr] [%job ...]`: with -p only their pids, which is no news of those that have ended. */
function jobs(at: BuiltinCall): number {
  const { call, argv, out, err } = at
  const options = argv.slice(1).filter((word) => /^-./.test(word))
  const words = argv.slice(1).filter((word) => !/^-./.test(word))
  const letters = options.join('').replaceAll('-', '')
  const bad = /[^lpr]/.exec(letters)
  if (bad) {
    err(`bash: jobs: -${bad[0]}: invalid option\njobs: usage: ${JOBS}\n`)
    return 2
  }
  const unknown = words.find((word) => !find(at, word))
  if (unknown !== undefined) return complain(at, `${unknown}: no such job`)
  for (const job of words.length === 0 ? behind(at) : words.flatMap((word) => find(at, word) ?? [])) {
    if (letters.includes('r') && job.status !== null) continue
    out(`${letters.includes('p') ? job.shell : jobLine(call.os, job, letters.includes('l'))}\n`)
    if (job.status !== null && !letters.includes('p')) call.os.jobs.delete(job.id)
  }
  return 0
}

/** Jobs behind the terminal, the oldest first. */
function behind({ call }: BuiltinCall): Job[] {
  return [...call.os.jobs.values()].filter(({ number }) => number !== null)
}

/** `%2`, `%%`, a pid, or with nothing the newest job. */
function find(at: BuiltinCall, word: string | undefined): Job | undefined {
  if (word === undefined || word === '%%' || word === '%+') return behind(at).at(-1)
  return behind(at).find(({ number, shell }) => word === `%${number}` || word === String(shell))
}

/** Until the jobs named have ended, or all of them. */
function wait(at: BuiltinCall): BuiltinResult {
  const words = at.argv.slice(1)
  if (words.length === 0) {
    if (behind(at).some(({ status }) => status === null)) return 'waits'
    return 0
  }
  let status = 0
  for (const word of words) {
    const job = find(at, word)
    if (!job)
      status = complain(
        at,
        word.startsWith('%') ? `${word}: no such job` : `pid ${word} is not a child of this shell`,
        127,
      )
    else if (job.status === null) return 'waits'
    else status = job.status
  }
  return status
}

/** Wait for a job in the foreground: Ctrl-C reaches it then. */
function fg(at: BuiltinCall): BuiltinResult {
  const { call, argv, shell } = at
  const job = find(at, argv[1])
  if (!job) return complain(at, `${argv[1] ?? 'current'}: no such job`)
  if (job.held !== shell.job) {
    at.out(`${job.line}\n`)
    job.held = shell.job
  }
  if (job.status === null) return 'waits'
  call.os.jobs.delete(job.id)
  return job.status
}

const SIGNALS: Record<string, number> = {
  INT: SIGINT,
  '2': SIGINT,
  KILL: SIGKILL,
  '9': SIGKILL,
  TERM: SIGTERM,
  '15': SIGTERM,
}

/** `kill [-SIGNAL] pid ...`, `kill %1` */
function killAll(at: BuiltinCall): number {
  const { call, argv, err } = at
  const option = /^-(?:s$|SIG)?(.*)$/.exec(argv[1] ?? '')
  const words = argv.slice(option ? (argv[1] === '-s' ? 3 : 2) : 1)
  const name = option ? (argv[1] === '-s' ? argv[2] : option[1]) : 'TERM'
  const signal = SIGNALS[name]
  if (signal === undefined) return complain(at, `${name}: invalid signal specification`)
  if (words.length === 0) {
    err('kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n')
    return 2
  }
  let status = 0
  for (const word of words) {
    const job = find(at, word)
    const task = call.os.processes.get(Number(word))
    if (job) signalJob(call, job, signal)
    else if (task) signalTask(call, task, signal)
    else if (word.startsWith('%')) status = complain(at, `${word}: no such job`)
    else if (/^\d+$/.test(word)) status = complain(at, `(${word}) - No such process`)
    else status = complain(at, `${word}: arguments must be process or job IDs`)
  }
  return status
}

export const jobControl: readonly Builtin[] = [
  { name: 'jobs', usage: 'jobs [-lpr] [%job ...]', run: jobs },
  { name: 'wait', usage: 'wait [pid|%job ...]', run: wait },
  { name: 'fg', usage: 'fg [%job]', run: fg },
  { name: 'kill', usage: 'kill [-SIGNAL] pid|%job ...', run: killAll },
]
