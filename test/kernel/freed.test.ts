/** What dies is counted by reason, function and station: what dropwatch and the page show. */
import { expect, test } from 'vitest'
import { defaultBuckets } from '../../src/kernel/sysctl.ts'
import { kfree_skb } from '../../src/kernel/kfree.ts'
import { newSkb } from '../../src/kernel/skb.ts'
import { gateway } from '../kit.ts'

test('what dies is counted apart by reason, by function and by station', () => {
  const gw = gateway(
    'iptables -A INPUT -p udp --dport 1 -j DROP',
    'iptables -A FORWARD -p udp --dport 1 -j DROP',
    'sysctl -w net.ipv4.conf.all.rp_filter=1',
    'ip route add blackhole 10.66.0.0/16',
    'ip route add blackhole 10.67.0.0/16',
  )
  const send = (from: string, to: string, port: number): unknown =>
    gw.rx('lan', `${from}.40000 > ${to}.${port}: UDP, length 1`)
  for (let i = 0; i < 3; i++) send('192.168.0.2', '192.168.0.1', 1)
  for (let i = 0; i < 2; i++) send('192.168.0.2', '8.8.8.8', 1)
  send('192.168.0.2', '10.66.0.1', 2)
  send('192.168.0.3', '10.67.0.1', 2)
  send('7.7.7.7', '8.8.8.8', 2)
  expect(gw.k.net.drops.map((d) => [d.reason, d.where, d.station, d.count])).toEqual([
    ['NETFILTER_DROP', 'nf_hook_slow', 'LOCAL_IN.filter', 3],
    ['NETFILTER_DROP', 'nf_hook_slow', 'FORWARD.filter', 2],
    ['NOT_SPECIFIED', 'ip_error', 'route_in', 2],
    ['IP_RPFILTER', 'ip_rcv_finish_core', 'route_in', 1],
  ])
})

test('what a protocol frees is counted apart as well, and is no loss of the road', () => {
  const gw = gateway()
  for (let i = 0; i < 3; i++) gw.rx('lan', '192.168.0.2.40000 > 192.168.0.1.9: UDP, length 1')
  for (let i = 0; i < 2; i++) gw.rx('lan', '192.168.0.2.40000 > 192.168.0.1.9: Flags [S], seq 1')
  gw.rx('lan', '192.168.0.2.40000 > 192.168.0.1.9: UDP, length 1', { badCsum: 1 })
  expect(gw.k.net.discards).toEqual([
    { reason: 'NO_SOCKET', where: '__udp4_lib_rcv', count: 3 },
    { reason: 'NO_SOCKET', where: 'tcp_v4_rcv', count: 2 },
    { reason: 'UDP_CSUM', where: '__udp4_lib_rcv', count: 1 },
  ])
  expect(gw.k.net.drops).toEqual([])
})

test('at one station one function drops for several reasons, and several for one', () => {
  const { k } = gateway()
  for (let i = 0; i < 2; i++)
    for (const [reason, where] of ['ab', 'ac', 'bb'].map(([...names]) => names))
      kfree_skb(k, newSkb(), reason, where, 'forward')
  expect(k.net.drops.map((d) => [d.reason, d.where, d.count])).toEqual([
    ['a', 'b', 2],
    ['a', 'c', 2],
    ['b', 'b', 2],
  ])
})

test('one function frees for several reasons, and several for one', () => {
  const gw = gateway()
  const datagram = (to: string): unknown => gw.rx('lan', `192.168.0.2.40000 > ${to}.9: UDP, length 1`)
  datagram('192.168.0.1')
  datagram('192.168.0.255')
  gw.rx('lan', '192.168.0.2.40000 > 192.168.0.1.9: Flags [S], seq 1')
  datagram('192.168.0.255')
  gw.rx('lan', '192.168.0.2.40000 > 192.168.0.1.9: Flags [S], seq 1')
  datagram('192.168.0.1')
  expect(gw.k.net.discards).toEqual([
    { reason: 'NO_SOCKET', where: '__udp4_lib_rcv', count: 2 },
    { reason: 'NOT_SPECIFIED', where: '__udp4_lib_rcv', count: 2 },
    { reason: 'NO_SOCKET', where: 'tcp_v4_rcv', count: 2 },
  ])
})

test('buckets follow memory: more than 4 GiB, more than 1 GiB, and less', () => {
  const gib = 2 ** 30
  expect([4 * gib + 1, 4 * gib, gib + 1, gib, 2 ** 20].map(defaultBuckets)).toEqual([
    262144, 65536, 65536, 8192, 1024,
  ])
})
