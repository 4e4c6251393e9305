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

/** A connection whose first answer came at once, and its peer's next word. */
function connected(gw: Gateway, ts: 0 | 1): { sk: number; s: number; hear: (tsecr: number) => void } {
  const sk = tcp_connect(gw.k, 1, ipv4('192.168.0.2'), 9)
  if (typeof sk === 'string') throw new Error(sk)
  const s = sk - TCP_SK
  const t = gw.k.net.tcp
  gw.wait(0)
  const say = (flags: string, seq: number, tsecr: number): void => {
    const line = `192.168.0.2.9 > 192.168.0.1.${t.lport[s]}: Flags [${flags}], seq ${seq}, ack ${t.sndNxt[s]}, win 64240, length 0`
    gw.rx('lan', line, { mss: 1460, ts, tsval: 1, tsecr })
  }
  say('S.', 5000, 1)
  return { sk, s, hear: (tsecr) => say('.', 5001, tsecr) }
}

test('of what was sent twice only a timestamp tells which was answered; else the long wait stays', () => {
  const waits = ([0, 1] as const).map((ts) => {
    const gw = gateway()
    const { sk, s, hear } = connected(gw, ts)
    tcp_send(gw.k, sk, 0, 10)
    gw.wait(0.3)
    expect(gw.k.net.tcp.rto[s]).toBeGreaterThanOrEqual(400 * MS)
    hear(Math.floor(gw.k.now / 1000) - 10)
    return gw.k.net.tcp.rto[s]
  })
  expect(waits[0]).toBeGreaterThanOrEqual(400 * MS)
  expect(waits[1]).toBeLessThan(260 * MS)
})
