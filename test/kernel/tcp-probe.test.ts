/** When a TCP socket sends something again or probes, and what waits meanwhile; the pieces that a test sends lie where it needs them. */
import { describe, expect, test } from 'vitest'
import '../../src/kernel/tcp/nagle.ts'
import { awaitAck } from '../../src/kernel/tcp/loss-probe.ts'
import { newPieces, sentAt } from '../../src/kernel/tcp/pieces.ts'
import { RTO_INIT, sendAgain } from '../../src/kernel/tcp/send.ts'
import {
  F_LOSS,
  F_NAGLE,
  F_PROBED,
  TCP_FIN_WAIT1,
  TCP_SK,
  type TcpTable,
} from '../../src/kernel/tcp/table.ts'
import { tcp_close, tcp_send, tcp_state } from '../../src/kernel/tcp/tcp.ts'
import * as mib from '../../src/kernel/snmp.ts'
import type { Skb } from '../../src/kernel/skb.ts'
import { TH_FIN } from '../../src/wire/packet.ts'
import { gateway, type Gateway } from '../kit.ts'
import { connects, hear, sent } from './tcp-kit.ts'

const MS = 1000

interface End {
  gw: Gateway
  sk: number
  s: number
  t: TcpTable
  /** Send so many bytes, which mean that. */
  send: (bytes: number, text?: string) => void
  /** The peer has so many bytes of all. */
  ack: (bytes: number) => void
  /** First bytes of what has gone out since the last look. */
  seqs: () => number[]
  /** Microseconds from now to the moment that its timer was set for. */
  due: () => number
}

/** The last of some connections: its first piece has the number of those before it, the next ones go down from there to 0. */
function lastOf(number: number, more: Partial<Skb> = {}): End {
  const gw = gateway()
  const sk = connects(gw, number)
  for (let one = sk - number + 1; one <= sk; one++)
    hear(gw, one, '[S.], seq 5000, ack ACK, win 64240, length 0', { mss: 1460, ...more })
  gw.events()
  const s = sk - TCP_SK
  const t = gw.k.net.tcp
  const first = t.sndNxt[s]
  return {
    gw,
    sk,
    s,
    t,
    send(bytes, text = '') {
      tcp_send(gw.k, sk, gw.k.payload(text), bytes)
      gw.wait(0)
    },
    ack(bytes) {
      hear(gw, sk, `[.], seq 5001, ack ${(first + bytes) >>> 0}, win 64240, length 0`)
    },
    seqs: () => sent(gw).map((p) => (p.seq - first) >>> 0),
    due: () => t.wheel.at[s * 2] - gw.k.now,
  }
}

test('a piece knows when it went out last, and keeps that below zero where it was not the first time', () => {
  const p = newPieces()
  p.sent.set([0, 7, -1, -8])
  expect([0, 1, 2, 3].map((i) => sentAt(p, i))).toEqual([0, 7, 0, 7])
  const { gw, s, t, send } = lastOf(1)
  send(10)
  gw.wait(0.1)
  sendAgain(gw.k, s, t.sndHead[s])
  expect(sentAt(t.pieces, t.sndHead[s])).toBe(gw.k.now)
})

