/** Who finds room in the table, and who has to go for it. */
import { describe, expect, test } from 'vitest'
import { listEntries } from '../../src/kernel/conntrack/life.ts'
import { MAX_ENTRIES } from '../../src/kernel/conntrack/table.ts'
import { ctView } from '../../src/kernel/conntrack/view.ts'
import type { PeriodName } from '../../src/kernel/period.ts'
import { gateway, gatewayOf, type Gateway } from '../kit.ts'

const TRACK = 'iptables -A FORWARD -m conntrack --ctstate NEW'
const set = (name: string, value: number): string =>
  `echo ${value} > /proc/sys/net/netfilter/nf_conntrack_${name}`
const query = (gw: Gateway, port: number): number =>
  gw.rx('lan', `192.168.0.9.${port} > 8.8.8.8.53: UDP`).length

/** Always this number. */
function chance(gw: Gateway, n: number): void {
  Object.assign(gw.k, { random: () => n })
}

describe('early_drop', () => {
  const BUCKETS = 64

  /** By port: the buckets of the query and of its answer. The hash of these gateways is the same each time. */
  function buckets(period: PeriodName): Map<number, readonly number[]> {
    const gw = gatewayOf({ period, buckets: BUCKETS }, TRACK)
    for (let port = 1; port < 600; port++) query(gw, port)
    return new Map(
      listEntries(gw.k).map((slot) => {
        const c = ctView(gw.k.machine.ct, slot, gw.k.now)
        return [c.orig.sport, c.buckets]
      }),
    )
  }

  /** Does a new flow find room where the only entry that may go lies so many buckets further on? */
  function findsRoom(period: PeriodName, distance: number): boolean {
    const all = buckets(period)
    const [own] = all.get(1) ?? []
    const far = (bucket: number): number => (bucket - own + BUCKETS) % BUCKETS
    const [victim] = [...all].find(([, [q, a]]) => far(q) === distance && far(a) > 8) ?? []
    if (victim === undefined) throw new Error('no such flow')
    const gw = gatewayOf({ period, buckets: BUCKETS }, TRACK, set('max', 1))
    expect(query(gw, victim)).toBe(1)
    return query(gw, 1) === 1
  }

  test('looks at eight buckets, from the own one on', () => {
    expect([0, 1, 7, 8].map((distance) => findsRoom('modern', distance))).toEqual([true, true, true, false])
  })
  test('in 4.15 at the own one only: the next hash lies in the same bucket', () => {
    expect([0, 1].map((distance) => findsRoom('article', distance))).toEqual([true, false])
  })

  test('removes expired entries on its way, but that makes no room for this packet, only for the next', () => {
    const all = buckets('modern')
    const near = (bucket: number): boolean => (bucket - (all.get(1)?.[0] ?? 0) + BUCKETS) % BUCKETS < 8
    const [own] = all.get(1) ?? []
    const [victim] = [...all].find(([, [q, a]]) => near(q) && q !== own && a !== own) ?? []
    const gw = gatewayOf({ buckets: BUCKETS }, TRACK, set('max', 1), set('udp_timeout', 2))
    expect(query(gw, Number(victim))).toBe(1)
    gw.wait(2)
    expect(query(gw, 1)).toBe(0)
    expect(gw.k.net.ctCount).toBe(0)
    expect(gw.k.net.ctStats).toMatchObject({ drop: 1, early_drop: 0 })
    expect(query(gw, 1)).toBe(1)
  })
})

test.each([
  [0, 26],
  [1, 27],
  [29, 41],
  [30, 26],
])('chains may have 50 nodes and up to 29 more that chance adds: %i lets %i flows in', (n, flows) => {
  const gw = gatewayOf({ buckets: 1 }, TRACK)
  chance(gw, n)
  let port = 1
  while (query(gw, port) === 1) port++
  expect(port - 1).toBe(flows)
  expect(gw.k.net.ctStats).toMatchObject({ chaintoolong: 1, insert_failed: 1, drop: 0 })
})

