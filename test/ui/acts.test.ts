/** What a table does by itself: which act belongs to the moment, the sentence that says it, and where it lies on the map. */
import { describe, expect, test } from 'vitest'
import type { RehashAct, SearchAct, SweepAct } from '../../src/kernel/conntrack/acts-view.ts'
import { sentenceOf } from '../../src/ui/act-words.ts'
import { actAt, between, isSame, listActs, victimText, type Act, type Moment } from '../../src/ui/acts.ts'
import { boxOf, layoutOf, middleOf, onePerCell, runOf } from '../../src/ui/buckets.ts'
import { contrast, rgbOf } from '../../src/ui/contrast.ts'
import { acts as words } from '../../src/ui/text/acts.ts'
import { formatOf } from '../../src/ui/text/format.ts'
import { ipv4 } from '../../src/wire/address.ts'
import './chinese.ts'

const victim = {
  protonum: 6,
  state: 1,
  src: ipv4('192.168.0.2'),
  dst: ipv4('10.0.0.1'),
  sport: 40000,
  dport: 80,
}
const search: SearchAct = {
  time: 5_000_000,
  step: 40,
  of: 4096,
  count: 3,
  found: 2,
  ns: 0,
  kept: 4,
  dropped: 2,
  looked: [4094, 4095, 0],
  victims: [victim],
}
const sweep: SweepAct = {
  time: 60_000_000,
  step: 70,
  of: 4096,
  from: 0,
  swept: 4096,
  met: 12,
  expired: 3,
  early: 0,
  gone: [1, 2],
  wait: 35_000_000,
}
const rehash: RehashAct = { time: 61_000_000, step: 90, of: 512, from: 4096, nodes: 18 }
const all = listActs({ search, sweep, rehash })
const at = (position: number, time: number, table = 'a'): Moment => ({ position, time, table })

describe('which act is seen', () => {
  test('they are listed with the last one first; what has never happened is left out', () => {
    expect(all.map((a) => a.kind)).toEqual(['rehash', 'sweep', 'search'])
    expect(listActs({ search: null, sweep: null, rehash: null })).toEqual([])
  })

  test('the one that the clock stands at, however one has come there', () => {
    expect(actAt(all, at(42, 5_000_000), null)?.kind).toBe('search')
    expect(actAt(all, at(42, 5_000_000), at(500, 9e9))?.kind).toBe('search')
  })

  test('else the last that came since the picture before, but not when going back or in another table', () => {
    expect(actAt(all, at(75, 60_000_100), at(60, 59_000_000))?.kind).toBe('sweep')
    expect(actAt(all, at(75, 60_000_100), at(71, 60_000_050))).toBe(null)
    expect(actAt(all, at(75, 60_000_100), at(80, 60_000_300))).toBe(null)
    expect(actAt(all, at(75, 60_000_100), at(60, 59_000_000, 'b'))).toBe(null)
    expect(actAt(all, at(75, 60_000_100), null)).toBe(null)
  })

  test('a sweep that found nothing to remove does not hide a search of the same time', () => {
    const idle = { ...sweep, expired: 0, step: 41, time: 5_000_000 }
    const both = listActs({ search, sweep: idle, rehash: null })
    expect(actAt(both, at(42, 5_000_000), null)?.kind).toBe('search')
    expect(actAt(both, at(45, 6_000_000), at(30, 4_000_000))?.kind).toBe('search')
    expect(actAt(listActs({ search: null, sweep: idle, rehash: null }), at(42, 5_000_000), null)?.kind).toBe(
      'sweep',
    )
  })

  test('is one and the same by its kind and its step', () => {
    const [r, s] = all
    expect(isSame(r, { ...r })).toBe(true)
    expect(isSame(r, s)).toBe(false)
    expect(isSame(r, null)).toBe(false)
    expect(isSame(null, null)).toBe(true)
  })
})

