/**
 * Redirections: where the descriptors 0, 1 and 2 of a command lead. POSIX Shell Command Language 2.7.
 */
import type { Sink } from '../program.ts'
import type { Plan } from './command.ts'
import { errnoText, filesOf, isDevice, resolvePath } from './files.ts'
import { byteLength } from '../text/bytes.ts'
import { newPipe, openForWriting } from './pipes.ts'
import { release, write } from './process.ts'
import type { Call, Io, Shell } from './state.ts'

/** The descriptors of a command; the shell's own when nothing is redirected. null: it failed, and bash has said why. */
export function redirect(call: Call, shell: Shell, redirects: Plan['redirects']): Io | null {
  if (redirects.length === 0) return shell.io
  const io: Io = { ...shell.io }
  for (const one of redirects) {
    const error = apply(call, shell, io, one)
    if (error === null) continue
    write(call, shell.job, shell.io, 2, `bash: ${error}\n`)
    release(call, io)
    return null
  }
  return io
}

/** What bash says when it cannot be done. */
function apply(
  call: Call,
  shell: Shell,
  io: Io,
  { fd, op, target }: Plan['redirects'][number],
): string | null {
  switch (op) {
    case '<': {
      const path = resolvePath(shell.env.cwd, target)
      const text = filesOf(call, shell.job, shell.env.cwd).read(target)
      if (typeof text !== 'string') return `${target}: ${errnoText(text)}`
      closeStdin(call, shell, io)
      io.stdin = isDevice(path)
        ? { kind: 'none' }
        : { kind: 'pipe', pipe: newPipe(call.os, text, true).id, size: byteLength(text) }
      return null
    }
    case '<<':
    case '<<<':
      closeStdin(call, shell, io)
      io.stdin = { kind: 'pipe', pipe: newPipe(call.os, target, true).id }
      return null
    case '<&':
      if (target === '-') {
        closeStdin(call, shell, io)
        io.stdin = { kind: 'none' }
      }
      return target === '-' || target === '0' ? null : `${target}: Bad file descriptor`
    case '>&':
      if (/^\d+$/.test(target) || target === '-') return duplicate(io, fd, target)
      return open(call, shell, target, false, (sink) => {
        io.stdout = sink
        io.stderr = sink
      })
    case '&>':
    case '&>>':
      return open(call, shell, target, op === '&>>', (sink) => {
        io.stdout = sink
        io.stderr = sink
      })
    case '>':
    case '>>':
      return open(call, shell, target, op === '>>', (sink) => {
        set(io, fd, sink)
      })
  }
}

/** A second `<` takes the place of the first. */
function closeStdin({ os }: Call, shell: Shell, { stdin }: Io): void {
  if (stdin.kind === 'pipe' && stdin !== shell.io.stdin) os.pipes.delete(stdin.pipe)
}

function duplicate(io: Io, fd: number, target: string): string | null {
  if (target === '-') set(io, fd, { kind: 'none' })
  else if (target === '1') set(io, fd, io.stdout)
  else if (target === '2') set(io, fd, io.stderr)
  else if (target !== '0') return `${target}: Bad file descriptor`
  return null
}

function set(io: Io, fd: number, sink: Sink): void {
  if (fd === 1) io.stdout = sink
  else if (fd === 2) io.stderr = sink
}

function open(
  call: Call,
  shell: Shell,
  target: string,
  append: boolean,
  use: (sink: Sink) => void,
): string | null {
  const sink = openForWriting(call, shell.job, resolvePath(shell.env.cwd, target), append)
  if ('errno' in sink) return `${target}: ${errnoText(sink)}`
  use(sink)
  return null
}
