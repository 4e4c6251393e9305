/**
 * What filters of traffic control look at, do and count. What is looked at and counted was asked of the same 6.1 kernel as
 * test/recorded/tc.txt.
 */
import { describe, expect, test } from 'vitest'
import type { Skb } from '../../src/kernel/skb.ts'
import { ipv4, printIpv4 } from '../../src/wire/address.ts'
import { emptyPacket, IPPROTO_ICMP, IPPROTO_UDP, type Packet } from '../../src/wire/packet.ts'
import { gateway, type Gateway } from '../kit.ts'

const IN = 'tc filter add dev lan ingress protocol ip'
const filtered = (...lines: string[]): Gateway => gateway('tc qdisc add dev lan clsact', ...lines)
const UDP = '192.168.0.2.1000 > 8.8.8.8.53: UDP, length 8'

/** By filter: how many packets were compared, how many fitted. */
const hits = (gw: Gateway): [number, number][] =>
  [...gw.sh('tc -s filter show dev lan ingress').matchAll(/rule hit (\d+) success (\d+)/g)].map((m) => [
    Number(m[1]),
    Number(m[2]),
  ])

describe('a selector looks at the bytes of the header', () => {
  const fits = (selector: string, line = UDP, more: Partial<Skb> = {}): boolean => {
    const gw = filtered(`${IN} u32 ${selector} action pass`)
    gw.rx('lan', line, { id: 0x1234, ttl: 9, ...more })
    const [[tried, hit]] = hits(gw)
    expect(tried).toBe(1)
    return hit === 1
  }
  test.each([
    ['match u32 0x45000024 0xffffffff at 0', true],
    ['match u32 0x45000025 0xffffffff at 0', false],
    ['match u16 36 0xffff at 2', true],
    ['match u16 0x1234 0xffff at 4', true],
    ['match u32 0x09110000 0xffff0000 at 8', true],
    ['match u32 0x08110000 0xffff0000 at 8', false],
    ['match u16 0 0xffff at 10', false],
    ['match ip src 192.168.0.2', true],
    ['match ip src 192.168.0.3', false],
    ['match ip dst 8.8.8.8', true],
    ['match ip dst 8.8.8.9', false],
    ['match ip sport 1000 0xffff', true],
    ['match ip sport 1001 0xffff', false],
    ['match ip dport 53 0xffff match ip protocol 17 0xff', true],
    ['match ip dport 53 0xffff match ip protocol 6 0xff', false],
    ['match ip dport 54 0xffff', false],
    // A payload that means nothing is the letter x.
    ['match u32 0x78787878 0xffffffff at 28', true],
    ['match u32 0 0 at 32', true],
    ['match u32 0 0 at 36', false],
    ['match u32 0 0 at -4', false],
  ])('%s: %s', (selector, does) => {
    expect(fits(selector)).toBe(does)
  })
  test('a later piece has no ports, but bytes where they would be', () => {
    const later = { frag: 2, protocol: IPPROTO_UDP, len: 40 }
    expect(fits('match ip sport 1000 0xffff', UDP, later)).toBe(false)
    expect(fits('match u32 0x78787878 0xffffffff at 20', UDP, later)).toBe(true)
  })
  test('four bytes that are not all there are not there', () => {
    const short = { protocol: 99, len: 23 }
    expect(fits('match u32 0 0 at 20', UDP, short)).toBe(false)
    expect(fits('match u32 0 0 at 16', UDP, short)).toBe(true)
    expect(fits('match u32 0 0 at 20', UDP, { ...short, len: 24 })).toBe(true)
  })
})

test('what fitted is counted by selector, filter and action; an action tells when it was used first and last', () => {
  const gw = filtered(`${IN} u32 match ip src 192.168.0.0/24 match ip dport 53 0xffff action pass`)
  gw.rx('lan', UDP)
  gw.wait(3)
  gw.rx('lan', UDP)
  gw.wait(2)
  gw.rx('lan', '192.168.0.2.1000 > 8.8.8.8.54: UDP, length 8')
  const said = gw.sh('tc -s filter show dev lan ingress')
  expect(hits(gw)).toEqual([[3, 2]])
  expect([...said.matchAll(/\(success (\d+) \)/g)].map((m) => m[1])).toEqual(['3', '2'])
  expect(said).toContain('used 2 sec firstused 5 sec')
  expect(said).toContain('Sent 72 bytes 2 pkt (dropped 0,')
})

