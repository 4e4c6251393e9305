/**
 * Firefox, driven through Marionette, the protocol that it listens to by itself: a length, a colon, and
 * `[0, id, command, parameters]`, answered by `[1, id, error, result]`. Firefox: remote/marionette/transport.sys.mjs.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Firefox's program, if there is one that starts. */
export function findFirefox(): string | undefined {
  return ['firefox-esr', 'firefox'].find(
    (name) => spawnSync(name, ['--version'], { timeout: 30_000 }).status === 0,
  )
}

export type Prefs = Record<string, boolean | number | string>
type Answer = [type: 1, id: number, error: { error: string; message: string } | null, result: unknown]

export class Marionette {
  private readonly waiting = new Map<
    number,
    { resolve: (result: unknown) => void; reject: (error: Error) => void }
  >()
  private next = 1

  private readonly program: ChildProcess
  private readonly profile: string
  private readonly socket: Socket

  private constructor(program: ChildProcess, profile: string, socket: Socket) {
    this.program = program
    this.profile = profile
    this.socket = socket
    let rest = Buffer.alloc(0)
    socket.on('data', (data) => {
      rest = Buffer.concat([rest, data])
      for (;;) {
        const colon = rest.indexOf(':')
        const length = Number(rest.subarray(0, colon).toString())
        if (colon < 0 || rest.length < colon + 1 + length) return
        this.hear(JSON.parse(rest.subarray(colon + 1, colon + 1 + length).toString()))
        rest = rest.subarray(colon + 1 + length)
      }
    })
    const lost = (): void => {
      for (const { reject } of this.waiting.values()) reject(new Error('Firefox has gone'))
      this.waiting.clear()
    }
    socket.on('close', lost)
    socket.on('error', lost)
  }

  /** Starts a Firefox of its own profile. */
  static async start(program: string, prefs: Prefs = {}): Promise<Marionette> {
    const profile = mkdtempSync(join(tmpdir(), 'netfilter-lab-firefox-'))
    const all: Prefs = { 'marionette.port': 0, ...prefs }
    const lines = Object.entries(all).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
    )
    writeFileSync(join(profile, 'user.js'), lines.join(''))
    const child = spawn(
      program,
      ['--headless', '--no-remote', '--marionette', '--remote-allow-system-access', '--profile', profile],
      { stdio: 'ignore', env: { ...process.env, HOME: profile } },
    )
    const port = await portOf(profile)
    const socket = connect({ port, host: '127.0.0.1' })
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    const firefox = new Marionette(child, profile, socket)
    await firefox.ask('WebDriver:NewSession', { capabilities: { alwaysMatch: {} } })
    return firefox
  }

  /** Rejects with what Firefox says of it. */
  ask(command: string, parameters: Record<string, unknown> = {}): Promise<unknown> {
    const id = this.next++
    const text = JSON.stringify([0, id, command, parameters])
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.socket.write(`${Buffer.byteLength(text)}:${text}`)
    })
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.program.once('exit', resolve))
    this.socket.destroy()
    this.program.kill()
    await gone
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 })
  }

  private hear(message: unknown): void {
    // The first message says who is there.
    if (!Array.isArray(message)) return
    const [, id, error, result] = message as Answer
    const asked = this.waiting.get(id)
    this.waiting.delete(id)
    if (error === null) asked?.resolve(result)
    else asked?.reject(new Error(`${error.error}: ${error.message}`))
  }
}

/** Firefox writes the port that it has taken into its profile. */
async function portOf(profile: string): Promise<number> {
  for (let tries = 0; tries < 300; tries++) {
    try {
      return Number(readFileSync(join(profile, 'MarionetteActivePort'), 'utf8'))
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  throw new Error('Firefox does not listen')
}
