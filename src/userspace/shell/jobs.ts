/**
 * Jobs: command lines that have been started, in the terminal or, with `&`, behind it. bash(1), JOB CONTROL.
 *
 * Left out: stopping and continuing (Ctrl-Z, `bg`).
 */
import type { AndOr, List } from './ast.ts'
import { addShell, copyEnvironment } from './stack.ts'
import { OutOfFuel, spend } from './fuel.ts'
import { signalTask, write } from './process.ts'
import type { Call, Io, Job, Os, Shell } from './state.ts'

/** Where the descriptors of a job's shell lead: to the terminal, or into captures. */
export function terminalOf({ captured }: Job): Io {
  if (!captured) {
    return {
      stdin: { kind: 'tty' },
      stdout: { kind: 'tty', stream: 'stdout' },
      stderr: { kind: 'tty', stream: 'stderr' },
    }
  }
  return {
    stdin: { kind: 'none' },
    stdout: { kind: 'capture', capture: captured.stdout },
    stderr: { kind: 'capture', capture: captured.stderr },
  }
}

export function newJob(os: Os, line: string, now: number, payer = os.nextJob): Job {
  const job: Job = {
    id: os.nextJob++,
    payer,
    line,
    shell: 0,
    captured: null,
    number: null,
    held: null,
    interrupted: false,
    used: 0,
    at: now,
    status: null,
  }
  os.jobs.set(job.id, job)
  return job
}

/** Run a job's line: in the terminal, or with its output captured. */
export function startJob(call: Call, job: Job, list: List): void {
  const { os } = call
  const env = copyEnvironment(os.login)
  const shell = addShell(os, job.id, null, env, terminalOf(job), { kind: 'list', node: list, at: 0 })
  job.shell = shell.pid
  call.wake(shell.pid)
}

/** Jobs that can be behind the terminal, and fuel for one. */
const MOST = 100
const FORK = 10

/** `command &` */
export function startBackground(call: Call, shell: Shell, item: AndOr): void {
  const { os } = call
  const numbers = [...os.jobs.values()].flatMap(({ number }) => (number === null ? [] : [number]))
  if (numbers.length >= MOST) throw new OutOfFuel(shell.job, 'fork: Resource temporarily unavailable')
  spend(call, shell.job, FORK)
  const job = newJob(os, item.text, call.ctx.k.now, os.jobs.get(shell.job)?.payer)
  job.number = Math.max(0, ...numbers) + 1
  const io: Io = { ...shell.io, stdin: { kind: 'none' } }
  const child = addShell(os, job.id, null, copyEnvironment(shell.env), io, {
    kind: 'and-or',
    node: item,
    at: 0,
  })
  job.shell = child.pid
  shell.env.last = child.pid
  if (isTerminal(call, shell)) write(call, shell.job, shell.io, 2, `[${job.number}] ${job.shell}\n`)
  call.wake(child.pid)
}

function isTerminal(call: Call, shell: Shell): boolean {
  return call.os.jobs.get(shell.job)?.shell === shell.pid && shell.io.stderr.kind === 'tty'
}

/** The shell of a job has ended. */
export function endJob(call: Call, shell: Shell): void {
  const { os } = call
  const job = os.jobs.get(shell.job)
  if (!job) return
  job.status = shell.status
  for (const waiting of os.shells.values()) {
    if (waiting.frames.at(-1)?.kind === 'builtin') call.wake(waiting.pid)
  }
  if (job.number !== null) return
  os.login = shell.env
  if (os.foreground !== job.id) return
  os.foreground = null
  os.jobs.delete(job.id)
  for (const other of os.jobs.values()) {
    if (other.number === null || other.status === null) continue
    write(call, other.id, shell.io, 2, `${jobLine(os, other)}\n`)
    os.jobs.delete(other.id)
  }
}

/**
 * Send a signal to all processes of a job. At SIGINT, programs that handle it do so; its shells then only wait for
 * these. (A real bash goes on with the line after a program that has ended of its own will; we end the line.)
 */
export function signalJob(call: Call, job: Job, signal: number): void {
  const { os } = call
  job.interrupted = true
  const tasks = [...os.processes.values()].filter((task) => task.job === job.id && task.status === null)
  for (const task of tasks) signalTask(call, task, signal)
  for (const shell of os.shells.values()) {
    if (shell.job !== job.id || shell.status !== null) continue
    if (tasks.length === 0 || shell.frames.at(-1)?.kind === 'builtin') shell.env.status = 128 + signal
    call.wake(shell.pid)
  }
  for (const held of os.jobs.values()) if (held.held === job.id) signalJob(call, held, signal)
}

/** A job as `jobs` prints it; `pid`: as `jobs -l` does. */
export function jobLine(os: Os, job: Job, pid = false): string {
  const numbers = [...os.jobs.values()]
    .flatMap(({ number }) => (number === null ? [] : [number]))
    .sort((a, b) => b - a)
  const mark = job.number === numbers[0] ? '+' : job.number === numbers[1] ? '-' : ' '
  const running = job.status === null
  return `[${job.number}]${mark} ${pid ? job.shell : ''} ${jobState(job).padEnd(24)}${job.line}${running ? ' &' : ''}`
}

function jobState({ status }: Job): string {
  if (status === null) return 'Running'
  if (status === 0) return 'Done'
  const signals: Record<number, string> = { 130: 'Interrupt', 137: 'Killed', 143: 'Terminated' }
  return signals[status] ?? `Exit ${status}`
}
