/** The hook diagram as an SVG file that stands by itself: every colour is in it, and every word is text. */
import { text } from '../text/index.ts'
import { CHIP_WIDTH, type Place } from '../views/board.ts'
import { arrowOf, chipSpot } from '../views/picture.ts'
import { STATIONS, stationOf, type Station } from '../views/stations.ts'
import { bottom, cx, cy, roundedPath, type Rect } from '../views/ways.ts'
import { chainCard } from './figure-chain.ts'
import { chipHeight, drawChip } from './figure-chip.ts'
import { OTHER_SIZE, type Drawing } from './drawing.ts'
import type { Palette } from './palette.ts'
import { document, el, widthOf, words, wrap } from './svg.ts'

export interface Figure {
  svg: string
  w: number
  h: number
}

const OF: Readonly<Record<Drawing['dir'], string>> = { original: 'orig', reply: 'reply', '-': 'ink' }

export function figureOf(d: Drawing, colour: Palette): Figure {
  const { picture } = d
  const of = OF[d.dir]
  const card = d.chain === null ? null : chainCard(d.chain, picture.w - 20, of, colour)
  const h = picture.h + (card === null ? 0 : card.h + 22)
  const parts = [
    el('rect', { width: picture.w, height: h, fill: colour('paper') }),
    ...sentence(d, colour),
    ...legend(picture.legend, colour, d),
    ...picture.boxes.flatMap((b) => {
      const near = d.scene !== null && stationOf[d.scene.station]?.group === b.hook
      const stroke = near ? colour(of) : colour('hair')
      return [
        el('rect', { x: b.x, y: b.y, width: b.w, height: b.h, rx: 10, fill: colour('chain'), stroke }),
        words(b.x + 22, b.y + 19, b.name, { size: 12, fill: colour('ink'), bold: true }),
      ]
    }),
    ...roads(d, of, colour),
    ...otherRoad(d, of, colour),
    ...STATIONS.filter((s) => s.group !== null).flatMap((s) => row(d, s, of, colour)),
    ...Object.values(picture.places).flatMap((p) => alone(d, p, of, colour)),
    ...Object.entries(d.drops).flatMap(([state, n]) => died(picture.places[state], n, colour)),
    ...token(d, of, colour),
    ...chip(d, of, colour),
    ...(card === null ? [] : [el('g', { transform: `translate(10 ${picture.h + 10})` }, card.parts)]),
  ]
  return {
    svg: document(picture.w, h, d.title, `${d.told} ${d.other?.told ?? ''}`.trim(), parts),
    w: picture.w,
    h,
  }
}

function sentence(d: Drawing, colour: Palette): string[] {
  const r = d.picture.words
  if (r === null) return []
  const lines = wrap(d.told, r.w - 12, 13)
  const below = r.y + 30 + lines.length * 18
  // As much of it as there is room for above PREROUTING.
  const more = d.other === null || d.other.told === '' ? [] : wrap(d.other.told, r.w - 12, 11.5)
  const shown = more.slice(0, Math.max(0, Math.floor((bottom(r) - below) / 15)))
  const mood =
    d.scene && d.opened?.mood === 'rewrite' ? 'rewrite' : d.opened?.mood === 'drop' ? 'drop' : 'edge'
  return [
    words(r.x, r.y + 13, d.title, { size: 12, fill: colour('soft'), bold: true }),
    el('rect', { x: r.x, y: r.y + 22, width: 3, height: lines.length * 18, fill: colour(mood) }),
    ...lines.map((line, i) => words(r.x + 12, r.y + 36 + i * 18, line, { size: 13, fill: colour('ink') })),
    ...(shown.length === 0
      ? []
      : [
          el('path', {
            d: `M${r.x + 1.5} ${below}v${shown.length * 15}`,
            stroke: colour('edge'),
            'stroke-width': 3,
            'stroke-dasharray': '4 3',
          }),
        ]),
    ...shown.map((line, i) =>
      words(r.x + 12, below + 11 + i * 15, line, { size: 11.5, fill: colour('soft') }),
    ),
  ]
}

/** The road that the packet would have taken without NAT's new destination: dashed, with its name. */
function otherRoad({ other }: Drawing, of: string, colour: Palette): string[] {
  if (other === null || other.road.length < 2) return []
  const line = el('path', {
    d: roundedPath(other.road),
    fill: 'none',
    stroke: colour(of),
    'stroke-width': 2.6,
    'stroke-opacity': 0.7,
    'stroke-dasharray': '2 6',
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  })
  const { spot, name } = other
  if (spot === null) return [line]
  const w = widthOf(name, OTHER_SIZE) + 12
  const frame = { x: spot.x, y: spot.y - 8.5, width: w, height: 17, rx: 6 }
  const ink = colour(of === 'ink' ? 'ink' : `${of}-ink`)
  return [
    line,
    el('rect', { ...frame, fill: colour('card'), stroke: colour(of), 'stroke-dasharray': '3 2' }),
    words(spot.x + w / 2, spot.y + 3.7, name, { size: OTHER_SIZE, fill: ink, anchor: 'middle' }),
  ]
}

