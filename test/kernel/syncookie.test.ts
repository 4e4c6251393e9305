import { describe, expect, test } from 'vitest'
import { __cookie_v4_check, __cookie_v4_init_sequence } from '../../src/kernel/syncookie.ts'
import { newSkb, type Skb } from '../../src/kernel/skb.ts'
import { ipv4 } from '../../src/wire/address.ts'
import { IPPROTO_TCP } from '../../src/wire/packet.ts'
import { fakeKernel } from '../xtables/kit.ts'

const SECOND = 1_000_000

function segment(seq: number, ack: number): Skb {
  const ends = { saddr: ipv4('192.168.0.2'), daddr: ipv4('10.9.0.2'), sport: 40000, dport: 80 }
  return Object.assign(newSkb(), { protocol: IPPROTO_TCP, ...ends, seq, ack })
}

const cookieFor = (k: ReturnType<typeof fakeKernel>, mss: number): Skb =>
  segment(1001, (__cookie_v4_init_sequence(k, segment(1000, 0), mss) + 1) >>> 0)

describe('a SYN cookie', () => {
  test.each([
    [1, 536],
    [536, 536],
    [1299, 536],
    [1300, 1300],
    [1439, 1300],
    [1459, 1440],
    [1460, 1460],
    [9000, 1460],
  ])('for segments of %i bytes says %i', (mss, said) => {
    const k = fakeKernel()
    expect(__cookie_v4_check(k, cookieFor(k, mss))).toBe(said)
  })

  test('is good for a minute and, by the minute in which it was made, for almost another one', () => {
    const k = fakeKernel()
    k.now = 30 * SECOND
    const ack = cookieFor(k, 1460)
    const at = (seconds: number): number => {
      k.now = seconds * SECOND
      return __cookie_v4_check(k, ack)
    }
    expect([30, 89, 119].map(at)).toEqual([1460, 1460, 1460])
    expect([120, 600, 256 * 60 + 120].map(at)).toEqual([0, 0, 0])
    // Its minute comes round again.
    expect(at(256 * 60 + 30)).toBe(0)
  })

  test('one less is one for the next smaller segments: only so many in 2^32 are good', () => {
    const k = fakeKernel()
    const ack = cookieFor(k, 1460)
    const less = [0, 1, 2, 3, 4].map((n) => __cookie_v4_check(k, { ...ack, ack: (ack.ack - n) >>> 0 }))
    expect(less).toEqual([1460, 1440, 1300, 536, 0])
  })

  test('is nobody else’s', () => {
    const k = fakeKernel()
    const ack = cookieFor(k, 1460)
    const others: Partial<Skb>[] = [
      { sport: 40001 },
      { dport: 81 },
      { saddr: ipv4('192.168.0.3') },
      { daddr: ipv4('10.9.0.3') },
      { seq: 1000 },
      { ack: ack.ack + 1 },
      { ack: (ack.ack - 4) >>> 0 },
    ]
    for (const other of others) expect(__cookie_v4_check(k, { ...ack, ...other })).toBe(0)
  })
})
