/**
 * Where everything of the hook diagram lies: a function from the machine and a size to rectangles and roads.
 *
 * Stations, their order and the roads between them come from packetPath; the two tables below only say in which column
 * and row of the picture a hook or a station outside the hooks stands. A station that is added to a hook draws itself;
 * one that is added outside the hooks is asked for by name.
 */
import { nameOf, nodesOf } from '../../kernel/compile.ts'
import { packetPath, type StationMeta } from '../../kernel/path.machine.ts'
import { HOOK_CHAIN, type Hook } from '../../kernel/xtables/rule.ts'

export interface Point {
  x: number
  y: number
}

export interface Rect extends Point {
  w: number
  h: number
}

export interface Station {
  state: string
  meta: StationMeta
  /** The hook's state in whose box it is drawn. */
  group: string | null
  /** Last part of its name: `raw`, `conntrack`, `confirm`. */
  label: string
  final: boolean
}

export interface Edge {
  from: string
  to: string
  verdict: string
}

/** Verdicts that lead off the road. */
const FALLS = new Set(['DROP', 'STOLEN'])

/** The leaves of the machine, in the order of its definition. */
export const STATIONS: readonly Station[] = [...nodesOf(packetPath.root)]
  .filter((n) => Object.keys(n.states).length === 0)
  .map((n) => ({
    state: nameOf(n),
    meta: n.meta as StationMeta,
    group: n.parent && n.parent !== packetPath.root ? nameOf(n.parent) : null,
    label: n.key,
    final: n.type === 'final',
  }))

/** The hooks, in the order of the machine. */
export const HOOKS: readonly Hook[] = [
  ...new Set(STATIONS.flatMap((s) => (s.group ? [s.group as Hook] : []))),
]

/** All ways from station to station, falls left out. */
export const EDGES: readonly Edge[] = [...nodesOf(packetPath.root)].flatMap((n) => {
  if (Object.keys(n.states).length > 0) return []
  const from = nameOf(n)
  return [...n.transitions].flatMap(([verdict, [t]]) => {
    let target = t?.target?.[0]
    if (target === undefined || FALLS.has(verdict)) return []
    while (Object.keys(target.states).length > 0) target = target.initial.target[0] ?? target
    return [{ from, to: nameOf(target), verdict }]
  })
})

export const stationOf: Readonly<Record<string, Station>> = Object.fromEntries(
  STATIONS.map((s) => [s.state, s]),
)

export function priorityText(priority: number, last: string): string {
  return priority === 2147483647 ? last : String(priority).replace('-', '−')
}

export function chainOf(hook: Hook): string {
  return HOOK_CHAIN[hook]
}

export type Shape = 'row' | 'diamond' | 'device' | 'step' | 'process' | 'point'

export interface Place extends Rect {
  state: string
  shape: Shape
  /** Where the packet stands. */
  stand: Point
  /** Where roads come in and go out. */
  in: Point
  out: Point
}

export interface HookBox extends Rect {
  hook: Hook
  name: string
  /** x of the rail on which the packet goes from row to row. */
  rail: number
}

export interface Road extends Edge {
  points: Point[]
}

export interface Picture {
  kind: 'wide' | 'tall'
  w: number
  h: number
  places: Readonly<Record<string, Place>>
  boxes: readonly HookBox[]
  roads: readonly Road[]
  /** Where the sentence and the legend go, in the wide picture. */
  words: Rect | null
  /** Where the chip lies, in the wide picture; its x follows the packet. */
  chip: Rect | null
}

/** Width below which the hooks stand below each other. */
export const WIDE_FROM = 640

export interface Wish {
  width: number
  height: number
  /** The row that is opened to show what decided. */
  open: string | null
  /** Height of a table's row where a finger has to hit it; 0: as it comes. */
  touch: number
  /** Rows that a finger may want to hit. */
  touched: (state: string) => boolean
}

export function pictureOf(wish: Wish): Picture {
  return wish.width >= WIDE_FROM ? wide(wish) : tall(wish)
}

const clamp = (lo: number, x: number, hi: number): number => Math.min(hi, Math.max(lo, x))
const right = (r: Rect): number => r.x + r.w
const bottom = (r: Rect): number => r.y + r.h
const cx = (r: Rect): number => r.x + r.w / 2
const cy = (r: Rect): number => r.y + r.h / 2