function legend(r: Rect | null, colour: Palette, { picture }: Drawing): string[] {
  if (r === null) return []
  const t = text().stage.path
  const four = r.h >= 56
  const items = [
    [t.table, colour('table'), colour('table')],
    [t.chain, colour('chain'), colour('edge')],
    [t.conntrack, colour('conntrack'), colour('conntrack')],
    [t.unregistered, colour('card'), colour('edge')],
  ]
  return items.flatMap(([name, fill, stroke], i) => {
    const x = r.x + (four ? 0 : (i % 2) * 110)
    const y = r.y + (four ? i : Math.floor(i / 2)) * 14
    if (y + 12 > picture.h) return []
    const dash = i === 3 ? '3 2' : undefined
    return [
      el('rect', {
        x: x + 0.5,
        y: y + 0.5,
        width: 11,
        height: 11,
        rx: 3,
        fill,
        stroke,
        'stroke-dasharray': dash,
      }),
      words(x + 17, y + 10, name, { size: 10.5, fill: colour('soft') }),
    ]
  })
}

function roads(d: Drawing, of: string, colour: Palette): string[] {
  const { picture, scene } = d
  const t = text().stage.path
  const out: string[] = []
  if (picture.bridge !== null) {
    const { band, sign, past } = picture.bridge
    const soft = { size: 10.5, fill: colour('soft') }
    out.push(
      el('rect', {
        x: band.x,
        y: band.y,
        width: band.w,
        height: band.h,
        rx: 6,
        fill: colour('conntrack'),
        'fill-opacity': 0.45,
      }),
      words(sign.x, sign.y, t.bridge, soft),
      words(past.x, past.y, t.bridged, { ...soft, anchor: 'middle' }),
    )
  }
  for (const road of picture.roads) {
    const dash = road.verdict === 'LOOPBACK' ? '2 4' : undefined
    const stroke = { fill: 'none', stroke: colour('edge'), 'stroke-width': 1.5, 'stroke-opacity': 0.65 }
    out.push(el('path', { d: roundedPath(road.points), ...stroke, 'stroke-dasharray': dash }))
    const arrow = arrowOf(picture, road)
    if (arrow !== null)
      out.push(
        el('path', {
          d: 'M-8 -4.2L0 0L-8 4.2z',
          transform: `translate(${arrow.at.x} ${arrow.at.y}) rotate(${arrow.angle})`,
          fill: colour('edge'),
        }),
      )
  }
  const { looped } = picture.places
  out.push(words(looped.x + 8, looped.y, 'lo', { size: 11, fill: colour('soft') }))
  if (scene !== null && scene.road.length > 1)
    out.push(
      el('path', {
        d: roundedPath(scene.road),
        fill: 'none',
        stroke: colour(of),
        'stroke-width': 3.5,
        'stroke-linecap': 'round',
        'stroke-linejoin': 'round',
      }),
    )
  return out
}

/** A table, or conntrack: what it is called, its priority, and what it says of the packet when that stands there. */
function row(d: Drawing, s: Station, of: string, colour: Palette): string[] {
  const p = d.picture.places[s.state]
  const there = d.registered(s.state)
  const acting = d.acting === s.state
  const opened = acting ? d.opened : null
  const mood = opened?.mood === 'rewrite' ? 'rewrite' : opened?.mood === 'drop' ? 'drop' : acting ? of : null
  const [ground, ink] =
    mood !== null && mood !== 'ink'
      ? [`${mood}-soft`, `${mood}-ink`]
      : !there
        ? ['card', 'soft']
        : s.meta.kind === 'table'
          ? ['table', 'table-ink']
          : ['conntrack', 'conntrack-ink']
  const stroke = mood ?? (d.chain?.station === s.state ? 'table-ink' : there ? null : 'edge')
  const line = p.stand.y + 4
  const fill = colour(ink)
  const out = [
    el('rect', {
      x: p.x + 0.5,
      y: p.y + 0.5,
      width: p.w - 1,
      height: p.h - 1,
      rx: 5,
      fill: colour(ground),
      stroke: stroke === null ? undefined : colour(stroke),
      'stroke-width': mood === null ? 1 : 1.5,
      'stroke-dasharray': mood === null && !there ? '4 2.5' : undefined,
    }),
    words(p.x + 8, line, s.label, { size: 12, fill, bold: acting }),
    words(p.x + p.w - 6, line, d.priorities[s.state], { size: 10.5, fill, anchor: 'end' }),
  ]
  if (opened === null) return out
  const said = [
    ...(opened.words === '' ? [] : [{ line: opened.words, bold: false }]),
    ...wrap(opened.code, p.w - 14, 10.5).map((code) => ({ line: code, bold: true })),
  ].filter((x) => x.line !== '')
  const room = Math.floor((bottom(p) - line - 6) / 13)
  said
    .slice(0, room)
    .forEach((x, i) =>
      out.push(words(p.x + 8, line + 15 + i * 13, x.line, { size: 10.5, fill, bold: x.bold })),
    )
  return out
}

