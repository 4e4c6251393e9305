/**
 * Processes: starting a program, calling its functions, and taking it down.
 *
 * A writer pushes its text straight through to the reader, so `conntrack -L | head` ends `conntrack` as soon as `head`
 * has had enough, and a long table never lies in memory as a whole. A program's functions may therefore be running
 * further up the JavaScript stack while it is called: `calls` counts them, and only the last to return takes the
 * process down.
 */
import { hostAddress } from '../hosts-file.ts'
import { PORTION, portionOf } from '../portion.ts'
import type { Program, Source, Sys } from '../program.ts'
import { errnoText, filesOf } from './files.ts'
import { spend } from './fuel.ts'
import { hasReader, hasWriter, pipesOut, store } from './pipes.ts'
import { NOFILE, type Call, type Io, type Pipe, type Shell, type Task } from './state.ts'

/** Signal numbers a process can end by; its status is 128 more. */
export const SIGINT = 2
export const SIGKILL = 9
export const SIGPIPE = 13
export const SIGTERM = 15

/** Fuel for starting a program, and what a typical one takes of a slice of the page's time. */
const START = 10
const SHARE = 800
/** ... and what reading a portion of text does. */
const READ = 300

/** Start a program for a shell, with these descriptors. It may have ended when this returns. */
export function startProcess(call: Call, shell: Shell, program: Program, argv: string[], io: Io): Task {
  spend(call, shell.job, START)
  if (!isBuiltin(program.name)) call.spent += SHARE
  const task: Task = {
    pid: call.os.nextPid++,
    program: program.name,
    argv,
    ...io,
    data: null,
    status: null,
    nofile: shell.env.nofile?.soft ?? NOFILE.soft,
    job: shell.job,
    parent: shell.pid,
    cwd: shell.env.cwd,
    calls: 0,
  }
  call.os.processes.set(task.pid, task)
  callProgram(call, task, (sys) => {
    program.start(sys)
  })
  if (task.status === null) attach(call, task)
  return task
}

/** Give a started process its stdin. */
function attach(call: Call, task: Task): void {
  const { stdin } = task
  if (stdin.kind === 'pipe') {
    const pipe = call.os.pipes.get(stdin.pipe)
    if (!pipe || !programOf(call, task)?.input) return
    pipe.reader = task.pid
    pipe.told = false
    pump(call, pipe)
    return
  }
  if (task.broken === true) return
  if (stdin.kind === 'text') input(call, task, stdin.text)
  eof(call, task)
}

/** Pass on what is in a pipe, and its end. */
export function pump(call: Call, pipe: Pipe): void {
  const task = pipe.reader === null ? undefined : call.os.processes.get(pipe.reader)
  if (!task || task.status !== null) {
    if (pipe.text !== '' || pipe.ended) wakeReaders(call, pipe)
    return
  }
  if (task.calls > 0) return
  while (pipe.text !== '' && task.status === null && task.broken !== true) {
    if (mayBreakOff(call)) {
      noteBroken(call, task)
      return
    }
    const { text } = pipe
    const end = portionOf(text)
    pipe.text = text.slice(end)
    call.spent += (READ * end) / PORTION
    input(call, task, text.slice(0, end))
  }
  if (pipe.ended && !pipe.told && task.status === null && task.broken !== true) {
    pipe.told = true
    eof(call, task)
  }
}

/** The slice of work has been used up, and whoever is on the JavaScript stack can wait. */
function mayBreakOff(call: Call): boolean {
  return call.impatient === 0 && call.spent > (call.ctx.slice ?? Infinity)
}

function noteBroken(call: Call, { pid }: Task): void {
  if (!call.broken.includes(pid)) call.broken.push(pid)
}

/** Go on with a process that has broken off, or that has something left to read. */
export function goOn(call: Call, task: Task): void {
  if (task.status !== null) return
  if (task.broken === true) {
    task.broken = false
    if (task.stdout.kind === 'pipe' && !call.os.pipes.has(task.stdout.pipe)) {
      kill(call, task, SIGPIPE)
      return
    }
    callProgram(call, task, (sys, program) => program.goOn?.(sys))
    if (task.stdin.kind !== 'pipe') attach(call, task)
  }
  const pipe = task.stdin.kind === 'pipe' ? call.os.pipes.get(task.stdin.pipe) : undefined
  if (pipe?.reader === task.pid) pump(call, pipe)
}

/** Shells that may be waiting in `read`. */
function wakeReaders(call: Call, pipe: Pipe): void {
  for (const { pid, io, status } of call.os.shells.values()) {
    if (status === null && io.stdin.kind === 'pipe' && io.stdin.pipe === pipe.id) call.wake(pid)
  }
}

function input(call: Call, task: Task, text: string): void {
  callProgram(call, task, (sys, program) => program.input?.(sys, text))
}

function eof(call: Call, task: Task): void {
  callProgram(call, task, (sys, program) => program.eof?.(sys))
}

/** Call a function of a process's program. */
export function callProgram(call: Call, task: Task, run: (sys: Sys, program: Program) => void): void {
  const program = programOf(call, task)
  if (task.status !== null || !program) return
  task.calls++
  run(sysOf(call, task), program)
  task.calls--
  if (task.status !== null) finish(call, task)
  else if (task.stdin.kind === 'pipe') pumpAgain(call, task.stdin, task.pid)
}

