/** What routing says when it is asked: the way, the address to speak with, whether a packet may be cut. */
import { expect, test } from 'vitest'
import { RT_SCOPE_LINK } from '../../src/kernel/fib.ts'
import { addAddress } from '../../src/kernel/netlink.ts'
import {
  devByName,
  inet_select_addr,
  ip_dont_fragment,
  ip_route_output,
  toUs,
} from '../../src/kernel/route.ts'
import { ipv4, printIpv4 } from '../../src/wire/address.ts'
import { gateway } from '../kit.ts'

test('who asks for an address of no device gets the first that is known beyond a link', () => {
  const { k } = gateway('ip addr flush dev lan', 'ip addr add 192.168.0.7/24 dev lan scope link')
  expect(printIpv4(inet_select_addr(k.net, 0, 0))).toBe('100.100.100.100')
})

test('of a group that nobody has joined the log says nothing', () => {
  const { net } = gateway().k
  expect(toUs(net, ipv4('224.0.0.5'))).toEqual({
    kind: 'error',
    reason: 'NOT_SPECIFIED',
    where: 'dst_discard',
    icmp: -1,
    martian: '',
  })
})

test('who names a device that is down has no way', () => {
  const { k } = gateway('ip link set wan down')
  const oif = devByName(k.net, 'wan')?.ifindex ?? 0
  expect(ip_route_output(k.net, ipv4('8.8.8.8'), { oif })).toEqual({ errno: 'ENETUNREACH' })
})

test('a packet may be cut where a router has asked for smaller ones than the host makes, for as long as that counts', () => {
  const { net } = gateway().k
  const [slow, other] = [ipv4('8.8.8.8'), ipv4('9.9.9.9')]
  const learnt = (lock: boolean): void => {
    net.pmtu = [{ daddr: slow, mtu: 552, lock, expires: 600 }]
  }
  const whole = (now: number, daddr = slow): boolean => ip_dont_fragment({ net, now }, daddr)
  expect(whole(0)).toBe(true)
  learnt(false)
  expect(whole(0)).toBe(true)
  learnt(true)
  expect([whole(599), whole(600), whole(0, other)]).toEqual([false, true, true])
})

test('an address of the same subnet that is known less far is refused', () => {
  const { net } = gateway().k
  const lan = devByName(net, 'lan')
  const refused = lan && addAddress(net, lan, { addr: ipv4('192.168.0.9'), bits: 24, scope: RT_SCOPE_LINK })
  expect(refused).toEqual({ errno: 'EINVAL', message: 'ipv4: Invalid scope value' })
})

test('a network that a route makes the host its own belongs to the device of the route', () => {
  const gw = gateway(
    'ip route add local 10.77.0.0/16 dev lan',
    'iptables -A INPUT -i lan -m addrtype --dst-type LOCAL --limit-iface-in',
    'iptables -A INPUT -i wan -m addrtype --dst-type LOCAL --limit-iface-in',
  )
  gw.rx('lan', '192.168.0.2.1 > 10.77.1.1.9: UDP, length 1')
  gw.rx('wan', '8.8.8.8.1 > 10.77.1.1.9: UDP, length 1')
  const counts = gw.k.net.tables.filter?.chains.find((c) => c.name === 'INPUT')?.rules.map((r) => r.pkts)
  expect(counts).toEqual([1, 0])
})
