/** What a table does of its own accord belongs to the moment: whoever goes back sees the last search of then. */
import { beforeAll, describe, expect, test } from 'vitest'
import { readActs, type CtActs } from '../../src/kernel/conntrack/acts-view.ts'
import type { Snapshot } from '../../src/lab/protocol.ts'
import type { Moves } from '../../src/lab/rehash.ts'
import { Session } from '../../src/lab/session.ts'
import '../../src/lab/take/index.ts'
import '../../src/userspace/index.ts'
import '../../src/lab/labs/more.ts'
import type { Request } from '../../src/lab/protocol.ts'

let session: Session

function ask(request: Request): Snapshot {
  const answer = session.answer({ id: 1, request })
  if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
  return answer.update.snapshot
}

function exec(host: string, line: string): Snapshot {
  ask({ type: 'exec', host, line })
  return ask({ type: 'advance', by: { kind: 'quiet', us: 1e7 } })
}

function moves(): Moves {
  const answer = session.answer({ id: 1, request: { type: 'use', tool: 'rehash', argument: 'gateway' } })
  if (answer.type !== 'used') throw new Error(JSON.stringify(answer))
  expect(answer.update).toBe(null)
  return answer.result as Moves
}

const acts = (s: Snapshot): CtActs => readActs(s.kernel.conntrack.acts)
const seek = (position: number): Snapshot => ask({ type: 'seek', position })

beforeAll(() => {
  session = new Session(Infinity)
  ask({ type: 'open', lab: 'gateway', seed: 1 })
  exec('gateway', 'sysctl -w net.ipv4.ip_forward=1 net.netfilter.nf_conntrack_max=2')
  exec('gateway', 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j SNAT --to-source 100.100.100.100')
  exec('pc1', 'for p in 53 54; do echo x | nc -u -w 0 123.125.115.110 $p; done')
})

describe('at each position', () => {
  test('the last search is the one of then, with the step that did it', () => {
    const before = ask({ type: 'seek', position: 1e9 })
    expect(acts(before).search).toBe(null)
    const first = exec('pc1', 'echo x | nc -u -w 0 123.125.115.110 55')
    expect(acts(first).search).toMatchObject({ count: 1, of: 4096 })
    const { step = 0, time = 0 } = acts(first).search ?? {}
    const second = exec('pc1', 'echo x | nc -u -w 0 123.125.115.110 56')
    expect(acts(second).search?.count).toBe(2)
    expect(acts(seek(step - 1)).search).toBe(null)
    const there = seek(step)
    expect(acts(there).search).toEqual(acts(first).search)
    // At that moment, and not only some time before it.
    expect(there.time).toBe(time)
    expect(acts(seek(second.position)).search).toEqual(acts(second).search)
  })

  test('what was told is a copy: it does not change when the lab goes on', () => {
    const now = ask({ type: 'seek', position: 1e9 })
    const told = acts(now)
    exec('pc1', 'echo x | nc -u -w 0 123.125.115.110 57')
    expect(acts(now)).toEqual(told)
  })
})

describe('a rehash', () => {
  test('tells of each node where it hung and where it hangs now', () => {
    expect(moves()).toMatchObject({ step: 0, moves: new Uint32Array(0) })
    const before = ask({ type: 'view', view: { host: 'gateway', entries: 50, bucket: -1 } }).kernel.conntrack
    const after = exec('gateway', 'sysctl -w net.netfilter.nf_conntrack_buckets=512').kernel.conntrack
    const { rehash } = readActs(after.acts)
    expect(rehash).toMatchObject({ from: 4096, of: 512, nodes: 2 * before.count })
    const told = moves()
    expect(told).toMatchObject({ step: rehash?.step, from: 4096, to: 512 })
    const buckets = (which: typeof before): number[] =>
      which.entries.flatMap((e) => e.buckets).sort((a, b) => a - b)
    const column = (i: number): number[] =>
      [...told.moves.filter((_, at) => at % 2 === i)].sort((a, b) => a - b)
    expect(column(0)).toEqual(buckets(before))
    expect(column(1)).toEqual(buckets(after))
  })

  test('undone by going back is no longer there', () => {
    const { rehash } = acts(ask({ type: 'seek', position: 1e9 }))
    expect(acts(seek((rehash?.step ?? 0) - 1)).rehash).toBe(null)
    expect(moves().step).toBe(0)
  })
})
