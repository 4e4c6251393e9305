/**
 * Where text goes when it is written, and who holds the ends of pipes.
 *
 * A pipe's reader is the process that was last started on it. While there is none (the shell of
 * `while read x; do sleep 1; done` is between two commands) the text waits in the pipe.
 */
import type { FileError, Sink } from '../program.ts'
import { canOpen, filesOf, isDevice } from './files.ts'
import { outOfSpace, spend } from './fuel.ts'
import type { Call, Io, Os, Pipe } from './state.ts'

/** Text that a pipe or a capture can hold. */
const LIMIT = 64 * 1024 * 1024
/** Characters that cost a unit of fuel, to pass on and to show. */
const PASSED_PER_UNIT = 128
const SHOWN_PER_UNIT = 24

export function newPipe(os: Os, text: string, ended: boolean): Pipe {
  const pipe: Pipe = { id: os.nextPipe++, text, ended, told: false, reader: null }
  os.pipes.set(pipe.id, pipe)
  return pipe
}

/** Write. The text of a pipe is left in it for process.ts to pass on. `closed`: nobody will read it. */
export function store(call: Call, job: number, sink: Sink, text: string): 'ok' | 'closed' | FileError {
  const { os } = call
  spend(call, job, 1 + text.length / PASSED_PER_UNIT)
  switch (sink.kind) {
    case 'none':
      return 'ok'
    case 'tty':
      spend(call, job, text.length / SHOWN_PER_UNIT)
      show(os, sink.stream, text)
      return 'ok'
    case 'capture': {
      const old = os.captures.get(sink.capture)
      if (old === undefined) return 'closed'
      if (old.length + text.length > LIMIT) throw outOfSpace(job)
      os.captures.set(sink.capture, old + text)
      return 'ok'
    }
    case 'file':
      return filesOf(call, job, '/').write(sink.path, text, true) ?? 'ok'
    case 'pipe': {
      const pipe = os.pipes.get(sink.pipe)
      if (!pipe) return 'closed'
      if (pipe.text.length + text.length > LIMIT) throw outOfSpace(job)
      pipe.text += text
      return 'ok'
    }
  }
}

function show(os: Os, stream: 'stdout' | 'stderr', text: string): void {
  const last = os.output.at(-1)
  if (last?.stream === stream && last.text.length + text.length < 65536) last.text += text
  else os.output.push({ text, stream })
}

/** Open a file for writing: empty it, unless it is appended to. */
export function openForWriting(call: Call, job: number, path: string, append: boolean): Sink | FileError {
  const error = canOpen(call, path)
  if (error) return error
  if (isDevice(path)) return { kind: 'none' }
  if (!path.startsWith('/proc/')) filesOf(call, job, '/').write(path, '', append)
  return { kind: 'file', path, append }
}

/** Somebody still has the end of the pipe that text goes into. */
export function hasWriter(os: Os, pipe: number): boolean {
  return someIo(os, (io) => leadsTo(io.stdout, pipe) || leadsTo(io.stderr, pipe))
}

/** Somebody still has the end of the pipe that text comes out of. */
export function hasReader(os: Os, pipe: number): boolean {
  return someIo(os, (io) => io.stdin.kind === 'pipe' && io.stdin.pipe === pipe)
}

/** The pipes that lead away from here, each once. */
export function pipesOut(io: Io): number[] {
  const ids = [io.stdout, io.stderr].flatMap((sink) => (sink.kind === 'pipe' ? [sink.pipe] : []))
  return [...new Set(ids)]
}

function leadsTo(sink: Sink, pipe: number): boolean {
  return sink.kind === 'pipe' && sink.pipe === pipe
}

/** Does it hold for the descriptors of a process, of a shell, or those that a shell has put aside? */
function someIo(os: Os, holds: (io: Io) => boolean): boolean {
  for (const task of os.processes.values()) if (task.status === null && holds(task)) return true
  for (const shell of os.shells.values()) {
    if (shell.status !== null) continue
    if (holds(shell.io)) return true
    for (const frame of shell.frames) if (frame.kind === 'restore' && holds(frame.io)) return true
  }
  return false
}
