/** The recorder's end of wire.py. */
import { fileURLToPath } from 'node:url'
import { startLines, type Lines } from './lines.ts'

/** What happened on the wire ends, in the hosts' sockets and in the kernel's log. */
export interface Arrivals {
  frame: (at: string, bytes: Buffer) => void
  log: (line: string) => void
  got: (what: { host: string; socket: string; from?: string; len?: number; accepted_from?: string }) => void
  /** Something was missed. */
  lost: (what: string) => void
}

interface Told {
  ready?: number
  ack?: number
  errno?: string
  frame?: string
  at?: string
  log?: string
  got?: Parameters<Arrivals['got']>[0]
  lost?: string
}

export class Sockets {
  private readonly lines: Lines
  private readonly waiting = new Map<number, (errno: string | null) => void>()
  private next = 0

  private constructor(lines: Lines) {
    this.lines = lines
  }

  /** Start it in a network namespace of its own. */
  static async start(env: NodeJS.ProcessEnv, arrivals: Arrivals): Promise<Sockets> {
    const script = fileURLToPath(new URL('wire.py', import.meta.url))
    return new Promise((resolve, reject) => {
      const lines = startLines(
        ['unshare', '-n', '--', 'python3', script],
        env,
        (line) => {
          const told = JSON.parse(line) as Told
          if (told.ready !== undefined) resolve(sockets)
          else if (told.ack !== undefined) sockets.answer(told.ack, told.errno ?? null)
          else if (told.frame !== undefined) arrivals.frame(told.at ?? '', Buffer.from(told.frame, 'hex'))
          else if (told.log !== undefined) arrivals.log(told.log)
          else if (told.got) arrivals.got(told.got)
          else arrivals.lost(told.lost ?? line)
        },
        (complaints) => {
          reject(new Error(`wire.py: ${complaints}`))
          for (const answer of sockets.waiting.values()) answer('wire.py has ended')
          if (complaints) arrivals.lost(complaints)
        },
      )
      const sockets = new Sockets(lines)
    })
  }

  get pid(): number {
    return this.lines.pid
  }

  private answer(n: number, errno: string | null): void {
    this.waiting.get(n)?.(errno)
    this.waiting.delete(n)
  }

  /** Resolves to null, or to what the kernel said instead. */
  private ask(what: Record<string, unknown>): Promise<string | null> {
    const n = this.next++
    this.lines.child.stdin?.write(`${JSON.stringify({ n, ...what })}\n`)
    return new Promise((resolve) => this.waiting.set(n, resolve))
  }

  async open(host: string, pid: number, services: [proto: string, port: number][]): Promise<void> {
    const errno = await this.ask({ do: 'open', host, pid, services })
    if (errno !== null) throw new Error(`sockets of ${host}: ${errno}`)
  }

  close(host: string): Promise<string | null> {
    return this.ask({ do: 'close', host })
  }

  frame(to: string, frame: Buffer): Promise<string | null> {
    return this.ask({ do: 'frame', to, hex: frame.toString('hex') })
  }

  raw(host: string, packet: Buffer, dst: string): Promise<string | null> {
    return this.ask({ do: 'raw', host, hex: packet.toString('hex'), dst })
  }

  udp(host: string, sport: number, dst: string, dport: number, len: number): Promise<string | null> {
    return this.ask({ do: 'udp', host, sport, dst, dport, len })
  }

  async end(): Promise<void> {
    this.lines.child.stdin?.end()
    await this.lines.ended
  }
}
