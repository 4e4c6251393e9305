/** Ways are kept at hand for who asks again, and told to who watches the packet. */
import { expect, test } from 'vitest'
import { rt_cache_flush } from '../../src/kernel/fib.ts'
import {
  ip_dst_mtu,
  ip_route_input,
  ip_route_output,
  ip_route_segment,
  type OutputFlow,
  type Routed,
} from '../../src/kernel/route.ts'
import type { Sock } from '../../src/kernel/socket.ts'
import { udp_connect, udp_send } from '../../src/kernel/udp.ts'
import { ipv4, printIpv4 } from '../../src/wire/address.ts'
import { gateway, type Gateway } from '../kit.ts'

/** Addresses whose answers are kept in one place: they differ by sixteens. */
const ADDRESSES = ['0.0.0.0', '192.168.0.2', '192.168.0.18', '8.8.8.8', '8.8.8.24', '9.9.9.9'].map(ipv4)

/** Those that differ in one address only follow one another. */
const QUESTIONS: readonly Routed[] = [0, 1].flatMap((mark) =>
  [0, 8].flatMap((tos) =>
    ADDRESSES.flatMap((a) =>
      ADDRESSES.flatMap((b) => [
        { saddr: a, daddr: b, mark, tos, protocol: 17 },
        { saddr: b, daddr: a, mark, tos, protocol: 17 },
      ]),
    ),
  ),
)

test('an answer that is kept is only given to who asks the same', () => {
  const { net } = gateway(
    'ip route add 8.8.8.24 via 100.100.100.10',
    'ip rule add from 192.168.0.18 table 5',
    'ip rule add fwmark 1 table 6',
    'ip rule add tos 8 table 7',
    'ip route add default via 100.100.100.5 table 5',
    'ip route add default via 100.100.100.6 table 6',
    'ip route add default via 100.100.100.7 table 7',
  ).k
  const ask = (fresh: boolean): unknown[] =>
    QUESTIONS.flatMap((q) =>
      [1, 2, 3, 0].map((iif) => {
        if (fresh) rt_cache_flush(net)
        return iif === 0 ? ip_route_segment(net, q) : ip_route_input(net, q, iif)
      }),
    )
  const fresh = ask(true)
  rt_cache_flush(net)
  expect(ask(false)).toEqual(fresh)
  expect(ask(false)).toEqual(fresh)
})

/** Where the packets of which somebody looks at the events were sent. */
function ways(gw: Gateway): string[] {
  return gw
    .events()
    .flatMap((e) => (e.type === 'route' ? [`${e.at}: ${e.to} ${e.dev} ${printIpv4(e.via)}`] : []))
}

test('who watches a packet is told its way', () => {
  const gw = gateway('ip route add 8.0.0.0/8 via 100.100.100.9', 'ip route add unreachable 9.9.9.9')
  gw.events()
  gw.rx('lan', '192.168.0.2.1000 > 8.8.8.8.53: UDP, length 1')
  expect(ways(gw)).toEqual(['ip_route_input_noref: forward wan 100.100.100.9'])
  gw.rx('lan', '192.168.0.2.1000 > 9.9.9.9.53: UDP, length 1')
  expect(ways(gw)).toEqual([
    'ip_route_input_noref: unreachable  0.0.0.0',
    'ip_route_output_key: output lan 192.168.0.2',
  ])
  gw.rx('lan', '192.168.0.2 > 192.168.0.1: ICMP echo request, id 1, seq 1, length 8')
  expect(ways(gw)).toEqual([
    'ip_route_input_noref: local  0.0.0.0',
    'ip_route_output_key: output lan 192.168.0.2',
  ])
})

test('nobody is told the way of a packet that nobody watches', () => {
  const gw = gateway('ip route add 8.0.0.0/8 via 100.100.100.9')
  gw.events()
  gw.rx('lan', '192.168.0.2.1000 > 8.8.8.8.53: UDP, length 1', { watched: 0 })
  expect(ways(gw)).toEqual([])
})

test('with several next hops and the policy 1 ports have ways of their own', () => {
  const { net } = gateway('ip route add 9.0.0.0/8 nexthop via 100.100.100.9 nexthop via 100.100.100.10').k
  net.sysctl['net.ipv4.fib_multipath_hash_policy'] = 1
  const flow = { saddr: ipv4('192.168.0.2'), daddr: ipv4('9.9.9.9'), mark: 0, tos: 0, protocol: 17 }
  const hops = Array.from({ length: 64 }, (_, sport) => ip_route_input(net, { ...flow, sport, dport: 53 }, 2))
  expect(new Set(hops.map((way) => (way.kind === 'forward' ? way.nexthop : 0))).size).toBe(2)
})

test('a second address of a subnet does not bring its route back', () => {
  const gw = gateway('ip route del 192.168.0.0/24 dev lan', 'ip addr add 192.168.0.7/24 dev lan')
  expect(gw.sh('ip route')).not.toContain('192.168.0.0/24')
})

test('the first socket of a host lets its packet be cut for a way that a mark has led it to', () => {
  const gw = gateway(
    'ip route add default via 100.100.100.1 mtu 1000 table 5',
    'ip rule add fwmark 1 table 5',
    'iptables -t mangle -A OUTPUT -p udp -j MARK --set-mark 1',
  )
  gw.events()
  udp_send(gw.k, udp_connect(gw.k, 1, ipv4('8.8.8.8'), 53) as Sock, 0, 1200)
  gw.wait(0)
  expect(gw.events().flatMap((e) => (e.type === 'xmit' ? [e.header.len] : []))).toEqual([996, 252])
})

test('the MTU of a way is that of its device only', () => {
  const { k } = gateway('ip route add 9.0.0.0/8 via 100.100.100.9 mtu 1000')
  const [, lan, wan] = k.net.devs
  const flow = { daddr: ipv4('9.9.9.9'), saddr: 0, iif: 1, oif: 0, mark: 0, tos: 0 }
  expect([ip_dst_mtu(k, wan, flow), ip_dst_mtu(k, lan, flow)]).toEqual([1000, 1500])
})

test('the host hears what it sends to everybody on a link, whoever names the device, and nothing twice by lo', () => {
  const { net } = gateway().k
  const heard = (to: string, more: OutputFlow = {}): boolean => {
    const way = ip_route_output(net, ipv4(to), more)
    return 'heard' in way && way.heard
  }
  const [lo, lan] = [{ oif: 1 }, { oif: 2 }]
  expect([heard('192.168.0.255'), heard('192.168.0.255', lan), heard('255.255.255.255', lan)]).toEqual([
    true,
    true,
    true,
  ])
  expect([heard('224.0.0.1', lan), heard('224.0.0.1', lo), heard('224.0.0.9', lan)]).toEqual([
    true,
    false,
    false,
  ])
  expect([heard('192.168.0.2'), heard('9.9.9.9', lan)]).toEqual([false, false])
})