interface Sizes {
  row: number
  head: number
  foot: number
  gap: number
  /** By how much an opened row is higher. */
  more: number
}

const rowsOf = (hook: Hook): Station[] => STATIONS.filter((s) => s.group === hook)

/** Heights of the chip: plain, and with both tuples of the entry below the header. */
export const CHIP_HEIGHT = 56
export const CHIP_TALLEST = 116

/** Collects what has been placed. */
class Board {
  places: Record<string, Place> = {}
  boxes: HookBox[] = []
  roads: Road[] = []
  readonly wish: Wish
  readonly s: Sizes
  constructor(wish: Wish, s: Sizes) {
    this.wish = wish
    this.s = s
  }

  rowHeight(state: string): number {
    const { touch, touched } = this.wish
    return (touch > this.s.row && touched(state) ? touch : this.s.row) + this.more(state)
  }

  more(state: string): number {
    return state === this.wish.open ? this.s.more : 0
  }

  /** Height of a hook's box; `open` false: as if nothing were opened. */
  heightOf(hook: Hook, open = true): number {
    const { head, foot, gap } = this.s
    return rowsOf(hook).reduce(
      (h, r) => {
        const more = !open && r.state === this.wish.open ? this.s.more : 0
        return h + this.rowHeight(r.state) - more + gap
      },
      head + foot - gap,
    )
  }

  hook(hook: Hook, x: number, y: number, w: number): HookBox {
    const box: HookBox = { hook, name: chainOf(hook), x, y, w, h: this.heightOf(hook), rail: x + 12 }
    this.boxes.push(box)
    let top = y + this.s.head
    for (const r of rowsOf(hook)) {
      const h = this.rowHeight(r.state)
      const line = top + (h - this.more(r.state)) / 2
      const stand = { x: box.rail, y: line }
      this.places[r.state] = {
        state: r.state,
        shape: 'row',
        x: x + 22,
        y: top,
        w: w - 28,
        h,
        stand,
        in: stand,
        out: stand,
      }
      top += h + this.s.gap
    }
    return box
  }

  alone(state: string, shape: Shape, r: Rect): Place {
    const stand = { x: cx(r), y: cy(r) }
    const place: Place = { ...r, state, shape, stand, in: stand, out: stand }
    this.places[state] = place
    return place
  }

  point(state: string, p: Point): void {
    this.places[state] = { state, shape: 'point', ...p, w: 0, h: 0, stand: p, in: p, out: p }
  }

  /** The road of an edge of the machine: from stand to stand, by way of `via`. */
  road(from: string, to: string, ...via: Point[]): void {
    const edge = EDGES.find((e) => e.from === from && e.to === to)
    if (edge === undefined) throw new Error(`the machine has no way from ${from} to ${to}`)
    this.roads.push({ ...edge, points: straight([this.places[from].stand, ...via, this.places[to].stand]) })
  }

  /** The ways from row to row inside the hooks, straight down the rail. */
  rails(): void {
    for (const e of EDGES) {
      const a = stationOf[e.from]
      const b = stationOf[e.to]
      if (a.group !== null && a.group === b.group) this.road(e.from, e.to)
    }
  }

  done(rest: Pick<Picture, 'kind' | 'w' | 'h' | 'words' | 'chip'>): Picture {
    return { ...rest, places: this.places, boxes: this.boxes, roads: this.roads }
  }
}

/** Without points that say nothing: doubled ones, and those in the middle of a straight line. */
function straight(points: readonly Point[]): Point[] {
  const out: Point[] = []
  points.forEach((p, i) => {
    const a = out.at(-1)
    const c = points[i + 1]
    if (a !== undefined && Math.hypot(a.x - p.x, a.y - p.y) < 0.5) return
    if (
      a !== undefined &&
      c !== undefined &&
      Math.abs((p.x - a.x) * (c.y - a.y) - (p.y - a.y) * (c.x - a.x)) < 0.5
    )
      return
    out.push(p)
  })
  return out
}

/** The first and the last station of a hook. */
const firstOf = (hook: Hook): string => rowsOf(hook)[0].state
const lastOf = (hook: Hook): string => rowsOf(hook).at(-1)?.state ?? ''

