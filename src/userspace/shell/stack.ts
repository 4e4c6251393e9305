/**
 * Shells and their stacks of frames.
 */
import type { Frame } from './frame.ts'
import { OutOfFuel, spend } from './fuel.ts'
import { release } from './process.ts'
import type { Call, Environment, Io, Os, Shell } from './state.ts'

/** Shells inside one another: each may be further up on the JavaScript stack. */
const DEEPEST = 60
/** Fuel for a subshell. */
const FORK = 10

/** A subshell: a copy of what its parent knows. It is not run yet. */
export function newShell(call: Call, parent: Shell, io: Io, frame: Frame): Shell {
  spend(call, parent.job, FORK)
  if (parent.depth >= DEEPEST) throw new OutOfFuel(parent.job, 'fork: Resource temporarily unavailable')
  const shell = addShell(call.os, parent.job, parent.pid, copyEnvironment(parent.env), io, frame)
  shell.depth = parent.depth + 1
  return shell
}

export function addShell(
  os: Os,
  job: number,
  parent: number | null,
  env: Environment,
  io: Io,
  frame: Frame,
): Shell {
  const shell: Shell = {
    pid: os.nextPid++,
    job,
    parent,
    env,
    io,
    frames: [frame],
    depth: 0,
    running: false,
    status: null,
  }
  os.shells.set(shell.pid, shell)
  return shell
}

export function copyEnvironment(env: Environment): Environment {
  const vars = new Map([...env.vars].map(([name, variable]) => [name, { ...variable }]))
  return {
    vars,
    functions: new Map(env.functions),
    name: env.name,
    args: [...env.args],
    cwd: env.cwd,
    status: env.status,
    ...(env.last !== undefined && { last: env.last }),
    ...(env.nofile && { nofile: env.nofile }),
  }
}

export function push(shell: Shell, frame: Frame): void {
  shell.frames.push(frame)
}

/** Leave the frame on top; what it had put aside comes back. */
export function pop(call: Call, shell: Shell): void {
  const frame = shell.frames.pop()
  if (frame?.kind === 'restore') {
    const own = shell.io
    shell.io = frame.io
    if (own !== frame.io) release(call, own)
  } else if (frame?.kind === 'function') {
    shell.env.args = frame.args
  } else if (frame?.kind === 'command' && frame.running) {
    call.os.captures.delete(frame.running.capture)
  }
}

/** Leave everything that the shell is in the middle of. */
export function abandon(call: Call, shell: Shell): void {
  while (shell.frames.length > 0) pop(call, shell)
}
