/** What the page knows of the lab: trace, snapshot, terminals. Values are replaced, never changed in place. */
import type { LabClient } from '../lab/client.ts'
import type { Advance, Answer, OutputChunk, Request, Snapshot, Update, View } from '../lab/protocol.ts'
import type { PeriodName } from '../kernel/period.ts'
import type { TraceEvent } from '../kernel/trace.ts'

/** Events kept in the page; older ones are still in the lab (seek shows them). */
const TRACE_KEPT = 12_000

export class LabState {
  snapshot = $state.raw<Snapshot | null>(null)
  /** The same a turn of the page later: what lies beside the picture follows it, so that no turn is a long one. */
  beside = $state.raw<Snapshot | null>(null)
  /** Events by seq, without gaps; those with seq >= snapshot.events lie in the future of the position shown. */
  trace = $state.raw<readonly TraceEvent[]>([])
  /** Terminal text per host. */
  output = $state.raw<Readonly<Record<string, readonly OutputChunk[]>>>({})
  /** What perf has recorded on the host that is shown, '' for nothing. */
  profile = $state('')
  /** The packet the eye is on; 0: none chosen, the last one that moved is shown. */
  followed = $state(0)
  failure = $state.raw<{ code: string; detail: string } | null>(null)
  readonly client: LabClient
  private working = false

  constructor(client: LabClient) {
    this.client = client
  }

  /** Events up to the position shown. */
  past = $derived.by(() => {
    const n = this.snapshot?.events ?? 0
    const known = Math.max(0, n - (this.trace[0]?.seq ?? 0))
    // Mostly that is all of them: a load has many pictures and few events, and each copy has thousands.
    return known < this.trace.length ? this.trace.slice(0, known) : this.trace
  })

  async ask(request: Request): Promise<Answer> {
    const answer = await this.client.ask(request)
    if ('update' in answer && answer.update) this.take(answer.update)
    else if (answer.type === 'failed') this.failure = { code: answer.code, detail: answer.detail }
    return answer
  }

  async open(
    lab: string,
    seed: number,
    commands: { on: string; line: string }[] = [],
    period: PeriodName = 'modern',
  ): Promise<void> {
    this.trace = []
    this.output = {}
    this.followed = 0
    await this.ask({ type: 'open', lab, seed, commands, period })
  }

  exec(host: string, line: string, by?: string): Promise<Answer> {
    return this.ask({ type: 'exec', host, line, ...(by !== undefined && { by }) })
  }

  /** What a tool answers; null where it could not. */
  async use(tool: string, argument: unknown): Promise<unknown> {
    const answer = await this.ask({ type: 'use', tool, argument })
    return answer.type === 'used' ? answer.result : null
  }

  advance(by: Advance): Promise<Answer> {
    return this.ask({ type: 'advance', by })
  }

  view(view: View): Promise<Answer> {
    return this.ask({ type: 'view', view })
  }

  private take(update: Update): void {
    const trace = spliceBy(this.trace, update.trace, (e) => e.seq)
    this.trace = trace.length > TRACE_KEPT ? trace.slice(-TRACE_KEPT) : trace
    if (update.output.length > 0) {
      const next: Record<string, readonly OutputChunk[]> = { ...this.output }
      for (const [host, chunks] of groupByHost(update.output))
        next[host] = spliceBy(next[host] ?? [], chunks, (c) => c.n)
      this.output = next
    }
    this.profile = update.profile ?? this.profile
    this.snapshot = update.snapshot
    setTimeout(() => (this.beside = this.snapshot))
    if (this.unfinished && !this.working) void this.work()
  }

  /** At the end of the run a program is in the middle of its work. */
  private get unfinished(): boolean {
    const s = this.snapshot
    return s !== null && s.working && s.position === s.end
  }

  /** Lets it work on, whether time plays or not: what a program computes is not a part of the film. */
  private async work(): Promise<void> {
    this.working = true
    try {
      while (this.unfinished) {
        const answer = await this.ask({ type: 'advance', by: { kind: 'work' } })
        if (answer.type !== 'update') return
      }
    } finally {
      this.working = false
    }
  }
}

/** `old` up to the number of the first of `fresh`, then `fresh`. */
function spliceBy<T>(old: readonly T[], fresh: readonly T[], number: (t: T) => number): readonly T[] {
  const first = fresh[0]
  if (first === undefined) return old
  const at = number(first) - (old[0] === undefined ? number(first) : number(old[0]))
  return [...old.slice(0, Math.max(0, at)), ...fresh]
}

function groupByHost(chunks: readonly OutputChunk[]): Map<string, OutputChunk[]> {
  const by = new Map<string, OutputChunk[]>()
  for (const c of chunks) by.set(c.host, [...(by.get(c.host) ?? []), c])
  return by
}
