/** A host's course as charts: what is drawn of it, computed. Pure. */
import { bisector, max as greatest } from 'd3-array'
import { scaleLinear, type ScaleLinear } from 'd3-scale'
import { area, curveStepAfter, curveStepBefore, line, stack, stackOrderNone } from 'd3-shape'
import { LATENCIES, middleOf, PARTS, type Course, type CoursePoint } from '../../lab/course-view.ts'

export type ChartId = 'entries' | 'states' | 'new' | 'drops' | 'cpu' | 'connect' | 'latency'

export interface Series {
  id: string
  /** One for each point; null: not known. */
  values: (number | null)[]
}

export interface Chart {
  id: ChartId
  series: Series[]
  /** What is above what, instead of lines on the same ground. */
  stacked: boolean
  /** Each value is that of the time since the point before. */
  rate: boolean
  top: number
  /** A line that means a limit, null: none. */
  limit: number | null
}

/** Microseconds of latency below which a share of the requests of an interval stayed. */
export const SHARES = [0.5, 0.9, 0.99] as const

const PHASES = ['SYN_SENT', 'SYN_RECV', 'ESTABLISHED', 'FIN_WAIT', 'CLOSE_WAIT', 'LAST_ACK', 'TIME_WAIT']

export function chartsOf(course: Course): Chart[] {
  const { points } = course
  const charts: Chart[] = []
  const add = (id: ChartId, series: Series[], more: Partial<Chart>): void => {
    if (series.length === 0) return
    const chart = { id, series, stacked: false, rate: false, limit: null, ...more }
    const totals = chart.stacked
      ? points.map((_, i) => series.reduce((sum, s) => sum + (s.values[i] ?? 0), 0))
      : series.flatMap((s) => s.values.flatMap((x) => x ?? []))
    charts.push({ ...chart, top: Math.max(chart.top ?? 0, greatest(totals) ?? 0, 1) })
  }
  const counts = points.map((p) => p.count)
  const most = greatest(counts) ?? 0
  // A limit that is far away would press everything else to the ground.
  const near = course.max > 0 && most > course.max / 4
  add('entries', [{ id: 'entries', values: counts }], {
    limit: near ? course.max : null,
    top: near ? course.max : 0,
  })
  const states = namesOf(points, (p) => p.states).sort((a, b) => place(a) - place(b))
  add(
    'states',
    states.map((id) => ({ id, values: points.map((p) => p.states?.[id] ?? 0) })),
    { stacked: true },
  )
  add('new', [{ id: 'new', values: rates(points, (p) => p.made) }], { rate: true })
  const reasons = namesOf(points, (p) => p.drops)
  add(
    'drops',
    reasons.map((id) => ({ id, values: rates(points, (p) => p.drops && (p.drops[id] ?? 0)) })),
    { stacked: true, rate: true },
  )
  if (course.cpus > 0 && points.some((p) => p.cpu))
    add(
      'cpu',
      // Of a second of a CPU there are 1e9 ns: a share of all CPUs of the host.
      PARTS.map((id) => ({ id, values: rates(points, (p) => p.cpu?.[id], 1e9 * course.cpus) })),
      { stacked: true, rate: true, top: 1 },
    )
  for (const id of ['connect', 'latency'] as const)
    if (points.some((p) => p[id]))
      add(
        id,
        SHARES.map((share) => ({ id: `p${share * 100}`, values: latencies(points, share, id) })),
        { rate: true },
      )
  return charts
}

const place = (state: string): number => {
  const at = PHASES.indexOf(state)
  return at < 0 ? PHASES.length : at
}

function namesOf(
  points: readonly CoursePoint[],
  of: (p: CoursePoint) => Record<string, number> | undefined,
): string[] {
  return [...new Set(points.flatMap((p) => Object.keys(of(p) ?? {})))]
}

/** How fast something that counts from the beginning has grown since the point before, per second. */
export function rates(
  points: readonly CoursePoint[],
  of: (p: CoursePoint) => number | undefined,
  unit = 1,
): (number | null)[] {
  return points.map((p, i) => {
    const now = of(p)
    if (now === undefined) return null
    const before = i === 0 ? undefined : of(points[i - 1])
    const seconds = i === 0 ? 0 : (p.time - points[i - 1].time) / 1e6
    return seconds <= 0 ? 0 : Math.max(0, now - (before ?? 0)) / seconds / unit
  })
}

/** The latency that a share of the requests stayed below which were completed since the point before, seconds; null: none were. */
export function latencies(
  points: readonly CoursePoint[],
  share: number,
  of: 'latency' | 'connect' = 'latency',
): (number | null)[] {
  return points.map((p, i) => {
    const now = p[of]
    if (now === undefined) return null
    const before = points[i - 1]?.[of]
    let all = 0
    for (let s = 0; s < LATENCIES; s++) all += now[s] - (before?.[s] ?? 0)
    if (all === 0) return null
    let sum = 0
    for (let s = 0; s < LATENCIES; s++) {
      sum += now[s] - (before?.[s] ?? 0)
      if (sum >= all * share) return middleOf(s) / 1e6
    }
    return null
  })
}