/**
 * Wide: the packet goes from left to right and falls from hook to hook, so that the last row of PREROUTING, the
 * routing decision and the first row of FORWARD lie on one line, and the last row of FORWARD and the first of
 * POSTROUTING on the next. What is for this host goes up and round through the local process.
 */
function wide(wish: Wish): Picture {
  const w = wish.width
  const roomy = wish.height >= 470
  const free = clamp(0, (wish.height - 400) / 13, 9)
  const row = Math.floor(roomy ? 22 + free / 2 : 21)
  const s: Sizes = roomy
    ? { row, head: 28, foot: 7, gap: 4, more: 44 }
    : { row, head: 22, foot: 5, gap: 2, more: 36 }
  const b = new Board(wish, s)

  const pad = 10
  const more = w - WIDE_FROM
  const hookW = clamp(114, 114 + more * 0.2, 196)
  const devW = clamp(44, 44 + more * 0.06, 68)
  const diaW = clamp(68, 68 + more * 0.14, 104)
  const fwdW = clamp(66, 66 + more * 0.04, 92)
  const gap = Math.max(8, (w - 2 * pad - 3 * hookW - 2 * devW - diaW - fwdW) / 6)
  const x: Record<string, number> = {}
  let at = pad
  for (const [name, width] of [
    ['receive', devW],
    ['PRE_ROUTING', hookW],
    ['route_in', diaW],
    ['forward', fwdW],
    ['FORWARD', hookW],
    ['POST_ROUTING', hookW],
    ['transmit', devW],
  ] as const) {
    x[name] = at
    at += width + gap
  }

  const top = 10
  const between = roomy ? 14 : 8
  // Rows are opened by the packet; the picture does not jump: room for one opened row is always kept.
  const topHeight = (hook: Hook): number => b.heightOf(hook, false) + s.more
  const inputBottom = top + topHeight('LOCAL_IN')
  const outputBottom = top + topHeight('LOCAL_OUT')
  const forwardFall = fallOf(s, 'FORWARD')
  const firstLine = s.head + s.row / 2
  let low = Math.max(inputBottom + between + firstLine + forwardFall, outputBottom + between + firstLine)
  const need = Math.max(
    low - firstLine + b.heightOf('POST_ROUTING', false) + s.more + pad,
    low - forwardFall - firstLine + b.heightOf('FORWARD', false) + 8 + CHIP_TALLEST + pad,
  )
  const h = Math.max(need, Math.min(wish.height, need + 60))
  low += (h - need) / 2
  const high = low - forwardFall

  const post = b.hook('POST_ROUTING', x.POST_ROUTING, low - firstLine, hookW)
  const fwd = b.hook('FORWARD', x.FORWARD, high - firstLine, hookW)
  const pre = b.hook('PRE_ROUTING', x.PRE_ROUTING, high - firstLine - fallOf(s, 'PRE_ROUTING'), hookW)
  const dia: Rect = { x: x.route_in, y: high - diaW * 0.42, w: diaW, h: diaW * 0.84 }
  b.alone('route_in', 'diamond', dia)
  b.alone('forward', 'step', { x: x.forward, y: high - 19, w: fwdW, h: 38 })
  const inY = b.places[firstOf('PRE_ROUTING')].stand.y
  b.alone('receive', 'device', { x: x.receive, y: inY - 19, w: devW, h: 38 })
  const outY = b.places[lastOf('POST_ROUTING')].stand.y
  b.alone('transmit', 'device', { x: x.transmit, y: outY - 19, w: devW, h: 38 })

  const input = b.hook('LOCAL_IN', cx(dia) + 20, top, hookW)
  const output = b.hook('LOCAL_OUT', post.x, top, hookW)
  const middle = output.x - right(input)
  const procW = Math.min(150, middle - 22)
  const proc: Rect = { x: right(input) + (middle - procW) / 2, y: top + 8, w: procW, h: roomy ? 46 : 38 }
  b.alone('deliver', 'process', proc)
  const outDia = Math.min(diaW, middle - 20)
  const rowLine = Math.max(bottom(proc) + 16 + outDia * 0.4, output.y + firstLine)
  b.alone('route_out', 'diamond', {
    x: cx(proc) - outDia / 2,
    y: rowLine - outDia * 0.42,
    w: outDia,
    h: outDia * 0.84,
  })

  const p = b.places
  b.point('start', { x: 2, y: inY })
  b.point('sent', { x: w - 2, y: outY })
  b.point('looped', { x: cx(p.transmit), y: bottom(p.transmit) + 26 })
  b.point('delivered', p.deliver.stand)
  b.point('dropped', { x: w / 2, y: h })
  b.point('stolen', { x: w / 2, y: h })

  b.rails()
  b.road('start', 'receive')
  b.road('receive', firstOf('PRE_ROUTING'))
  const pLast = p[lastOf('PRE_ROUTING')].stand.y
  const bend0 = x.route_in - gap / 2
  b.road(lastOf('PRE_ROUTING'), 'route_in', { x: bend0, y: pLast }, { x: bend0, y: high })
  b.road('route_in', firstOf('LOCAL_IN'), { x: cx(dia), y: input.y + firstLine })
  b.road('route_in', 'forward')
  b.road('forward', firstOf('FORWARD'))
  const inLast = p[lastOf('LOCAL_IN')].stand.y
  const bend = right(input) + Math.min(9, (proc.x - right(input)) / 2)
  b.road(lastOf('LOCAL_IN'), 'deliver', { x: bend, y: inLast }, { x: bend, y: cy(proc) })
  b.road('deliver', 'delivered')
  b.roads.push({ ...edgeOf('start', 'route_out'), points: straight([p.deliver.stand, p.route_out.stand]) })
  const outFirst = p[firstOf('LOCAL_OUT')].stand.y
  const bend2 = output.x - Math.min(9, (output.x - right(p.route_out)) / 2)
  b.road('route_out', firstOf('LOCAL_OUT'), { x: bend2, y: cy(p.route_out) }, { x: bend2, y: outFirst })
  b.road(lastOf('LOCAL_OUT'), firstOf('POST_ROUTING'))
  const fLast = p[lastOf('FORWARD')].stand.y
  const bend3 = right(fwd) + (post.x - right(fwd)) / 2
  b.road(lastOf('FORWARD'), firstOf('POST_ROUTING'), { x: bend3, y: fLast }, { x: bend3, y: low })
  b.road(lastOf('POST_ROUTING'), 'transmit')
  b.road('transmit', 'sent')
  b.road('transmit', 'looped')

  return b.done({
    kind: 'wide',
    w,
    h,
    words: { x: pad, y: top, w: cx(dia) - pad - 14, h: pre.y - top - 8 },
    chip: { x: pad, y: h - CHIP_HEIGHT - pad, w: post.x - 2 * pad, h: CHIP_HEIGHT },
  })
}

