import { describe, expect, test } from 'vitest'
import { compile } from '../../src/kernel/compile.ts'
import { packetPath } from '../../src/kernel/path.machine.ts'
import { CHIP_HEIGHT, CHIP_WIDTH, type Picture } from '../../src/ui/views/board.ts'
import { arrowOf, chipSpot, pictureOf, routeOf } from '../../src/ui/views/picture.ts'
import { EDGES, HOOKS, STATIONS } from '../../src/ui/views/stations.ts'
import { cut, lengthOf, roundedPath, type Rect } from '../../src/ui/views/ways.ts'

const road = compile(packetPath)
const quiet = { open: null, touch: 0, bridge: false, touched: () => false }
const sizes: [string, number, number][] = [
  ['wide', 780, 486],
  ['wide and low', 780, 354],
  ['wide at its narrowest', 640, 400],
  ['very wide', 1300, 700],
  ['a phone', 358, 560],
  ['a small embed', 300, 240],
]

function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.w - 0.5 && b.x < a.x + a.w - 0.5 && a.y < b.y + b.h - 0.5 && b.y < a.y + a.h - 0.5
}

/** Everything with an area that must not cover anything else. */
function solid(p: Picture): [string, Rect][] {
  const alone = Object.values(p.places).filter((x) => x.shape !== 'row' && x.shape !== 'point')
  return [
    ...p.boxes.map((b): [string, Rect] => [b.hook, b]),
    ...alone.map((x): [string, Rect] => [x.state, x]),
  ]
}

describe.each(sizes)('the picture, %s (%i x %i)', (_name, width, height) => {
  const picture = pictureOf({ ...quiet, width, height })

  test('draws every state of the machine', () => {
    expect(Object.keys(picture.places).sort()).toEqual([...road.states].sort())
  })

  test('draws a road for every transition that does not lead off the road', () => {
    const key = (e: { from: string; to: string; verdict: string }): string => `${e.from} ${e.verdict} ${e.to}`
    const wanted: string[] = []
    road.states.forEach((from, s) =>
      road.events.forEach((verdict, e) => {
        const n = road.next[s * road.events.length + e]
        if (n >= 0 && verdict !== 'DROP' && verdict !== 'STOLEN')
          wanted.push(key({ from, verdict, to: road.states[n] }))
      }),
    )
    expect(EDGES.map(key).sort()).toEqual(wanted.sort())
    const bridged = pictureOf({ ...quiet, width, height, bridge: true })
    expect(bridged.roads.map(key).sort()).toEqual(wanted.sort())
    // Without a bridge nothing takes the ways of bridged frames.
    expect(picture.roads.map(key).sort()).toEqual(wanted.filter((w) => !w.includes(' BRIDGE ')).sort())
  })

  test('stacks the stations of a hook in the order of their priorities', () => {
    for (const hook of HOOKS) {
      const rows = STATIONS.filter((s) => s.group === hook).sort(
        (a, b) => picture.places[a.state].y - picture.places[b.state].y,
      )
      const priorities = rows.map((r) => r.meta.priority ?? NaN)
      expect(priorities).toEqual([...priorities].sort((a, b) => a - b))
    }
  })

  test.each([null, ...STATIONS.filter((s) => s.group).map((s) => s.state)])(
    'nothing lies on anything else, %s opened',
    (open) => {
      const p = pictureOf({ ...quiet, width, height, open })
      const things = solid(p)
      for (const [i, [name, a]] of things.entries()) {
        expect(a.x, name).toBeGreaterThanOrEqual(0)
        expect(a.x + a.w, name).toBeLessThanOrEqual(p.w)
        expect(a.y + a.h, name).toBeLessThanOrEqual(p.h)
        for (const [other, b] of things.slice(i + 1))
          expect(overlaps(a, b), `${name} on ${other}`).toBe(false)
      }
      for (const row of Object.values(p.places).filter((x) => x.shape === 'row')) {
        const box = p.boxes.find((b) => row.state.startsWith(`${b.hook}.`))
        expect(
          box &&
            row.x >= box.x &&
            row.x + row.w <= box.x + box.w &&
            row.y >= box.y &&
            row.y + row.h <= box.y + box.h,
        ).toBe(true)
      }
    },
  )
})

/** The straight pieces of a road, each as thick as it is drawn. */
function pieces(points: readonly { x: number; y: number }[]): Rect[] {
  return points.slice(1).map((b, i) => {
    const a = points[i]
    const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)]
    return { x: x - 1, y: y - 1, w: Math.abs(a.x - b.x) + 2, h: Math.abs(a.y - b.y) + 2 }
  })
}

