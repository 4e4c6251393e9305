/** What NAT promises, under random traffic. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ctView } from '../../src/kernel/conntrack/view.ts'
import type { ConnView, Tuple } from '../../src/kernel/conntrack/conn.ts'
import { invertedDport, invertedSport, tupleDport, tupleSport } from '../../src/kernel/conntrack/tuple.ts'
import type { Header, TraceEvent } from '../../src/kernel/trace.ts'
import { emptyPacket, IPPROTO_ICMP } from '../../src/wire/packet.ts'
import type { Gateway } from '../kit.ts'
import { slotsOf } from './invariants.ts'
import { enough, PATIENCE, runs } from './runs.ts'
import { play, session } from './traffic.ts'

function inverse({ protonum, src, dst, sport, dport }: Tuple): Tuple {
  return {
    protonum,
    src: dst,
    dst: src,
    sport: invertedSport(protonum, sport, dport),
    dport: invertedDport(protonum, sport, dport),
  }
}

function tupleOf(h: Header): Tuple {
  const p = { ...emptyPacket(), ...h, inner: null }
  return { protonum: h.protocol, src: h.saddr, dst: h.daddr, sport: tupleSport(p), dport: tupleDport(p) }
}

function connection(gw: Gateway, id: number): ConnView | null {
  const { ct } = gw.k.machine
  const slot = slotsOf(ct).find((s) => ct.id[s] === id)
  return slot === undefined ? null : ctView(ct, slot, gw.k.now)
}

type Of<T extends TraceEvent['type']> = Extract<TraceEvent, { type: T }>

/** The station before and the one after each event of a type, for the same packet. */
function around<T extends TraceEvent['type']>(
  events: readonly TraceEvent[],
  type: T,
): { before: Header; event: Of<T>; after: Of<'station'> }[] {
  const found: { before: Header; event: Of<T>; after: Of<'station'> }[] = []
  events.forEach((event, i) => {
    if (event.type !== type) return
    const mine = (e: TraceEvent): boolean => e.skb === event.skb
    const before = events.slice(0, i).findLast((e) => mine(e) && 'header' in e)
    const after = events.slice(i).find((e): e is Of<'station'> => mine(e) && e.type === 'station')
    if (before && 'header' in before && after)
      found.push({ before: before.header, event: event as Of<T>, after })
  })
  return found
}

test(
  'whatever leaves or is delivered is the inverse of what its connection expects from the other end',
  () => {
    let looked = 0
    fc.assert(
      fc.property(session, (s) => {
        play(s, ({ events }, gw) => {
          for (const type of ['xmit', 'deliver'] as const)
            for (const { event, after } of around(events, type)) {
              const { ct } = after
              if (!ct || ct.id === 0 || ct.state === 'RELATED') continue
              const conn = connection(gw, ct.id)
              if (!conn) continue
              expect(tupleOf(event.header)).toEqual(inverse(ct.dir === 'original' ? conn.reply : conn.orig))
              looked++
            }
        })
      }),
      runs(30),
    )
    expect(looked).toBeGreaterThan(enough(140))
  },
  PATIENCE,
)

test(
  'an entry that nothing has translated expects the plain inverse',
  () => {
    fc.assert(
      fc.property(session, (s) => {
        play(s, (_, { k }) => {
          const { ct } = k.machine
          for (const slot of slotsOf(ct)) {
            const { orig, reply, status } = ctView(ct, slot, k.now)
            const translated = (status & 48) !== 0
            expect(translated || JSON.stringify(reply) === JSON.stringify(inverse(orig))).toBe(true)
            // Each kind of translation changes its own end only.
            const plain = inverse(orig)
            if ((status & 16) === 0)
              expect([reply.dst, reply.protonum === IPPROTO_ICMP || reply.dport]).toEqual([
                plain.dst,
                plain.protonum === IPPROTO_ICMP || plain.dport,
              ])
            if ((status & 32) === 0)
              expect([reply.src, reply.protonum === IPPROTO_ICMP || reply.sport]).toEqual([
                plain.src,
                plain.protonum === IPPROTO_ICMP || plain.sport,
              ])
          }
        })
      }),
      runs(20),
    )
  },
  PATIENCE,
)

test(
  'a rewrite is told as it happened: the end before it, the end after it, the direction and the connection',
  () => {
    let looked = 0
    const end = (h: Header, manip: 'SRC' | 'DST'): { addr: number; port: number } => {
      const { src, dst, sport, dport } = tupleOf(h)
      if (manip === 'SRC') return { addr: src, port: sport }
      return { addr: dst, port: h.protocol === IPPROTO_ICMP ? sport : dport }
    }
    fc.assert(
      fc.property(session, (s) => {
        play(s, ({ events }) => {
          for (const { before, event, after } of around(events, 'nat')) {
            expect(event.at).toBe('nf_nat_manip_pkt')
            expect(event.from).toEqual(end(before, event.manip))
            expect(event.to).toEqual(end(after.header, event.manip))
            // An ICMP error made here may have the address already that it is translated to.
            if (after.ct?.state !== 'RELATED') expect(event.to).not.toEqual(event.from)
            expect(after.ct).toMatchObject({ id: event.conn, dir: event.dir })
            const src = event.hook === 'POST_ROUTING' || event.hook === 'LOCAL_IN'
            expect(event.manip).toBe(src ? 'SRC' : 'DST')
            looked++
          }
          for (const { before, event, after } of around(events, 'station')) {
            if (!event.station.endsWith('.nat')) continue
            const told = events.some(
              (e) => e.type === 'nat' && e.skb === event.skb && event.station === `${e.hook}.nat`,
            )
            const changed = (['SRC', 'DST'] as const).some(
              (manip) => JSON.stringify(end(before, manip)) !== JSON.stringify(end(after.header, manip)),
            )
            if (changed) expect(told).toBe(true)
          }
        })
      }),
      runs(20),
    )
    expect(looked).toBeGreaterThan(enough(60))
  },
  PATIENCE,
)
