/** Columns as they are put into a past: nothing is lost, and what always lies equally far apart does not differ. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newCtTable, allocSlot } from '../../src/kernel/conntrack/table.ts'
import { newSlot, newTcpTable, TCP_ESTABLISHED } from '../../src/kernel/tcp/table.ts'
import { Chain } from '../../src/lab/past.ts'
import type { LabState } from '../../src/lab/state.ts'
import { runs } from '../properties/runs.ts'
import { swept } from './swept.ts'

const kept = (states: readonly unknown[]): Chain => {
  const chain = new Chain()
  for (const state of states) chain.add(state as LabState)
  return chain
}

test('a time comes back as it was, whatever number it is', () => {
  const time = fc.oneof(
    fc.constantFrom(
      0,
      -0,
      1,
      2,
      -1,
      0.5,
      NaN,
      Infinity,
      -Infinity,
      2 ** 32 - 1,
      2 ** 32,
      2 ** 52 - 1,
      2 ** 52,
    ),
    fc.nat(),
    fc.maxSafeInteger(),
    fc.double().filter((t) => t === 0 || Math.abs(t) > 1e-300),
  )
  const column = fc.array(time, { maxLength: 9 }).map((list) => Float64Array.from(list))
  fc.assert(
    fc.property(column, column, (a, b) => {
      const chain = kept([{ at: a }, { at: b }])
      expect([chain.restore(1), chain.restore(0)]).toStrictEqual([{ at: b }, { at: a }])
    }),
    runs(300),
  )
})

/** Tables with so many connections, whose numbers begin anywhere. */
function tables(isn: readonly number[]): { ct: object; tcp: object } {
  const ct = newCtTable(16, [1, 2, 3, 4])
  const tcp = newTcpTable()
  for (const [n, seq] of isn.entries()) {
    const slot = allocSlot(ct)
    const dir = n & 1
    ct.last[slot] = dir << 3
    ct.tdEnd[slot * 2] = ct.tdEnd[slot * 2 + 1] = seq
    ct.tdMaxend[slot * 2] = ct.tdMaxend[slot * 2 + 1] = seq + 65_535
    ct.lastSeq[slot] = ct.lastEnd[slot] = ct.lastAck[slot] = seq
    const s = newSlot(tcp, TCP_ESTABLISHED)
    tcp.sndUna[s] = tcp.sndNxt[s] = tcp.rttSeq[s] = tcp.rcvNxt[s] = seq
    tcp.rcvEdge[s] = seq + 64_240
  }
  return { ct, tcp }
}

test('of connections the numbers that lie equally far apart differ nowhere', () => {
  const seqs = fc.array(fc.nat(0xffffffff), { minLength: 8, maxLength: 8 })
  fc.assert(
    fc.property(seqs, seqs, (a, b) => {
      const chain = kept([tables(a), tables(b)])
      expect([chain.restore(0), chain.restore(1)].map(swept)).toStrictEqual([tables(a), tables(b)].map(swept))
      // Of each connection six words of at most four bytes and a head: of each direction where it ends and what was acknowledged,
      // and two of its socket.
      expect(kept([tables(a), tables(b)]).bytes - kept([tables(a), tables(a)]).bytes).toBeLessThanOrEqual(
        8 * 30,
      )
    }),
    runs(15),
  )
})
