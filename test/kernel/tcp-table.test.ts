/** The table of TCP's sockets beside a list of plain objects; and the wheel of its timers beside what Linux's documents. */
import { describe, expect, test } from 'vitest'
import {
  freeSlot,
  hashIn,
  leaveListener,
  lookupEstablished,
  lookupListener,
  newSlot,
  newTcpTable,
  TCP_ESTABLISHED,
  TCP_LISTEN,
  TCP_SK,
  TCP_SYN_RECV,
  type TcpTable,
} from '../../src/kernel/tcp/table.ts'
import type { Kernel } from '../../src/kernel/kernel.ts'
import { newPiece, newPieces, releaseAll } from '../../src/kernel/tcp/pieces.ts'
import { tcpEphemeralPort } from '../../src/kernel/tcp/ports.ts'
import { tcp_connect, tcp_listen } from '../../src/kernel/tcp/tcp.ts'
import { arm, expired, forget, isRunning, JIFFY, newWheel, sliceTime } from '../../src/kernel/tcp/wheel.ts'
import { bootLab } from '../../src/lab/lab.ts'
import { labs } from '../../src/lab/labs/index.ts'
import type { LabSpec } from '../../src/lab/spec.ts'
import { gateway } from '../kit.ts'

/** A few numbers that look drawn. */
function dice(seed: number): (below: number) => number {
  let x = seed
  return (below) => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0
    return Math.floor((x / 2 ** 32) * below)
  }
}

interface Ends {
  laddr: number
  lport: number
  raddr: number
  rport: number
}

function open(t: TcpTable, e: Ends): number {
  const s = newSlot(t, TCP_ESTABLISHED)
  Object.assign(t.laddr, { [s]: e.laddr })
  t.lport[s] = e.lport
  t.raddr[s] = e.raddr
  t.rport[s] = e.rport
  hashIn(t, s)
  return s
}

const find = (t: TcpTable, e: Ends): number => lookupEstablished(t, e.laddr, e.lport, e.raddr, e.rport)

