/**
 * ICMP errors that quote no packet. The filling of a program, x or X, looks like a header of 32 bytes; how many of them nstat of
 * Linux 6.18 calls wrong was asked for each length.
 */
import { expect, test } from 'vitest'
import { IPPROTO_ICMP } from '../../src/wire/packet.ts'
import { gateway } from '../kit.ts'

/** Of one with so many bytes: how many more errors nstat counts, and why it was freed. */
function after(type: number, bytes: number): [number, string] {
  const gw = gateway()
  const wrong = { protocol: IPPROTO_ICMP, type, code: 1, len: 28 + bytes }
  gw.rx('lan', '192.168.0.2 > 192.168.0.1: ICMP echo request, id 0, seq 0, length 8', wrong)
  const counted = Number(/IcmpInErrors +(\d+)/.exec(gw.sh('nstat -azs IcmpInErrors'))?.[1])
  return [counted, gw.k.net.discards.map((d) => `${d.reason} at ${d.where}`).join()]
}

test('without a whole header of 20 bytes it is freed as no error; a header without 8 bytes behind it is an error as well', () => {
  for (const type of [3, 4, 11, 12])
    expect([0, 19, 20, 39, 40, 100].map((bytes) => after(type, bytes))).toEqual([
      [1, 'NOT_SPECIFIED at icmp_rcv'],
      [1, 'NOT_SPECIFIED at icmp_rcv'],
      [1, ''],
      [1, ''],
      [0, ''],
      [0, ''],
    ])
})

test('a redirect is freed as too short', () => {
  expect([19, 20, 39, 40].map((bytes) => after(5, bytes))).toEqual([
    [1, 'PKT_TOO_SMALL at icmp_rcv'],
    [1, ''],
    [1, ''],
    [0, ''],
  ])
})
