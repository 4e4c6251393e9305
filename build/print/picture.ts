/**
 * A packet's road as a picture that stands still: a box for every host it has come to, in it the stations of its road in
 * their order, and between the boxes what was on the wire. What was rewritten and where it died is said in words, so that
 * it can be read without colour.
 */
import type { Header } from '../../src/kernel/trace.ts'
import { changesOf, endOf, packetLabel, printEnd, printWay } from '../../src/ui/parts/packet.ts'
import type { Journey, Step, Visit } from '../../src/ui/views/journey.ts'
import { stationOf } from '../../src/ui/views/stations.ts'
import { HOOK_CHAIN } from '../../src/kernel/xtables/rule.ts'
import { el, type Element, type Node } from './tree.ts'

export interface PictureWords {
  routing: string
  from: (program: string) => string
  ends: Readonly<Record<Visit['end'], string>>
  /** What is read aloud instead of the picture. */
  picture: (way: string) => string
}

const WIDTH = 720
const PAD = 12
const CHIP = 22
/** Above a chip the hook, below it what happened there. */
const ABOVE = 14
const BELOW = 15
const ROW = ABOVE + CHIP + BELOW + 6
const WIRE = 40

/** A letter's width in pixels at 11 px: Chinese ones are square. */
const widthOf = (text: string): number =>
  [...text].reduce((sum, c) => sum + (c.charCodeAt(0) > 0x2e7f ? 11.5 : 6.7), 0)

interface Chip {
  x: number
  row: number
  width: number
  label: string
  /** The hook that it belongs to, and the same where its name is to be written. */
  of: string
  hook: string
  said: string
  kind: 'plain' | 'rewritten' | 'dropped'
}

/** Null: nothing of it can be drawn. */
export function picture({ visits }: Journey, words: PictureWords): Element | null {
  const first = visits[0]?.steps[0]?.header
  if (first === undefined) return null
  const nodes: Node[] = []
  let y = 1
  for (const [at, visit] of visits.entries()) {
    const { chips, rows } = laidOut(visit, words)
    const height = 26 + rows * ROW
    nodes.push(
      el('rect', { x: 0.5, y: y + 0.5, width: WIDTH - 1, height, rx: 8, class: 'host' }),
      text(PAD, y + 18, visit.host, 'name'),
      text(
        PAD + widthOf(visit.host) * 1.25 + 10,
        y + 18,
        visit.by === 'SEND' ? words.from(visit.program) : visit.dev,
        'soft',
      ),
      text(
        WIDTH - PAD,
        y + 18,
        words.ends[visit.end] + reason(visit),
        visit.end === 'dropped' ? 'end dead' : 'end',
      ),
      ...spans(chips).map(({ from, to, row }) =>
        el('line', { x1: from, x2: to, y1: y + 38.5 + row * ROW, y2: y + 38.5 + row * ROW, class: 'span' }),
      ),
      ...chips.flatMap((c) => drawn(c, y + 26)),
    )
    y += height + 2
    const wire = visit.steps.at(-1)?.header
    if (wire !== undefined && at < visits.length - 1) {
      nodes.push(
        el('path', { d: `M${PAD + 20} ${y + 2}v${WIRE - 10}m-4 -6l4 6l4 -6`, class: 'wire' }),
        text(PAD + 36, y + WIRE / 2 + 4, `${packetLabel(wire)}  ${printWay(wire)}`, 'packet'),
      )
      y += WIRE
    }
  }
  return el(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${y + 2}`,
      role: 'img',
      class: 'road',
      'aria-label': words.picture(`${packetLabel(first)} ${printWay(first)}`),
    },
    nodes,
  )
}

const text = (x: number, y: number, words: string, kind: string): Element =>
  el('text', { x, y, class: kind }, words)

const reason = (visit: Visit): string => {
  const drop = visit.steps.findLast((s) => s.drop !== null)?.drop
  return drop ? `: ${drop.reason}` : ''
}

/** A line below a hook's name, as far as its stations go. */
function spans(chips: readonly Chip[]): { from: number; to: number; row: number }[] {
  const lines: { of: string; from: number; to: number; row: number }[] = []
  for (const { of, x, width, row } of chips) {
    const last = lines.at(-1)
    if (last?.of === of && last.row === row) last.to = x + width
    else lines.push({ of, from: x, to: x + width, row })
  }
  return lines.filter((line) => line.of !== '')
}

function drawn(c: Chip, top: number): Node[] {
  const y = top + c.row * ROW
  return [
    ...(c.hook === '' ? [] : [text(c.x, y + 9, c.hook, 'hook')]),
    el('rect', { x: c.x, y: y + ABOVE, width: c.width, height: CHIP, rx: 5, class: `chip ${c.kind}` }),
    text(c.x + 7, y + ABOVE + 15, c.label, c.kind === 'dropped' ? 'label inverse' : 'label'),
    ...(c.said === '' ? [] : [text(c.x, y + ABOVE + CHIP + 12, c.said, 'said')]),
  ]
}

function laidOut(visit: Visit, words: PictureWords): { chips: Chip[]; rows: number } {
  const chips: Chip[] = []
  let x = PAD
  let row = 0
  let hookBefore = ''
  for (const step of visit.steps) {
    const station = stationOf[step.station] as (typeof stationOf)[string] | undefined
    if (station === undefined || !step.ran || station.final) continue
    const hook = station.group === null ? '' : HOOK_CHAIN[station.group as keyof typeof HOOK_CHAIN]
    const label = /^route/.test(step.station) ? words.routing : station.label
    const said = saidOf(step)
    const width = widthOf(label) + 14
    const room = Math.max(width, widthOf(said) * 0.92, hook === hookBefore ? 0 : widthOf(hook) * 0.9) + 8
    if (x + room > WIDTH - PAD && x > PAD) {
      x = PAD
      row++
      hookBefore = ''
    }
    const kind = step.kind === 'drop' ? 'dropped' : step.rewritten ? 'rewritten' : 'plain'
    chips.push({ x, row, width, label, of: hook, hook: hook === hookBefore ? '' : hook, said, kind })
    hookBefore = hook
    x += room
  }
  return { chips, rows: chips.length === 0 ? 0 : row + 1 }
}

/** What happened at a station: the address that was changed, the state that was given. */
function saidOf(step: Step): string {
  if (step.rewritten && step.before !== null) return rewrite(step.before, step.header)
  if (step.kind === 'drop') return 'DROP'
  if (/conntrack$/.test(step.station) && step.ct !== null) return step.ct.state
  return step.route?.dev ? step.route.dev : ''
}

function rewrite(before: Header, after: Header): string {
  const sides = (['src', 'dst'] as const).filter(
    (side) => printEnd(endOf(before, side)) !== printEnd(endOf(after, side)),
  )
  return changesOf(before, after).length === 0
    ? ''
    : sides.map((side) => `${side} → ${printEnd(endOf(after, side))}`).join(', ')
}