/** How far the last row of a hook lies below its first while nothing is opened. */
function fallOf(s: Sizes, hook: Hook): number {
  return (rowsOf(hook).length - 1) * (s.row + s.gap)
}

function edgeOf(from: string, to: string): Edge {
  const e = EDGES.find((x) => x.from === from && x.to === to)
  if (e === undefined) throw new Error(`the machine has no way from ${from} to ${to}`)
  return e
}

/** Tall: two columns. The packet falls down the left one; what is for this host goes through the right one. */
function tall(wish: Wish): Picture {
  const w = wish.width
  const b = new Board(wish, { row: 28, head: 28, foot: 7, gap: 4, more: 48 })
  const pad = 10
  const gutter = clamp(20, w * 0.07, 60)
  const colW = Math.min(220, (w - 2 * pad - gutter) / 2)
  const left = (w - 2 * colW - gutter) / 2
  const rightX = left + colW + gutter
  const devW = Math.min(96, colW)
  const diaW = 88
  const diaH = 66
  const mid = 14
  let y = 18

  b.alone('receive', 'device', { x: left, y, w: devW, h: 30 })
  y += 30 + mid
  const pre = b.hook('PRE_ROUTING', left, y, colW)
  y = bottom(pre) + mid
  b.alone('route_in', 'diamond', { x: pre.rail - 6, y, w: diaW, h: diaH })
  const inDia = b.places.route_in
  y += diaH + mid
  b.alone('forward', 'step', { x: left, y, w: Math.min(110, colW), h: 32 })
  y += 32 + mid
  const fwd = b.hook('FORWARD', left, y, colW)

  const input = b.hook('LOCAL_IN', rightX, pre.y, colW)
  let yr = bottom(input) + mid
  b.alone('deliver', 'process', { x: rightX, y: yr, w: colW, h: 40 })
  yr += 40 + mid
  b.alone('route_out', 'diamond', { x: rightX + 12 - 6, y: yr, w: diaW, h: diaH })
  yr += diaH + mid
  const output = b.hook('LOCAL_OUT', rightX, yr, colW)

  y = Math.max(bottom(fwd), bottom(output) - 40) + mid + 12
  const post = b.hook('POST_ROUTING', left, y, colW)
  y = bottom(post) + mid
  b.alone('transmit', 'device', { x: left, y, w: devW, h: 30 })
  y += 30 + 22
  const h = Math.max(y, bottom(output) + pad)

  const p = b.places
  // A box that a road runs through from above to below has it on the rail, so that the way is one straight line.
  for (const name of ['receive', 'forward', 'transmit', 'deliver'] as const) {
    const rail = name === 'deliver' ? rightX + 12 : left + 12
    const at = { x: rail, y: p[name].stand.y }
    p[name] = { ...p[name], stand: at, in: at, out: at }
  }
  b.point('start', { x: left + 12, y: 2 })
  b.point('sent', { x: left + 12, y: h - 4 })
  b.point('looped', { x: left + devW + 24, y: p.transmit.stand.y })
  b.point('delivered', p.deliver.stand)
  b.point('dropped', { x: left + colW / 2, y: h })
  b.point('stolen', { x: left + colW / 2, y: h })

  b.rails()
  b.road('start', 'receive')
  b.road('receive', firstOf('PRE_ROUTING'))
  const elbow = (from: Point, to: Point): Point[] =>
    Math.abs(from.x - to.x) < 1
      ? []
      : [
          { x: from.x, y: to.y - (inDia.h / 2 + mid / 2) },
          { x: to.x, y: to.y - (inDia.h / 2 + mid / 2) },
        ]
  b.road(lastOf('PRE_ROUTING'), 'route_in', ...elbow(p[lastOf('PRE_ROUTING')].stand, inDia.stand))
  const lane = right(pre) + gutter / 2
  const inFirst = p[firstOf('LOCAL_IN')].stand
  b.road('route_in', firstOf('LOCAL_IN'), { x: lane, y: inDia.stand.y }, { x: lane, y: inFirst.y })
  const down = (from: Point, to: Point, half: number): Point[] => [
    { x: from.x, y: from.y + half + mid / 2 },
    { x: to.x, y: from.y + half + mid / 2 },
  ]
  b.road('route_in', 'forward', ...down(inDia.stand, p.forward.stand, diaH / 2))
  b.road('forward', firstOf('FORWARD'))
  b.road(lastOf('FORWARD'), firstOf('POST_ROUTING'))
  b.road(lastOf('LOCAL_IN'), 'deliver')
  b.road('deliver', 'delivered')
  const outDia = p.route_out
  b.roads.push({
    ...edgeOf('start', 'route_out'),
    points: [p.deliver.stand, ...elbow(p.deliver.stand, outDia.stand), outDia.stand],
  })
  const outFirst = p[firstOf('LOCAL_OUT')].stand
  b.road('route_out', firstOf('LOCAL_OUT'), ...down(outDia.stand, outFirst, diaH / 2))
  const outLast = p[lastOf('LOCAL_OUT')].stand
  const postFirst = p[firstOf('POST_ROUTING')].stand
  const entry = post.y - 10
  b.road(
    lastOf('LOCAL_OUT'),
    firstOf('POST_ROUTING'),
    { x: outLast.x, y: bottom(output) + 8 },
    { x: lane, y: bottom(output) + 8 },
    { x: lane, y: entry },
    { x: postFirst.x, y: entry },
  )
  b.road(lastOf('POST_ROUTING'), 'transmit')
  b.road('transmit', 'sent')
  b.road('transmit', 'looped')

  return b.done({ kind: 'tall', w, h, words: null, chip: null })
}

