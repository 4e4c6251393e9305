/** A page without a browser: a lab of its own, the trace and the snapshot that it has been told. */
import type { TraceEvent } from '../../src/kernel/trace.ts'
import type { Request, Snapshot } from '../../src/lab/protocol.ts'
import { Session } from '../../src/lab/session.ts'
import '../../src/userspace/index.ts'
import { journeyOf, type Visit } from '../../src/ui/views/journey.ts'

export class Page {
  readonly session = new Session()
  trace: TraceEvent[] = []
  snapshot!: Snapshot
  constructor(...lines: [on: string, line: string][]) {
    this.ask({ type: 'open', lab: 'gateway', seed: 1 })
    for (const [host, line] of lines) this.run(host, line)
  }
  ask(request: Request): void {
    const answer = this.session.answer({ id: 1, request })
    if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
    const first = answer.update.trace[0]
    if (first) this.trace = [...this.trace.filter((e) => e.seq < first.seq), ...answer.update.trace]
    this.snapshot = answer.update.snapshot
  }
  run(host: string, line: string): void {
    this.ask({ type: 'exec', host, line })
    for (let i = 0; i < 50 && !this.snapshot.quiet; i++)
      this.ask({ type: 'advance', by: { kind: 'quiet', us: 1e7 } })
  }
  get past(): TraceEvent[] {
    return this.trace.filter((e) => e.seq < this.snapshot.events)
  }
  visit(serial: number, host: string): Visit {
    const visit = journeyOf(this.past, serial).visits.find((v) => v.host === host)
    if (!visit) throw new Error(`packet ${serial} has not been at ${host}`)
    return visit
  }
}

export const FORWARD: [string, string] = ['gateway', 'sysctl -w net.ipv4.ip_forward=1']
export const SNAT: [string, string] = [
  'gateway',
  'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j SNAT --to-source 100.100.100.100',
]
