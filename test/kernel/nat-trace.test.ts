/** What the trace tells of a translation: which end was rewritten, from what, to what, and for which direction. */
import { expect, test } from 'vitest'
import { listEntries } from '../../src/kernel/conntrack/life.ts'
import { gateway, type Gateway } from '../kit.ts'

const SNAT = 'iptables -t nat -A POSTROUTING -o wan -j SNAT --to-source 100.100.100.100:600'

/** `SRC addr:port > addr:port original`, addresses as numbers in hexadecimal. */
function told(gw: Gateway): string[] {
  return gw.events().flatMap((e) => {
    if (e.type !== 'nat') return []
    const end = ({ addr, port }: typeof e.from): string => `${addr.toString(16)}:${port}`
    return `${e.manip} ${end(e.from)} > ${end(e.to)} ${e.dir}`
  })
}

test('UDP: the source on its way out, the destination on its way back', () => {
  const gw = gateway(SNAT.replace('-j', '-p udp -j'))
  gw.events()
  gw.rx('lan', '192.168.0.2.5000 > 8.8.8.8.53: UDP, length 1')
  expect(told(gw)).toEqual(['SRC c0a80002:5000 > 64646464:600 original'])
  gw.rx('wan', '8.8.8.8.53 > 100.100.100.100.600: UDP, length 1')
  expect(told(gw)).toEqual(['DST 64646464:600 > c0a80002:5000 reply'])
})

test('ping: the id is the port of both ends', () => {
  const gw = gateway(SNAT.replace('-j', '-p icmp -j'))
  gw.events()
  gw.rx('lan', '192.168.0.2 > 8.8.8.8: ICMP echo request, id 7, seq 1, length 64')
  expect(told(gw)).toEqual(['SRC c0a80002:7 > 64646464:600 original'])
  gw.rx('wan', '8.8.8.8 > 100.100.100.100: ICMP echo reply, id 600, seq 1, length 64')
  expect(told(gw)).toEqual(['DST 64646464:600 > c0a80002:7 reply'])
})

test('nothing of a packet that nobody watches', () => {
  const gw = gateway(SNAT.replace('-j', '-p udp -j'))
  gw.events()
  const unwatched = { watched: 0 }
  gw.rx('lan', '192.168.0.2.5000 > 8.8.8.8.53: UDP, length 1', unwatched)
  expect(listEntries(gw.k)).toHaveLength(1)
  expect(told(gw)).toEqual([])
})