describe('the table of sockets', () => {
  test('finds every connection by its four ends and no other, however many come and go', () => {
    const roll = dice(7)
    const t = newTcpTable()
    const there = new Map<string, { e: Ends; s: number }>()
    for (let i = 0; i < 3000; i++) {
      // Few of each, so that some share a bucket and differ in one end.
      const e = { laddr: 1 + roll(3), lport: 80 + roll(6), raddr: 9 + roll(3), rport: 1000 + roll(6) }
      const key = JSON.stringify(e)
      const known = there.get(key)
      expect(find(t, e)).toBe(known?.s ?? -1)
      if (known) {
        freeSlot(t, known.s)
        there.delete(key)
      } else there.set(key, { e, s: open(t, e) })
    }
    for (const { e, s } of there.values()) expect(find(t, e)).toBe(s)
    // A slot that is free is taken again before the table grows.
    expect(t.used).toBeLessThanOrEqual(325)
    const { used } = t
    const before = find(t, [...there.values()][0].e)
    freeSlot(t, before)
    expect(newSlot(t, TCP_ESTABLISHED)).toBe(before)
    expect(t.used).toBe(used)
  })

  test('grows with all that it holds, timers too', () => {
    const t = newTcpTable()
    const all = Array.from({ length: 200 }, (_, i) => {
      const e = { laddr: 1, lport: 1 + i, raddr: 2, rport: 3 }
      const s = open(t, e)
      t.rcvNxt[s] = 1000 + i
      arm(t.wheel, s * 2, 0, 1_000_000 + i * JIFFY, 0)
      return { e, s, i }
    })
    for (const { e, s, i } of all) {
      expect(find(t, e)).toBe(s)
      expect(t.rcvNxt[s]).toBe(1000 + i)
      expect(t.wheel.at[s * 2]).toBe(1_000_000 + i * JIFFY)
      expect(isRunning(t.wheel, s * 2)).toBe(true)
      expect(isRunning(t.wheel, s * 2 + 1)).toBe(false)
    }
  })

  test('a slot that is used again has nothing of who was there before', () => {
    const t = newTcpTable()
    open(t, { laddr: 4, lport: 4, raddr: 4, rport: 4 })
    const s = open(t, { laddr: 1, lport: 2, raddr: 3, rport: 4 })
    t.sndHead[s] = newPiece(t.pieces, 0, 0, 5, 0)
    t.rcvHead[s] = newPiece(t.pieces, 0, 0, 5, 0)
    t.beyond[s] = newPiece(t.pieces, 0, 0, 5, 0)
    arm(t.wheel, s * 2, 0, 1_000_000, 0)
    arm(t.wheel, s * 2 + 1, 0, 1_000_000, 0)
    freeSlot(t, s)
    // Twice is once.
    freeSlot(t, s)
    expect([isRunning(t.wheel, s * 2), isRunning(t.wheel, s * 2 + 1)]).toEqual([false, false])
    const { used } = t.pieces
    for (let i = 0; i < 3; i++) newPiece(t.pieces, 0, 0, 1, 0)
    expect(t.pieces.used).toBe(used)
    expect(newSlot(t, TCP_ESTABLISHED)).toBe(s)
    expect([t.sndHead[s], t.rcvHead[s], t.beyond[s], t.lport[s], t.retries[s]]).toEqual([-1, -1, -1, 0, 0])
  })

  test('a slot that is used again is like one that never was, in every column', () => {
    const t = newTcpTable()
    const slots = Object.entries(t).filter(([name]) => name !== 'heads' && name !== 'hashNext')
    const of = (s: number): [string, number][] =>
      slots.flatMap(([name, column]) =>
        ArrayBuffer.isView(column) ? [[name, (column as Int32Array)[s]]] : [],
      )
    const never = of(newSlot(t, TCP_ESTABLISHED))
    const s = open(t, { laddr: 1, lport: 2, raddr: 3, rport: 4 })
    freeSlot(t, s)
    for (const [, column] of slots) if (ArrayBuffer.isView(column)) (column as Int32Array)[s] = 77
    expect(newSlot(t, TCP_ESTABLISHED)).toBe(s)
    expect(of(s)).toEqual(never)
  })

  test('a listener is found at its address or at all of them', () => {
    const t = newTcpTable()
    const any = newSlot(t, TCP_LISTEN)
    t.lport[any] = 80
    const one = newSlot(t, TCP_LISTEN)
    t.lport[one] = 81
    t.laddr[one] = 7
    t.listeners.push(any, one)
    expect(lookupListener(t, 5, 80)).toBe(any)
    expect(lookupListener(t, 7, 81)).toBe(one)
    expect(lookupListener(t, 5, 81)).toBe(-1)
    expect(lookupListener(t, 5, 82)).toBe(-1)
    freeSlot(t, any)
    expect(lookupListener(t, 5, 80)).toBe(-1)
    expect(lookupListener(t, 7, 81)).toBe(one)
  })

  /** A listener and three connections that wait there; who waits now. */
  function queue(): { t: TcpTable; l: number; waiting: number[]; who: () => number[] } {
    const t = newTcpTable()
    const waiting = [1, 2, 3].map((rport) => open(t, { laddr: 1, lport: 80, raddr: 2, rport }))
    const l = newSlot(t, TCP_LISTEN)
    t.listeners.push(l)
    waiting.forEach((s, i) => {
      t.parent[s] = l
      t.acceptNext[s] = waiting[i + 1] ?? -1
    })
    t.acceptHead[l] = waiting[0]
    t.acceptTail[l] = waiting[2]
    t.acceptLen[l] = 3
    const who = (): number[] => {
      const found: number[] = []
      for (let s = t.acceptHead[l]; s >= 0; s = t.acceptNext[s]) found.push(s)
      return found
    }
    return { t, l, waiting, who }
  }

  test.each([
    [0, [1, 2], 2],
    [1, [0, 2], 2],
    [2, [0, 1], 1],
  ])(
    'who is reset while it waits for accept() leaves the others in their order: number %d',
    (gone, left, last) => {
      const { t, l, waiting, who } = queue()
      freeSlot(t, waiting[gone])
      expect(who()).toEqual(left.map((i) => waiting[i]))
      expect(t.acceptTail[l]).toBe(waiting[last])
      expect(t.acceptLen[l]).toBe(2)
    },
  )

  test('a request that ends is one fewer, and nobody who waits for accept() is', () => {
    const { t, l, waiting, who } = queue()
    const r = newSlot(t, TCP_SYN_RECV)
    t.parent[r] = l
    t.requests[l] = 2
    leaveListener(t, r)
    expect([t.requests[l], t.acceptLen[l], t.parent[r]]).toEqual([1, 3, -1])
    expect(who()).toEqual(waiting)
  })

  test('a listener that ends leaves those that waited to themselves', () => {
    const { t, l, waiting } = queue()
    const there = newSlot(t, TCP_LISTEN)
    t.listeners.push(there)
    const theirs = open(t, { laddr: 1, lport: 81, raddr: 2, rport: 9 })
    t.parent[theirs] = there
    freeSlot(t, l)
    expect(waiting.map((s) => t.parent[s])).toEqual([-1, -1, -1])
    expect(t.parent[theirs]).toBe(there)
  })
})

