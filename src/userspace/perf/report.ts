/** What `perf report --stdio` prints. Linux 6.1: tools/perf/ui/stdio/hist.c, builtin-report.c */
import type { Recorded } from './data.ts'
import { chainOf, rowsOf, samplesOf, type Node, type Row } from './tree.ts'

export interface ReportOptions {
  /** Rows that count what a function called, too. */
  children: boolean
  /** Call chains below the rows; how small a part of all samples is still shown, percent. */
  graph: boolean
  minimum: number
  /** Only rows of these functions. */
  symbols: readonly string[] | null
  comms: readonly string[] | null
  /** Rows by function alone, not by program and file. */
  sort: readonly ('comm' | 'dso' | 'sym')[]
}

const percent = (part: number, all: number): string => `${((100 * part) / Math.max(1, all)).toFixed(2)}%`

const MARGIN = ' '.repeat(12)
const GAP = ' '.repeat(10)

/** Lines of a call graph, as deep as it goes. Linux: __callchain__fprintf_graph */
class Graph {
  private readonly all: number
  private readonly least: number
  readonly lines: string[] = []

  constructor(all: number, minimum: number) {
    this.all = all
    this.least = (all * minimum) / 100
  }

  print(roots: readonly Node[], total: number): void {
    const shown = this.shown(roots)
    let left = 0
    let list = shown
    // One that has all of it needs no percentage.
    if (shown.length === 1 && shown[0].total === total) {
      const { names, last } = chainOf(shown[0])
      this.lines.push(`${MARGIN}|`)
      names.forEach((name, i) => this.lines.push(MARGIN + (i === 0 ? '---' : '   ') + name))
      left = 3
      list = this.shown(last.children)
    }
    this.level(list, 1, [true], left)
  }

  private shown(list: readonly Node[]): readonly Node[] {
    return list.filter((n) => n.total >= this.least && n.total > 0)
  }

  private pipes(depth: number, mask: readonly boolean[], left: number): string {
    let line = MARGIN + ' '.repeat(left)
    for (let i = 0; i < depth; i++) line += (mask[i] ? '|' : ' ') + GAP
    return line
  }

  /** `mask`: at which depths more is to come. */
  private level(list: readonly Node[], depth: number, mask: readonly boolean[], left: number): void {
    list.forEach((node, i) => {
      const more = [...mask]
      if (i === list.length - 1) more[depth - 1] = false
      this.lines.push(this.pipes(depth, mask, left))
      const { names, last } = chainOf(node)
      names.forEach((name, n) => {
        let line = MARGIN + ' '.repeat(left)
        for (let at = 0; at < depth; at++) {
          line += more[at] ? '|' : ' '
          line += n === 0 && at === depth - 1 ? `--${percent(node.total, this.all)}--` : GAP
        }
        this.lines.push(line + name)
      })
      this.level(this.shown(last.children), depth + 1, [...more, true], left)
    })
  }
}

/** A row's chains. */
export function graphLines(row: Row, all: number, minimum: number): string[] {
  const graph = new Graph(all, minimum)
  graph.print(row.roots, row.total)
  return graph.lines.length > 0 ? [...graph.lines, ''] : []
}

/** 48K, as perf writes numbers of samples. Linux: tools/perf/util/units.c convert_unit */
export function withUnit(n: number): string {
  for (const [unit, size] of [
    ['G', 1e9],
    ['M', 1e6],
    ['K', 1e3],
  ] as const)
    if (n >= size) return `${Math.floor(n / size)}${unit}`
  return String(n)
}

/** Rows that differ in nothing that is shown become one. */
function merged(rows: readonly Row[], o: ReportOptions): Row[] {
  const list = new Map<string, Row>()
  for (const r of rows) {
    const name = o.sort.map((key) => (key === 'comm' ? r.comm : key === 'dso' ? r.dso : r.fn)).join(';')
    const known = list.get(name)
    if (!known) list.set(name, { ...r, roots: [...r.roots] })
    else {
      known.total += r.total
      known.self += r.self
      for (const root of r.roots) join(known.roots, root)
    }
  }
  const by = (r: Row): number => (o.children ? r.total : r.self)
  return [...list.values()].sort((a, b) => by(b) - by(a))
}

function join(list: Node[], node: Node): void {
  const known = list.find((n) => n.fn === node.fn)
  if (!known) {
    list.push(node)
    return
  }
  known.total += node.total
  known.self += node.self
  for (const child of node.children) join(known.children, child)
}

export function reportRows(recorded: Recorded, o: ReportOptions): Row[] {
  const rows = merged(rowsOf(recorded, o.children), o)
  return rows.filter(
    (r) =>
      (o.children ? r.total : r.self) > 0 &&
      (o.symbols === null || o.symbols.includes(r.fn)) &&
      (o.comms === null || o.comms.includes(r.comm)),
  )
}

const HEADS = { comm: 'Command', dso: 'Shared Object', sym: 'Symbol' }
const cell = (r: Row, key: keyof typeof HEADS): string =>
  key === 'comm' ? r.comm : key === 'dso' ? r.dso : `[k] ${r.fn}`

export function reportText(recorded: Recorded, o: ReportOptions): string {
  const all = samplesOf(recorded)
  const rows = reportRows(recorded, o)
  const widths = o.sort.map((key) => Math.max(HEADS[key].length, ...rows.map((r) => cell(r, key).length)))
  const head = o.children ? ['Children', '    Self'] : ['Overhead']
  const line = (cells: readonly string[]): string => cells.join('  ')
  const lines = [
    '# To display the perf.data header info, please use --header/--header-only options.',
    '#',
    '#',
    '# Total Lost Samples: 0',
    '#',
    `# Samples: ${withUnit(all)} of event '${recorded.event}'`,
    `# Event count (approx.): ${all * recorded.nsPerSample}`,
    '#',
    `# ${line([...head, ...o.sort.map((key, i) => HEADS[key].padEnd(widths[i]))])}`,
    `# ${line([...head.map(() => '........'), ...widths.map((w) => '.'.repeat(w))])}`,
    '#',
  ]
  for (const r of rows) {
    const numbers = (o.children ? [r.total, r.self] : [r.self]).map((n) => percent(n, all).padStart(8))
    lines.push(`  ${line([...numbers, ...o.sort.map((key, i) => cell(r, key).padEnd(widths[i]))])}`.trimEnd())
    if (o.graph) lines.push(...graphLines(r, all, o.minimum))
  }
  return [...lines, '', '', ''].join('\n')
}
