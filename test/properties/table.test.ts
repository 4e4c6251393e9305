/** The connection table under random traffic. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slotsOf, tableProblems } from './invariants.ts'
import { PATIENCE, runs } from './runs.ts'
import { play, session } from './traffic.ts'

test(
  'chains, free list, sources and count are whole after every packet; no two entries share a tuple',
  () => {
    fc.assert(
      fc.property(session, (s) => {
        play(s, ({ act }, gw) => {
          expect(tableProblems(gw.k), JSON.stringify(act)).toEqual([])
        })
      }),
      runs(60),
    )
  },
  PATIENCE,
)

test(
  'nobody holds an entry that no packet carries: once all is quiet, each is held by the table alone',
  () => {
    fc.assert(
      fc.property(session, (s) => {
        const gw = play(s, () => undefined)
        gw.wait(1000)
        const { ct } = gw.k.machine
        expect(slotsOf(ct).filter((slot) => ct.use[slot] !== 1)).toEqual([])
        expect(slotsOf(ct).filter((slot) => (ct.status[slot] & 8) === 0)).toEqual([])
      }),
      runs(25),
    )
  },
  PATIENCE,
)

test(
  'the count never exceeds nf_conntrack_max, except by what was there when it was lowered',
  () => {
    fc.assert(
      fc.property(session, (s) => {
        let allowed = Infinity
        play(s, (_, { k }) => {
          const max = k.machine.nfConntrackMax || Infinity
          allowed = Math.max(max, Math.min(allowed, k.net.ctCount))
          expect(k.net.ctCount).toBeLessThanOrEqual(allowed)
        })
      }),
      runs(25),
    )
  },
  PATIENCE,
)
