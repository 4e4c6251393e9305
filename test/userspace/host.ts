/**
 * A host for tests of the shell: no network, but a clock that its timers run on.
 */
import type { Kernel } from '../../src/kernel/kernel.ts'
import {
  exec,
  execCaptured,
  foreground,
  interrupt,
  newOs,
  resume,
  runResult,
  timer,
  type Os,
  type OsContext,
  type OsInit,
  type ProcFs,
  type RunResult,
} from '../../src/userspace/os.ts'
import type { Program } from '../../src/userspace/program.ts'
import { shellPrograms } from '../../src/userspace/shell/index.ts'
import { textPrograms } from '../../src/userspace/text/index.ts'

export interface TestHost {
  /** Replaced by a copy of itself in tests of copying: read it anew. */
  os: Os
  now: number
  timers: { pid: number; at: number }[]
  /** What each call has taken of its slice, where there are slices. */
  worked: number[]
  ctx(): OsContext
  /** Type a line and let time pass until it has ended. Returns what the terminal shows. */
  type(line: string): string
  /** Let what has broken off work to its end. */
  goOn(): void
  /** Type a line; no time passes. */
  begin(line: string): string
  /** The next timer. False: there is none. */
  step(): boolean
  /** What the terminal shows since the last time. */
  drain(): string
  interrupt(): string
  /** Run a line with its output captured, and let time pass until it has ended. */
  run(line: string): RunResult
}

export interface TestInit extends OsInit {
  programs?: readonly Program[]
  proc?: Record<string, string>
  fuel?: number
  /** Programs break off after so much work; see OsContext.slice. */
  slice?: number
}

export function host(init: TestInit = {}): TestHost {
  const programs = new Map(
    [...shellPrograms, ...textPrograms, ...(init.programs ?? [])].map((p) => [p.name, p]),
  )
  const proc = new Map(Object.entries(init.proc ?? {}))
  const self: TestHost = {
    os: newOs(init),
    now: 0,
    timers: [],
    worked: [],
    ctx: () => ({
      k: { now: self.now } as Kernel,
      hostname: 'gw',
      resolve: () => null,
      payload: () => 0,
      payloadText: () => '',
      procfs: procfs(proc),
      setTimer: (pid, at) => self.timers.push({ pid, at }),
      programs,
      ...(init.fuel === undefined ? {} : { fuel: init.fuel }),
      ...(init.slice === undefined ? {} : { slice: init.slice }),
      worked: (units) => self.worked.push(units),
    }),
    goOn: () => {
      // As after a copy: whatever it is in the middle of is plain data.
      for (let n = 0; self.os.unfinished.length > 0; n++) {
        if (n % 7 === 0) self.os = structuredClone(self.os)
        resume(self.os, self.ctx())
      }
    },
    begin: (line) => {
      exec(self.os, self.ctx(), line)
      self.goOn()
      return self.drain()
    },
    type: (line) => {
      let text = self.begin(line)
      while (foreground(self.os) && self.step()) text += self.drain()
      return text
    },
    step: () => {
      self.timers.sort((a, b) => a.at - b.at)
      const next = self.timers.shift()
      if (!next) return false
      self.now = next.at
      timer(self.os, self.ctx(), next.pid)
      self.goOn()
      return true
    },
    drain: () => {
      const text = self.os.output.map((chunk) => chunk.text).join('')
      self.os.output = []
      return text
    },
    interrupt: () => {
      interrupt(self.os, self.ctx())
      return self.drain()
    },
    run: (line) => {
      const job = execCaptured(self.os, self.ctx(), line)
      self.goOn()
      for (;;) {
        const result = runResult(self.os, job)
        if (result !== 'running') return result
        if (!self.step()) throw new Error(`waits for ever: ${line}`)
      }
    },
  }
  return self
}

/** The file below /proc that is read row by row. */
export const ROWS = '/proc/rows'

/** A /proc of plain files; numbers are refused what is no number, as a sysctl does. */
function procfs(files: Map<string, string>): ProcFs {
  return {
    read: (path) => files.get(path) ?? { errno: 'ENOENT' },
    rows: (path) => {
      const lines = path === ROWS ? (files.get(path) ?? '').split(/(?<=\n)/) : null
      return lines && { list: () => [...lines.keys()], row: (id) => lines[id] ?? '' }
    },
    write: (path, text) => {
      if (!files.has(path)) return { errno: 'ENOENT' }
      if (!/^\d+\n?$/.test(text)) return { errno: 'EINVAL' }
      files.set(path, text)
      return null
    },
    exists: (path) => {
      if (files.has(path)) return 'file'
      return [...files.keys()].some((name) => name.startsWith(`${path}/`)) ? 'dir' : null
    },
    list: (dir) => [
      ...new Set(
        [...files.keys()]
          .filter((name) => name.startsWith(`${dir}/`))
          .map((name) => name.slice(dir.length + 1).split('/')[0]),
      ),
    ],
  }
}
