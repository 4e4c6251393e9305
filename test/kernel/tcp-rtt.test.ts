/**
 * What round trips do to the wait for an acknowledgement, where a recording cannot say it: the clock of a kernel's timestamps is in
 * what its peer must answer. The two measures of the first test were recorded: something was said at 4.0 s, again before 6.45 s, and
 * again after 7.35 s.
 */
import { expect, test } from 'vitest'
import { beginWait, measured } from '../../src/kernel/tcp/rtt.ts'
import { TCP_SK } from '../../src/kernel/tcp/table.ts'
import { tcp_connect, tcp_send } from '../../src/kernel/tcp/tcp.ts'
import { ipv4 } from '../../src/wire/address.ts'
import { gateway, type Gateway } from '../kit.ts'
import { connected, hear } from './tcp-kit.ts'

const MS = 1000

/** A socket that has begun to connect, after answers that took so many milliseconds. */
function after(gw: Gateway, ...answers: number[]): number {
  const sk = tcp_connect(gw.k, 1, ipv4('192.168.0.2'), 9)
  if (typeof sk === 'string') throw new Error(sk)
  for (const ms of answers) measured(gw.k, sk - TCP_SK, ms * MS)
  return sk - TCP_SK
}

test('an answer that is late makes the wait longer by four times what nobody expected', () => {
  const gw = gateway()
  const s = after(gw, 300)
  expect(gw.k.net.tcp.rto[s]).toBe(900 * MS)
  measured(gw.k, s, 1150 * MS)
  // 406 and 1300 ms, in whole ticks.
  expect(gw.k.net.tcp.rto[s]).toBe(1708 * MS)
})

test('an answer that is sooner than the others does so only a little', () => {
  const gw = gateway()
  const [same, sooner] = [after(gw, 300, 300), after(gw, 300, 1)]
  const { mdev } = gw.k.net.tcp
  expect(mdev[same]).toBe(450 * MS)
  expect(mdev[sooner]).toBe(600 * MS + (((299 - 150) * MS) >> 3))
})

test('one that is sooner by less than is usual makes what is usual less, and by the whole', () => {
  const gw = gateway()
  expect(gw.k.net.tcp.mdev[after(gw, 300, 299)]).toBe(600 * MS + (1 - 150) * MS)
})

test('the wait grows shorter once a window, by a quarter of what was too much', () => {
  const gw = gateway()
  const { k } = gw
  const s = after(gw, 300)
  const t = k.net.tcp
  // All that has been sent is acknowledged, and more goes out; or only an answer comes.
  const waits = [false, true, false, true, false].map((window) => {
    if (window) t.sndUna[s] = t.sndNxt[s] += 100
    measured(k, s, 300 * MS)
    return [t.mdev[s], t.mdevMax[s], t.rttvar[s], t.rto[s]].map((us) => us / MS)
  })
  expect(waits).toEqual([
    [450, 600, 600, 900],
    [337.5, 200, 600, 900],
    [253.125, 253.125, 600, 900],
    [189.844, 200, 513.282, 816],
    [142.383, 200, 513.282, 816],
  ])
})

test('however soon answers come, 200 ms are waited beyond a round trip, in whole ticks of 4 ms', () => {
  const gw = gateway()
  const { rto } = gw.k.net.tcp
  expect(rto[after(gw, 0.3)]).toBe(204 * MS)
  expect(rto[after(gw, 4)]).toBe(204 * MS)
})

test('three seconds are waited where nobody has measured, and only there', () => {
  const gw = gateway()
  const [known, unknown] = [after(gw, 300), after(gw)]
  beginWait(gw.k, known)
  beginWait(gw.k, unknown)
  expect([gw.k.net.tcp.rto[known], gw.k.net.tcp.rto[unknown]]).toEqual([900 * MS, 3000 * MS])
})

test('of what was sent twice only a timestamp tells which was answered; else the long wait stays', () => {
  const waits = ([0, 1] as const).map((ts) => {
    const gw = gateway()
    const sk = connected(gw, 1, { ts, tsval: 1, tsecr: 1 })
    const s = sk - TCP_SK
    tcp_send(gw.k, sk, 0, 10)
    gw.wait(0.3)
    expect(gw.k.net.tcp.rto[s]).toBeGreaterThanOrEqual(400 * MS)
    const tsecr = Math.floor(gw.k.now / 1000) - 10
    hear(gw, sk, '[.], seq 5001, ack ACK, length 0', { ts, tsval: 1, tsecr })
    return gw.k.net.tcp.rto[s]
  })
  expect(waits[0]).toBeGreaterThanOrEqual(400 * MS)
  expect(waits[1]).toBeLessThan(260 * MS)
})

test('and a timestamp of zero tells nothing, as does an answer in the middle of a segment', () => {
  for (const twice of [true, false]) {
    const gw = gateway()
    const sk = connected(gw, 1, { ts: 1, tsval: 1, tsecr: 1 })
    const { srtt } = gw.k.net.tcp
    const s = sk - TCP_SK
    const before = (srtt[s] = 8 * 50 * MS)
    const part = (gw.k.net.tcp.sndNxt[s] + 5) >>> 0
    tcp_send(gw.k, sk, 0, 10)
    gw.wait(twice ? 0.3 : 0.1)
    hear(gw, sk, `[.], seq 5001, ack ${twice ? 'ACK' : part}, length 0`, { ts: 1, tsval: 2, tsecr: 0 })
    expect(srtt[s]).toBe(before)
  }
})
