/** The past of a run: checkpoints that are kept as what differs, and what comes out of them. */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TraceEvent } from '../../src/kernel/trace.ts'
import type { Request, Snapshot } from '../../src/lab/protocol.ts'
import type { LabState } from '../../src/lab/state.ts'
import {
  applyDelta,
  DeltaReader,
  DeltaWriter,
  mergeDeltas,
  writeDelta,
  type Way,
} from '../../src/lab/delta.ts'
import { bonesOf, fleshOut } from '../../src/lab/bones.ts'
import { Chain } from '../../src/lab/past.ts'
import { pastPart } from '../../src/lab/past-part.ts'
import { Session } from '../../src/lab/session.ts'
import '../../src/lab/lab.ts'
import { runs } from '../properties/runs.ts'
import { swept } from './swept.ts'

const words = (length: number): fc.Arbitrary<Int32Array> =>
  fc
    .array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.constant(-1), fc.integer(), fc.nat(300)), {
      minLength: length,
      maxLength: length,
    })
    .map((list) => Int32Array.from(list))

const column = fc.nat(80).chain(words)

const ways = fc.constantFrom<Way[]>('bits', 'numbers')

function delta(now: Int32Array, before: Int32Array, way: Way): Uint8Array {
  const writer = new DeltaWriter()
  const old = new Int32Array(Math.max(now.length, before.length))
  old.set(before)
  writeDelta(writer, now, old, way)
  writer.end()
  return writer.take()
}

/** Its last bytes are spare. */
const sizeOf = (change: Uint8Array): number => change.length - 3

const through = (
  change: Uint8Array,
  from: Int32Array,
  length: number,
  way: Way,
  back = false,
): Int32Array => {
  const out = new Int32Array(Math.max(from.length, length))
  out.set(from)
  applyDelta(change, 0, sizeOf(change), out, way, back)
  return out.slice(0, length)
}

describe('what differs between two columns', () => {
  test('leads from either to the other', () => {
    fc.assert(
      fc.property(column, column, ways, (a, b, way) => {
        const change = delta(b, a, way)
        expect(through(change, a, b.length, way)).toEqual(b)
        expect(through(change, b, a.length, way, true)).toEqual(a)
      }),
      runs(300),
    )
  })

  test('of three columns is what leads from the first to the last', () => {
    fc.assert(
      fc.property(column, column, column, ways, (a, b, c, way) => {
        const writer = new DeltaWriter()
        const [x, y] = [delta(b, a, way), delta(c, b, way)]
        const read = (from: Uint8Array): DeltaReader => new DeltaReader(from, 0, sizeOf(from), way)
        mergeDeltas(writer, read(x), read(y), way, false)
        writer.end()
        const change = writer.take()
        expect(through(change, a, c.length, way)).toEqual(c)
        expect(change.slice(0, sizeOf(change))).toEqual(delta(c, a, way).slice(0, sizeOf(change)))
        // ... and of both from the first, what leads from the second to the last.
        mergeDeltas(writer, read(x), read(change), way, true)
        writer.end()
        const on = writer.take()
        expect(on.slice(0, sizeOf(on))).toEqual(y.slice(0, sizeOf(on)))
      }),
      runs(300),
    )
  })

  test('takes few bytes where numbers grow alike, whatever they were', () => {
    const from = Int32Array.from({ length: 1000 }, (_, i) => Math.imul(i, 0x9e3779b1))
    const to = from.map((x, i) => x + (i % 2 === 0 ? 85 : 826))
    expect(delta(to, from, 'numbers').length).toBeLessThan(20)
    expect(delta(to, from, 'bits').length).toBeGreaterThan(2000)
    // ... and where one grows by little more than the last one.
    const times = from.map((x, i) => x + 1_000_000 + i * 100)
    expect(delta(times, from, 'numbers').length).toBeLessThan(3020)
  })

  test('takes no room where the same comes again and again', () => {
    expect(delta(new Int32Array(200_000).fill(-1), new Int32Array(0), 'bits').length).toBeLessThan(20)
  })
})

