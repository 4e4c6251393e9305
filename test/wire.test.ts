import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  contains,
  ipv4,
  maskBits,
  netmask,
  parseCidr,
  parseIpv4,
  parseMac,
  printIpv4,
  printMac,
} from '../src/wire/address.ts'
import { parseFlags, printFlags } from '../src/wire/packet.ts'
import { parsePacket, printPacket } from '../src/wire/text.ts'

describe('addresses', () => {
  test('print and parse are each other’s inverse', () => {
    fc.assert(fc.property(fc.nat({ max: 0xffffffff }), (a) => parseIpv4(printIpv4(a)) === a))
    fc.assert(fc.property(fc.nat({ max: 2 ** 48 - 1 }), (m) => parseMac(printMac(m)) === m))
  })

  test.each(['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '1.2.3.04', ' 1.2.3.4', 'a.b.c.d', '1.2.3.-4'])(
    '%j is none',
    (text) => {
      expect(parseIpv4(text)).toBeNull()
    },
  )

  test('192.168.0.0/16 contains 192.168.255.1, not 192.169.0.1', () => {
    const lan = parseCidr('192.168.0.0/16')
    expect(lan && [contains(lan, ipv4('192.168.255.1')), contains(lan, ipv4('192.169.0.1'))]).toEqual([
      true,
      false,
    ])
  })

  test('a netmask of each length, and none that has holes', () => {
    for (let bits = 0; bits <= 32; bits++) expect(maskBits(netmask(bits))).toBe(bits)
    expect(maskBits(0xff00ff00)).toBeNull()
  })
})

describe('packets as lines', () => {
  test.each([
    '192.168.0.2.40000 > 1.2.3.4.80: Flags [S], seq 1000, win 64240, length 0',
    '1.2.3.4.80 > 192.168.0.2.40000: Flags [S.], seq 5000, ack 1001, win 65160, length 0',
    '192.168.0.2.40000 > 1.2.3.4.80: Flags [P.], seq 1001:1011, ack 5001, win 502, length 10',
    '192.168.0.2.40000 > 1.2.3.4.80: Flags [F.], seq 1011, ack 5001, win 502, length 0',
    '192.168.0.2.40000 > 1.2.3.4.80: Flags [none], win 502, length 0',
    '192.168.0.2.5353 > 1.2.3.4.53: UDP, length 33',
    '192.168.0.2 > 1.2.3.4: ICMP echo request, id 7, seq 1, length 64',
    '1.2.3.4 > 192.168.0.2: ICMP echo reply, id 7, seq 1, length 64',
  ])('%s', (line) => {
    const p = parsePacket(line)
    expect(p && printPacket(p)).toBe(line)
  })

  test.each([
    '',
    'hello',
    '1.2.3.4 > 5.6.7.8: GRE',
    '1.2.3.4.80 > x: Flags [S]',
    '300.1.1.1.1 > 1.1.1.1.1: UDP',
  ])('%j is none', (line) => {
    expect(parsePacket(line)).toBeNull()
  })

  test('flags as letters', () => {
    expect(printFlags(0x12)).toBe('SA')
    expect(parseFlags('FSRPAUEC')).toBe(0xff)
    expect(parseFlags('SX')).toBeNull()
  })
})
