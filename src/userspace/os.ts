/**
 * The userspace of a host, as the lab sees it: type a line, tell it of timers, sockets and events, drain what it
 * prints. All that lasts is in Os, plain data; everything else is handed in at each call.
 *
 * A line runs at once as far as it can; what then waits (curl, sleep, conntrack -E) goes on when the lab calls again.
 */
import type { Program, Sys } from './program.ts'
import type { Completion } from './shell/complete.ts'
import { OutOfFuel } from './shell/fuel.ts'
import { newJob, signalJob, startJob, terminalOf } from './shell/jobs.ts'
import { runShell } from './shell/interpreter.ts'
import { later } from './shell/later.ts'
import { parse } from './shell/parse.ts'
import { hasReader, store } from './shell/pipes.ts'
import {
  callProgram,
  forgetWorker,
  goOn,
  hasWorker,
  release,
  SIGINT,
  SIGKILL,
  workOn,
} from './shell/process.ts'
import { abandon } from './shell/stack.ts'
import type { Call, Io, Job, Os, OsContext, Shell, Variable } from './shell/state.ts'

export type { Environment, Job, Os, OsContext, ProcFs } from './shell/state.ts'

/** What a host starts with. */
export interface OsInit {
  /** Regular files: absolute path -> text. */
  files?: Record<string, string>
  /** Directories without files. */
  dirs?: string[]
  variables?: Record<string, string>
  cwd?: string
}

export function newOs(init: OsInit = {}): Os {
  const cwd = init.cwd ?? '/root'
  const exported = {
    HOME: '/root',
    USER: 'root',
    PWD: cwd,
    SHELL: '/bin/bash',
    LANG: 'C.UTF-8',
    ...init.variables,
  }
  const vars = Object.entries(exported).map(([name, value]): [string, Variable] => [
    name,
    { value, exported: true },
  ])
  return {
    login: { vars: new Map(vars), functions: new Map(), name: 'bash', args: [], cwd, status: 0 },
    history: [],
    jobs: new Map(),
    shells: new Map(),
    processes: new Map(),
    pipes: new Map(),
    captures: new Map(),
    files: new Map(Object.entries(init.files ?? {})),
    dirs: new Set(['/root', '/tmp', '/etc', '/var/log', ...(init.dirs ?? [])]),
    nextPid: 1001,
    nextJob: 1,
    nextPipe: 1,
    unfinished: [],
    foreground: null,
    typed: [],
    output: [],
  }
}

/** Type a line. Behind a job that has the terminal it waits for its turn. Returns the job. */
export function exec(os: Os, ctx: OsContext, line: string): number {
  const job = newJob(os, line, ctx.k.now)
  if (line.trim() !== '') os.history.push(line)
  os.typed.push(job.id)
  enter(os, ctx, job.id, () => undefined)
  return job.id
}

/** The job that has the terminal, null: the prompt is shown. */
export function foreground(os: Os): Job | null {
  return os.foreground === null ? null : (os.jobs.get(os.foreground) ?? null)
}

/** Ctrl-C. */
export function interrupt(os: Os, ctx: OsContext): void {
  const job = foreground(os)
  os.typed = []
  if (job) {
    enter(os, ctx, job.id, (call) => {
      signalJob(call, job, SIGINT)
    })
  }
}

/** The time has come that a process asked for. */
export function timer(os: Os, ctx: OsContext, pid: number): void {
  tell(os, ctx, pid, (sys, program) => program.timer?.(sys))
}

/** Go on with a shell or a process that has broken off: a slice of work. Call it until nothing is unfinished. */
export function resume(os: Os, ctx: OsContext): void {
  const pid = os.unfinished.shift() ?? 0
  const [shell, task] = [os.shells.get(pid), os.processes.get(pid)]
  const job = shell?.job ?? task?.job
  if (job === undefined) return
  enter(os, ctx, job, (call) => {
    if (task) goOn(call, task)
    else call.wake(pid)
  })
}

/** Something has happened to a socket of a process. */
export function socketEvent(os: Os, ctx: OsContext, pid: number, sock: number): void {
  tell(os, ctx, pid, (sys, program) => program.socket?.(sys, sock))
}

