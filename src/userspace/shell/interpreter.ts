/**
 * The shell: runs the tree of a command line, step by step, on a stack that is plain data.
 * POSIX Shell Command Language 2.9.
 */
import type { Command, List } from './ast.ts'
import type { BuiltinCall } from './builtin.ts'
import { builtins } from './builtins.ts'
import { plan, type Plan } from './command.ts'
import { calculate, pushList, stepCounting, stepFor, stepIf, stepLoop } from './compound.ts'
import { ExpansionError, Need, setVariable } from './expand.ts'
import { exists, resolvePath } from './files.ts'
import type { Frame, Of } from './frame.ts'
import { spend } from './fuel.ts'
import { endJob, startBackground } from './jobs.ts'
import { later } from './later.ts'
import { newPipe } from './pipes.ts'
import { isBuiltin, release, SIGPIPE, startProcess, write } from './process.ts'
import { redirect } from './redirect.ts'
import { abandon, newShell, pop, push } from './stack.ts'
import type { Call, Io, Shell } from './state.ts'

/** Frames a shell can have: functions that call themselves. */
const DEEPEST = 5000

/** Fuel for one step: about what it takes. */
const STEP = 1

/** Go on with a shell, until it ends or waits. */
export function runShell(call: Call, pid: number): void {
  const shell = call.os.shells.get(pid)
  if (!shell || shell.running || shell.status !== null) return
  shell.running = true
  let goesOn = true
  while (goesOn && shell.frames.length > 0) {
    if (call.spent > (call.ctx.slice ?? Infinity)) {
      breakOff(call, shell)
      return
    }
    spend(call, shell.job, STEP)
    const frame = shell.frames[shell.frames.length - 1]
    if (isInterrupted(call, shell) && !waits(frame)) abandon(call, shell)
    else goesOn = step(call, shell, frame)
  }
  shell.running = false
  if (shell.frames.length === 0) endShell(call, shell)
}

/** It goes on in a call of its own. Whoever waits for it waits as for any shell that is not done. */
function breakOff({ os }: Call, shell: Shell): void {
  shell.running = false
  if (!os.unfinished.includes(shell.pid)) os.unfinished.push(shell.pid)
}

/** After Ctrl-C a shell only waits for what handles the signal by itself. */
function isInterrupted(call: Call, shell: Shell): boolean {
  return call.os.jobs.get(shell.job)?.interrupted === true
}

function waits(frame: Frame): boolean {
  return frame.kind === 'process' || frame.kind === 'shells' || frame.kind === 'timeout'
}

export function endShell(call: Call, shell: Shell): void {
  if (shell.status !== null) return
  shell.status = shell.env.status
  release(call, shell.io)
  if (shell.parent !== null) {
    if (call.os.shells.has(shell.parent)) call.wake(shell.parent)
    else call.os.shells.delete(shell.pid)
    return
  }
  call.os.shells.delete(shell.pid)
  endJob(call, shell)
}

/** One step of the frame on top. False: it waits. */
function step(call: Call, shell: Shell, frame: Frame): boolean {
  switch (frame.kind) {
    case 'list':
      return stepList(call, shell, frame)
    case 'and-or':
      return stepAndOr(call, shell, frame)
    case 'pipeline':
      return stepPipeline(call, shell, frame)
    case 'command':
      return stepCommand(call, shell, frame)
    case 'if':
      return stepIf(call, shell, frame)
    case 'loop':
      return stepLoop(call, shell, frame)
    case 'counting':
      return stepCounting(call, shell, frame)
    case 'for':
      return stepFor(call, shell, frame)
    case 'timeout':
      return later().stepTimeout(call, shell, frame)
    case 'xargs':
      return later().stepXargs(call, shell, frame)
    case 'shells':
      return stepShells(call, shell, frame)
    case 'process':
      return stepProcess(call, shell, frame)
    case 'builtin':
      return stepBuiltin(call, shell, frame)
    case 'function':
    case 'restore':
      pop(call, shell)
      return true
  }
}

/* Lists */

function stepList(call: Call, shell: Shell, frame: Of<'list'>): boolean {
  if (frame.at === frame.node.items.length) {
    pop(call, shell)
    return true
  }
  const item = frame.node.items[frame.at++]
  if (item.background) {
    startBackground(call, shell, item)
    shell.env.status = 0
  } else push(shell, { kind: 'and-or', node: item, at: 0 })
  return true
}

function stepAndOr(call: Call, shell: Shell, frame: Of<'and-or'>): boolean {
  const { first, rest } = frame.node
  const at = frame.at++
  if (at === 0) {
    push(shell, { kind: 'pipeline', node: first, begun: null })
  } else if (at > rest.length) {
    pop(call, shell)
  } else {
    const { op, pipeline } = rest[at - 1]
    const wanted = (shell.env.status === 0) === (op === '&&')
    if (wanted) push(shell, { kind: 'pipeline', node: pipeline, begun: null })
  }
  return true
}