/** A station outside the hooks. */
function alone(d: Drawing, p: Place, of: string, colour: Palette): string[] {
  if (p.shape === 'row' || p.shape === 'point') return []
  const done = d.scene?.passed.has(p.state) ?? false
  const acting = d.acting === p.state
  const shape = {
    fill: acting && of !== 'ink' ? colour(`${of}-soft`) : colour('card'),
    stroke: done || acting ? colour(of) : p.shape === 'diamond' ? colour('edge') : colour('hair'),
    'stroke-width': acting ? 2 : done ? 1.6 : 1.2,
  }
  const [label, said] = d.labels[p.state] ?? ['', '']
  const size = p.shape === 'step' ? 11 : 12
  const middle = { fill: colour('ink'), size, anchor: 'middle' } as const
  const y = cy(p) + (said === '' ? 4 : -2)
  return [
    p.shape === 'diamond'
      ? el('path', {
          d: `M${cx(p)} ${p.y}L${p.x + p.w} ${cy(p)}L${cx(p)} ${bottom(p)}L${p.x} ${cy(p)}z`,
          ...shape,
        })
      : el('rect', { x: p.x, y: p.y, width: p.w, height: p.h, rx: 8, ...shape }),
    words(cx(p), y, label, { ...middle, bold: p.shape !== 'step' }),
    ...(said === '' ? [] : [words(cx(p), y + 14, said, { ...middle, size: 10.5, fill: colour('soft') })]),
  ]
}

/** How many have died at a station. */
function died(p: Place | undefined, n: number, colour: Palette): string[] {
  if (p === undefined) return []
  const said = `✕ ${text().format.number(n)}`
  const w = widthOf(said, 10) + 12
  const x = p.x + p.w - 6
  return [
    el('rect', { x, y: p.y - 8, width: w, height: 15, rx: 7.5, fill: colour('drop') }),
    words(x + w / 2, p.y + 3.5, said, { size: 10, fill: colour('on-drop'), bold: true, anchor: 'middle' }),
  ]
}

/** Where the packet stands; an answer's token is hollow, a dead one is crossed. */
function token(d: Drawing, of: string, colour: Palette): string[] {
  if (d.scene === null || d.acting === null) return []
  const { x, y } = d.scene.token
  const dead = d.chip?.dead === true
  const hollow = d.dir === 'reply' && !dead
  const main = colour(dead ? 'drop' : of)
  const glyph = {
    transform: `translate(${x} ${y})`,
    fill: dead ? 'none' : hollow ? main : colour('card'),
    stroke: dead ? colour('on-drop') : undefined,
    'stroke-width': dead ? 2 : undefined,
    d: dead ? 'M-4 -4L4 4M4 -4L-4 4' : 'M-3 -4.5L4.5 0L-3 4.5z',
  }
  return [
    el('circle', { cx: x, cy: y, r: 12.5, fill: colour('card'), 'fill-opacity': 0.8 }),
    el('circle', {
      cx: x,
      cy: y,
      r: hollow ? 8.75 : 10,
      fill: hollow ? colour('card') : main,
      stroke: hollow ? main : undefined,
      'stroke-width': hollow ? 2.5 : undefined,
    }),
    el('path', glyph),
  ]
}

function chip(d: Drawing, of: string, colour: Palette): string[] {
  const lane = d.picture.chip
  if (lane === null) return []
  const w = Math.min(CHIP_WIDTH, lane.w)
  if (d.chip === null && d.empty === '') return []
  if (d.chip === null) {
    const frame = { x: lane.x, y: lane.y, width: w, height: lane.h, rx: 10 }
    return [
      el('rect', {
        ...frame,
        fill: 'none',
        stroke: colour('edge'),
        'stroke-width': 1.5,
        'stroke-dasharray': '4 3',
      }),
      words(lane.x + 14, lane.y + lane.h / 2 + 4, d.empty, { size: 12.5, fill: colour('soft') }),
    ]
  }
  const h = chipHeight(d.chip)
  const near = d.scene?.token.x ?? lane.x
  const { x, y } = chipSpot(d.picture, near, w, h)
  return [el('g', { transform: `translate(${x} ${y})` }, drawChip(d.chip, w, of, colour))]
}