/** What the process of the last piece of work is called with, and by whom: the next one is most often its own. */
let worker: { call: Call; task: Task; sys: Sys; program: Program } | null = null

export function forgetWorker(): void {
  worker = null
}

export const hasWorker = (): boolean => worker !== null

/** One piece of work of a process that takes CPU time. Is there more? */
export function workOn(call: Call, task: Task, next: () => number): boolean {
  if (worker === null || worker.task !== task || worker.call !== call) {
    const program = programOf(call, task)
    if (!program) return false
    worker = { call, task, sys: sysOf(call, task), program }
  }
  const { sys, program } = worker
  if (task.status !== null) return false
  task.calls++
  const more = program.work?.(sys, next) ?? false
  task.calls--
  if (task.status !== null) finish(call, task)
  else if (task.stdin.kind === 'pipe') pumpAgain(call, task.stdin, task.pid)
  return more
}

/** Text that came while the process was busy. */
function pumpAgain(call: Call, stdin: Source & { kind: 'pipe' }, pid: number): void {
  const pipe = call.os.pipes.get(stdin.pipe)
  if (pipe?.reader === pid && (pipe.text !== '' || pipe.ended)) pump(call, pipe)
}

function programOf(call: Call, task: Task): Program | undefined {
  return call.ctx.programs.get(task.program)
}

/** Send a signal. A program that handles Ctrl-C does so, and may go on. */
export function signalTask(call: Call, task: Task, signal: number): void {
  const program = programOf(call, task)
  const asked = signal === SIGINT || (signal === SIGTERM && program?.endsOnTerm === true)
  const handled = asked && task.broken !== true && program?.interrupt !== undefined
  if (handled) callProgram(call, task, (sys, program) => program.interrupt?.(sys))
  else kill(call, task, signal)
}

/** End a process: at once, or when its functions have returned. */
export function kill(call: Call, task: Task, signal: number): void {
  if (task.status !== null) return
  task.status = 128 + signal
  finish(call, task)
}

function finish(call: Call, task: Task): void {
  if (task.calls > 0) return
  call.ctx.exited?.(task.pid)
  release(call, task)
  if (call.os.shells.has(task.parent)) call.wake(task.parent)
  else call.os.processes.delete(task.pid)
}

/** Whoever held these descriptors holds them no more: tell the other ends of pipes that nobody else holds. */
export function release(call: Call, io: Io): void {
  const { os } = call
  for (const id of pipesOut(io)) {
    const pipe = os.pipes.get(id)
    if (!pipe || pipe.ended || hasWriter(os, id)) continue
    pipe.ended = true
    pump(call, pipe)
  }
  if (io.stdin.kind === 'pipe' && !hasReader(os, io.stdin.pipe)) os.pipes.delete(io.stdin.pipe)
}

/** Write for a process or a shell. Who is patient does not need it to be read at once. */
export function write(
  call: Call,
  job: number,
  io: Io,
  fd: 1 | 2,
  text: string,
  patient = false,
): ReturnType<typeof store> {
  const sink = fd === 1 ? io.stdout : io.stderr
  if (text === '') return 'ok'
  const result = store(call, job, sink, text)
  if (sink.kind !== 'pipe' || result !== 'ok') return result
  const pipe = call.os.pipes.get(sink.pipe)
  if (pipe) {
    call.impatient += patient ? 0 : 1
    pump(call, pipe)
    call.impatient -= patient ? 0 : 1
  }
  return call.os.pipes.has(sink.pipe) ? 'ok' : 'closed'
}

function sysOf(call: Call, task: Task): Sys {
  const { ctx } = call
  const exit = (status: number): void => {
    task.status ??= status & 255
  }
  const err = (text: string): void => {
    if (task.status === null && write(call, task.job, task, 2, text) === 'closed') exit(128 + SIGPIPE)
  }
  const out = (text: string, patient = false): boolean => {
    if (task.status !== null) return false
    const result = write(call, task.job, task, 1, text, patient)
    if (result === 'ok') return true
    if (result === 'closed') {
      exit(128 + SIGPIPE)
      return false
    }
    const name = isBuiltin(task.program) ? `bash: ${task.argv[0]}` : task.argv[0]
    err(`${name}: write error: ${errnoText(result)}\n`)
    exit(1)
    return false
  }
  const files = filesOf(call, task.job, task.cwd)
  return {
    process: task,
    k: ctx.k,
    hostname: ctx.hostname,
    out,
    err,
    exit,
    timer: (at) => {
      ctx.setTimer(task.pid, at)
    },
    files,
    resolve: (name) => hostAddress(files, name)?.address ?? ctx.resolve(name),
    programs: () => [...ctx.programs.values()],
    programOf: (pid) => call.os.processes.get(pid)?.program ?? null,
    payload: (text) => ctx.payload(text),
    payloadText: (id) => ctx.payloadText(id),
    spend: (units) => {
      spend(call, task.job, units)
    },
    breakOff: () => {
      if (task.status !== null || !programOf(call, task)?.goOn || !mayBreakOff(call)) return false
      task.broken = true
      noteBroken(call, task)
      return true
    },
  }
}

/** Programs that are part of bash: their messages begin with its name, and a signal to them is one to it. */
export function isBuiltin(program: string): boolean {
  return BUILTIN.has(program)
}

const BUILTIN = new Set(['echo', 'printf', 'test', '[', 'true', 'false'])
