/** A child process that prints lines. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'

/** Call back for each line of a stream. */
export function eachLine(stream: Readable, take: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
  })
}

export interface Lines {
  child: ChildProcess
  pid: number
  /** What it has said on stderr. */
  complaints: () => string
  /** Resolves when it has ended. */
  ended: Promise<void>
}

/**
 * Be scheduled before everything that is not, in turn, with all children and threads from now on: the scenario's clock is
 * to be kept however busy the machine is. What only thinks must be started before.
 */
export function bePrompt(): void {
  execFileSync('chrt', ['--rr', '--pid', '1', String(process.pid)])
}

/** Start a program whose stdin stays open. `onEnd` is called when it ends, with what it said on stderr. */
export function startLines(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  take: (line: string) => void,
  onEnd: (complaints: string) => void,
): Lines {
  const child = spawn(argv[0], argv.slice(1), { env, stdio: ['pipe', 'pipe', 'pipe'] })
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaints += chunk))
  // Who has ended reads no more.
  child.stdin.on('error', () => undefined)
  eachLine(child.stdout, take)
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      onEnd(complaints)
      resolve()
    }
    child.on('error', (error) => {
      complaints += error.message
      end()
    })
    child.on('close', end)
  })
  return { child, pid: child.pid ?? 0, complaints: () => complaints, ended }
}
