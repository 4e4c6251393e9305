import { describe, expect, test } from 'vitest'
import {
  addressWord,
  hashAgain,
  hashTuple,
  jhash2,
  reciprocal_scale,
  sip64,
} from '../../src/kernel/conntrack/hash.ts'
import { ipv4, printIpv4 } from '../../src/wire/address.ts'

describe('SipHash-2-4', () => {
  // The key 00 01 .. 0f and the message 00 01 .. 0e of the paper's appendix.
  test('agrees with the vector of its authors', () => {
    const message = new Int32Array([0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c])
    message[3] = 0x000e0d0c | (15 << 24)
    const { low, high } = sip64(0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c, message, 2)
    expect([high >>> 0, low >>> 0]).toEqual([0xa129ca61, 0x49be45e5])
  })

  test('of the empty message too', () => {
    const { low, high } = sip64(0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c, new Int32Array([0, 0]), 1)
    expect([high >>> 0, low >>> 0]).toEqual([0x726fdb47, 0xdd0e0e31])
  })

  test('a tuple and its reply fall into different buckets, spread over the table', () => {
    const buckets = new Uint32Array(64)
    for (let port = 1024; port < 1024 + 6400; port++) {
      const hash = hashTuple([1, 2, 3, 4], 0, 5, ipv4('10.0.0.1'), ipv4('10.0.0.2'), port, 80, 6)
      buckets[reciprocal_scale(hash, 64)]++
    }
    expect(Math.min(...buckets)).toBeGreaterThan(60)
    expect(Math.max(...buckets)).toBeLessThan(145)
  })
})

describe('the hash of a tuple that is asked for again', () => {
  const key = [1, 2, 3, 4]
  const asked = [0, 5, ipv4('192.168.0.2'), ipv4('203.0.113.9'), 40000, 80, 6] as const

  test.each(['zone', 'salt', 'source', 'destination', 'source port', 'destination port', 'protocol'])(
    'is another one with another %s',
    (name) => {
      const at = ['zone', 'salt', 'source', 'destination', 'source port', 'destination port', 'protocol']
      const other = asked.map((value, i) => (at[i] === name ? value + 1 : value)) as unknown as typeof asked
      hashAgain(key, ...asked)
      expect(hashAgain(key, ...other)).toBe(hashTuple(key, ...other))
      expect(hashAgain(key, ...other)).toBe(hashTuple(key, ...other))
      expect(hashTuple(key, ...other)).not.toBe(hashTuple(key, ...asked))
    },
  )

  test('is another one with another key', () => {
    hashAgain(key, ...asked)
    expect(hashAgain([4, 3, 2, 1], ...asked)).toBe(hashTuple([4, 3, 2, 1], ...asked))
  })
})

describe('jhash2, by which NAT chooses an address of a range', () => {
  const choose = (src: string, dst: string, min: string, max: string, persistent = false): string => {
    const initval = persistent ? 0 : addressWord(ipv4(dst))
    const j = jhash2([addressWord(ipv4(src)), 0, 0, 0], initval)
    return printIpv4(ipv4(min) + reciprocal_scale(j, ipv4(max) - ipv4(min) + 1))
  }

  test('10.1.0.2 towards 10.2.0.2 .. .11 gets what the kernel gave it', () => {
    const got = Array.from({ length: 10 }, (_, i) =>
      choose('10.1.0.2', `10.2.0.${i + 2}`, '10.2.0.20', '10.2.0.27'),
    )
    expect(got.map((a) => a.split('.')[3])).toEqual([
      '23',
      '26',
      '21',
      '23',
      '20',
      '21',
      '24',
      '26',
      '25',
      '27',
    ])
  })

  test('--persistent does not look at the destination', () => {
    for (let i = 2; i < 12; i++)
      expect(choose('10.1.0.2', `10.2.0.${i}`, '10.2.0.20', '10.2.0.27', true)).toBe('10.2.0.21')
  })

  test('another client, another range', () => {
    expect(choose('10.3.0.2', '10.2.0.2', '10.2.0.20', '10.2.0.23')).toBe('10.2.0.21')
  })
})
