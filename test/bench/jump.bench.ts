/**
 * Going from drop to drop in the article's lab while ab sends: what a jump takes, the looking and the showing. Processor time:
 * what else the machine does hardly shows in it. Of some kinds there are few, so each is gone through several times; the first
 * time is the compiler's.
 */
import type { Report } from '../../scripts/bench.ts'
import type { TraceEvent } from '../../src/kernel/trace.ts'
import type { Request, Snapshot } from '../../src/lab/protocol.ts'
import { Session } from '../../src/lab/session.ts'
import '../../src/lab/take/index.ts'
import { JUMPS, jumpFrom } from '../../src/ui/time/jumps.ts'
import '../../src/lab/lab.ts'
import { processorTime } from './kit.ts'

const COMMANDS = [
  ['vm1', 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat'],
  ['vm2', 'ulimit -n 65536'],
  ['vm2', 'ab -c 5000 -n 100000 -r -s 2 http://192.168.0.30:8080/'],
] as const
/** Jumps of each kind, in each direction. */
const MOST = 40
/** How often a kind is gone through, the first time included. */
const ROUNDS = 4
/** Lab time that is let pass, microseconds. */
const LONG = 60_000_000

export default function bench(report: Report): void {
  const session = new Session()
  let trace: TraceEvent[] = []
  const ask = (request: Request): Snapshot => {
    const answer = session.answer({ id: 1, request })
    if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
    const { trace: fresh, snapshot } = answer.update
    if (fresh.length > 0) trace = [...trace.filter((e) => e.seq < fresh[0].seq), ...fresh].slice(-20_000)
    return snapshot
  }
  let now = ask({ type: 'open', lab: 'docker', seed: 1 })
  for (const [host, line] of COMMANDS) {
    now = ask({ type: 'exec', host, line })
    const until = now.time + LONG
    while (!now.quiet && now.time < until)
      now = ask({ type: 'advance', by: { kind: 'quiet', us: until - now.time } })
  }
  const { end } = now
  for (const kind of JUMPS) {
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round++)
      for (const on of [false, true]) {
        for (let i = 0; i < MOST; i++) {
          const began = processorTime()
          const found = jumpFrom(trace, now.position, end, kind, on)
          if (found === null) break
          now = ask({ type: 'seek', position: found.position })
          if (round > 0) times.push(processorTime() - began)
        }
      }
    times.sort((a, b) => a - b)
    const note = `${times.length} jumps in a run of ${end} steps, ${trace.length} events kept`
    report(`jump.${kind}_ms`, times[times.length >> 1] ?? 0, 'ms', `median; ${note}`)
    report(`jump.${kind}_worst_ms`, times.at(-1) ?? 0, 'ms', `worst; ${note}`)
  }
}
