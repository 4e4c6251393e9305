import { expect, test } from 'vitest'
import { F_EOF, newSlot, TCP_ESTABLISHED, TCP_SK, TCP_SYN_SENT } from '../../src/kernel/tcp/table.ts'
import { bootLab } from '../../src/lab/lab.ts'
import { labs } from '../../src/lab/labs/index.ts'
import type { LabSpec } from '../../src/lab/spec.ts'
import { hasMore, newPoll, poll } from '../../src/userspace/ab/poll.ts'

/** Some connections of ab, all of which wait for an answer, and a list of sockets to which something happens. */
function connections(n: number) {
  const { net } = bootLab(labs['gateway'] as LabSpec, 1).kernel(0)
  const slots = Array.from({ length: n }, () => newSlot(net.tcp, TCP_ESTABLISHED))
  const owner = new Int32Array(Math.max(...slots) + 1).fill(-1)
  slots.forEach((s, c) => (owner[s] = c))
  const reading = slots.map(() => true)
  const happened: number[] = []
  const p = newPoll(n)
  const sk = (c: number): number => slots[c] + TCP_SK
  return {
    t: net.tcp,
    slots,
    reading,
    /** Bytes have come for a connection, its peer's end, or both. */
    comes(c: number, bytes: number, end = false): void {
      net.tcp.rcvBytes[slots[c]] += bytes
      if (end) net.tcp.flags[slots[c]] |= F_EOF
      if (!happened.includes(sk(c))) happened.push(sk(c))
    },
    read: (c: number): void => void (net.tcp.rcvBytes[slots[c]] = 0),
    closed: (c: number): void => void (owner[slots[c]] = -1),
    /** Which connection ab hears of next, -1: none. */
    next(): number {
      const found = poll(
        p,
        net,
        () => happened.shift() ?? -1,
        owner,
        (c) => reading[c],
      )
      return found < 0 ? -1 : owner[found - TCP_SK]
    },
    more: (): boolean => hasMore(p),
  }
}

test('ab hears of a connection’s end before what has happened to others meanwhile', () => {
  const ab = connections(3)
  ab.comes(0, 100)
  ab.comes(1, 100)
  expect(ab.next()).toBe(0)
  ab.read(0)
  // The third has its answer before the first two have come to their ends.
  ab.comes(2, 100)
  ab.comes(0, 0, true)
  expect(ab.next()).toBe(1)
  ab.read(1)
  ab.comes(1, 0, true)
  expect([ab.next(), ab.next(), ab.next()]).toEqual([0, 1, 2])
})

test('what happens during a round is heard in the next one, and once', () => {
  const ab = connections(2)
  ab.comes(0, 100)
  expect(ab.next()).toBe(0)
  ab.comes(0, 50)
  ab.comes(1, 100)
  expect(ab.next()).toBe(0)
  ab.read(0)
  expect(ab.next()).toBe(1)
  ab.read(1)
  expect(ab.more()).toBe(true)
  expect(ab.next()).toBe(-1)
  expect(ab.more()).toBe(false)
})

test('ab does not hear of who waits for an answer to a SYN, and of who has closed', () => {
  const ab = connections(3)
  ab.reading[0] = false
  ab.t.state[ab.slots[0]] = TCP_SYN_SENT
  ab.comes(0, 0)
  ab.comes(1, 10)
  ab.closed(1)
  ab.comes(2, 10)
  expect(ab.next()).toBe(2)
  ab.t.state[ab.slots[0]] = TCP_ESTABLISHED
  ab.comes(0, 0)
  ab.read(2)
  expect([ab.next(), ab.next()]).toEqual([0, -1])
})

test('an end that came before ab has written its request is heard afterwards', () => {
  const ab = connections(1)
  ab.reading[0] = false
  ab.comes(0, 0, true)
  expect(ab.next()).toBe(0)
  // It writes its request now, and asks for what there is to read from then on.
  ab.reading[0] = true
  expect(ab.more()).toBe(true)
  expect(ab.next()).toBe(0)
  expect(ab.next()).toBe(-1)
})