test('what can begin nothing needs no room: an ICMP packet of such a type passes a full table, as INVALID', () => {
  const gw = gateway(
    TRACK,
    set('max', 1),
    'conntrack -I -p udp -s 1.1.1.1 -d 2.2.2.2 --sport 1 --dport 2 -u ASSURED,SEEN_REPLY -t 99',
  )
  const ping = '192.168.0.2 > 8.8.8.8: ICMP echo request, id 7, seq 1, length 64'
  expect(gw.rx('lan', ping)).toEqual([])
  expect(gw.rx('lan', ping, { type: 1 })).toHaveLength(1)
  expect(gw.k.net.ctStats).toMatchObject({ drop: 1, invalid: 1 })
})

test('no memory for another entry: the packet is lost, conntrack -I fails, and nothing is counted', () => {
  const gw = gateway(TRACK)
  const { ct } = gw.k.machine
  ct.used = ct.capacity = MAX_ENTRIES
  expect(query(gw, 1)).toBe(0)
  expect(gw.drops()).toEqual(['NETFILTER_DROP at nf_hook_slow, PRE_ROUTING.conntrack'])
  expect(gw.k.net.ctCount).toBe(0)
  const insert = 'conntrack -I -p udp -s 1.1.1.1 -d 2.2.2.2 --sport 1 --dport 2 -t 9'
  expect(() => gw.sh(insert)).toThrow('not enough memory')
})

describe('a tuple that somebody else holds', () => {
  const SNAT = (what: string): string =>
    `iptables -t nat -A POSTROUTING ${what} -o wan -j SNAT --to-source 100.100.100.100:600-600`
  /** One packet towards a server that the gateway talks with already, from the only port that is left. */
  function clash(period: PeriodName, what: string, held: string, line: string): [string[], Gateway] {
    const gw = gatewayOf({ period }, SNAT(what), `conntrack -I ${what} ${held} -t 100`)
    return [gw.rx('lan', line), gw]
  }
  const QUERY = '192.168.0.2.40000 > 8.8.8.8.53: UDP, length 10'
  const HELD = '-s 8.8.8.8 -d 100.100.100.100 --sport 53 --dport 600'

  test('UDP: the packet is lost; in 4.15 it goes on as the holder, who is not translated', () => {
    const [lost, modern] = clash('modern', '-p udp', HELD, QUERY)
    expect(lost).toEqual([])
    expect(modern.k.net.ctStats).toMatchObject({ insert_failed: 1, drop: 1, clash_resolve: 0 })
    const [passes, article] = clash('article', '-p udp', HELD, QUERY)
    expect(passes).toEqual(['wan 100.100.100.100.600 > 8.8.8.8.53: UDP, length 10'])
    expect(article.k.net.ctStats).toMatchObject({ insert_failed: 1, drop: 0 })
    for (const gw of [modern, article]) {
      expect(gw.k.net.ctCount).toBe(1)
      expect([...gw.k.machine.ct.use].filter((n) => n > 0)).toEqual([1])
    }
  })

  test('4.15 wants nothing of a holder that is translated', () => {
    const gw = gatewayOf({ period: 'article' }, SNAT('-p udp'))
    expect(gw.rx('lan', QUERY)).toHaveLength(1)
    expect(gw.rx('lan', QUERY.replace('0.2', '0.3'))).toEqual([])
    expect(gw.k.net.ctStats).toMatchObject({ insert_failed: 1, drop: 1 })
  })

  test('TCP and ICMP packets are lost in both', () => {
    const tcp = '-p tcp --state ESTABLISHED'
    const syn = '192.168.0.2.40000 > 8.8.8.8.53: Flags [S], seq 1'
    const ping = '192.168.0.2 > 8.8.8.8: ICMP echo request, id 7, seq 1, length 64'
    const pinged = '-s 100.100.100.100 -d 8.8.8.8 --icmp-type 8 --icmp-code 0 --icmp-id 600'
    for (const period of ['modern', 'article'] as const) {
      const gw = gatewayOf({ period }, SNAT('-p tcp'), `conntrack -I ${tcp} ${HELD} -t 100`)
      expect(gw.rx('lan', syn)).toEqual([])
      expect(gw.k.net.ctStats).toMatchObject({ insert_failed: 1, drop: 1 })
      const [pong, other] = clash(period, '-p icmp', pinged, ping)
      expect(pong).toEqual([])
      expect(other.k.net.ctStats).toMatchObject({ insert_failed: 1, drop: 1 })
    }
  })
})