/** A process gets CPU time: one piece of its work. Is there more? */
export function work(os: Os, ctx: OsContext, pid: number, next: () => number): boolean {
  const task = os.processes.get(pid)
  if (!task) return false
  const call = last !== null && last.os === os && last.ctx === ctx ? last : (last = newCall(os, ctx))
  call.spent = call.impatient = 0
  if (call.broken.length > 0) call.broken = []
  let more = false
  try {
    more = workOn(call, task, next)
  } catch (error) {
    guard(call, task.job, () => {
      throw error
    })
  }
  leave(call)
  return more
}

/** The call of the last piece of work: a load does a million of them, one after the other. */
let last: Call | null = null

/** Nobody goes on for now. What is remembered between pieces of work goes: it would hold a whole lab that may be another's. */
export function rest(): void {
  last = null
  forgetWorker()
}

/** Is nothing remembered? */
export const isAtRest = (): boolean => last === null && !hasWorker()

/** A process that takes CPU time has nothing to do. */
export function idle(os: Os, ctx: OsContext, pid: number): void {
  tell(os, ctx, pid, (sys, program) => program.idle?.(sys))
}

/** A conntrack event, for a process that listens. */
export function programEvent(os: Os, ctx: OsContext, pid: number, event: unknown): void {
  tell(os, ctx, pid, (sys, program) => program.event?.(sys, event))
}

/** A frame, for a process that looks at devices. */
export function programFrame(os: Os, ctx: OsContext, pid: number, event: unknown): void {
  tell(os, ctx, pid, (sys, program) => program.frame?.(sys, event))
}

export interface RunResult {
  status: number
  stdout: string
  stderr: string
}

/** Run a line that is not typed, with its output captured: see runResult. */
export function execCaptured(os: Os, ctx: OsContext, line: string): number {
  const job = newJob(os, line, ctx.k.now)
  job.captured = { stdout: os.nextPipe++, stderr: os.nextPipe++ }
  os.captures.set(job.captured.stdout, '')
  os.captures.set(job.captured.stderr, '')
  enter(os, ctx, job.id, (call) => {
    startLine(call, job)
  })
  return job.id
}

/** What a captured job has come to; then it is forgotten. */
export function runResult(os: Os, jobId: number): RunResult | 'running' {
  const job = os.jobs.get(jobId)
  if (job?.status === null) return 'running'
  const text = (capture: number | undefined): string => os.captures.get(capture ?? 0) ?? ''
  const { stdout, stderr } = job?.captured ?? {}
  const result = { status: job?.status ?? 0, stdout: text(stdout), stderr: text(stderr) }
  os.jobs.delete(jobId)
  os.captures.delete(stdout ?? 0)
  os.captures.delete(stderr ?? 0)
  return result
}

/** execCaptured() and runResult(), for lines that need no lab time. */
export function run(os: Os, ctx: OsContext, line: string): RunResult | 'running' {
  return runResult(os, execCaptured(os, ctx, line))
}

/* Inside */

function tell(os: Os, ctx: OsContext, pid: number, what: (sys: Sys, program: Program) => void): void {
  const task = os.processes.get(pid)
  if (task) {
    enter(os, ctx, task.job, (call) => {
      callProgram(call, task, what)
    })
  }
}

function newCall(os: Os, ctx: OsContext): Call {
  const call: Call = {
    os,
    ctx,
    wake: (pid) => {
      runShell(call, pid)
    },
    spent: 0,
    impatient: 0,
    broken: [],
  }
  return call
}

/** Do something, and then what has been typed in the meantime. */
function enter(os: Os, ctx: OsContext, job: number, action: (call: Call) => void): void {
  const call = newCall(os, ctx)
  guard(call, job, action)
  leave(call)
}