test('an action that was never used does not say when it was', () => {
  expect(
    filtered(`${IN} u32 match u32 0 0 action pass`).sh('tc -s filter show dev lan ingress'),
  ).not.toContain('firstused')
})

test('the qdisc counts what passes its filters, and what they drop', () => {
  const gw = filtered(
    `${IN} u32 match ip dst 8.8.8.8 action drop`,
    'tc filter add dev lan egress protocol ip u32 match ip dst 192.168.0.9 action drop',
  )
  gw.rx('lan', UDP)
  gw.rx('lan', '192.168.0.2.1000 > 9.9.9.9.53: UDP, length 8')
  expect(gw.rx('wan', '9.9.9.9.53 > 192.168.0.2.1000: UDP, length 8')).toHaveLength(1)
  expect(gw.rx('wan', '9.9.9.9.53 > 192.168.0.9.1000: UDP, length 8')).toEqual([])
  expect(gw.sh('tc -s qdisc show dev lan')).toContain(' Sent 172 bytes 4 pkt (dropped 2,')
  expect(gw.drops()).toEqual([
    'TC_INGRESS at __netif_receive_skb_core, receive',
    'TC_EGRESS at __dev_queue_xmit, transmit',
  ])
})

test('a qdisc for what comes in neither counts nor keeps what leaves', () => {
  const gw = gateway('tc qdisc add dev lan ingress')
  expect(gw.rx('wan', '9.9.9.9.53 > 192.168.0.2.1000: UDP, length 8')).toHaveLength(1)
  gw.rx('lan', UDP)
  expect(gw.sh('tc -s qdisc show dev lan')).toContain(' Sent 36 bytes 1 pkt (dropped 0,')
})

test('who is always sent back to the first filter is looked at seventeen times, and dropped', () => {
  const gw = filtered(`${IN} u32 match u32 0 0 action reclassify`)
  expect(gw.rx('lan', UDP)).toEqual([])
  expect(hits(gw)).toEqual([[17, 17]])
  expect(gw.sh('tc -s qdisc show dev lan')).toContain(' Sent 36 bytes 1 pkt (dropped 1,')
})

describe('of several actions and filters', () => {
  const passes = (...filters: string[]): boolean => filtered(...filters).rx('lan', UDP).length === 1
  const all = 'u32 match u32 0 0'
  test('the first action that does not pipe decides', () => {
    expect(passes(`${IN} ${all} action pass action drop`)).toBe(true)
    expect(passes(`${IN} ${all} action drop action pass`)).toBe(false)
    expect(passes(`${IN} ${all} action pipe action drop`)).toBe(false)
    expect(passes(`${IN} ${all} action pipe`)).toBe(true)
  })
  test('the first filter that fits does, unless it goes on', () => {
    expect(passes(`${IN} prio 1 ${all} action pass`, `${IN} prio 2 ${all} action drop`)).toBe(true)
    expect(passes(`${IN} prio 1 ${all} action continue`, `${IN} prio 2 ${all} action drop`)).toBe(false)
    expect(passes(`${IN} prio 1 ${all} action continue`)).toBe(true)
    expect(passes(`${IN} prio 1 ${all} flowid 1:1`, `${IN} prio 2 ${all} action drop`)).toBe(true)
  })
  test('those for another protocol do not, those for all do', () => {
    const other = (protocol: string, action: string): string =>
      `tc filter add dev lan ingress protocol ${protocol} ${all} action ${action}`
    expect(passes(other('arp', 'drop'))).toBe(true)
    expect(passes(other('ipv6', 'drop'))).toBe(true)
    expect(passes(other('all', 'drop'))).toBe(false)
  })
})