function stepPipeline(call: Call, shell: Shell, frame: Of<'pipeline'>): boolean {
  const { negated, timed, commands } = frame.node
  if (frame.begun === null) {
    frame.begun = call.ctx.k.now
    if (commands.length > 1) startStages(call, shell, commands)
    else push(shell, { kind: 'command', node: commands[0], outputs: [], running: null })
    return true
  }
  if (negated) shell.env.status = shell.env.status === 0 ? 1 : 0
  if (timed) write(call, shell.job, shell.io, 2, times(call.ctx.k.now - frame.begun))
  pop(call, shell)
  return true
}

/** What `time` prints. Programs here use no time of their own: only what they wait for passes. */
function times(micros: number): string {
  const minutes = Math.floor(micros / 60e6)
  const seconds = ((micros % 60e6) / 1e6).toFixed(3)
  return `\nreal\t${minutes}m${seconds}s\nuser\t0m0.000s\nsys\t0m0.000s\n`
}

/** Each command of a pipeline in its own subshell; the readers are started before their writers. */
function startStages(call: Call, shell: Shell, commands: Command[]): void {
  let stdin = shell.io.stdin
  const stages = commands.map((node, i) => {
    const pipe = i < commands.length - 1 ? newPipe(call.os, '', false) : null
    const stdout: Io['stdout'] = pipe ? { kind: 'pipe', pipe: pipe.id } : shell.io.stdout
    const io: Io = { stdin, stdout, stderr: shell.io.stderr }
    if (pipe) stdin = { kind: 'pipe', pipe: pipe.id }
    return newShell(call, shell, io, { kind: 'command', node, outputs: [], running: null })
  })
  push(shell, { kind: 'shells', pids: stages.map((stage) => stage.pid) })
  for (const stage of stages.toReversed()) runShell(call, stage.pid)
}

function stepShells(call: Call, shell: Shell, frame: Of<'shells'>): boolean {
  const stages = frame.pids.map((pid) => call.os.shells.get(pid))
  if (stages.some((stage) => stage?.status === null)) return false
  for (const pid of frame.pids) call.os.shells.delete(pid)
  shell.env.status = stages.at(-1)?.status ?? 0
  pop(call, shell)
  return true
}

function stepProcess(call: Call, shell: Shell, frame: Of<'process'>): boolean {
  const task = call.os.processes.get(frame.pid)
  if (task?.status === null) return false
  call.os.processes.delete(frame.pid)
  shell.env.status = task?.status ?? 0
  pop(call, shell)
  if (task?.status === 128 + SIGPIPE && isBuiltin(task.program)) endByPipe(call, shell)
  return true
}

/* Commands */

/** Expand the words of a command, with its command substitutions one after the other, then run it. */
function stepCommand(call: Call, shell: Shell, frame: Of<'command'>): boolean {
  if (frame.running && !takeOutput(call, shell, frame, frame.running)) return false
  let ready: Plan
  try {
    ready = plan(call, shell, frame.node, frame.outputs)
  } catch (error) {
    if (error instanceof Need) {
      startSubstitution(call, shell, frame, error.body)
      return true
    }
    if (!(error instanceof ExpansionError)) throw error
    write(call, shell.job, shell.io, 2, `bash: ${error.message}\n`)
    shell.env.status = 1
    if (error.fatal) abandon(call, shell)
    else pop(call, shell)
    return true
  }
  pop(call, shell)
  const io = redirect(call, shell, ready.redirects)
  if (!io) {
    shell.env.status = 1
    return true
  }
  runCommand(call, shell, frame, ready, io)
  return true
}

function startSubstitution(call: Call, shell: Shell, frame: Of<'command'>, body: List): void {
  const capture = call.os.nextPipe++
  const io: Io = { ...shell.io, stdout: { kind: 'capture', capture } }
  const child = newShell(call, shell, io, { kind: 'list', node: body, at: 0 })
  call.os.captures.set(capture, '')
  frame.running = { pid: child.pid, capture }
  runShell(call, child.pid)
}

/** The output of a command substitution that has ended, without the newlines at its end. */
function takeOutput(
  call: Call,
  shell: Shell,
  frame: Of<'command'>,
  running: { pid: number; capture: number },
): boolean {
  const child = call.os.shells.get(running.pid)
  if (child?.status === null) return false
  const output = call.os.captures.get(running.capture) ?? ''
  let end = output.length
  while (output[end - 1] === '\n') end--
  spend(call, shell.job, end / 100)
  frame.outputs.push({ text: output.slice(0, end), status: child?.status ?? 0 })
  frame.running = null
  call.os.shells.delete(running.pid)
  call.os.captures.delete(running.capture)
  return true
}