describe('the ports of connections', () => {
  const HERE = 0xc0a80002
  const THERE = 0x7b7d736e

  function spec(): LabSpec {
    const found = labs['gateway']
    if (!found) throw new Error('no gateway lab')
    return found
  }

  /** A host whose even ports, or all, are taken by connections with one peer. */
  function crowded(step: number): Kernel {
    const lab = bootLab(spec(), 1, { event: () => undefined, output: () => undefined })
    const k = lab.kernel(lab.hostIndex('pc1'))
    for (let lport = 32768; lport <= 60999; lport += step)
      open(k.net.tcp, { laddr: HERE, lport, raddr: THERE, rport: 80 })
    return k
  }

  test('are odd only when the even ones are gone, and none is left when all are', () => {
    const k = crowded(2)
    expect(tcpEphemeralPort(k, HERE, THERE, 80) % 2).toBe(1)
    // Another peer, or another port of his, has not seen any of them.
    expect(tcpEphemeralPort(k, HERE, THERE, 81) % 2).toBe(0)
    expect(tcpEphemeralPort(k, HERE, THERE + 1, 80) % 2).toBe(0)
    const full = crowded(1)
    expect(tcpEphemeralPort(full, HERE, THERE, 80)).toBe(0)
    expect(tcp_connect(full, 1, THERE, 80, true, HERE)).toBe('EADDRNOTAVAIL')
    freeSlot(full.net.tcp, lookupEstablished(full.net.tcp, HERE, 60999, THERE, 80))
    expect(tcpEphemeralPort(full, HERE, THERE, 80)).toBe(60999)
    freeSlot(full.net.tcp, lookupEstablished(full.net.tcp, HERE, 32768, THERE, 80))
    expect(tcpEphemeralPort(full, HERE, THERE, 80)).toBe(32768)
  })

  test('are not those that somebody listens at', () => {
    const full = crowded(1)
    freeSlot(full.net.tcp, lookupEstablished(full.net.tcp, HERE, 40000, THERE, 80))
    expect(tcp_listen(full, 40000, 1, '')).toBeGreaterThan(0)
    expect(tcpEphemeralPort(full, HERE, THERE, 80)).toBe(0)
    // Nor does a second one listen there.
    expect(tcp_listen(full, 40000, 2, '')).toBe(-1)
  })

  test('nor those of the very first socket of a host, be it a listener or a connection', () => {
    const fill = (k: Kernel, from: number): void => {
      for (let lport = from; lport <= 60999; lport++)
        if (lport !== 40000) open(k.net.tcp, { laddr: HERE, lport, raddr: THERE, rport: 80 })
    }
    const listens = gateway().k
    expect(tcp_listen(listens, 40000, 1, '')).toBe(TCP_SK)
    expect(tcp_listen(listens, 40000, 2, '')).toBe(-1)
    fill(listens, 32768)
    expect(tcpEphemeralPort(listens, HERE, THERE, 80)).toBe(0)
    const talks = gateway().k
    expect(open(talks.net.tcp, { laddr: HERE, lport: 40000, raddr: THERE, rport: 80 })).toBe(0)
    fill(talks, 32768)
    expect(tcpEphemeralPort(talks, HERE, THERE, 80)).toBe(0)
  })
})

describe('pieces of streams', () => {
  test('are kept apart, and used again', () => {
    const p = newPieces()
    const all = Array.from({ length: 50 }, (_, i) => newPiece(p, i, 1, i + 100, i + 200))
    expect(all.map((i) => [p.seq[i], p.bytes[i], p.payload[i], p.flags[i], p.next[i]])).toEqual(
      all.map((_, i) => [i, i + 100, i + 200, 1, -1]),
    )
    all.forEach((piece, i) => {
      p.next[piece] = all[i + 1] ?? -1
    })
    releaseAll(p, all[0])
    const again = Array.from({ length: 50 }, () => newPiece(p, 0, 0, 0, 0))
    expect(new Set(again).size).toBe(50)
    expect(p.used).toBe(50)
  })
})

