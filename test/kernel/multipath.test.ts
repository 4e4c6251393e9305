/** Which of several next hops a flow takes. Linux: net/ipv4/fib_semantics.c fib_select_multipath */
import { describe, expect, test } from 'vitest'
import { ip_route_input, ip_route_output } from '../../src/kernel/route.ts'
import { ipv4, printIpv4 } from '../../src/wire/address.ts'
import { gateway, type Gateway } from '../kit.ts'

const TWO = 'ip route add 9.0.0.0/8 nexthop via 100.100.100.9 nexthop via 100.100.100.10'
const OTHER_WAY = 'ip route add 192.168.0.0/16 nexthop via 100.100.100.9 nexthop via 100.100.100.10'

const byPorts = (gw: Gateway): Gateway => {
  gw.k.net.sysctl['net.ipv4.fib_multipath_hash_policy'] = 1
  return gw
}
/** The hop of what is forwarded. */
function forwarded(gw: Gateway, from: string, to: string, sport = 0, dport = 0, protocol = 17): string {
  const flow = { saddr: ipv4(from), daddr: ipv4(to), mark: 0, tos: 0, protocol, sport, dport }
  const way = ip_route_input(gw.k.net, flow, 2)
  return way.kind === 'forward' ? printIpv4(way.nexthop) : way.kind
}
/** The hop of what is sent here. */
function sent(gw: Gateway, from: string, to: string): string {
  const way = ip_route_output(gw.k.net, ipv4(to), { saddr: ipv4(from) })
  return 'errno' in way ? way.errno : printIpv4(way.nexthop)
}
const many = <T>(what: (n: number) => T): T[] => Array.from({ length: 100 }, (_, n) => what(n + 1))
const both = ['100.100.100.10', '100.100.100.9']
const kinds = (hops: string[]): string[] => [...new Set(hops)].sort()

test('flows go both ways by their addresses, and the answers with them', () => {
  const gw = gateway(TWO, OTHER_WAY)
  const there = many((n) => forwarded(gw, `192.168.7.${n}`, '9.9.9.9'))
  expect(kinds(there)).toEqual(both)
  expect(many((n) => forwarded(gw, '9.9.9.9', `192.168.7.${n}`))).toEqual(there)
  expect(kinds(many((n) => forwarded(gw, '192.168.7.1', `9.9.9.${n}`)))).toEqual(both)
})

test('of one pair of addresses all ports go one way, unless the policy is 1', () => {
  const gw = gateway(TWO)
  const hops = (): string[] => many((n) => forwarded(gw, '192.168.7.1', '9.9.9.9', n, 53))
  expect(kinds(hops())).toHaveLength(1)
  byPorts(gw)
  expect(kinds(hops())).toEqual(both)
})

test('with the policy 1 each port counts, and the protocol; the answers go the same way', () => {
  const gw = byPorts(gateway(TWO, OTHER_WAY))
  const there = many((n) => forwarded(gw, '192.168.7.1', '9.9.9.9', 53, n))
  expect(kinds(there)).toEqual(both)
  expect(many((n) => forwarded(gw, '9.9.9.9', '192.168.7.1', n, 53))).toEqual(there)
  expect(kinds(many((n) => forwarded(gw, '192.168.7.1', '9.9.9.9', 0, 0, n)))).toEqual(both)
})

describe('who sends from an address goes by the hop that is spoken to with it', () => {
  const SECOND = 'ip addr add 7.7.7.1/24 dev wan'
  const SUBNETS = 'ip route add 9.0.0.0/8 nexthop via 100.100.100.9 nexthop via 7.7.7.9'
  const hops = (gw: Gateway, from: string): string[] => kinds(many((n) => sent(gw, from, `9.9.9.${n}`)))
  test('whatever the flow', () => {
    const gw = gateway(SECOND, SUBNETS)
    expect(hops(gw, '100.100.100.100')).toEqual(['100.100.100.9'])
    expect(hops(gw, '7.7.7.1')).toEqual(['7.7.7.9'])
  })
  test('and by any where none is', () => {
    const gw = gateway(SECOND, SUBNETS)
    expect(hops(gw, '192.168.0.1')).toEqual(['100.100.100.9', '7.7.7.9'])
    expect(hops(gw, '0.0.0.0')).toEqual(['100.100.100.9', '7.7.7.9'])
  })
  test('but not who only passes on what names it', () => {
    const gw = gateway(SECOND, SUBNETS, 'sysctl -w net.ipv4.conf.lan.accept_local=1')
    const ways = many((n) => forwarded(gw, '7.7.7.1', `9.9.9.${n}`))
    expect(kinds(ways)).toEqual(['100.100.100.9', '7.7.7.9'])
  })
  test('where a device has no address, with the first of another one', () => {
    const gw = gateway(
      'ip link add d0 type bridge',
      'ip link set d0 up',
      'ip route add 9.0.0.0/8 nexthop via 100.100.100.9 nexthop dev d0',
    )
    expect(hops(gw, '100.100.100.100')).toEqual(['100.100.100.9'])
    expect(hops(gw, '192.168.0.1').every((hop) => hop.startsWith('9.9.9.'))).toBe(true)
    expect(hops(gw, '0.0.0.0')).toContain('100.100.100.9')
  })
})
