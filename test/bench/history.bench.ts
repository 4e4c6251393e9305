/** Going back: a run of more than 10,000 events, then positions at random, as the scrub bar asks for them. */
import type { Report } from '../../scripts/bench.ts'
import { mainClient } from '../../src/lab/main-client.ts'
import type { Request, Snapshot } from '../../src/lab/protocol.ts'
import { nextRandom, seedRandom } from '../../src/lab/random.ts'
import { Session } from '../../src/lab/session.ts'
import '../../src/userspace/index.ts'

const GATEWAY = [
  { on: 'gateway', line: 'sysctl -w net.ipv4.ip_forward=1' },
  { on: 'gateway', line: 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE' },
]
const EVENTS = 10_000
const SEEKS = 60

export default async function bench(report: Report): Promise<void> {
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
    commands: GATEWAY,
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
  await slices(report)
}

/** How long the page waits for its turn while the main thread runs the lab: the work between two turns, in ms. */
async function slices(report: Report): Promise<void> {
  const client = await mainClient()
  const ask = async (request: Request): Promise<Snapshot> => {
    const answer = await client.ask(request)
    if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
    return answer.update.snapshot
  }
  await ask({ type: 'open', lab: 'gateway', seed: 1, commands: GATEWAY })
  await ask({
    type: 'exec',
    host: 'pc1',
    line: 'for i in $(seq 200); do curl -s http://baidu.com/ >/dev/null; done',
  })
  const held: number[] = []
  let last = performance.now()
  let watching = true
  const look = (): void => {
    const now = performance.now()
    held.push(now - last)
    last = now
    if (watching) setImmediate(look)
  }
  setImmediate(look)
  let now = await ask({ type: 'advance', by: { kind: 'time', us: 20_000_000 } })
  const words = seedRandom(7)
  for (let i = 0; i < SEEKS; i++) now = await ask({ type: 'seek', position: nextRandom(words) % now.end })
  watching = false
  const busy = held.filter((ms) => ms > 0.5).sort((a, b) => a - b)
  const note = `${busy.length} slices: 200 fetches, then ${SEEKS} positions at random, without a worker`
  report('slice.ms', busy[busy.length >> 1] ?? 0, 'ms', `median; ${note}`)
  report('slice.p99_ms', busy[Math.floor(busy.length * 0.99)] ?? 0, 'ms', `99 of 100 are shorter; ${note}`)
}