/** Index of the last point at or before a time, 0 where all are later. */
export function pointAt(points: readonly CoursePoint[], time: number): number {
  return Math.max(0, bisector((p: CoursePoint) => p.time).right(points, time) - 1)
}

/** The value of a series at a moment: a rate is that of the interval in which the moment lies. */
export function valueAt(
  chart: Chart,
  series: Series,
  points: readonly CoursePoint[],
  time: number,
): number | null {
  const at = pointAt(points, time)
  if (!chart.rate || points[at]?.time === time) return series.values[at] ?? null
  return series.values[Math.min(series.values.length - 1, at + 1)] ?? null
}

export interface Plot {
  chart: Chart
  /** From the top of the picture to that of the plot, and its height. */
  y: number
  h: number
  scale: ScaleLinear<number, number>
  ticks: number[]
  /** By series, in its order. */
  paths: string[]
}

export interface ChartsBoard {
  w: number
  h: number
  left: number
  right: number
  x: ScaleLinear<number, number>
  plots: Plot[]
  /** Where the words of each plot begin. */
  heads: number[]
}

const LEFT = 62
const RIGHT = 14
const PLOT = 66
const HEAD = 18
export const LEGEND_LINE = 15

/** `lines`: how many lines the key of each chart has. */
export function chartsBoard(
  course: Course,
  charts: readonly Chart[],
  width: number,
  lines: readonly number[],
): ChartsBoard {
  const { points, end } = course
  const x = scaleLinear(
    [points[0]?.time ?? 0, Math.max(end, points.at(-1)?.time ?? 0, 1)],
    [LEFT, width - RIGHT],
  )
  const plots: Plot[] = []
  const heads: number[] = []
  let y = 4
  charts.forEach((chart, i) => {
    heads.push(y)
    y += HEAD + (lines[i] ?? 0) * LEGEND_LINE
    const scale = scaleLinear([0, chart.top], [y + PLOT, y + 4]).nice(3)
    // There is no half of an entry.
    const counts = chart.id === 'entries' || chart.id === 'states'
    const ticks = scale.ticks(3).filter((value) => !counts || Number.isInteger(value))
    plots.push({ chart, y, h: PLOT, scale, ticks, paths: pathsOf(chart, points, x, scale) })
    y += PLOT + 10
  })
  return { w: width, h: y + 18, left: LEFT, right: width - RIGHT, x, plots, heads }
}

function pathsOf(
  chart: Chart,
  points: readonly CoursePoint[],
  x: ScaleLinear<number, number>,
  y: ScaleLinear<number, number>,
): string[] {
  const curve = chart.rate ? curveStepBefore : curveStepAfter
  if (!chart.stacked) {
    const draw = line<number | null>()
      .defined((v) => v !== null)
      .x((_, i) => x(points[i].time))
      .y((v) => y(v ?? 0))
      .curve(curve)
    return chart.series.map((s) => draw(s.values) ?? '')
  }
  const rows = points.map((_, i) => Object.fromEntries(chart.series.map((s) => [s.id, s.values[i] ?? 0])))
  const layers = stack<Record<string, number>>()
    .keys(chart.series.map((s) => s.id))
    .order(stackOrderNone)(rows)
  const draw = area<[number, number]>()
    .x((_, i) => x(points[i].time))
    .y0((d) => y(d[0]))
    .y1((d) => y(d[1]))
    .curve(curve)
  return layers.map((layer) => draw(layer as unknown as [number, number][]) ?? '')
}

/** Where each item of a key stands, in lines of a width; letters are taken to be so wide, those of Chinese twice. */
export function legendOf(items: readonly string[], width: number): { x: number; line: number }[] {
  let x = 0
  let row = 0
  return items.map((item) => {
    const w = 24 + [...item].reduce((sum, c) => sum + ((c.codePointAt(0) ?? 0) > 0x2e80 ? 12 : 6.4), 0)
    if (x > 0 && x + w > width) {
      x = 0
      row++
    }
    const at = { x, line: row }
    x += w
    return at
  })
}

/** The same as a table: a line for each point, seconds first. */
export function csvOf(course: Course, charts: readonly Chart[]): string {
  const columns = charts.flatMap((c) =>
    c.series.map((s) => ({
      name: c.series.length > 1 || s.id !== c.id ? `${c.id} ${s.id}` : c.id,
      values: s.values,
    })),
  )
  const cell = (v: number | null | undefined): string =>
    v === null || v === undefined ? '' : String(Math.round(v * 1e6) / 1e6)
  const lines = course.points.map((p, i) =>
    [p.time / 1e6, ...columns.map((c) => c.values[i])].map(cell).join(','),
  )
  return [['seconds', ...columns.map((c) => c.name)].join(','), ...lines, ''].join('\n')
}
