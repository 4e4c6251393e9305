/** No packet is lost without a word: what comes in or is made here goes out, is delivered, dies for a reason, or waits. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TraceEvent } from '../../src/kernel/trace.ts'
import type { Gateway } from '../kit.ts'
import { PATIENCE, runs } from './runs.ts'
import { play, session } from './traffic.ts'

const BEGINS = ['rcv', 'make'] as const
const ENDS = ['xmit', 'deliver', 'drop'] as const

function count<T extends string>(events: readonly TraceEvent[], types: readonly T[]): Map<number, T[]> {
  const seen = new Map<number, T[]>()
  for (const e of events) {
    const type = types.find((t) => t === e.type)
    if (type) seen.set(e.skb, [...(seen.get(e.skb) ?? []), type])
  }
  return seen
}

/** Packets that wait for a neighbour or for the rest of their fragments. */
function waiting({ k }: Gateway): Set<number> {
  const queued = k.net.neigh.flatMap((n) => n.waiting)
  return new Set(queued.map((skb) => skb.serial))
}

test(
  'each packet begins once and ends once',
  () => {
    fc.assert(
      fc.property(session, (s) => {
        const all: TraceEvent[] = []
        const gw = play(s, ({ events }) => void all.push(...events))
        all.push(...gw.events())
        const begun = count(all, BEGINS)
        const ended = count(all, ENDS)
        const held = waiting(gw)
        for (const [skb, how] of begun) {
          expect(how, `packet ${skb} begins`).toHaveLength(1)
          expect(ended.get(skb)?.length ?? 0, `packet ${skb} ends`).toBe(held.has(skb) ? 0 : 1)
        }
        // A frame for another card ends at the door, before it is told.
        for (const skb of ended.keys()) expect(begun.has(skb), `packet ${skb} began`).toBe(true)
      }),
      runs(25),
    )
  },
  PATIENCE,
)

test(
  'the counters say the same: received, sent, delivered, and dropped by reason and place',
  () => {
    fc.assert(
      fc.property(session, (s) => {
        const all: TraceEvent[] = []
        const gw = play(s, ({ events }) => void all.push(...events))
        const { net } = gw.k
        const drops = new Map<string, number>()
        for (const e of all)
          if (e.type === 'drop') {
            const key = `${e.reason} ${e.where} ${e.station}`
            drops.set(key, (drops.get(key) ?? 0) + 1)
          }
        expect(new Map(net.drops.map((d) => [`${d.reason} ${d.where} ${d.station}`, d.count]))).toEqual(drops)
        // What goes over lo never leaves.
        for (const dev of net.devs.filter((d) => !d.loopback)) {
          const out = all.filter((e) => e.type === 'xmit' && e.dev === dev.name)
          const came = all.filter((e) => e.type === 'rcv' && e.dev === dev.name)
          expect([dev.rxPackets, dev.txPackets], dev.name).toEqual([came.length, out.length])
        }
      }),
      runs(20),
    )
  },
  PATIENCE,
)
