/**
 * Builtins that change what the shell does next: break, continue, return, exit, eval, source, sh.
 */
import { complain, type Builtin, type BuiltinCall, type BuiltinResult } from './builtin.ts'
import type { List } from './ast.ts'
import { errnoText, filesOf } from './files.ts'
import type { Frame } from './frame.ts'
import { parse } from './parse.ts'
import { abandon, newShell, pop, push } from './stack.ts'

function isLoop(frame: Frame): boolean {
  return frame.kind === 'loop' || frame.kind === 'for' || frame.kind === 'counting'
}

/** break and continue: leave the frames above the n-th loop, or that loop, too. */
function leaveLoops(at: BuiltinCall, also: boolean): BuiltinResult {
  const { call, shell, argv } = at
  const count = argv[1] ?? '1'
  if (!/^[+-]?\d+$/.test(count)) {
    abandon(call, shell)
    return complain(at, `${count}: numeric argument required`, 128)
  }
  if (Number(count) < 1) return complain(at, `${count}: loop count out of range`)
  if (!shell.frames.some(isLoop)) {
    return complain(at, "only meaningful in a `for', `while', or `until' loop", 0)
  }
  const loops = shell.frames.filter(isLoop)
  const target = loops[Math.max(loops.length - Number(count), 0)]
  while (shell.frames.at(-1) !== target) pop(call, shell)
  if (also) pop(call, shell)
  else if (target.kind === 'loop') target.testing = false
  return 0
}

function returnFromFunction(at: BuiltinCall): BuiltinResult {
  const { call, shell, argv } = at
  const status = argv[1] === undefined ? shell.env.status : Number(argv[1]) & 255
  if (!shell.frames.some((frame) => frame.kind === 'function')) {
    return complain(at, "can only `return' from a function or sourced script", 2)
  }
  while (shell.frames.at(-1)?.kind !== 'function') pop(call, shell)
  return status
}

/** In a subshell: end it. In the terminal's shell it only says so, as there is nothing to go back to. */
function exit(at: BuiltinCall): BuiltinResult {
  const { call, shell, argv, err } = at
  const job = call.os.jobs.get(shell.job)
  if (job?.shell === shell.pid && job.number === null && !job.captured) err('exit\n')
  let status = argv[1] === undefined ? shell.env.status : Number(argv[1]) & 255
  if (argv[1] !== undefined && !/^[+-]?\d+$/.test(argv[1])) {
    status = complain(at, `${argv[1]}: numeric argument required`, 2)
  }
  abandon(call, shell)
  return status
}

/** Run text as commands of this shell. */
export function runText(at: BuiltinCall, text: string): BuiltinResult {
  const parsed = parse(text)
  if (typeof parsed === 'string') {
    at.err(`bash: ${parsed}\n`)
    return 2
  }
  return runList(at, parsed.list)
}

function runList(at: BuiltinCall, list: List): BuiltinResult {
  const { shell, io } = at
  if (io !== shell.io) {
    push(shell, { kind: 'restore', io: shell.io })
    shell.io = io
  }
  shell.env.status = 0
  push(shell, { kind: 'list', node: list, at: 0 })
  return 'goes on'
}

function source(at: BuiltinCall): BuiltinResult {
  const { call, shell, argv } = at
  const path = argv[1]
  if (path === undefined) {
    complain(at, 'filename argument required')
    at.err(`${argv[0]}: usage: ${argv[0]} filename [arguments]\n`)
    return 2
  }
  const text = filesOf(call, shell.job, shell.env.cwd).read(path)
  if (typeof text === 'string') return runText(at, text)
  at.err(`bash: ${path}: ${errnoText(text)}\n`)
  return 1
}

/** `sh -c 'text'`, `bash file`: a subshell. */
function shell(at: BuiltinCall): BuiltinResult {
  const { call, argv, io } = at
  const command = argv[1] === '-c'
  const file = argv[command ? 2 : 1]
  if (file === undefined) {
    if (command) return complainShell(at, '-c: option requires an argument', 2)
    if (io.stdin.kind === 'pipe') return shellOfPipe(at, io.stdin.pipe)
    return complainShell(at, 'a shell inside the shell is not available here; -c COMMAND and files are', 2)
  }
  const text = command ? file : filesOf(call, at.shell.job, at.shell.env.cwd).read(file)
  if (typeof text !== 'string') return complainShell(at, `${file}: ${errnoText(text)}`, 127)
  const parsed = parse(text)
  if (typeof parsed === 'string') return complainShell(at, parsed, 2)
  const child = newShell(call, at.shell, io, { kind: 'list', node: parsed.list, at: 0 })
  child.env.name = argv[command ? 3 : 1] ?? argv[0]
  child.env.args = argv.slice(command ? 4 : 2)
  push(at.shell, { kind: 'shells', pids: [child.pid] })
  call.wake(child.pid)
  return 'goes on'
}

/** `... | sh`: the commands that come down the pipe, when all of them are there. */
function shellOfPipe(at: BuiltinCall, id: number): BuiltinResult {
  const pipe = at.call.os.pipes.get(id)
  if (pipe && !pipe.ended) return 'waits'
  const text = pipe?.text ?? ''
  if (pipe) pipe.text = ''
  return text.trim() === '' ? 0 : runText(at, text)
}

function complainShell({ argv, err }: BuiltinCall, text: string, status: number): number {
  err(`${argv[0]}: ${text}\n`)
  return status
}

export const control: readonly Builtin[] = [
  { name: 'break', usage: 'break [n]', run: (at) => leaveLoops(at, true) },
  { name: 'continue', usage: 'continue [n]', run: (at) => leaveLoops(at, false) },
  { name: 'return', usage: 'return [n]', run: returnFromFunction },
  { name: 'exit', usage: 'exit [n]', run: exit },
  { name: 'eval', usage: 'eval [arg ...]', run: (at) => runText(at, at.argv.slice(1).join(' ')) },
  { name: 'source', usage: 'source filename', run: source },
  { name: '.', usage: '. filename', run: source },
  { name: 'sh', usage: 'sh [-c command] [file]', run: shell },
  { name: 'bash', usage: 'bash [-c command] [file]', run: shell },
]
