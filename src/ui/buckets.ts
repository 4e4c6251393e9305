/** The bucket array as a heat map: pure. */

/** The bucket array as a grid of cells: one bucket a cell where there is room, else a run of neighbours. */
export interface Grid {
  columns: number
  rows: number
  /** Buckets in a cell. */
  per: number
  cells: number
}

export function gridOf(buckets: number, columns: number, maxRows: number): Grid {
  const per = Math.max(1, Math.ceil(buckets / (columns * maxRows)))
  const cells = Math.ceil(buckets / per)
  return { columns: Math.min(columns, Math.max(1, cells)), rows: Math.ceil(cells / columns), per, cells }
}

/** The longest chain of each cell. `into` is used again where it fits. */
export function cellHeights(heat: Uint8Array, grid: Grid, into?: Uint8Array): Uint8Array {
  const out = into !== undefined && into.length === grid.cells ? into.fill(0) : new Uint8Array(grid.cells)
  if (grid.per === 1) {
    out.set(heat.subarray(0, grid.cells))
    return out
  }
  for (let cell = 0, bucket = 0; cell < grid.cells; cell++) {
    let longest = 0
    const end = Math.min(heat.length, bucket + grid.per)
    for (; bucket < end; bucket++) if (heat[bucket] > longest) longest = heat[bucket]
    out[cell] = longest
  }
  return out
}

/** The step of the palette for a chain's length: 0 empty .. 4 long. */
export function heatStep(length: number): number {
  return length < 3 ? length : length < 5 ? 3 : 4
}

/** Walks to the next bucket that holds something, round the end; -1 where all are empty. */
export function nextOccupied(heat: Uint8Array, from: number, by: 1 | -1): number {
  const n = heat.length
  for (let i = 1; i <= n; i++) {
    const at = (((from + by * i) % n) + n) % n
    if (heat[at] > 0) return at
  }
  return -1
}

export function occupied(heat: Uint8Array): number {
  let n = 0
  for (const length of heat) if (length > 0) n++
  return n
}

export function sameAs(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** How the map lies on the page: pixels, from its upper left corner. */
export interface Layout {
  grid: Grid
  /** From one cell to the next. */
  step: number
  /** What of it is filled. */
  side: number
  width: number
  height: number
}

/** Height of the map and the sides a cell may have, the space to the next one included. */
const HEIGHT = 119
const SIDES = [44, 28, 20, 14, 10, 7]
const SMALLEST = 7
/** ... where every bucket of a large table is a pixel. */
const EACH_HEIGHT = 196

/** The map of so many buckets: as large as cells can be that an eye can see, or, `each`, no cell with two of them. */
export function layoutOf(buckets: number, width: number, each: boolean): Layout {
  if (each) {
    const grid = gridOf(buckets, Math.max(1, Math.ceil(Math.sqrt((buckets * width) / EACH_HEIGHT))), 1e9)
    const step = width / grid.columns
    return { grid, step, side: step, width, height: Math.round(step * grid.rows) }
  }
  const step = SIDES.find((s) => Math.floor(width / s) * Math.floor(HEIGHT / s) >= buckets) ?? SMALLEST
  const grid = gridOf(buckets, Math.max(1, Math.floor(width / step)), Math.floor(HEIGHT / step))
  return { grid, step, side: step - 1, width: grid.columns * step - 1, height: grid.rows * step - 1 }
}

export interface Rect {
  x: number
  y: number
  width: number
  height: number
}

/** Where a bucket's cell lies; a mark is never smaller than `least`. */
export function boxOf({ grid, step, side }: Layout, bucket: number, least = 5): Rect {
  const cell = Math.floor(bucket / grid.per)
  const size = Math.max(least, side)
  const shift = (size - side) / 2
  return {
    x: (cell % grid.columns) * step - shift,
    y: Math.floor(cell / grid.columns) * step - shift,
    width: size,
    height: size,
  }
}

/** The cells of so many buckets from one on, round the end: a rectangle for each row that they lie in. */
export function runOf(layout: Layout, buckets: number, from: number, count: number): Rect[] {
  const { grid, step, side } = layout
  const rects: Rect[] = []
  const end = from + count - 1
  for (const [first, last] of end < buckets
    ? [[from, end]]
    : [
        [from, buckets - 1],
        [0, end - buckets],
      ]) {
    const b = Math.floor(last / grid.per)
    for (let a = Math.floor(first / grid.per); a <= b;) {
      const row = Math.floor(a / grid.columns)
      const next = Math.min(b + 1, (row + 1) * grid.columns)
      rects.push({
        x: (a % grid.columns) * step,
        y: row * step,
        width: (next - a - 1) * step + side,
        height: side,
      })
      a = next
    }
  }
  return rects
}

/** The middle of a bucket's cell. */
export function middleOf(layout: Layout, bucket: number): { x: number; y: number } {
  const { x, y, width, height } = boxOf(layout, bucket, 0)
  return { x: x + width / 2, y: y + height / 2 }
}

/** The bucket's mark among others' in its cell: of several buckets in one cell only the first has one. */
export function onePerCell(layout: Layout, buckets: readonly number[]): number[] {
  const seen = new Set<number>()
  return buckets.filter((b) => {
    const cell = Math.floor(b / layout.grid.per)
    if (seen.has(cell)) return false
    seen.add(cell)
    return true
  })
}