describe('who watches a packet', () => {
  const told = (gw: Gateway, more: Partial<Skb> = {}): string[] => {
    gw.events()
    gw.rx('lan', UDP, more)
    return gw
      .events()
      .flatMap((e) =>
        e.type === 'rcv' || e.type === 'tc'
          ? [`${e.at}: ${e.type} ${e.dev} ${printIpv4(e.header.daddr)}`]
          : [],
      )
  }
  const nat = 'action nat ingress 8.8.8.8 9.9.9.9'
  test('is told that it came in before a filter changed it, and of each filter that fitted', () => {
    expect(told(filtered(`${IN} u32 match u32 0 0 ${nat}`))).toEqual([
      'ip_rcv: rcv lan 8.8.8.8',
      'tcf_classify: tc lan 8.8.8.8',
    ])
  })
  test('is told nothing of one that nobody watches', () => {
    expect(told(filtered(`${IN} u32 match u32 0 0 ${nat}`), { watched: 0 })).toEqual([])
  })
  test('hears of a bridge’s port as if there were no filter', () => {
    const bridged = (...lines: string[]): string[] =>
      told(
        gateway('ip link add br0 type bridge', 'ip link set br0 up', 'ip link set lan master br0', ...lines),
        { dmac: 0xffffffffffff },
      ).filter((line) => line.includes('rcv'))
    const plain = bridged()
    expect(plain).toHaveLength(1)
    expect(bridged('tc qdisc add dev lan clsact', `${IN} u32 match u32 0 0 action pass`)).toEqual(plain)
  })
  test('reads what a filter does as it was typed', () => {
    const gw = filtered(
      `${IN} u32 match u32 0 0 action nat ingress 8.8.8.0/24 9.9.9.0 pipe action nat egress any 1.1.1.1 pipe action pass`,
    )
    gw.events()
    gw.rx('lan', UDP)
    expect(gw.events().flatMap((e) => (e.type === 'tc' ? [e.does] : []))).toEqual([
      'nat ingress 8.8.8.0/24 9.9.9.0 pipe, nat egress 0.0.0.0/32 1.1.1.1 pipe, pass',
    ])
  })
})

describe('stateless NAT', () => {
  const QUOTED = {
    ...emptyPacket(),
    protocol: IPPROTO_UDP,
    saddr: ipv4('8.8.8.8'),
    daddr: ipv4('192.168.0.2'),
    sport: 1,
    dport: 2,
  }
  const NAT = `${IN} u32 match u32 0 0 action nat ingress 8.8.8.8 9.9.9.9`
  /** The destination it leaves with, and the source that it quotes. */
  const after = (line: string, more: Partial<Skb> = {}, filter = NAT): (string | null)[] => {
    const gw = filtered(filter)
    gw.events()
    gw.rx('lan', line, more)
    const [sent] = gw.events().flatMap((e) => (e.type === 'xmit' ? [e.header] : []))
    return [printIpv4(sent.daddr), sent.inner && printIpv4(sent.inner.saddr)]
  }
  const error = (type: number, inner: Packet | null, more: Partial<Skb> = {}): Partial<Skb> => ({
    protocol: IPPROTO_ICMP,
    type,
    code: type === 3 ? 1 : 0,
    len: inner ? 56 : 28,
    inner,
    ...more,
  })
  test('leaves alone what is for another address', () => {
    expect(after(UDP)).toEqual(['9.9.9.9', null])
    expect(after('192.168.0.2.1000 > 8.8.8.9.53: UDP, length 8')).toEqual(['8.8.8.9', null])
    expect(after(UDP, {}, `${IN} u32 match u32 0 0 action pass`)).toEqual(['8.8.8.8', null])
  })
  test('changes what an error quotes, if it is the address; of no other message, and in no later piece', () => {
    const line = '192.168.0.2 > 8.8.8.8: ICMP echo request, id 0, seq 0, length 36'
    for (const type of [3, 11, 12]) expect(after(line, error(type, QUOTED))).toEqual(['9.9.9.9', '9.9.9.9'])
    expect(after(line, error(4, QUOTED))).toEqual(['9.9.9.9', '8.8.8.8'])
    expect(after(line, error(3, { ...QUOTED, saddr: ipv4('8.8.8.7') }))).toEqual(['9.9.9.9', '8.8.8.7'])
    expect(after(line, error(3, QUOTED, { frag: 4 }))).toEqual(['9.9.9.9', '8.8.8.8'])
    expect(after(line, error(3, null))).toEqual(['9.9.9.9', null])
  })
})
