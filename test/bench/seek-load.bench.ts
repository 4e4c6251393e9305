/**
 * Going back in the article's run of 100,000 connections: to positions at random, and to events that were recorded. Processor
 * time: what else the machine does hardly shows in it. The first few are the compiler's.
 */
import type { Report } from '../../scripts/bench.ts'
import type { Request, Snapshot } from '../../src/lab/protocol.ts'
import { nextRandom, seedRandom } from '../../src/lab/random.ts'
import { Session } from '../../src/lab/session.ts'
import '../../src/lab/lab.ts'
import { processorTime } from './kit.ts'

const COMMANDS = [
  ['vm1', 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat'],
  ['vm1', 'sysctl -w net.netfilter.nf_conntrack_max=131072 net.netfilter.nf_conntrack_buckets=65536'],
  ['vm2', 'ulimit -n 65536'],
  ['vm2', 'ab -c 5000 -n 100000 -r -s 2 http://192.168.0.30:8080/'],
] as const
const FIRST = 5
const SEEKS = 60

export default function bench(report: Report): void {
  const session = new Session()
  const ask = (request: Request): Snapshot => {
    const answer = session.answer({ id: 1, request })
    if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
    return answer.update.snapshot
  }
  let now = ask({ type: 'open', lab: 'docker', seed: 1 })
  for (const [host, line] of COMMANDS) {
    now = ask({ type: 'exec', host, line })
    while (!now.quiet) now = ask({ type: 'advance', by: { kind: 'time', us: 100_000 } })
  }
  const { end } = now
  const run = session.run()
  report('seek_load.checkpoints_mb', run.checkpointBytes / 1e6, 'MB', `in a run of ${end} steps`)
  const words = seedRandom(7)
  const { trace } = run
  const places = {
    random: () => nextRandom(words) % end,
    event: () => trace[nextRandom(words) % trace.length].position ?? 0,
  }
  for (const [name, place] of Object.entries(places)) {
    const times: number[] = []
    for (let i = 0; i < FIRST + SEEKS; i++) {
      const position = place()
      const began = processorTime()
      ask({ type: 'seek', position })
      if (i >= FIRST) times.push(processorTime() - began)
    }
    times.sort((a, b) => a - b)
    report(`seek_load.${name}_ms`, times[SEEKS >> 1] ?? 0, 'ms', `median of ${SEEKS}`)
    report(`seek_load.${name}_95_ms`, times[Math.floor(SEEKS * 0.95)] ?? 0, 'ms', '95 % are shorter')
  }
}
