/** What a picture of the machine consists of, and the board on which the two layouts put it together. */
import type { Hook } from '../../kernel/xtables/rule.ts'
import { chainOf, EDGES, STATIONS, stationOf, type Edge, type Station } from './stations.ts'
import { cx, cy, straight, type Point, type Rect } from './ways.ts'

export type Shape = 'row' | 'diamond' | 'device' | 'step' | 'process' | 'point'

export interface Place extends Rect {
  state: string
  shape: Shape
  /** Where the packet stands: on the rail of its hook, or where it comes in. */
  stand: Point
  /** Where roads begin. */
  hub: Point
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

export interface BridgeRow {
  /** Its own strip, in which no hook lies. */
  band: Rect
  /** Where its name begins; written downwards where the strip stands. */
  sign: Point
  upright: boolean
  /** What a bridged frame that meets the hooks leaves out: the middle of its name. */
  past: Point
}

export interface Picture {
  kind: 'wide' | 'tall'
  w: number
  h: number
  places: Readonly<Record<string, Place>>
  boxes: readonly HookBox[]
  roads: readonly Road[]
  /** Where the sentence goes, and the legend, in the wide picture. */
  words: Rect | null
  legend: Rect | null
  /** The row of frames that stay on a bridge; null: there is no bridge. */
  bridge: BridgeRow | null
  /** Where the chip lies, in the wide picture; its x follows the packet. */
  chip: Rect | null
  /** Height of the chip when it says all that there is room for. */
  chipTallest: number
}

export interface Wish {
  width: number
  height: number
  /** The row that is opened to show what decided. */
  open: string | null
  /** Height of a table's row where a finger has to hit it; 0: as it comes. */
  touch: number
  /** The host has a bridge: the ways of bridged frames are drawn too. */
  bridge: boolean
  /** Rows that a finger may want to hit. */
  touched: (state: string) => boolean
}

export interface Sizes {
  row: number
  head: number
  foot: number
  gap: number
  /** By how much an opened row is higher. */
  more: number
  /** The chip with everything that it may have to say. */
  chip: number
  /** It lies left of FORWARD, narrower, not below it. */
  aside?: boolean
}

/** Height of the bridge's row. */
export const BRIDGE = 24

export const rowsOf = (hook: Hook): Station[] => STATIONS.filter((s) => s.group === hook)

/** Heights of the chip: plain, with the tuple of the answer below the header, with both tuples. */
export const CHIP_HEIGHT = 56
export const CHIP_BRIEF = 90
export const CHIP_TALLEST = 116
export const CHIP_WIDTH = 520

/** Collects what has been placed. */
export class Board {
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

  /** Middle of a hook's first or last row below the top of its box, as if nothing were opened. */
  lineOf(hook: Hook, which: 'first' | 'last'): number {
    const { head, foot } = this.s
    const row = which === 'first' ? firstOf(hook) : lastOf(hook)
    const half = (this.rowHeight(row) - this.more(row)) / 2
    return which === 'first' ? head + half : this.heightOf(hook, false) - foot - half
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
        x: x + 21,
        y: top,
        w: w - 26,
        h,
        stand,
        hub: stand,
      }
      top += h + this.s.gap
    }
    return box
  }

  /** A station outside the hooks. The packet stands where it comes in: at the left or upper edge, or on a rail. */
  alone(state: string, shape: Shape, r: Rect, entry: 'left' | 'top' | { rail: number }): Place {
    const middle = { x: cx(r), y: cy(r) }
    const rail = typeof entry === 'object' ? { x: entry.rail, y: middle.y } : null
    const edge = entry === 'left' ? { x: r.x, y: middle.y } : { x: middle.x, y: r.y }
    const place: Place = { ...r, state, shape, stand: rail ?? edge, hub: rail ?? middle }
    this.places[state] = place
    return place
  }

  point(state: string, p: Point): void {
    this.places[state] = { state, shape: 'point', ...p, w: 0, h: 0, stand: p, hub: p }
  }

  /** The road of an edge of the machine, by way of `via`. */
  road(from: string, to: string, ...via: Point[]): void {
    const a = this.places[from]
    this.way(from, to, [a.stand, a.hub, ...via, this.places[to].stand])
  }

  /** The road of an edge of the machine, point by point. */
  way(from: string, to: string, points: readonly Point[]): void {
    const edge = EDGES.find((e) => e.from === from && e.to === to)
    if (edge?.verdict === 'BRIDGE' && !this.wish.bridge) return
    if (edge === undefined) throw new Error(`the machine has no way from ${from} to ${to}`)
    this.roads.push({ ...edge, points: straight(points) })
  }

  /** The ways from row to row inside the hooks, straight down the rail. */
  rails(): void {
    for (const e of EDGES) {
      const a = stationOf[e.from]
      const b = stationOf[e.to]
      if (a.group !== null && a.group === b.group) this.road(e.from, e.to)
    }
  }

  done(rest: Omit<Picture, 'places' | 'boxes' | 'roads'>): Picture {
    return { ...rest, places: this.places, boxes: this.boxes, roads: this.roads }
  }
}

/** The first and the last station of a hook. */
export const firstOf = (hook: Hook): string => rowsOf(hook)[0].state
export const lastOf = (hook: Hook): string => rowsOf(hook).at(-1)?.state ?? ''