/** Where a chip of a size lies so that it is near the packet and covers nothing: left of what it would cover. */
export function chipSpot(picture: Picture, near: number, w: number, h: number): Point {
  const lane = picture.chip
  if (lane === null) return { x: 0, y: 0 }
  const y = bottom(lane) - h
  const things: Rect[] = [...picture.boxes, ...Object.values(picture.places).filter((p) => p.shape !== 'row')]
  const covered = (x: number): Rect | undefined =>
    things.find((t) => t.w > 0 && t.x < x + w + 8 && x < right(t) && t.y < y + h && y - 4 < bottom(t))
  let x = clamp(lane.x, near - w / 2, Math.max(lane.x, right(lane) - w))
  for (let hit = covered(x); hit !== undefined; hit = covered(x)) {
    if (hit.x - 9 - w < lane.x) return { x: lane.x, y }
    x = hit.x - 9 - w
  }
  return { x, y }
}

/** Where a road comes into what it leads to, for its arrowhead; `angle` in degrees. Null: it never leaves. */
export function arrowOf(picture: Picture, road: Road): { at: Point; angle: number } | null {
  const place = picture.places[road.to]
  const box = picture.boxes.find((b) => b.hook === stationOf[road.to]?.group)
  const from = stationOf[road.from]?.group
  if (box !== undefined && from === box.hook) return null
  const r: Rect = box ?? place
  for (let i = road.points.length - 1; i > 0; i--) {
    const a = road.points[i - 1]
    const b = road.points[i]
    const angle = (Math.atan2(b.y - a.y, b.x - a.x) * 180) / Math.PI
    if (r.w === 0) return { at: b, angle }
    if (inside(r, a)) continue
    if (a.y === b.y) return { at: { x: b.x > a.x ? r.x : right(r), y: b.y }, angle }
    return { at: { x: b.x, y: b.y > a.y ? r.y : bottom(r) }, angle }
  }
  return null
}