test.each([
  ['a desktop', 778, 471],
  ['a tablet', 707, 366],
  ['wide at its narrowest', 640, 400],
  ['very wide', 1300, 700],
  ['a phone', 390, 500],
  ['a small embed', 300, 240],
])(
  'on %s bridged frames have a row of their own: their road crosses no card, no box and no word',
  (_n, width, height) => {
    for (const open of [null, 'FORWARD.filter', 'POST_ROUTING.nat', 'LOCAL_IN.nat', 'PRE_ROUTING.nat']) {
      const p = pictureOf({ ...quiet, width, height, bridge: true, open })
      const chip = p.chip && { ...p.chip, y: p.chip.y + p.chip.h - p.chipTallest, h: p.chipTallest }
      const cards: [string, Rect | null][] = [
        ['the chip', chip],
        ['the words', p.words],
        ['the legend', p.legend],
        ...solid(p),
      ]
      for (const road of p.roads.filter((r) => r.verdict === 'BRIDGE'))
        for (const piece of pieces(road.points))
          for (const [name, card] of cards)
            if (card !== null && !road.from.startsWith(name) && name !== road.to && !road.to.startsWith(name))
              expect(
                overlaps(piece, card),
                `${road.from} to ${road.to}: across ${name}, ${open} opened`,
              ).toBe(false)
      const band = p.bridge?.band
      for (const [name, card] of cards.filter(([n]) => n !== 'the words'))
        if (card !== null && band) expect(overlaps(band, card), `the band is on ${name}`).toBe(false)
      expect(band && band.x >= 0 && band.x + band.w <= p.w && band.y + band.h <= p.h).toBe(true)
    }
    expect(pictureOf({ ...quiet, width, height }).bridge).toBe(null)
  },
)

test('the wide picture does not move when a station opens: only what is below it in its hook does', () => {
  const closed = pictureOf({ ...quiet, width: 780, height: 486 })
  const opened = pictureOf({ ...quiet, width: 780, height: 486, open: 'POST_ROUTING.nat' })
  expect(opened.h).toBe(closed.h)
  for (const state of [
    'PRE_ROUTING.raw',
    'route_in',
    'FORWARD.filter',
    'POST_ROUTING.mangle',
    'LOCAL_OUT.nat',
  ])
    expect(opened.places[state]).toEqual(closed.places[state])
})

test.each([780, 640, 1200])('the chip covers nothing, plain or with both tuples, %i px wide', (width) => {
  for (const open of ['POST_ROUTING.nat', 'PRE_ROUTING.nat', 'LOCAL_OUT.nat']) {
    const p = pictureOf({ ...quiet, width, height: 486, open })
    const w = Math.min(CHIP_WIDTH, p.chip?.w ?? 0)
    for (const h of [CHIP_HEIGHT, p.chipTallest]) {
      const spot = chipSpot(p, p.places[open].stand.x, w, h)
      for (const [name, r] of solid(p))
        expect(overlaps({ ...spot, w, h }, r), `${open}: chip on ${name}`).toBe(false)
    }
  }
})

test('a road into a hook has its arrowhead on the edge of the box', () => {
  const p = pictureOf({ ...quiet, width: 780, height: 486 })
  const road = p.roads.find((r) => r.from === 'receive')
  const box = p.boxes.find((b) => b.hook === 'PRE_ROUTING')
  expect(road && box && arrowOf(p, road)).toEqual({
    at: { x: box?.x, y: p.places.receive.stand.y },
    angle: 0,
  })
  for (const r of p.roads) if (arrowOf(p, r) === null) expect([r.from, r.to].join(' ')).toMatch(/\.|deliver/)
})

test('the main road is straight from hook to hook, for a finger too', () => {
  for (const touch of [0, 44]) {
    const p = pictureOf({ ...quiet, width: 780, height: 486, touch, touched: (s) => s.endsWith('nat') })
    const y = (state: string): number => p.places[state].stand.y
    expect(y('PRE_ROUTING.nat')).toBeCloseTo(y('route_in'))
    expect(y('route_in')).toBeCloseTo(y('FORWARD.mangle'))
    expect(y('FORWARD.security')).toBeCloseTo(y('POST_ROUTING.mangle'))
  }
})

test('a finger gets higher rows where it may want to hit them', () => {
  const p = pictureOf({
    ...quiet,
    width: 358,
    height: 600,
    touch: 44,
    touched: (s) => s === 'POST_ROUTING.nat',
  })
  expect(p.places['POST_ROUTING.nat'].h).toBe(44)
  expect(p.places['POST_ROUTING.confirm'].h).toBe(28)
})

test('a walk along the roads is one line, without a gap', () => {
  const p = pictureOf({ ...quiet, width: 780, height: 486 })
  const states = [
    'start',
    'receive',
    'PRE_ROUTING.raw',
    'PRE_ROUTING.conntrack',
    'PRE_ROUTING.mangle',
    'PRE_ROUTING.nat',
    'route_in',
  ]
  const way = routeOf(p, states)
  expect(way[0]).toEqual(p.places.start.stand)
  expect(way.at(-1)).toEqual(p.places.route_in.stand)
  expect(lengthOf(cut(way, 0.5))).toBeCloseTo(lengthOf(way) / 2, 6)
  expect(cut(way, 1)).toEqual(way)
  expect(lengthOf(cut(way, 0))).toBe(0)
  expect(roundedPath(way)).toMatch(/^M[\d.]+ [\d.]+(?:[LQ][-\d. ]+)+$/)
  expect(roundedPath([])).toBe('')
})
