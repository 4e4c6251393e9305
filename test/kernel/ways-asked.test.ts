/** Which device a gateway is behind, which sources are believed, and what waits in vain: as Linux 6.18 was asked. */
import { expect, test } from 'vitest'
import { gateway } from '../kit.ts'

test('a gateway is behind the first of several equal routes, and behind none that is not for one host', () => {
  const gw = gateway(
    'ip route append 10.9.0.0/24 dev lan',
    'ip route append 10.9.0.0/24 dev wan',
    'ip route add 2.0.0.0/8 via 10.9.0.5',
    'ip route add broadcast 9.9.9.0/24 dev lan table main',
  )
  expect(gw.sh('ip route show 2.0.0.0/8').trim()).toBe('2.0.0.0/8 via 10.9.0.5 dev lan')
  expect(() => gw.sh('ip route add 1.0.0.0/8 via 9.9.9.5')).toThrow('Nexthop has invalid gateway')
})

test('once the rules have been flushed each source is looked up', () => {
  const gw = gateway('ip rule flush')
  gw.rx('lan', '100.100.100.255.5 > 192.168.0.1.9: UDP, length 1')
  expect(gw.drops().filter((why) => why.includes('IP_INVALID_SOURCE'))).toHaveLength(1)
})

test('what waits for a neighbour in vain waits in the pieces in which it would have left', () => {
  const gw = gateway()
  gw.rx('lan', '192.168.0.2.5 > 100.100.100.77.53: UDP, length 3000', { frag: 0 })
  gw.wait(4)
  expect(gw.drops().filter((why) => why === 'NEIGH_FAILED at neigh_invalidate, transmit')).toHaveLength(3)
})

test('connections get room for labels after a switch was turned, too', () => {
  const gw = gateway(
    'iptables -A FORWARD -m connlabel --label 1 --set',
    'sysctl -w net.ipv4.ip_default_ttl=63',
  )
  expect(gw.k.net.params.extend).toBe(true)
})
