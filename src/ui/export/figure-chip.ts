/** The packet in the file: its header with what NAT has struck through and put in, the quoted header, the two tuples. */
import type { Chip, Part } from './drawing.ts'
import type { Palette } from './palette.ts'
import { el, widthOf, words } from './svg.ts'
import { text } from '../text/index.ts'

const HEAD = 56
const LINE = 26

export function chipHeight(chip: Chip): number {
  return (
    HEAD +
    (chip.quotes === null ? 0 : LINE) +
    chip.tuples.length * LINE +
    (chip.death === null ? 0 : LINE + 2)
  )
}

/** Around the origin. `of`: the colour of its direction. */
export function drawChip(chip: Chip, w: number, of: string, colour: Palette): string[] {
  const t = text().stage.chip
  const main = chip.dead ? 'drop' : of
  const on = main === 'ink' ? 'card' : `on-${main}`
  const h = chipHeight(chip)
  const label = Math.max(76, widthOf(chip.name, 11) + 18)
  /** Its lower corner is round where nothing follows. */
  const foot = h > HEAD ? 'H0' : `H10A10 10 0 0 1 0 ${HEAD - 10}`
  const out = [
    el('rect', {
      width: w,
      height: h,
      rx: 10,
      fill: colour('card'),
      stroke: colour(main),
      'stroke-width': 1.6,
    }),
    el('path', {
      d: `M10 0H${label}V${HEAD}${foot}V10A10 10 0 0 1 10 0z`,
      fill: colour(main),
    }),
    words(label / 2, 24, chip.what, { size: 12, fill: colour(on), bold: true, anchor: 'middle' }),
    words(label / 2, 40, chip.name, { size: 11, fill: colour(on), anchor: 'middle' }),
    words(label + 12, 23, t.from, { size: 11, fill: colour('soft') }),
    words(label + 12, 43, t.to, { size: 11, fill: colour('soft') }),
    ...values(label + 48, 23, chip.src, 12, colour),
    ...values(label + 48, 43, chip.dst, 12, colour),
    words(w - 10, 23, chip.ttl, { size: 11, fill: colour('soft'), anchor: 'end' }),
    words(w - 10, 43, chip.note, { size: 10.5, fill: colour('conntrack-ink'), bold: true, anchor: 'end' }),
  ]
  let y = HEAD
  const rule = (): string => el('path', { d: `M0 ${y}H${w}`, stroke: colour('hair') })
  if (chip.quotes !== null) {
    const q = chip.quotes
    const at = 10 + widthOf(q.word, 10.5) + 10
    const what = `${q.what} `
    const from = at + widthOf(what, 11.5, true)
    const arrow = from + width(q.src, 11.5) + 4
    out.push(
      rule(),
      words(10, y + 17, q.word, { size: 10.5, fill: colour('soft') }),
      words(at, y + 17, what, { size: 11.5, fill: colour('ink'), mono: true }),
      ...values(from, y + 17, q.src, 11.5, colour),
      words(arrow, y + 17, '→', { size: 11.5, fill: colour('ink'), mono: true }),
      ...values(arrow + 14, y + 17, q.dst, 11.5, colour),
    )
    y += LINE
  }
  for (const tuple of chip.tuples) {
    const dir = tuple.dir === 'orig' ? 'orig' : 'reply'
    out.push(
      el('rect', { x: 6, y: y + 2, width: w - 12, height: LINE - 4, rx: 6, fill: colour(`${dir}-soft`) }),
      ...pieces(14, y + 17, tuple, colour),
      words(w - 14, y + 17, tuple.role, {
        size: 10.5,
        fill: colour(tuple.found ? `${dir}-ink` : 'conntrack-ink'),
        bold: tuple.found,
        anchor: 'end',
      }),
    )
    y += LINE
  }
  if (chip.death !== null)
    out.push(
      el('path', {
        d: `M1 ${y}H${w - 1}V${h - 10}A9 9 0 0 1 ${w - 10} ${h - 1}H10A9 9 0 0 1 1 ${h - 10}z`,
        fill: colour('drop-soft'),
      }),
      words(12, y + 18, chip.death.why, { size: 12.5, fill: colour('drop-ink'), bold: true }),
      words(w - 12, y + 18, chip.death.code, {
        size: 11,
        fill: colour('drop-ink'),
        mono: true,
        anchor: 'end',
      }),
    )
  return out
}

/** A tuple, what NAT has put in marked. */
function pieces(x: number, y: number, tuple: Chip['tuples'][number], colour: Palette): string[] {
  let at = x
  return tuple.pieces.flatMap(({ said, fresh }) => {
    const from = at
    at += widthOf(said, 12, true)
    const fill = colour(fresh ? 'rewrite-ink' : `${tuple.dir}-ink`)
    const line = el('rect', { x: from, y: y + 3, width: at - from, height: 1.5, fill: colour('rewrite') })
    return [words(from, y, said, { size: 12, mono: true, fill, bold: fresh }), ...(fresh ? [line] : [])]
  })
}

/** `192.168.0.2` struck through, `▸ 100.100.100.100` behind it, `:40000`. */
function values(x: number, y: number, parts: readonly Part[], size: number, colour: Palette): string[] {
  const out: string[] = []
  let at = x
  const put = (said: string, face: { fill: string; bold?: boolean; struck?: boolean }): void => {
    out.push(words(at, y, said, { size, mono: true, ...face }))
    at += widthOf(said, size, true) + (face.struck || face.bold ? 4 : 0)
  }
  for (const { was, now } of parts) {
    if (was === null) put(now, { fill: colour('ink') })
    else {
      put(was, { fill: colour('soft'), struck: true })
      put('▸', { fill: colour('rewrite') })
      put(now, { fill: colour('rewrite-ink'), bold: true })
    }
  }
  return out
}

function width(parts: readonly Part[], size: number): number {
  return parts.reduce(
    (w, p) => w + widthOf(p.now, size, true) + (p.was === null ? 0 : widthOf(`${p.was}▸`, size, true) + 12),
    0,
  )
}