/** What has been typed in the meantime; then who has broken off waits for the next call. */
function leave(call: Call): void {
  const { os, ctx } = call
  while (os.foreground === null && os.typed.length > 0) {
    const next = os.jobs.get(os.typed.shift() ?? 0)
    if (!next) continue
    os.foreground = next.id
    guard(call, next.id, () => {
      startLine(call, next)
    })
  }
  ctx.worked?.(call.spent)
  if (call.broken.length + os.unfinished.length > 0)
    os.unfinished = [...new Set([...call.broken, ...os.unfinished])].filter((pid) => isAlive(os, pid))
}

function isAlive(os: Os, pid: number): boolean {
  return os.processes.get(pid)?.status === null || os.shells.get(pid)?.status === null
}

/** Do something for a job; take down the job that uses up its fuel, or the JavaScript stack. */
function guard(call: Call, job: number, action: (call: Call) => void): void {
  try {
    action(call)
  } catch (error) {
    call.impatient = 0
    const limit = error instanceof RangeError ? new OutOfFuel(job, `stopped: ${error.message}`) : error
    if (!(limit instanceof OutOfFuel)) throw error
    guard(call, job, () => {
      endByLimit(call, limit)
    })
  }
}

function startLine(call: Call, job: Job): void {
  const parsed = parse(job.line)
  const failed = typeof parsed === 'string'
  const { stderr } = terminalOf(job)
  for (const text of failed ? [parsed] : parsed.warnings) store(call, job.id, stderr, `bash: ${text}\n`)
  if (failed) call.os.login.status = 2
  startJob(call, job, failed ? { kind: 'list', items: [] } : parsed.list)
}

/** Take down a job that has used up its fuel, and all it has started. Nothing is on the JavaScript stack any more. */
function endByLimit(call: Call, { job: id, message }: OutOfFuel): void {
  const { os } = call
  for (const task of os.processes.values()) task.calls = 0
  for (const shell of os.shells.values()) shell.running = false
  const first = os.jobs.get(id)
  if (!first) return
  const group = [...os.jobs.values()].filter(({ payer, status }) => payer === first.payer && status === null)
  for (const job of group) job.used = 0
  const own = group.flatMap((job) => os.shells.get(job.shell) ?? [])
  const gone = killAll(call, new Set(group.map((job) => job.id)), own)
  for (const shell of own) {
    abandon(call, shell)
    shell.env.status = 128 + SIGKILL
  }
  for (const io of gone) release(call, io)
  for (const pipe of [...os.pipes.keys()]) if (!hasReader(os, pipe)) os.pipes.delete(pipe)
  store(call, id, terminalOf(os.jobs.get(first.payer) ?? first).stderr, `bash: ${message}\n`)
  if (own.length === 0) endUnbegun(os, first)
  for (const shell of own) call.wake(shell.pid)
  // Whoever else was on the stack goes on.
  for (const shell of [...os.shells.values()]) call.wake(shell.pid)
}

/** End all processes and subshells of these jobs, but for their own shells. Returns what they held. */
function killAll({ os, ctx }: Call, jobs: ReadonlySet<number>, own: readonly Shell[]): Io[] {
  const gone: Io[] = []
  for (const task of [...os.processes.values()]) {
    if (!jobs.has(task.job)) continue
    task.status ??= 128 + SIGKILL
    os.processes.delete(task.pid)
    ctx.exited?.(task.pid)
    gone.push(task)
  }
  for (const shell of [...os.shells.values()]) {
    if (!jobs.has(shell.job) || own.includes(shell)) continue
    shell.status ??= 128 + SIGKILL
    os.shells.delete(shell.pid)
    for (const frame of shell.frames) {
      if (frame.kind === 'command' && frame.running) os.captures.delete(frame.running.capture)
    }
    gone.push(shell.io)
  }
  return gone
}

/** A line that was too much before its shell was there. */
function endUnbegun(os: Os, job: Job): void {
  job.status = os.login.status = 128 + SIGKILL
  if (os.foreground === job.id) os.foreground = null
  if (!job.captured) os.jobs.delete(job.id)
}

/** Tab: the words that can stand at the cursor. */
export function complete(os: Os, ctx: OsContext, line: string, cursor: number): Completion {
  return later().complete(os, ctx, line, cursor)
}
