/** The same lab, the same seed, the same acts: the same trace; and a copy goes on as the original would. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Lab } from '../../src/lab/lab.ts'
import type { TraceEvent } from '../../src/kernel/trace.ts'
import { PATIENCE, runs } from './runs.ts'
import { begin, play, session } from './traffic.ts'

test(
  'twice the same session: twice the same trace',
  () => {
    fc.assert(
      fc.property(session, (s) => {
        const traces = [1, 2].map(() => {
          const all: TraceEvent[] = []
          play(s, ({ events }) => void all.push(...events))
          return all
        })
        expect(traces[1]).toEqual(traces[0])
      }),
      runs(12),
    )
  },
  PATIENCE,
)

test(
  'a copy of a lab in the middle of things goes on as the original does',
  () => {
    fc.assert(
      fc.property(session, fc.nat({ max: 30 }), (s, when) => {
        const { gw, next } = begin(s)
        for (let i = 0; i < when; i++) next()
        const traces: TraceEvent[][] = [[], []]
        const copy = new Lab(structuredClone(gw.lab.state), {
          event: (e) => void (e.host === 'gw' && traces[1].push(e)),
          output: () => undefined,
        })
        gw.events()
        const until = gw.lab.state.now + 400e6
        gw.lab.runUntil(until)
        traces[0] = gw.events()
        copy.runUntil(until)
        expect(traces[1]).toEqual(traces[0])
        expect(copy.state).toEqual(gw.lab.state)
      }),
      runs(12),
    )
  },
  PATIENCE,
)
