/** A chain as a packet goes through it, and where the opened chain lies in the picture. */
import { describe, expect, test } from 'vitest'
import {
  leadOf,
  passageOf,
  rowsOf,
  SHOWN,
  wordsOf,
  type ChainView,
  type Row,
} from '../../src/ui/views/chains.ts'
import { openSpot } from '../../src/ui/views/opened.ts'
import { pictureOf } from '../../src/ui/views/picture.ts'
import { STATIONS } from '../../src/ui/views/stations.ts'
import {
  between,
  fitting,
  into,
  snapped,
  spread,
  wheelFactor,
  zoomBy,
  zoomGently,
  ZOOM_MAX,
  ZOOM_MIN,
} from '../../src/ui/views/zoom.ts'
import { FORWARD, Page, SNAT } from './lab-page.ts'

/** Rows in few words: `1 DOCKER fits`. */
const brief = (rows: readonly Row[]): string[] =>
  rows.map(
    (r) =>
      `${'  '.repeat(r.depth)}${r.kind} ${r.kind === 'chain' ? r.chain : r.n || r.to || r.text} ${r.met}`,
  )

/** What the packets of a lab have met in a chain: the last visit that read rules there. */
function passage(page: Page, table: string, chain: string, station: string): ReturnType<typeof passageOf> {
  const chains = page.snapshot.kernel.tables.find((x) => x.name === table)?.chains ?? []
  for (const serial of [...new Set(page.past.map((e) => e.skb))].filter((s) => s > 0).reverse()) {
    if (!page.past.some((e) => e.skb === serial && e.host === 'gateway')) continue
    const step = page.visit(serial, 'gateway').steps.find((s) => s.station === station)
    if (step && step.rules.length > 0) return passageOf(chains, chain, step.rules)
  }
  return passageOf(chains, chain, [])
}
const filter = (page: Page): ChainView[] =>
  page.snapshot.kernel.tables.find((x) => x.name === 'filter')?.chains ?? []
const on = (...lines: string[]): [string, string][] => lines.map((l) => ['gateway', l])

describe('jumps and the way back', () => {
  const page = new Page(
    FORWARD,
    SNAT,
    ...on(
      'iptables -N WATCH',
      'iptables -N DEEP',
      'iptables -N AWAY',
      'iptables -A WATCH -p udp -j ACCEPT',
      'iptables -A WATCH -j DEEP',
      'iptables -A WATCH -p tcp -j RETURN',
      'iptables -A DEEP -p icmp',
      'iptables -A FORWARD -s 10.0.0.0/8 -j DROP',
      'iptables -A FORWARD -m comment --comment "a -j DROP" -j WATCH',
      'iptables -A FORWARD -p tcp -g AWAY',
      'iptables -A FORWARD -j DROP',
      'iptables -A AWAY -m mark --mark 7 -j DROP',
    ),
    ['pc1', 'hping3 -S -p 80 -c 1 123.125.115.110'],
  )
  const way = passage(page, 'filter', 'FORWARD', 'FORWARD.filter')

  test('rules before the one that fits were read; chains hang below the rule that calls them; ends lead back', () => {
    expect(way?.changed).toBe(false)
    expect(way && brief(rowsOf(way, filter(page)))).toEqual([
      'rule 1 missed',
      'rule 2 fits',
      '  chain WATCH fits',
      '  rule 1 missed',
      '  rule 2 fits',
      '    chain DEEP fits',
      '    rule 1 missed',
      '    end WATCH fits',
      '  rule 3 fits',
      '  end FORWARD unread',
      'rule 3 fits',
      '  chain AWAY fits',
      '  rule 1 missed',
      '  end FORWARD fits',
      'rule 4 unread',
      'policy ACCEPT decides',
    ])
  })

  test('each step has its number, in the order in which the packet took them', () => {
    const rows = way ? rowsOf(way, filter(page)) : []
    const steps = rows.filter((r) => r.at > 0).map((r) => r.at)
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
    expect(steps.at(-1)).toBe(way?.steps)
    expect(way?.told.map((x) => x.what)).toEqual(['jump', 'jump', 'back', 'back', 'goto', 'back', 'policy'])
  })

  test('counters are those of the moment', () => {
    const rows = way ? rowsOf(way, filter(page)) : []
    expect(rows.find((r) => r.chain === 'DEEP' && r.kind === 'rule')?.pkts).toBe(0)
    expect(rows.find((r) => r.chain === 'FORWARD' && r.n === 2)?.pkts).toBeGreaterThan(0)
  })

  test('rules that are no longer those that it met are not lit', () => {
    page.run('gateway', 'iptables -D FORWARD 1')
    expect(passage(page, 'filter', 'FORWARD', 'FORWARD.filter')?.changed).toBe(true)
  })
})