function inside(r: Rect, p: Point): boolean {
  return p.x >= r.x - 0.5 && p.x <= right(r) + 0.5 && p.y >= r.y - 0.5 && p.y <= bottom(r) + 0.5
}

/** Points of a walk from state to state along the roads; states without a road between them are left out. */
export function routeOf(picture: Picture, states: readonly string[]): Point[] {
  const out: Point[] = []
  for (let i = 1; i < states.length; i++) {
    const road = picture.roads.find((r) => r.from === states[i - 1] && r.to === states[i])
    if (road === undefined) continue
    for (const p of road.points) {
      const last = out.at(-1)
      if (last === undefined || last.x !== p.x || last.y !== p.y) out.push(p)
    }
  }
  return out
}

export function lengthOf(points: readonly Point[]): number {
  let sum = 0
  for (let i = 1; i < points.length; i++)
    sum += Math.hypot(points[i].x - points[i - 1].x, points[i].y - points[i - 1].y)
  return sum
}

/** The first `share` of a way. */
export function cut(points: readonly Point[], share: number): Point[] {
  if (share >= 1 || points.length < 2) return [...points]
  let left = lengthOf(points) * Math.max(0, share)
  const out: Point[] = [points[0]]
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]
    const b = points[i]
    const d = Math.hypot(b.x - a.x, b.y - a.y)
    if (d >= left) {
      const t = d === 0 ? 0 : left / d
      out.push({ x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t })
      return out
    }
    left -= d
    out.push(b)
  }
  return out
}

/** An SVG path with its corners rounded. */
export function roundedPath(points: readonly Point[], radius = 8): string {
  if (points.length === 0) return ''
  const f = (n: number): string => String(Math.round(n * 10) / 10)
  let d = `M${f(points[0].x)} ${f(points[0].y)}`
  for (let i = 1; i < points.length; i++) {
    const b = points[i]
    const c = points[i + 1]
    const a = points[i - 1]
    const ab = Math.hypot(b.x - a.x, b.y - a.y)
    const bc = c === undefined ? 0 : Math.hypot(c.x - b.x, c.y - b.y)
    const r = Math.min(radius, ab / 2, bc / 2)
    if (c === undefined || r < 0.5) {
      d += `L${f(b.x)} ${f(b.y)}`
      continue
    }
    const p = { x: b.x - ((b.x - a.x) / ab) * r, y: b.y - ((b.y - a.y) / ab) * r }
    const q = { x: b.x + ((c.x - b.x) / bc) * r, y: b.y + ((c.y - b.y) / bc) * r }
    d += `L${f(p.x)} ${f(p.y)}Q${f(b.x)} ${f(b.y)} ${f(q.x)} ${f(q.y)}`
  }
  return d
}
