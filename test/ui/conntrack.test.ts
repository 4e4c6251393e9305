import { expect, test } from 'vitest'
import { IPS_ASSURED, IPS_SEEN_REPLY, type ConnView, type Tuple } from '../../src/kernel/conntrack/conn.ts'
import { cellHeights, gridOf, nextOccupied } from '../../src/ui/buckets.ts'
import { tupleLines } from '../../src/ui/conntrack.ts'
import { isAssured, isUnreplied, kindOf, natKind, secondsLeft, timeoutSysctl } from '../../src/ui/entry.ts'
import { articleMemory, fullness, modernMemory } from '../../src/ui/table-room.ts'
import { ipv4 } from '../../src/wire/address.ts'

const tuple = (src: string, sport: number, dst: string, dport: number, protonum = 6): Tuple => ({
  protonum,
  src: ipv4(src),
  dst: ipv4(dst),
  sport,
  dport,
})
const conn = (orig: Tuple, reply: Tuple, rest: Partial<ConnView> = {}): ConnView => ({
  id: 1,
  slot: 0,
  orig,
  reply,
  status: 0,
  timeout: 120e6,
  secondsLeft: 120,
  state: 'SYN_SENT',
  mark: 0,
  zone: 0,
  use: 1,
  buckets: [3, 9],
  ...rest,
})
const out = tuple('192.168.0.2', 40000, '123.125.115.110', 80)

test('an entry without NAT is its own mirror image, and nothing is marked', () => {
  const plain = conn(out, tuple('123.125.115.110', 80, '192.168.0.2', 40000))
  expect(natKind(plain)).toBe('none')
  const [orig, reply] = tupleLines(plain)
  expect([orig, reply].flatMap((l) => [l.src, l.dst]).some((e) => e.addrNew || e.portNew)).toBe(false)
  expect(reply.dst).toMatchObject({ addr: '192.168.0.2', port: '40000' })
})

test('SNAT is seen at the destination of the answer', () => {
  const snat = conn(out, tuple('123.125.115.110', 80, '100.100.100.100', 40000))
  expect(natKind(snat)).toBe('snat')
  expect(tupleLines(snat)[1].dst).toEqual({
    addr: '100.100.100.100',
    addrNew: true,
    port: '40000',
    portNew: false,
  })
})

test('a port that had to be changed is marked, too', () => {
  const clash = conn(out, tuple('123.125.115.110', 80, '100.100.100.100', 57946))
  expect(tupleLines(clash)[1].dst.portNew).toBe(true)
})

test('DNAT is seen at the source of the answer, and both at both', () => {
  const dnat = conn(
    tuple('203.0.113.9', 5000, '100.100.100.100', 80),
    tuple('192.168.0.2', 80, '203.0.113.9', 5000),
  )
  expect([natKind(dnat), tupleLines(dnat)[1].src.addrNew]).toEqual(['dnat', true])
  const both = conn(
    tuple('192.168.0.3', 5000, '100.100.100.100', 80),
    tuple('192.168.0.2', 80, '192.168.0.1', 5000),
  )
  expect(natKind(both)).toBe('both')
})

test('a ping has an id instead of ports', () => {
  const ping = conn(
    tuple('192.168.0.2', 7, '1.1.1.1', 0x0800, 1),
    tuple('1.1.1.1', 7, '100.100.100.100', 0, 1),
    {
      state: '',
    },
  )
  const [orig, reply] = tupleLines(ping)
  expect([orig.id, orig.src.port, reply.dst.portNew, kindOf(ping)]).toEqual(['7', '', false, 'ICMP'])
})

test('status bits become words', () => {
  const c = conn(out, out, { status: IPS_SEEN_REPLY | IPS_ASSURED })
  expect([isUnreplied(c), isAssured(c)]).toEqual([false, true])
  expect(isUnreplied(conn(out, out))).toBe(true)
})

test('seconds are rounded down and never below 0; the timeout is that of the state', () => {
  expect([secondsLeft(conn(out, out), 500_000), secondsLeft(conn(out, out), 200e6)]).toEqual([119, 0])
  expect(timeoutSysctl(conn(out, out))).toBe('net.netfilter.nf_conntrack_tcp_timeout_syn_sent')
  expect(timeoutSysctl(conn({ ...out, protonum: 17 }, out, { status: IPS_ASSURED }))).toBe(
    'net.netfilter.nf_conntrack_udp_timeout_stream',
  )
})

test('the article’s figures: 1000 entries and 65536 buckets are 1.4 MB, 131072 are 48 MiB', () => {
  expect(articleMemory(180, 1000, 65536).full).toBe(1000 * 376 + 65536 * 16)
  expect(articleMemory(0, 131072, 65536).full).toBe(50_331_648)
  expect(modernMemory(0, 1000, 65536).full).toBe(1_432_576)
})

test('how full it is: near from four fifths on, full at the limit, over it where the limit was lowered', () => {
  expect([0, 5000].map((n) => fullness(n, 0))).toEqual(['unlimited', 'unlimited'])
  expect([0, 799, 800, 1000, 1001, 14_115].map((n) => fullness(n, 1000))).toEqual([
    'empty',
    'calm',
    'near',
    'full',
    'full',
    'over',
  ])
  // One above the limit is there while a packet asks.
  expect(fullness(2, 1)).toBe('full')
})

test.each([
  [4, 42, 17],
  [500, 42, 17],
  [4096, 42, 17],
  [65536, 42, 17],
  [262144, 42, 17],
  [7, 1, 1],
])('%i buckets fit into a grid of %i by %i, each in one cell', (buckets, columns, rows) => {
  const grid = gridOf(buckets, columns, rows)
  expect(grid.rows).toBeLessThanOrEqual(rows)
  expect(grid.columns).toBeLessThanOrEqual(columns)
  expect(grid.cells).toBeLessThanOrEqual(grid.columns * grid.rows)
  expect(grid.cells * grid.per).toBeGreaterThanOrEqual(buckets)
  expect((grid.cells - 1) * grid.per).toBeLessThan(buckets)
})

test('a cell is as high as the longest of its chains', () => {
  const heat = new Uint8Array(10)
  heat[3] = 2
  heat[9] = 5
  const grid = gridOf(10, 5, 1)
  expect([...cellHeights(heat, grid)]).toEqual([0, 2, 0, 0, 5])
})

test('the next bucket in use is found round the end; none is none', () => {
  const heat = new Uint8Array(8)
  heat[2] = heat[6] = 1
  expect([
    nextOccupied(heat, 2, 1),
    nextOccupied(heat, 6, 1),
    nextOccupied(heat, -1, 1),
    nextOccupied(heat, 2, -1),
  ]).toEqual([6, 2, 2, 6])
  expect(nextOccupied(new Uint8Array(8), 0, 1)).toBe(-1)
})
