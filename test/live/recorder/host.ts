/** The host that is looked at: a network namespace that lives as long as a shell in it, which runs what it is given. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startLines, type Lines } from './lines.ts'

export interface Result {
  rc: number
  stdout: string
  stderr: string
}

/** Runs numbered scripts one after the other; what they print lies in files. Ends with its stdin, and the namespace with it. */
const DRIVER = `
echo ready
while read -r n; do
  sh -c "$(cat "$D/$n")" >"$D/$n.out" 2>"$D/$n.err" </dev/null
  echo "$n $?"
done
`

export class Host {
  readonly inum: number
  private readonly lines: Lines
  private readonly folder: string
  private readonly waiting: Map<string, (rc: number) => void>
  private next = 0

  private constructor(lines: Lines, folder: string, waiting: Map<string, (rc: number) => void>) {
    this.lines = lines
    this.folder = folder
    this.waiting = waiting
    this.inum = statSync(`/proc/${lines.pid}/ns/net`).ino
  }

  /** A shell in a new namespace; with `here`, in the recorder's own. */
  static async start(env: NodeJS.ProcessEnv, tmp: string, here = false): Promise<Host> {
    const folder = mkdtempSync(join(tmp, 'host-'))
    const waiting = new Map<string, (rc: number) => void>()
    const argv = [...(here ? [] : ['unshare', '-n', '--']), 'sh', '-c', DRIVER]
    return new Promise((resolve, reject) => {
      const lines = startLines(
        argv,
        { ...env, D: folder },
        (line) => {
          if (line === 'ready') {
            resolve(new Host(lines, folder, waiting))
            return
          }
          const [n, rc] = line.split(' ')
          waiting.get(n)?.(Number(rc))
          waiting.delete(n)
        },
        (complaints) => {
          reject(new Error(`unshare: ${complaints}`))
          for (const answer of waiting.values()) answer(-1)
        },
      )
    })
  }

  get pid(): number {
    return this.lines.pid
  }

  /** Run a shell script and wait for its end. */
  async run(script: string): Promise<Result> {
    const n = String(this.next++)
    const file = join(this.folder, n)
    writeFileSync(file, script)
    const rc = await new Promise<number>((resolve) => {
      this.waiting.set(n, resolve)
      this.lines.child.stdin?.write(`${n}\n`)
    })
    return { rc, stdout: readFileSync(`${file}.out`, 'utf8'), stderr: readFileSync(`${file}.err`, 'utf8') }
  }

  /** Run a script that must succeed. */
  async must(script: string): Promise<string> {
    const { rc, stdout, stderr } = await this.run(script)
    if (rc !== 0) throw new Error(`${script}\nended with ${rc}: ${stderr.trim()}`)
    return stdout
  }

  async end(): Promise<void> {
    this.lines.child.stdin?.end()
    await this.lines.ended
    rmSync(this.folder, { recursive: true, force: true })
  }
}