/** A state is plain data. This is some, of every kind that there is in a lab. */
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, undefined, 0, -0, NaN, 7, 1.5, 'a', true),
    fc
      .constantFrom(Uint8Array, Uint16Array, Int32Array, Uint32Array, Float64Array)
      .chain((Kind) => fc.array(fc.nat(255), { maxLength: 9 }).map((list) => Kind.from(list))),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('any'), { noNullPrototype: true }),
    fc
      .array(fc.tuple(fc.constantFrom('x', 'y', 3), tie('any')), { maxLength: 3 })
      .map((list) => new Map(list)),
    fc.array(fc.constantFrom('p', 'q', 5), { maxLength: 3 }).map((list) => new Set(list)),
    fc.constant(/[a-z]+/g),
    // The same thing in two places, and a ring.
    fc.array(tie('any'), { maxLength: 2 }).map((thing) => ({ one: thing, other: thing })),
    tie('any').map((thing) => {
      const ring: Record<string, unknown> = { thing }
      ring['self'] = ring
      return ring
    }),
  ),
})).any

describe('the checkpoints of a run', () => {
  test('each state comes out as it was put in, in whatever order, and whatever else was taken out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { noNullPrototype: true }), {
          minLength: 1,
          maxLength: 7,
        }),
        fc.array(
          fc.tuple(fc.constantFrom('restore', 'peek', 'remove', 'rest', 'fork', 'insert'), fc.nat(20)),
          {
            maxLength: 12,
          },
        ),
        (states, acts) => {
          let chain = new Chain()
          const kept: unknown[] = []
          for (const state of states) {
            chain.add(state as unknown as LabState)
            kept.push(structuredClone(state))
          }
          for (const [act, number] of acts) {
            const n = number % kept.length
            if (act === 'rest') chain.rest()
            else if (act === 'fork') {
              const whole = chain
              chain = chain.fork(n + 1)
              expect(whole.restore(kept.length - 1)).toEqual(kept[kept.length - 1])
              kept.length = n + 1
            } else if (act === 'insert') {
              const state = states[(number * 7) % states.length]
              chain.insert(n, state as unknown as LabState)
              kept.splice(n, 0, structuredClone(state))
            } else if (act === 'remove' && kept.length > 1) {
              chain.remove(n)
              kept.splice(n, 1)
            } else if (act === 'peek') {
              const { bytes } = chain
              expect(chain.peek(n)).toStrictEqual(kept[n])
              expect(chain.bytes).toBe(bytes)
            } else expect(chain.restore(n)).toStrictEqual(kept[n])
          }
          chain.add(states[0] as unknown as LabState)
          kept.push(states[0])
          kept.forEach((state, n) => {
            expect(chain.restore(n)).toStrictEqual(state)
          })
        },
      ),
      runs(300),
    )
  })

  test('what is one thing stays one, what is two stays two, and what is restored may be changed', () => {
    const shared = { list: [1] }
    const first = bonesOf({ a: shared, b: shared, memory: new Uint8Array(3) }, undefined)
    const twins = bonesOf({ a: { list: [1] }, b: { list: [1] }, memory: new Uint8Array(3) }, first.root)
    const state = fleshOut(twins.root, () => new Uint8Array(3)) as {
      a: object
      b: object
      memory: Uint8Array
    }
    expect(state.a).not.toBe(state.b)
    const again = fleshOut(first.root, () => new Uint8Array(3)) as typeof state
    expect(again.a).toBe(again.b)
    Object.assign(again.a, { list: 'changed' })
    expect(fleshOut(first.root, () => new Uint8Array(3))).toMatchObject({ a: shared })
  })

  test('bones that are as before are shared with those before', () => {
    const rules = [
      { name: 'a', pkts: 1 },
      { name: 'b', more: new Map([['x', { y: 1 }]]) },
    ]
    const before = bonesOf({ rules, now: 1 }, undefined)
    const after = bonesOf(structuredClone({ rules, now: 2 }), before.root)
    const [x, y] = [before.root, after.root] as { rules: object; now: number }[]
    expect(y.rules).toBe(x.rules)
    expect([x.now, y.now]).toEqual([1, 2])
  })
})

/** A position stands for the moment of its last step. (There are megabytes to compare: that is quicker without a report.) */
const same = (a: LabState, b: LabState): boolean =>
  isDeepStrictEqual({ ...swept(structuredClone(a)), now: 0 }, { ...swept(structuredClone(b)), now: 0 })

