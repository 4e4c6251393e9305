/** The opened chain in the file: its rules with their counters, called chains indented, the packet's way marked. */
import { language, text } from '../text/index.ts'
import { closer } from '../text/later.ts'
import type { Row } from '../views/chains.ts'
import type { Drawing } from './drawing.ts'
import type { Palette } from './palette.ts'
import { el, words, wrap } from './svg.ts'

const LINE = 16
const INDENT = 14
/** Right edges of the columns of numbers, and where the rules begin. */
const COLUMNS = { sign: 14, n: 44, pkts: 100, bytes: 170, rule: 184 }

/** Around the origin. `of`: the colour of the packet's direction. */
export function chainCard(
  chain: NonNullable<Drawing['chain']>,
  w: number,
  of: string,
  colour: Palette,
): { h: number; parts: string[] } {
  const t = closer[language()].chainCard
  const { number } = text().format
  const soft = { size: 11, fill: colour('soft') }
  const end = { ...soft, anchor: 'end' } as const
  const parts = [
    words(12, 22, chain.title, { size: 13, fill: colour('ink'), bold: true }),
    words(COLUMNS.n, 42, t.number, end),
    words(COLUMNS.pkts, 42, t.packets, end),
    words(COLUMNS.bytes, 42, t.bytes, end),
    words(COLUMNS.rule, 42, t.rule, soft),
  ]
  let y = 50
  for (const row of chain.rows) {
    const x = COLUMNS.rule + row.depth * INDENT
    const mono = row.kind === 'rule'
    const lines = wrap(said(row), w - x - 12, 11.5, mono)
    const h = lines.length * LINE + 5
    const mood =
      row.met === 'decides' && chain.drop ? 'drop' : row.met === 'decides' && chain.rewrite ? 'rewrite' : of
    const lit = row.met === 'fits' || row.met === 'decides'
    const fill = colour(lit ? (mood === 'ink' ? 'ink' : `${mood}-ink`) : row.kind === 'rule' ? 'ink' : 'soft')
    if (row.met !== 'unread')
      parts.push(
        el('rect', {
          x: 4,
          y,
          width: w - 8,
          height: h,
          fill: colour(lit && mood !== 'ink' ? `${mood}-soft` : 'sunk'),
        }),
      )
    if (row.met === 'decides')
      parts.push(
        el('path', { d: `M4 ${y}H${w - 4}M4 ${y + h}H${w - 4}`, stroke: colour(mood), 'stroke-width': 1.5 }),
      )
    else parts.push(el('path', { d: `M4 ${y + h}H${w - 4}`, stroke: colour('hair') }))
    for (let i = 0; i < row.depth; i++)
      parts.push(
        el('rect', {
          x: COLUMNS.rule + i * INDENT - 1,
          y,
          width: 2,
          height: h,
          fill: colour(lit ? of : 'hair'),
        }),
      )
    const face = { size: 11.5, fill, bold: row.met === 'decides' }
    if (row.at > 0)
      parts.push(
        words(COLUMNS.sign, y + LINE, { missed: '·', fits: '▸', decides: '◆', unread: '' }[row.met], face),
      )
    if (row.kind === 'rule') parts.push(words(COLUMNS.n, y + LINE, String(row.n), { ...face, anchor: 'end' }))
    if (row.kind === 'rule' || row.kind === 'policy')
      parts.push(
        words(COLUMNS.pkts, y + LINE, number(row.pkts), { ...face, anchor: 'end' }),
        words(COLUMNS.bytes, y + LINE, number(row.bytes), { ...face, anchor: 'end' }),
      )
    lines.forEach((line, i) => parts.push(words(x + 4, y + LINE * (i + 1), line, { ...face, mono })))
    y += h
  }
  const h = y + 8
  const frame = el('rect', {
    width: w,
    height: h,
    rx: 10,
    fill: colour('card'),
    stroke: colour('table-ink'),
    'stroke-width': 1.5,
  })
  return { h, parts: [frame, ...parts] }

  function said(row: Row): string {
    if (row.kind === 'rule') return row.text
    if (row.kind === 'policy') return t.policy({ policy: row.text })
    if (row.kind === 'chain') return `↳ ${row.chain}  ${t[row.how ?? 'jump']({ rule: row.n, chain: row.to })}`
    if (row.kind === 'end') return `↰ ${t.end({ chain: row.to })}`
    if (row.kind === 'gap') return t.left({ n: row.n })
    return t.noRules
  }
}