describe('without a packet', () => {
  const chain = (name: string, hook: 'FORWARD' | null, ...rules: string[]): ChainView => ({
    name,
    hook,
    policy: hook === null ? null : 'ACCEPT',
    pkts: 0,
    bytes: 0,
    rules: rules.map((text) => ({ text, pkts: 0, bytes: 0 })),
  })

  test('a chain is shown where it is called first, and only there', () => {
    const chains = [
      chain('FORWARD', 'FORWARD', '-j DOCKER-USER', '-o docker0 -g DOCKER', '-j ACCEPT'),
      chain('DOCKER', null, '-j DOCKER-USER'),
      chain('DOCKER-USER', null, '-j RETURN'),
      chain('UNUSED', null),
    ]
    const way = passageOf(chains, 'FORWARD', [])
    const rows = way ? rowsOf(way, chains) : []
    expect(rows.filter((r) => r.kind === 'chain').map((r) => r.chain)).toEqual(['DOCKER-USER', 'DOCKER'])
    expect(rows.every((r) => r.met === 'unread')).toBe(true)
    expect(passageOf(chains, 'NONE', [])).toBe(null)
  })

  test('of a long chain the beginning is shown, and all of it when that is asked for', () => {
    const chains = [chain('FORWARD', 'FORWARD', ...Array.from({ length: 500 }, () => '-j ACCEPT'))]
    const way = passageOf(chains, 'FORWARD', [])
    const rows = way ? rowsOf(way, chains) : []
    expect(rows).toHaveLength(SHOWN + 2)
    expect(rows[SHOWN]).toMatchObject({ kind: 'gap', n: 460 })
    expect(way && rowsOf(way, chains, true)).toHaveLength(501)
  })

  test('what somebody has written into a comment is no jump', () => {
    expect(leadOf('-m comment --comment "-j DOCKER" -j ACCEPT')?.to).toBe('ACCEPT')
    expect(leadOf('-m comment --comment -j -g NEXT')).toEqual({ how: 'goto', to: 'NEXT' })
    expect(leadOf('-j LOG --log-prefix "say \\"-j X\\" "')?.to).toBe('LOG')
    expect(leadOf('-p tcp')).toBe(null)
    expect(wordsOf('--comment "a \\"b\\" c" -j X')).toEqual(['--comment', 'a \\"b\\" c', '-j', 'X'])
  })
})

describe('the opened chain', () => {
  const tables = STATIONS.filter((s) => s.meta.kind === 'table').map((s) => s.state)

  test.each([
    [778, 471],
    [640, 400],
    [1300, 700],
  ])('lies beside its hook and inside what is seen, %i x %i', (width, height) => {
    const p = pictureOf({ width, height, open: null, touch: 0, bridge: false, touched: () => false })
    for (const state of tables)
      for (const tall of [120, 300, 900]) {
        const seen = { x: 0, y: 0, w: width, h: height }
        const spot = openSpot(p, state, seen, tall)
        const box = p.boxes.find((b) => state.startsWith(`${b.hook}.`))
        if (!spot || !box) throw new Error(state)
        expect(spot.x >= 0 && spot.x + spot.w <= p.w, state).toBe(true)
        expect(spot.x >= box.x + box.w || spot.x + spot.w <= box.x, state).toBe(true)
        expect(spot.y >= 0 && spot.y + Math.min(tall, spot.h) <= height, state).toBe(true)
        expect(spot.w).toBeGreaterThan(220)
      }
  })

  test('lies below its row where the hooks stand below each other', () => {
    const p = pictureOf({ width: 390, height: 500, open: null, touch: 44, bridge: true, touched: () => true })
    const spot = openSpot(p, 'FORWARD.filter', { x: 0, y: 200, w: 390, h: 500 }, 200)
    const row = p.places['FORWARD.filter']
    expect(spot?.y).toBeGreaterThan(row.y + row.h)
    expect(spot && spot.x + spot.w <= 390).toBe(true)
  })
})

describe('how large the picture is', () => {
  test('it has bounds, and as drawn is one of the steps', () => {
    expect(zoomBy(1, 100)).toBe(ZOOM_MAX)
    expect(zoomBy(1, 0.01)).toBe(ZOOM_MIN)
    expect(zoomBy(zoomBy(zoomBy(1, 1.25), 1.25), 1 / 1.25 / 1.25)).toBe(1)
    expect(fitting({ w: 700, h: 366 }, { w: 700, h: 412 })).toBeCloseTo(366 / 412)
    expect(fitting({ w: 900, h: 900 }, { w: 700, h: 412 })).toBe(1)
  })

  test('fingers that move slowly come away from the size as drawn too, and end on it when they are near', () => {
    let zoom = 1
    for (let i = 0; i < 20; i++) zoom = zoomGently(zoom, 1.01)
    expect(zoom).toBeCloseTo(1.22, 2)
    expect(zoomGently(4, 2)).toBe(ZOOM_MAX)
    expect([snapped(1.015, 0.02), snapped(1.03, 0.02)]).toEqual([1, 1.03])
  })

  test('a turn of the wheel is bounded, and back is back', () => {
    expect(wheelFactor(-100, 0) * wheelFactor(100, 0)).toBeCloseTo(1)
    expect(wheelFactor(-10_000, 0)).toBe(wheelFactor(-120, 0))
    expect(wheelFactor(-3, 1)).toBe(wheelFactor(-48, 0))
  })

  test('two fingers twice as far apart make it twice as large, about the point between them', () => {
    const at = (x: number, y: number) => ({ x, y })
    const [before, now] = [[at(100, 100), at(200, 100)] as const, [at(50, 120), at(250, 120)] as const]
    expect(spread(before, now)).toBe(2)
    expect([between(before), between(now)]).toEqual([at(150, 100), at(150, 120)])
    expect(spread([at(5, 5), at(5, 5)], [at(5, 5), at(5, 5)])).toBe(1)
  })

  test('what is in view is left where it is, what is not comes in by the shortest way', () => {
    expect(into(10, 20, 0, 100)).toBe(0)
    expect(into(-10, 20, 0, 100)).toBe(-10)
    expect(into(90, 130, 0, 100)).toBe(30)
    expect(into(90, 390, 0, 100)).toBe(90)
  })
})
