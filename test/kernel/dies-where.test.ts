/** A packet that dies does so at a station of the road, and dropwatch counts reasons and places apart. */
import { expect, test } from 'vitest'
import { road } from '../../src/kernel/road.ts'
import { newSkb } from '../../src/kernel/skb.ts'
import { ipv4 } from '../../src/wire/address.ts'
import { IP_MF, IPPROTO_UDP } from '../../src/wire/packet.ts'
import { gateway, type Gateway } from '../kit.ts'

const UNKNOWN = '192.168.0.2.1000 > 100.100.100.77.53: UDP, length 1'

/** Half of a datagram comes in a second time. */
function halfTwice(gw: Gateway, daddr: string): string[] {
  const half = { frag: IP_MF, id: 7, len: 28 + 16 }
  for (let i = 0; i < 2; i++) gw.rx('lan', `192.168.0.2.1000 > ${daddr}.53: UDP, length 16`, half)
  return gw.drops()
}

/** Half of a datagram is sent a second time by the host itself. */
function ownHalfTwice(gw: Gateway): string[] {
  for (let i = 0; i < 2; i++)
    gw.k.output({
      ...newSkb(),
      serial: gw.k.nextSerial(),
      protocol: IPPROTO_UDP,
      saddr: ipv4('192.168.0.1'),
      daddr: ipv4('192.168.0.2'),
      frag: IP_MF,
      id: 7,
      len: 28 + 16,
    })
  gw.wait(0)
  return gw.drops()
}

test('who waits for a neighbour dies where it would have left', () => {
  const gw = gateway()
  gw.rx('lan', UNKNOWN)
  gw.wait(4)
  expect(gw.drops()).toEqual(['NEIGH_FAILED at neigh_invalidate, transmit'])
  gw.rx('lan', UNKNOWN)
  gw.sh('ip link set wan down')
  expect(gw.drops()).toEqual(['QUEUE_PURGE at neigh_destroy, transmit'])
})

test('a fragment dies where fragments are collected: for tracking, for this host, on the way out', () => {
  const dies = (station: string): string[] => [`DUP_FRAG at ip_defrag, ${station}`]
  const tracked = gateway('iptables -A FORWARD -m conntrack --ctstate NEW')
  expect(halfTwice(tracked, '8.8.8.8')).toEqual(dies('PRE_ROUTING.defrag'))
  expect(ownHalfTwice(tracked)).toEqual(dies('LOCAL_OUT.defrag'))
  expect(halfTwice(gateway(), '192.168.0.1')).toEqual(dies('route_in'))
})

test('a segment of the first connection of a host is not passed on when its own address has gone', () => {
  const gw = gateway()
  gw.lab.exec(0, 'nc -w 9 192.168.0.2 9')
  gw.wait(0.1)
  const [syn] = gw.events().flatMap((e) => (e.type === 'xmit' ? [e.header] : []))
  gw.sh('ip addr del 192.168.0.1/24 dev lan')
  gw.sh('ip route add 192.168.0.0/24 dev wan')
  gw.drops()
  gw.rx('lan', `192.168.0.2.9 > 192.168.0.1.${syn.sport}: Flags [S.], seq 1, ack ${syn.seq + 1}`)
  expect(gw.drops()).toEqual(['NOT_SPECIFIED at ip_forward, forward'])
})

test('what came in by pieces is not made whole by a piece that the host itself sends', () => {
  const gw = gateway('iptables -A FORWARD -m conntrack --ctstate NEW')
  const of = { saddr: ipv4('192.168.0.2'), daddr: ipv4('8.8.8.8'), id: 9, protocol: IPPROTO_UDP }
  gw.rx('lan', '192.168.0.2.1000 > 8.8.8.8.53: UDP, length 16', { frag: IP_MF, id: 9, len: 44 })
  gw.k.output({ ...newSkb(), ...of, serial: gw.k.nextSerial(), frag: 3, len: 28 })
  gw.wait(0)
  expect(gw.k.net.frags.map(({ user, pieces }) => [user, pieces.length])).toEqual([
    ['PRE_ROUTING', 1],
    ['LOCAL_OUT', 1],
  ])
})

test('a reset that has no way dies at the hook of its rule', () => {
  const gw = gateway('iptables -A INPUT -p tcp -j REJECT --reject-with tcp-reset', 'ip route del default')
  gw.rx('wan', '9.9.9.9.1000 > 100.100.100.100.80: Flags [S], seq 1')
  expect(gw.drops()[0]).toBe('NOT_SPECIFIED at nf_send_reset, LOCAL_IN.filter')
})

test('what a bridge cannot deliver dies on its way out', () => {
  const gw = gateway(
    'ip link add br0 type bridge',
    'ip link set lan master br0',
    'ip link set br0 up',
    'ip addr add 10.9.0.1/24 dev br0',
    'ip neigh add 10.9.0.2 lladdr 02:00:00:00:00:77 dev br0',
  )
  gw.rx('lan', '10.9.0.2.1000 > 10.9.0.3.53: UDP, length 1', { smac: 0x020000000077 })
  gw.sh('ip link set lan down')
  gw.events()
  gw.k.output({ ...newSkb(), serial: gw.k.nextSerial(), protocol: IPPROTO_UDP, daddr: ipv4('10.9.0.2') })
  gw.wait(0)
  expect(gw.drops()).toEqual(['NOT_SPECIFIED at br_dev_xmit, transmit'])
})

test('whatever is counted as lost was lost at a station', () => {
  const gw = gateway('iptables -A FORWARD -p udp --dport 53 -j DROP')
  gw.rx('lan', UNKNOWN)
  gw.rx('lan', '192.168.0.2.1000 > 8.8.8.8.99: UDP, length 1', { ttl: 1 })
  expect(gw.k.net.drops.map((d) => road.states.includes(d.station))).toEqual([true, true])
})

test('what nobody wants is counted by reason and by place', () => {
  const gw = gateway()
  const udp = '192.168.0.2.1000 > 192.168.0.1.99: UDP, length 1'
  const tcp = '192.168.0.2.1000 > 192.168.0.1.99: Flags [S], seq 1'
  for (const line of [udp, tcp, udp, tcp]) gw.rx('lan', line)
  gw.rx('lan', udp, { badCsum: 1 })
  expect(gw.k.net.discards).toEqual([
    { reason: 'NO_SOCKET', where: '__udp4_lib_rcv', count: 2 },
    { reason: 'NO_SOCKET', where: 'tcp_v4_rcv', count: 2 },
    { reason: 'UDP_CSUM', where: '__udp4_lib_rcv', count: 1 },
  ])
})
