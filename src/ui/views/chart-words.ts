/** What charts are called and how their figures are written. */
import type { Course } from '../../lab/course-view.ts'
import type { Text } from '../text/index.ts'
import type { ViewWords } from '../text/views.ts'
import { valueAt, type Chart, type Series } from './charts.ts'

const isTime = (chart: Chart): boolean => chart.id === 'latency' || chart.id === 'connect'

export class ChartWords {
  readonly #t: ViewWords['charts']
  readonly #f: Text['format']

  constructor(t: ViewWords['charts'], f: Text['format']) {
    this.#t = t
    this.#f = f
  }

  name(series: Series): string {
    const known: Record<string, string> = this.#t.series
    return Object.hasOwn(known, series.id) ? known[series.id] : series.id
  }

  figure(chart: Chart, value: number | null): string {
    const f = this.#f
    if (value === null) return '–'
    if (chart.id === 'cpu') return f.percent(value)
    if (isTime(chart)) return f.time(value * 1e6)
    if (chart.id === 'new' || chart.id === 'drops')
      return this.#t.perSecond({ n: f.number(value, value < 10 && value > 0 ? 1 : 0) })
    return f.number(value)
  }

  tick(chart: Chart, value: number): string {
    const f = this.#f
    if (chart.id === 'cpu') return f.percent(value)
    return isTime(chart) ? this.time(value * 1e6) : f.number(value, Number.isInteger(value) ? 0 : 1)
  }

  /** Of an axis: whole seconds without what follows. */
  time(us: number): string {
    return this.#f.time(us).replace(/[.,]000/, '')
  }

  /** The key of a chart at a moment: a name and a figure for each series. */
  keys(chart: Chart, course: Course, moment: number): string[] {
    return chart.series.map(
      (s) => `${this.name(s)} ${this.figure(chart, valueAt(chart, s, course.points, moment))}`,
    )
  }
}