function runCommand(call: Call, shell: Shell, frame: Of<'command'>, ready: Plan, io: Io): void {
  const { node } = frame
  if (node.kind === 'simple') {
    runSimple(call, shell, frame, ready, io)
    return
  }
  if (io !== shell.io) {
    push(shell, { kind: 'restore', io: shell.io })
    shell.io = io
  }
  switch (node.kind) {
    case 'group':
      if (node.subshell) {
        const child = newShell(call, shell, shell.io, { kind: 'list', node: node.body, at: 0 })
        push(shell, { kind: 'shells', pids: [child.pid] })
        runShell(call, child.pid)
      } else pushList(shell, node.body)
      break
    case 'if':
      push(shell, { kind: 'if', node, arm: -1 })
      break
    case 'loop':
      shell.env.status = 0
      push(shell, { kind: 'loop', node, testing: false, last: 0 })
      break
    case 'for':
      if (!/^[A-Za-z_]\w*$/.test(node.name)) {
        write(call, shell.job, shell.io, 2, `bash: \`${node.name}': not a valid identifier\n`)
        shell.env.status = 1
        break
      }
      shell.env.status = 0
      push(shell, { kind: 'for', node, words: ready.argv, at: 0 })
      break
    case 'counting':
      shell.env.status = 0
      push(shell, { kind: 'counting', node, begun: false })
      break
    case 'arithmetic': {
      const value = calculate(call, shell, node.word)
      if (value !== null) shell.env.status = value === 0 ? 1 : 0
      break
    }
    case 'case':
      shell.env.status = 0
      if (ready.arm !== null) pushList(shell, node.arms[ready.arm].body)
      break
    case 'function':
      shell.env.functions.set(node.name, node.body)
      shell.env.status = 0
      break
  }
}

function runSimple(call: Call, shell: Shell, frame: Of<'command'>, ready: Plan, io: Io): void {
  const { argv, assigned } = ready
  if (argv.length === 0) {
    for (const [name, value] of assigned) setVariable(shell, name, value)
    shell.env.status = frame.outputs.at(-1)?.status ?? 0
    if (io !== shell.io) release(call, io)
    return
  }
  const [name, ...args] = argv
  const body = shell.env.functions.get(name)
  if (body && shell.frames.length > DEEPEST) {
    write(call, shell.job, io, 2, `bash: ${name}: maximum function nesting level exceeded\n`)
    abandon(call, shell)
    shell.env.status = 1
  } else if (body) {
    push(shell, { kind: 'restore', io: shell.io })
    shell.io = io
    push(shell, { kind: 'function', args: shell.env.args })
    shell.env.args = args
    push(shell, { kind: 'command', node: body, outputs: [], running: null })
  } else if (builtins.has(name)) {
    push(shell, { kind: 'builtin', argv, assigned, io })
  } else runProgram(call, shell, argv, io)
}

function stepBuiltin(call: Call, shell: Shell, frame: Of<'builtin'>): boolean {
  const { argv, assigned, io } = frame
  let closed = false
  const print = (fd: 1 | 2, text: string): void => {
    if (write(call, shell.job, io, fd, text) === 'closed') closed = true
  }
  shell.frames.pop()
  const at: BuiltinCall = {
    call,
    shell,
    argv,
    assigned,
    io,
    out: (text) => {
      print(1, text)
    },
    err: (text) => {
      print(2, text)
    },
  }
  const result = builtins.get(argv[0])?.run(at) ?? 0
  if (result === 'waits') {
    push(shell, frame)
    return false
  }
  if (result !== 'goes on') {
    shell.env.status = result
    if (io !== shell.io) release(call, io)
  }
  if (closed) endByPipe(call, shell)
  return true
}

/** What a builtin does when nobody reads what it prints: the shell itself has got the signal. */
function endByPipe(call: Call, shell: Shell): void {
  abandon(call, shell)
  shell.env.status = 128 + SIGPIPE
}

/** Directories where every program lies. */
const BIN = /^(?:\/usr)?(?:\/local)?\/s?bin\/([^/]+)$/

function runProgram(call: Call, shell: Shell, argv: string[], io: Io): void {
  const [name] = argv
  const program = call.ctx.programs.get(BIN.exec(name)?.[1] ?? name)
  if (program) {
    const task = startProcess(call, shell, program, argv, io)
    push(shell, { kind: 'process', pid: task.pid })
    return
  }
  const path = name.includes('/') ? exists(call, resolvePath(shell.env.cwd, name)) : 'none'
  const [text, status] =
    path === 'dir'
      ? ['Is a directory', 126]
      : path === 'file'
        ? ['Permission denied', 126]
        : path === null
          ? ['No such file or directory', 127]
          : ['command not found', 127]
  write(call, shell.job, io, 2, `bash: ${name}: ${text}\n`)
  if (io !== shell.io) release(call, io)
  shell.env.status = status
}
