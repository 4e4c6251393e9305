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
