/**
 * docker exec: a program in the namespace of a container. Those that end at once can be run; for the others, and for a
 * shell, the container has a terminal of its own in the lab.
 */
import type { Kernel } from '../../kernel/kernel.ts'
import { procfs } from '../procfs.ts'
import type { Program, Sys } from '../program.ts'
import type { Container } from './state.ts'

/** Programs that ask the kernel something and are done. */
const BRIEF = new Set(
  'cat conntrack echo env head hostname ip iptables iptables-save ls nstat ss sysctl tail true uname wc'.split(
    ' ',
  ),
)
const SHELLS = new Set(['sh', 'bash', 'ash', '/bin/sh', '/bin/bash'])

const VALUES = new Set(['-e', '--env', '-u', '--user', '-w', '--workdir', '--env-file', '--detach-keys'])

/** The name of the container and the command; null: too few words. */
export function execWords(words: readonly string[]): { name: string; command: string[] } | null {
  let i = 0
  for (; words[i]?.startsWith('-'); i++) if (VALUES.has(words[i])) i++
  const [name, ...command] = words.slice(i)
  return (name as string | undefined) === undefined || command.length === 0 ? null : { name, command }
}

/** Run it. What it says goes where docker's own words go. */
export function execIn(sys: Sys, c: Container, k: Kernel, command: readonly string[]): void {
  const [name] = command
  const program = sys.programs().find((p) => p.name === name)
  const waits = command.some((w) => w === '-E' || w === '-f' || w === '--event' || w === 'monitor')
  if (SHELLS.has(name) || (program !== undefined && (!BRIEF.has(name) || waits))) {
    sys.err(
      `docker exec: '${command.join(' ')}' would wait; use the terminal of this lab's container for it\n`,
    )
    sys.exit(126)
    return
  }
  if (program === undefined) {
    sys.err(
      `OCI runtime exec failed: exec failed: unable to start container process: exec: "${name}": executable file not found in $PATH: unknown\n`,
    )
    sys.exit(127)
    return
  }
  const proc = procfs(k)
  const absent = { errno: 'ENOENT' } as const
  const inside = (path: string): boolean => path.startsWith('/proc')
  start(program, {
    ...sys,
    k,
    hostname: c.id.slice(0, 12),
    process: { ...sys.process, program: name, argv: [...command], data: null },
    files: {
      read: (path) => (inside(path) ? proc.read(path) : absent),
      write: (path, text) => (inside(path) ? proc.write(path, text) : { errno: 'EACCES' }),
      exists: (path) => (inside(path) ? proc.exists(path) : null),
      list: (dir) => (inside(dir) ? proc.list(dir) : []),
    },
  })
}

function start(program: Program, sys: Sys): void {
  program.start(sys)
  // A program that reads what is typed finds nothing.
  if (sys.process.status === null) program.eof?.(sys)
}
