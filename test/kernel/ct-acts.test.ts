/** What the table does of its own accord is told as plain data: where early_drop looked, what the collector met, a rehash. */
import { describe, expect, test } from 'vitest'
import { VICTIMS } from '../../src/kernel/conntrack/acts.ts'
import { readActs, type CtActs } from '../../src/kernel/conntrack/acts-view.ts'
import { gc_worker } from '../../src/kernel/conntrack/gc.ts'
import { listEntries } from '../../src/kernel/conntrack/life.ts'
import { ctView } from '../../src/kernel/conntrack/view.ts'
import type { ConnView } from '../../src/kernel/conntrack/conn.ts'
import { printIpv4 } from '../../src/wire/address.ts'
import { gatewayOf, type Gateway, type GatewayShape } from '../kit.ts'

const BUCKETS = 16
const TRACK = 'iptables -A FORWARD -m conntrack --ctstate NEW'
const set = (name: string, value: number): string =>
  `echo ${value} > /proc/sys/net/netfilter/nf_conntrack_${name}`
const small = (shape: GatewayShape, ...lines: string[]): Gateway =>
  gatewayOf({ buckets: BUCKETS, ...shape }, TRACK, ...lines)
const query = (gw: Gateway, port: number): number =>
  gw.rx('lan', `192.168.0.9.${port} > 8.8.8.8.53: UDP`).length
const acts = (gw: Gateway): CtActs => readActs(gw.k.machine.ct.acts)
const lookedAt = (gw: Gateway): number[] => acts(gw).search?.looked ?? []
const entries = (gw: Gateway): ConnView[] =>
  listEntries(gw.k).map((slot) => ctView(gw.k.machine.ct, slot, gw.k.now))

describe('a search of early_drop', () => {
  test('of a table that was never full there is none', () => {
    const gw = small({})
    query(gw, 1)
    expect(acts(gw)).toEqual({ search: null, sweep: null, rehash: null })
  })

  test('names the buckets that it looked at, in their order, and the victim of the last', () => {
    const gw = small({}, set('max', 3))
    for (const port of [1, 2, 3]) query(gw, port)
    const before = entries(gw)
    gw.wait(1)
    expect(query(gw, 4)).toBe(1)
    const { search } = acts(gw)
    const looked = lookedAt(gw)
    const own = entries(gw).find((e) => e.orig.sport === 4)?.buckets[0]
    expect(looked).toEqual(looked.map((_, i) => ((own ?? -1) + i) % BUCKETS))
    expect(search).toMatchObject({ count: 1, found: 1, of: BUCKETS, ns: 0, time: 1_000_000 })
    const gone = before.filter((e) => !entries(gw).some((now) => now.id === e.id))
    expect(search?.dropped).toBe(gone.length)
    for (const e of gone) expect(e.buckets).toContain(looked.at(-1))
    const told = search?.victims ?? []
    expect(told.map((v) => `${printIpv4(v.src)}:${v.sport}`).sort()).toEqual(
      gone.map((e) => `192.168.0.9:${e.orig.sport}`).sort(),
    )
    expect(told.every((v) => v.protonum === 17 && v.dport === 53)).toBe(true)
  })

  test('that finds nobody has looked at eight, and says how many nodes had to stay', () => {
    const gw = small({}, set('max', 2))
    for (const port of [1, 2])
      gw.sh(`conntrack -I -p udp -s 1.1.1.1 -d 2.2.2.2 --sport ${port} --dport 2 -u ASSURED,SEEN_REPLY -t 99`)
    expect(query(gw, 4)).toBe(0)
    const { search } = acts(gw)
    expect(search).toMatchObject({ count: 1, found: 0, dropped: 0 })
    const looked = lookedAt(gw)
    expect(looked.length).toBe(8)
    const nodes = entries(gw).flatMap((e) => e.buckets)
    expect(search?.kept).toBe(nodes.filter((b) => looked.includes(b)).length)
    expect(query(gw, 5)).toBe(0)
    expect(acts(gw).search?.count).toBe(2)
  })

  test('in 4.15 is a look at one bucket, eight times', () => {
    const gw = small({ period: 'article' }, set('max', 1))
    gw.sh('conntrack -I -p udp -s 1.1.1.1 -d 2.2.2.2 --sport 1 --dport 2 -u ASSURED,SEEN_REPLY -t 99')
    query(gw, 4)
    expect(lookedAt(gw).length).toBe(8)
    expect(new Set(lookedAt(gw)).size).toBe(1)
  })

  test(`remembers no more than ${VICTIMS} victims, and counts them all`, () => {
    const gw = small({ buckets: 1 }, set('max', 9))
    for (let port = 1; port <= 9; port++) query(gw, port)
    query(gw, 10)
    expect(acts(gw).search).toMatchObject({ dropped: 9, looked: [0] })
    expect(acts(gw).search?.victims.length).toBe(VICTIMS)
  })
})

describe('a pass of the collector', () => {
  test('looks at all buckets, and says what it has met, what it has removed, and from where', () => {
    const gw = small({}, set('udp_timeout', 5))
    for (const port of [1, 2, 3]) query(gw, port)
    const due = entries(gw).flatMap((e) => e.buckets)
    gw.wait(3)
    query(gw, 4)
    gw.wait(2)
    const wait = gc_worker(gw.k, () => gw.k)
    const { sweep } = acts(gw)
    expect(sweep).toMatchObject({ time: 5_000_000, from: 0, swept: BUCKETS, of: BUCKETS })
    expect(sweep).toMatchObject({ met: 4, expired: 3, early: 0, wait })
    expect(sweep?.gone.toSorted()).toEqual(due.toSorted())
  })

  test('after the table was full takes those that nobody would miss', () => {
    const gw = small({}, set('max', 100), set('udp_timeout', 100))
    for (let port = 1; port <= 98; port++) query(gw, port)
    gw.k.machine.gcEarlyDrop = true
    gc_worker(gw.k, () => gw.k)
    // Until the table is below 95 of 100.
    expect(acts(gw).sweep).toMatchObject({ expired: 0, early: 4 })
  })

  test('in 4.15 goes on where it stopped: a 128th of the buckets at a time', () => {
    const gw = small({ period: 'article', buckets: 512 })
    gc_worker(gw.k, () => gw.k)
    expect(acts(gw).sweep).toMatchObject({ from: 1, swept: 4, of: 512 })
    gc_worker(gw.k, () => gw.k)
    expect(acts(gw).sweep).toMatchObject({ from: 5, swept: 4 })
  })
})

test('a rehash says from how many buckets to how many, and how many nodes were hung anew', () => {
  const gw = small({})
  for (const port of [1, 2, 3]) query(gw, port)
  gw.sh('sysctl -w net.netfilter.nf_conntrack_buckets=1000')
  expect(acts(gw).rehash).toMatchObject({ from: BUCKETS, of: 1024, nodes: 6, time: gw.k.now })
})

test('whoever asks for as many buckets as there are gets no rehash, and every chain keeps its order', () => {
  const gw = small({}, set('buckets', 512))
  for (const port of [1, 2, 3]) query(gw, port)
  const [before, order] = [acts(gw).rehash, entries(gw)]
  gw.wait(1)
  gw.sh('sysctl -w net.netfilter.nf_conntrack_buckets=500')
  expect(acts(gw).rehash).toEqual(before)
  expect(entries(gw).map(({ orig }) => orig)).toEqual(order.map(({ orig }) => orig))
})
