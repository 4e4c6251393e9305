/** The road not taken: where it parts from the one taken, what is said of it, and where its name stands. */
import { describe, expect, test } from 'vitest'
import type { Otherwise } from '../../src/lab/otherwise.ts'
import { otherwise as words } from '../../src/ui/text/otherwise.ts'
import type { Step } from '../../src/ui/views/journey.ts'
import { nameSpot, partingOf, toldOf, turns } from '../../src/ui/views/otherwise.ts'
import { pictureOf, routeOf } from '../../src/ui/views/picture.ts'
import { HOOKS, STATIONS } from '../../src/ui/views/stations.ts'
import { bottom, right, type Rect } from '../../src/ui/views/ways.ts'
import './chinese.ts'

const rows = (hook: string): string[] => STATIONS.filter((s) => s.group === hook).map((s) => s.state)
const forwarded = ['route_in', 'forward', ...rows('FORWARD'), ...rows('POST_ROUTING'), 'transmit', 'sent']
const taken = { states: ['PRE_ROUTING.nat', ...forwarded], dev: 'eth0', reason: '' }
const inside = {
  states: ['PRE_ROUTING.nat', 'route_in', ...rows('LOCAL_IN'), 'deliver', 'delivered'],
  dev: '',
  reason: '',
}
const header = { saddr: 0, daddr: 0x64646464, protocol: 6, sport: 1, dport: 80, icmpId: 0 }
const step = {
  host: 'gateway',
  station: 'PRE_ROUTING.nat',
  rewritten: true,
  before: header,
  changes: [{ field: 'dst', from: '100.100.100.100', to: '192.168.0.2' }],
} as unknown as Step

const told = (answer: Otherwise): string => toldOf(answer, step, words.en)

test('only a new destination turns a packet, and only a nat table gives it', () => {
  expect(turns(step)).toBe(true)
  expect(turns({ ...step, changes: [{ field: 'src', from: 'a', to: 'b' }] })).toBe(false)
  expect(turns({ ...step, station: 'receive' })).toBe(false)
})

describe('what is said', () => {
  test('of a packet that would have stayed here names the address and the host', () => {
    expect(told({ taken, untouched: inside })).toBe(
      'Without the rewrite (dashed): INPUT, as 100.100.100.100:80 is gateway itself.',
    )
  })
  test('of the same road by another door names both devices, of the same door nothing', () => {
    expect(told({ taken, untouched: { ...taken, dev: 'eth1' } })).toContain(
      'out through eth1 instead of eth0',
    )
    expect(told({ taken, untouched: taken })).toBe('')
  })
  test('of a drop names the place', () => {
    const states = ['PRE_ROUTING.nat', 'route_in', 'LOCAL_IN.mangle', 'LOCAL_IN.filter', 'dropped']
    const reason = 'NETFILTER_DROP'
    expect(told({ taken, untouched: { states, dev: '', reason } })).toContain(
      'dropped in INPUT filter (NETFILTER_DROP)',
    )
    const lost = { states: ['PRE_ROUTING.nat', 'route_in', 'dropped'], dev: '', reason: 'IP_INNOROUTES' }
    expect(told({ taken, untouched: lost })).toContain('no route to 100.100.100.100:80')
  })
})

describe.each([
  [780, 486],
  [640, 400],
  [1200, 700],
  [390, 700],
])('in a picture of %i by %i', (width, height) => {
  const picture = pictureOf({
    width,
    height,
    open: 'PRE_ROUTING.nat',
    touch: 0,
    bridge: false,
    touched: () => false,
  })
  const road = routeOf(picture, partingOf({ taken, untouched: inside }))

  test('the road begins at the routing decision and ends at the local process', () => {
    const { route_in, deliver } = picture.places
    expect(road[0]).toEqual(route_in.stand)
    expect(road.at(-1)).toEqual(deliver.stand)
  })

  test('its name covers nothing, where it has a place at all', () => {
    const spot = nameSpot(picture, road, 100)
    if (width > 700) expect(spot).not.toBe(null)
    if (spot === null) return
    const covers = (r: Rect): boolean =>
      spot.x < right(r) && spot.x + 100 > r.x && spot.y - 8 < bottom(r) && spot.y + 8 > r.y
    expect(picture.boxes.filter(covers)).toEqual([])
    expect(picture.boxes.length).toBe(HOOKS.length)
  })
})
