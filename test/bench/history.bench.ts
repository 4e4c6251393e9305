/** Going back: a run of more than 10,000 events, then positions at random, as the scrub bar asks for them. */
import type { Report } from '../../scripts/bench.ts'
import type { Request, Snapshot } from '../../src/lab/protocol.ts'
import { nextRandom, seedRandom } from '../../src/lab/random.ts'
import { Session } from '../../src/lab/session.ts'
import '../../src/userspace/index.ts'

const EVENTS = 10_000
const SEEKS = 60

export default function bench(report: Report): void {
  const session = new Session()
  const ask = (request: Request): Snapshot => {
    const answer = session.answer({ id: 1, request })
    if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
    return answer.update.snapshot
  }
  let now = ask({
    type: 'open',
    lab: 'gateway',
    seed: 1,
    commands: [
      { on: 'gateway', line: 'sysctl -w net.ipv4.ip_forward=1' },
      { on: 'gateway', line: 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE' },
    ],
  })
  while (now.events < EVENTS) {
    ask({ type: 'exec', host: 'pc1', line: 'curl -s http://baidu.com/' })
    do now = ask({ type: 'advance', by: { kind: 'quiet', us: 5_000_000 } })
    while (!now.quiet)
  }
  const words = seedRandom(7)
  const times: number[] = []
  for (let i = 0; i < SEEKS; i++) {
    const position = nextRandom(words) % now.end
    const began = performance.now()
    ask({ type: 'seek', position })
    times.push(performance.now() - began)
  }
  times.sort((a, b) => a - b)
  const note = `${now.events} events, ${SEEKS} positions at random`
  report('seek.ms', times[SEEKS >> 1] ?? 0, 'ms', `median; ${note}`)
  report('seek.worst_ms', times[SEEKS - 1] ?? 0, 'ms', `worst; ${note}`)
}
