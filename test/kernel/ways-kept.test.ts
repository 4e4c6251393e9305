/** Ways are kept at hand for who asks again, and told to who watches the packet. */
import { expect, test } from 'vitest'
import { rt_cache_flush } from '../../src/kernel/fib.ts'
import { ip_route_input, ip_route_segment, type Routed } from '../../src/kernel/route.ts'
import { ipv4, printIpv4 } from '../../src/wire/address.ts'
import { gateway, type Gateway } from '../kit.ts'

/** Addresses whose answers are kept in one place: they differ by sixteens. */
const ADDRESSES = ['0.0.0.0', '192.168.0.2', '192.168.0.18', '8.8.8.8', '8.8.8.24', '9.9.9.9'].map(ipv4)

const QUESTIONS: readonly Routed[] = ADDRESSES.flatMap((saddr) =>
  ADDRESSES.flatMap((daddr) =>
    [0, 1].flatMap((mark) => [0, 8].map((tos) => ({ saddr, daddr, mark, tos, protocol: 17 }))),
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
      [() => ip_route_input(net, q, 2), () => ip_route_input(net, q, 3), () => ip_route_segment(net, q)].map(
        (answer) => {
          if (fresh) rt_cache_flush(net)
          return answer()
        },
      ),
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