describe('a probe for what may be lost', () => {
  test.each([
    ['is what waits, where it just fits into the window of the peer', 20, [10]],
    ['is the last segment once more, where it does not', 15, [0]],
  ])('%s', (_, window, probes) => {
    const { gw, s, t, send, seqs } = lastOf(2, { sackOk: 1 })
    t.flags[s] |= F_NAGLE
    send(10)
    send(10)
    expect([seqs(), t.sndWait[s]]).toEqual([[0], 0])
    t.sndWnd[s] = window
    gw.wait(0.3)
    expect(seqs()).toEqual(probes)
  })

  test('is the last segment, too, where the numbers of what is on its way begin anew at 0', () => {
    const { gw, s, t, send } = lastOf(2, { sackOk: 1 })
    t.sndUna[s] = t.sndNxt[s] = 0xfffffff8
    t.flags[s] |= F_NAGLE
    send(10)
    send(10)
    t.sndWnd[s] = 15
    gw.events()
    gw.wait(0.3)
    expect(sent(gw).map((p) => p.seq)).toEqual([0xfffffff8])
  })

  test('comes after a second where nobody has measured how long an answer takes', () => {
    const gw = gateway()
    const sk = connects(gw)
    gw.wait(1.5)
    hear(gw, sk, '[S.], seq 5000, ack ACK, length 0', { sackOk: 1 })
    tcp_send(gw.k, sk, 0, 10)
    expect(gw.k.net.tcp.wheel.at[(sk - TCP_SK) * 2] - gw.k.now).toBe(RTO_INIT)
  })

  test.each([
    ['not after the timeout', 4, 4],
    ['in its own time, if that is past, as it is now', 0, 800],
    ['or was a while ago', -4, 800],
  ])('comes %s', (_, left, due) => {
    const end = lastOf(1, { sackOk: 1 })
    const { gw, s, t } = end
    gw.wait(2)
    end.send(10)
    t.srtt[s] = 8 * 300 * MS
    t.rto[s] = 900 * MS
    t.pieces.sent[t.sndHead[s]] = gw.k.now - t.rto[s] + left * MS
    awaitAck(gw.k, s, false)
    expect(end.due()).toBe(due * MS)
  })

  test('is put off by more that is sent, but not beyond the timeout of what was sent first', () => {
    const { gw, s, t, send, due } = lastOf(1, { sackOk: 1 })
    t.srtt[s] = 8 * 300 * MS
    t.rto[s] = 900 * MS
    send(10)
    expect(due()).toBe(800 * MS)
    gw.wait(0.5)
    send(10)
    expect(due()).toBe(400 * MS)
  })

  test('makes nothing else be sent again when the first of it is acknowledged, and is over when more than it is', () => {
    const { gw, s, t, send, ack, seqs } = lastOf(1, { sackOk: 1 })
    const flags = t.flags[s]
    send(10)
    send(10)
    seqs()
    gw.wait(0.1)
    expect(seqs()).toEqual([10])
    t.resent[s] = t.sndUna[s]
    ack(10)
    expect(seqs()).toEqual([])
    ack(20)
    expect(t.flags[s]).toBe(flags | F_PROBED)
    send(10)
    ack(30)
    expect(t.flags[s]).toBe(flags)
  })
})

describe('a timeout', () => {
  test('counts from the last acknowledgement, and more that is sent does not put it off', () => {
    const { gw, s, t, send, ack, due } = lastOf(2)
    send(10)
    gw.wait(0.05)
    send(10)
    gw.wait(0.05)
    ack(10)
    expect(due()).toBe(t.rto[s])
    gw.wait(0.02)
    send(10)
    expect(due()).toBe(t.rto[s] - 20 * MS)
  })

  test('is made up for by sending again what was on its way then, not what was sent after it', () => {
    const { gw, s, t, send, ack, seqs } = lastOf(1)
    send(1460)
    send(1460)
    gw.wait(0.3)
    send(1460)
    expect(seqs()).toEqual([0, 1460, 0, 2920])
    ack(1460)
    expect(seqs()).toEqual([1460])
    expect(t.flags[s] & F_LOSS).toBe(F_LOSS)
    ack(2920)
    expect([seqs(), t.flags[s] & F_LOSS]).toEqual([[], 0])
  })

  test('of a SYN counts as one', () => {
    const gw = gateway()
    connects(gw)
    gw.wait(1.5)
    const count = gw.k.net.mib
    expect([count[mib.TcpExtTCPSynRetrans], count[mib.TcpRetransSegs], count[mib.TcpOutSegs]]).toEqual([
      1, 1, 1,
    ])
  })
})

describe('what is written little by little', () => {
  test.each([
    [40, [['bc', 100]]],
    [
      41,
      [
        ['b', 60],
        ['c', 41],
      ],
    ],
  ])(
    'fills the segment that waits, and no more than that: %i bytes to what has room for 40',
    (bytes, segments) => {
      const { gw, s, t, send, ack } = lastOf(2, { mss: 100 })
      t.flags[s] |= F_NAGLE
      send(60, 'a')
      send(60, 'b')
      expect(t.sndWait[s]).toBe(0)
      gw.events()
      send(bytes, 'c')
      ack(60)
      ack(120)
      expect(sent(gw).map((p) => [gw.k.payloadText(p.payload), p.len - 40])).toEqual(segments)
    },
  )

  test('goes when the program closes: the last of it says so', () => {
    const { gw, sk, s, t, send } = lastOf(3, { mss: 100 })
    t.flags[s] |= F_NAGLE
    for (const bytes of [60, 61, 62]) send(bytes)
    expect([t.sndWait[s], t.pieces.next[t.sndWait[s]]]).toEqual([1, 0])
    tcp_close(gw.k, sk)
    gw.wait(0)
    expect(sent(gw).map((p) => [p.len - 40, p.flags & TH_FIN])).toEqual([
      [60, 0],
      [61, 0],
      [62, TH_FIN],
    ])
    expect(tcp_state(gw.k.net, sk)).toBe(TCP_FIN_WAIT1)
  })
})
