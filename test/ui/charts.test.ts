/** Charts of a course that is known. */
import { describe, expect, test } from 'vitest'
import { LATENCIES, stepOf, type Course } from '../../src/lab/course-view.ts'
import {
  chartsBoard,
  chartsOf,
  csvOf,
  latencies,
  legendOf,
  pointAt,
  rates,
  valueAt,
} from '../../src/ui/views/charts.ts'

const latency = (...us: number[]): Uint32Array => {
  const all = new Uint32Array(LATENCIES)
  for (const x of us) all[stepOf(x)]++
  return all
}

const COURSE: Course = {
  host: 'gateway',
  end: 3_000_000,
  max: 100,
  cpus: 0,
  points: [
    { time: 0, position: 0, count: 0, made: 0, drops: {}, states: {} },
    {
      time: 1e6,
      position: 10,
      count: 40,
      made: 40,
      drops: {},
      states: { SYN_SENT: 30, udp: 10 },
      latency: latency(1000),
    },
    {
      time: 2e6,
      position: 20,
      count: 90,
      made: 100,
      drops: { NETFILTER_DROP: 6 },
      states: { ESTABLISHED: 80, udp: 10 },
      latency: latency(1000, 2000, 2000, 64_000),
    },
  ],
}

describe('charts of a course', () => {
  const charts = chartsOf(COURSE)
  const chart = (id: string) => charts.find((c) => c.id === id)

  test('what there is something to say of is drawn, and nothing else', () => {
    expect(charts.map((c) => c.id)).toEqual(['entries', 'states', 'new', 'drops', 'latency'])
    expect(chart('states')?.series.map((s) => s.id)).toEqual(['SYN_SENT', 'ESTABLISHED', 'udp'])
  })

  test('the limit is drawn where the table comes near it', () => {
    expect(chart('entries')).toMatchObject({ limit: 100, top: 100 })
    expect(chartsOf({ ...COURSE, max: 100_000 })[0]).toMatchObject({ limit: null, top: 90 })
  })

  test('a rate is what was added since the sample before, per second', () => {
    expect(rates(COURSE.points, (p) => p.made)).toEqual([0, 40, 60])
    expect(chart('drops')?.series).toEqual([{ id: 'NETFILTER_DROP', values: [0, 0, 6] }])
  })

  test('percentiles are of the requests that ended since the sample before', () => {
    const [none, first, second] = latencies(COURSE.points, 0.5)
    expect(none).toBe(null)
    expect(first).toBeCloseTo(0.001, 4)
    expect(second).toBeCloseTo(0.002, 4)
    expect(latencies(COURSE.points, 0.99)[2]).toBeCloseTo(0.064, 2)
  })

  test('the value at a moment is that of the sample before, a rate that of the interval around', () => {
    expect(pointAt(COURSE.points, 1_500_000)).toBe(1)
    const [entries] = charts
    expect(valueAt(entries, entries.series[0], COURSE.points, 1_500_000)).toBe(40)
    const made = chart('new')
    expect(made && valueAt(made, made.series[0], COURSE.points, 1_500_000)).toBe(60)
    expect(made && valueAt(made, made.series[0], COURSE.points, 1e6)).toBe(40)
  })

  test('all charts share one axis, and lie below each other', () => {
    const board = chartsBoard(COURSE, charts, 700, [1, 1, 1, 1, 1])
    expect(board.x(0)).toBe(board.left)
    expect(board.x(3e6)).toBe(board.right)
    board.plots.forEach((p, i) => {
      if (i > 0) expect(p.y).toBeGreaterThan(board.plots[i - 1].y + board.plots[i - 1].h)
      expect(p.paths.length).toBe(p.chart.series.length)
      for (const d of p.paths) expect(d).toMatch(/^M[\d.,MLHVZ -]+$/)
    })
    expect(board.h).toBeGreaterThan(board.plots[4].y + board.plots[4].h)
  })

  test('the same as a table has a line for each sample and a column for each value', () => {
    const lines = csvOf(COURSE, charts).trim().split('\n')
    expect(lines[0]).toBe(
      'seconds,entries,states SYN_SENT,states ESTABLISHED,states udp,new,drops NETFILTER_DROP,latency p50,latency p90,latency p99',
    )
    expect(lines.length).toBe(4)
    expect(lines[2]).toMatch(/^1,40,30,0,10,40,0,0\.00(09|10)/)
  })
})

test('a key goes on in the next line where there is no room', () => {
  const places = legendOf(['SYN_SENT 30', 'ESTABLISHED 80', 'udp 10'], 220)
  expect(places.map((p) => p.line)).toEqual([0, 0, 1])
  expect(places[1].x).toBeGreaterThan(60)
})

test('entries are counted in whole numbers', () => {
  const { points } = COURSE
  const few: Course = {
    ...COURSE,
    points: [points[0], { ...points[0], time: 1e6, count: 1, made: 1, states: { SYN_SENT: 1 } }],
  }
  const { plots } = chartsBoard(few, chartsOf(few), 700, [1, 1, 1, 1, 1])
  for (const { chart, ticks } of plots)
    if (chart.id === 'entries' || chart.id === 'states') expect(ticks).toEqual([0, 1])
})