describe('going back in a load', () => {
  const COMMANDS: Request[] = [
    ['vm1', 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat'],
    ['vm1', 'sysctl -w net.netfilter.nf_conntrack_max=200 net.netfilter.nf_conntrack_buckets=4096'],
    ['vm2', 'ab -c 100 -n 1000 -r -s 2 http://192.168.0.30:8080/'],
  ].map(([host, line]) => ({ type: 'exec', host, line }))

  /** A session in which the load has run; the states that it was in now and then, by position. */
  function loaded(): { session: Session; states: Map<number, LabState>; ask: (r: Request) => Snapshot } {
    const session = new Session()
    const ask = (request: Request): Snapshot => {
      const answer = session.answer({ id: 1, request })
      if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
      return answer.update.snapshot
    }
    const states = new Map<number, LabState>()
    ask({ type: 'open', lab: 'docker', seed: 3 })
    for (const command of COMMANDS) {
      let now = ask(command)
      for (let n = 0; !now.quiet && n < 1000; n++) {
        now = ask({ type: 'advance', by: { kind: 'time', us: 20_000 } })
        if (n % 5 === 1) states.set(now.position, structuredClone(session.run().lab.state))
      }
    }
    return { session, states, ask }
  }

  test('the state is that in which it was, column by column', () => {
    const { session, states, ask } = loaded()
    const order = [...states].sort(([a], [b]) => (a % 97) - (b % 97))
    expect(order.length).toBeGreaterThan(3)
    for (const [position, state] of order) {
      ask({ type: 'seek', position })
      const { lab } = session.run()
      expect(same(lab.state, state), `position ${position}`).toBe(true)
    }
  })

  test('a probe comes to the same, and leaves the run and its past as they are', () => {
    const { session, states } = loaded()
    const run = session.run()
    const [end, bytes, known] = [run.position, run.checkpointBytes, run.trace.length]
    const some = [...states].filter((_, n) => n % 3 === 0)
    expect(some.length).toBeGreaterThan(2)
    for (const [position, state] of [...some, [end, structuredClone(run.lab.state)] as const]) {
      const probe = run.probe(position)
      probe.seek(position)
      expect(same(probe.lab.state, state), `position ${position}`).toBe(true)
    }
    expect([run.position, run.checkpointBytes, run.trace.length]).toEqual([end, bytes, known])
  })

  test('before the part has come that packs them, checkpoints are whole, and both kinds go together', () => {
    const { begin } = pastPart
    pastPart.begin = null
    const session = new Session()
    const ask = (request: Request): void => void session.answer({ id: 1, request })
    ask({ type: 'open', lab: 'gateway', seed: 1 })
    const kept: [number, LabState][] = []
    const lines = ['ping -c 2 192.168.0.1', 'ls', 'ping -c 2 192.168.0.1', 'ls', 'pwd']
    for (const [n, line] of lines.entries()) {
      if (n === 2) pastPart.begin = begin
      kept.push([session.run().position, structuredClone(session.run().lab.state)])
      ask({ type: 'exec', host: 'pc1', line })
      ask({ type: 'advance', by: { kind: 'quiet', us: 5_000_000 } })
    }
    for (const [position, state] of [kept[3], kept[0], kept[4], kept[1], kept[2]]) {
      ask({ type: 'seek', position })
      expect(same(session.run().lab.state, state), `position ${position}`).toBe(true)
    }
    ask({ type: 'fork' })
    ask({ type: 'seek', position: kept[1][0] })
    expect(same(session.run().lab.state, kept[1][1])).toBe(true)
  })
})

test('an event is the same, whether what it has in common with the one before is kept once or twice', () => {
  const { slim } = pastPart
  const traces = [slim, null].map((how) => {
    pastPart.slim = how
    const session = new Session()
    const setup =
      'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE; sysctl -w net.ipv4.ip_forward=1'
    const requests: Request[] = [
      { type: 'open', lab: 'gateway', seed: 1, commands: [{ on: 'gateway', line: setup }] },
      { type: 'exec', host: 'pc1', line: 'curl -s http://baidu.com/' },
      { type: 'advance', by: { kind: 'quiet', us: 5_000_000 } },
    ]
    for (const request of requests) session.answer({ id: 1, request })
    return session.run().trace
  })
  pastPart.slim = slim
  expect(traces[0].length).toBeGreaterThan(100)
  expect(traces[0]).toEqual(traces[1])
  const headers = (trace: readonly TraceEvent[]): number =>
    new Set(trace.flatMap((e) => ('header' in e ? [e.header] : []))).size
  expect(headers(traces[0]) * 2).toBeLessThan(headers(traces[1]))
})