/**
 * Linux: kernel/time/timer.c, the table for HZ=250 above calc_wheel_index: level, first delay that it takes and its
 * granularity, in jiffies of 4 ms.
 */
const LEVELS = [
  [0, 1],
  [63, 8],
  [504, 64],
  [4032, 512],
  [32256, 4096],
  [258048, 32768],
  [2064384, 262144],
  [16515072, 2097152],
  [132120576, 16777216],
] as const

describe('the wheel of timers', () => {
  const clock = 123_456_789 * JIFFY

  test('a timer fires at the end of the slice that it falls into, as wide as Linux has it for its delay', () => {
    LEVELS.forEach(([first, width], i) => {
      const end = LEVELS[i + 1]?.[0] ?? first * 2
      for (const jiffies of [first, first + 1, Math.floor((first + end) / 2), end - 1]) {
        const w = newWheel(2)
        const now = 5 * JIFFY
        const slice = arm(w, 1, now, now + jiffies * JIFFY, clock)
        const fires = (sliceTime(w, slice, clock) - now) / JIFFY
        expect(fires, `after ${jiffies}`).toBeGreaterThan(jiffies)
        expect(fires, `after ${jiffies}`).toBeLessThanOrEqual(jiffies + width)
        expect((fires + 123_456_789 + 5) % width).toBe(0)
      }
    })
  })

  test('part of a jiffy is a whole one, and what is late already comes with the next', () => {
    const w = newWheel(2)
    expect(sliceTime(w, arm(w, 0, 0, 1, 0), 0)).toBe(2 * JIFFY)
    expect(sliceTime(w, arm(w, 1, 10 * JIFFY, 9 * JIFFY, 0), 0)).toBe(11 * JIFFY)
  })

  test('the lab is asked once for a slice, and those in it come together, the latest first', () => {
    const w = newWheel(6)
    const slice = arm(w, 0, 0, 40_000, 0)
    expect(slice).toBeGreaterThanOrEqual(0)
    expect([arm(w, 3, 0, 40_000, 0), arm(w, 5, 0, 40_000, 0), arm(w, 4, 0, 40_000, 0)]).toEqual([-1, -1, -1])
    const due = sliceTime(w, slice, 0)
    expect(expired(w, slice, due - 1, 0)).toEqual([])
    expect(expired(w, slice, due, 0)).toEqual([4, 5, 3, 0])
    expect([0, 3, 4, 5].map((timer) => isRunning(w, timer))).toEqual([false, false, false, false])
    expect(expired(w, slice, due, 0)).toEqual([])
    // It may be asked for again.
    expect(arm(w, 1, due, due + 40_000, 0)).toBeGreaterThanOrEqual(0)
  })

  test.each([
    [0, [2, 1]],
    [1, [2, 0]],
    [2, [1, 0]],
  ])('one that is forgotten does not fire, its neighbours do: number %d', (gone, left) => {
    const w = newWheel(4)
    const slice = arm(w, 0, 0, 40_000, 0)
    arm(w, 1, 0, 40_000, 0)
    arm(w, 2, 0, 40_000, 0)
    forget(w, gone)
    forget(w, gone)
    expect(isRunning(w, gone)).toBe(false)
    expect(expired(w, slice, 1e9, 0)).toEqual(left)
  })

  test('neighbours leave one after the other, from whichever side', () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
    ]) {
      const w = newWheel(4)
      const [slice] = order.map((timer) => arm(w, timer, 0, 40_000, 0))
      forget(w, 1)
      forget(w, order[0])
      expect(expired(w, slice, 1e9, 0)).toEqual([order[2]])
    }
  })

  test('one that is started again fires at the later time only, in whichever slice it was', () => {
    for (let jiffies = 0; jiffies < 64; jiffies++) {
      const at = jiffies * JIFFY
      const w = newWheel(2)
      const early = arm(w, 1, 0, 40_000, at)
      const late = arm(w, 1, 0, 90_000, at)
      expect(late).not.toBe(early)
      expect(isRunning(w, 1)).toBe(true)
      expect(expired(w, early, 1e9, at)).toEqual([])
      expect(expired(w, late, 1e9, at)).toEqual([1])
      const gone = arm(w, 1, 0, 90_000, at)
      forget(w, 1)
      expect([isRunning(w, 1), expired(w, gone, 1e9, at)]).toEqual([false, []])
    }
  })
})
