/** The window that the next segment offers, by what a socket has; and what a segment that comes does to it. */
import { expect, test } from 'vitest'
import {
  F_EOF,
  F_SCALED,
  newSlot,
  newTcpTable,
  TCP_ESTABLISHED,
  TCP_SK,
  TCP_TIME_WAIT,
  type TcpTable,
} from '../../src/kernel/tcp/table.ts'
import { growWindow, selectWindow, windowOpens } from '../../src/kernel/tcp/window.ts'
import { gateway } from '../kit.ts'
import { connected } from './tcp-kit.ts'

interface Window {
  state?: number
  flags?: number
  /** Largest segment that has come; what may be offered at most; what was offered last, and is left of it; what nobody has read. */
  mss?: number
  most?: number
  old?: number
  left?: number
  unread?: number
}

function socket(w: Window): TcpTable {
  const t = newTcpTable()
  const s = newSlot(t, w.state ?? TCP_ESTABLISHED)
  t.flags[s] = w.flags ?? 0
  t.mss[s] = 1460
  t.rcvMss[s] = w.mss ?? 536
  t.rcvMost[s] = w.most ?? 64_076
  t.rcvWnd[s] = w.old ?? 0
  t.rcvNxt[s] = 1000
  t.rcvEdge[s] = 1000 + (w.left ?? 0)
  t.rcvBytes[s] = w.unread ?? 0
  return t
}

test.each<[string, Window, number]>([
  ['that is far below the room there is: whole segments of that', { old: 10_000 }, 119 * 536],
  ['below it by exactly one segment: so, too', { old: 64_076 - 536 }, 119 * 536],
  ['below it by less: as before', { old: 64_076 - 535 }, 64_076 - 535],
  ['that is just the room: as before', { old: 64_076 }, 64_076],
  ['above it: whole segments', { old: 64_077 }, 119 * 536],
  ['less than half of it is free: in whole segments, not in grains', { old: 64_240, unread: 36_046 }, 29_480],
  ['segments of 1000 bytes, which weigh more than twice that: less', { old: 64_240, mss: 1000 }, 56_000],
  ['1152 bytes, which weigh just that: all', { old: 60_000, mss: 1152, most: 77_900 }, 65_535],
  ['of a connection that is over: what is left', { state: TCP_TIME_WAIT, old: 60_000, left: 59_999 }, 59_999],
])('an offer without scaling, %s', (_, window, offered) => {
  expect(selectWindow(socket(window), 0)).toBe(offered)
})

test('who has heard all of the peer tells it nothing when what came is read', () => {
  const opens = [0, F_EOF].map((flags) => windowOpens(socket({ flags }), 0))
  expect(opens).toEqual([true, false])
})

test('a segment of 536 bytes shows nothing about the room, one of 537 does where windows are scaled', () => {
  const gw = gateway()
  const s = connected(gw, 1, { mss: 1460, wscale: 7 }) - TCP_SK
  const t = gw.k.net.tcp
  expect(t.flags[s] & F_SCALED).toBe(F_SCALED)
  const grown = [535, 536, 537].map((bytes) => {
    const before = t.rcvMost[s]
    growWindow(gw.k, t, s, bytes)
    return t.rcvMost[s] > before
  })
  expect(grown).toEqual([false, false, true])
})