describe('in words', () => {
  const say = (act: Act, lang: 'en' | 'zh' = 'en', ns = 0): string =>
    sentenceOf(act, words[lang], formatOf(lang), ns)

  test('a search that found somebody names its buckets and the victim', () => {
    expect(say({ kind: 'search', ...search })).toBe(
      'The table was full: it looked into 3 buckets, 4,094 to 0, and in bucket 0 it removed 2 entries that are not assured: tcp SYN_SENT 192.168.0.2:40000 → 10.0.0.1:80 and 1 more. The new connection got in.',
    )
    expect(say({ kind: 'search', ...search }, 'zh')).toContain('挤掉了 2 条')
  })

  test('one that found nobody says who was in the way, and what became of the packet', () => {
    const none = { ...search, dropped: 0, victims: [], looked: [5, 6, 7, 8, 9, 10, 11, 12] }
    expect(say({ kind: 'search', ...none })).toBe(
      'The table was full: it looked into 8 buckets, 5 to 12. All 4 nodes that it found had to stay: the new connection’s packet was dropped.',
    )
    expect(say({ kind: 'search', ...none, kept: 0 }, 'zh')).toContain('一个节点也没有')
  })

  test('an old kernel looked at one bucket, time and again', () => {
    expect(say({ kind: 'search', ...search, looked: [7, 7, 7, 7, 7, 7, 7, 7] })).toContain(
      'looked 8 times into bucket 7',
    )
  })

  test('for another namespace of the machine, that is said', () => {
    expect(say({ kind: 'search', ...search }, 'en', 1)).toContain('another namespace')
  })

  test('a sweep says what it met, what went and when it comes again; a rehash, what moved', () => {
    expect(say({ kind: 'sweep', ...sweep })).toBe(
      'The garbage collector went through all 4,096 buckets and found 12 entries: 3 had expired and went. It runs again after 35.000 s.',
    )
    expect(say({ kind: 'sweep', ...sweep, swept: 256, from: 17, expired: 0 })).toContain(
      '256 buckets from 17 on and found 12 entries; none had to go.',
    )
    expect(say({ kind: 'sweep', ...sweep, early: 5 }, 'zh')).toContain('5 条因为表满过而提前删除')
    expect(say({ kind: 'rehash', ...rehash })).toBe(
      'From 4,096 buckets to 512: 18 nodes were rehashed, and no entry was lost.',
    )
  })

  test('a victim is named by its original tuple; ICMP has no ports', () => {
    expect(victimText({ ...victim, protonum: 17, state: 0 })).toBe('udp 192.168.0.2:40000 → 10.0.0.1:80')
    expect(victimText({ ...victim, protonum: 1, state: 0 })).toBe('icmp 192.168.0.2 → 10.0.0.1')
  })
})

describe('on the map', () => {
  const WIDTH = 294

  test.each([4, 16, 512, 1024, 65_536, 262_144])(
    '%i buckets have room, each of them somewhere',
    (buckets) => {
      for (const each of buckets > 1000 ? [false, true] : [false]) {
        const layout = layoutOf(buckets, WIDTH, each)
        expect(layout.grid.cells * layout.grid.per).toBeGreaterThanOrEqual(buckets)
        expect(layout.width).toBeLessThanOrEqual(WIDTH)
        expect(layout.height).toBeLessThan(220)
        if (each) expect(layout.grid.per).toBe(1)
        for (const bucket of [0, 1, buckets >> 1, buckets - 1]) {
          const { x, y } = middleOf(layout, bucket)
          expect(x).toBeGreaterThan(0)
          expect(x).toBeLessThan(WIDTH)
          expect(y).toBeLessThan(layout.height + layout.step)
        }
      }
    },
  )

  test('few buckets are drawn large, and a mark is never too small to be seen', () => {
    expect(layoutOf(4, WIDTH, false).side).toBeGreaterThan(40)
    expect(layoutOf(512, WIDTH, false).grid.per).toBe(1)
    const tiny = layoutOf(262_144, WIDTH, true)
    expect(boxOf(tiny, 1000).width).toBe(5)
    expect(boxOf(tiny, 1000, 9).width).toBe(9)
  })

  test('a run of buckets is a rectangle for each row, and goes on at the beginning', () => {
    const layout = layoutOf(64, 200, false)
    const { columns } = layout.grid
    expect(runOf(layout, 64, 0, columns).length).toBe(1)
    expect(runOf(layout, 64, 1, columns).length).toBe(2)
    expect(runOf(layout, 64, 63, 2)).toMatchObject([{ width: layout.side }, { x: 0, y: 0 }])
    expect(runOf(layout, 64, 0, 64).length).toBe(layout.grid.rows)
  })

  test('of several buckets in one cell one is marked', () => {
    const layout = layoutOf(65_536, WIDTH, false)
    expect(layout.grid.per).toBeGreaterThan(8)
    expect(onePerCell(layout, [0, 1, 2, 3, layout.grid.per])).toEqual([0, layout.grid.per])
  })

  test('what is on its way is between the two', () => {
    expect(between(10, 20, 0.5)).toBe(15)
  })
})

test('a colour may have been packed to three digits', () => {
  expect(rgbOf('#fff')).toBe(0xffffff)
  expect(contrast('#fff', '#000000')).toBeCloseTo(21)
  expect(contrast('#10618f', '#fff')).toBeGreaterThan(6)
})
