/** Where an opened chain lies in the picture, and the wedge that joins it to its station. */
import type { Picture } from './board.ts'
import { stationOf } from './stations.ts'
import { bottom, clamp, cy, right, type Rect } from './ways.ts'

export interface Spot {
  x: number
  y: number
  w: number
  /** It is not higher than this. */
  h: number
  /** An SVG path. */
  join: string
}

const WIDEST = 470
const GAP = 16
const EDGE = 6
/** The buttons that change the picture's size stand at the right. */
const BAR = 42

/**
 * Beside its hook, on the side that has more room, so that hook and packet stay in sight; in the tall picture below its
 * row. `seen`: what is seen of the picture; `tall`: how high the card is; `scale`: how much larger it is drawn.
 */
export function openSpot(picture: Picture, state: string, seen: Rect, tall: number, scale = 1): Spot | null {
  const row = picture.places[state]
  const box = picture.boxes.find((b) => b.hook === stationOf[state]?.group)
  if (row === undefined || box === undefined) return null
  const floor = Math.min(picture.h, bottom(seen)) - EDGE
  const roof = Math.max(0, seen.y) + EDGE
  const most = Math.max(120, floor - roof)
  if (picture.kind === 'tall') {
    const w = picture.w - 2 * EDGE
    const y = bottom(row) + 9
    const h = Math.max(160, seen.h * 0.62)
    const x = clamp(EDGE + 12, row.x + 24, picture.w - 30)
    return { x: EDGE, y, w, h, join: `M${x} ${bottom(row) - 1}L${x - 9} ${y + 1}H${x + 9}Z` }
  }
  const [onLeft, onRight] = [box.x - GAP - EDGE, picture.w - right(box) - GAP - BAR]
  const toRight = onRight >= onLeft
  const w = Math.min(WIDEST * scale, Math.max(onLeft, onRight))
  const x = toRight ? right(box) + GAP : box.x - GAP - w
  const y = clamp(roof, row.y - 8, Math.max(roof, floor - Math.min(tall, most)))
  const at = cy({ ...row, h: Math.min(row.h, 24) })
  const near = clamp(y + 14, at, y + Math.max(15, Math.min(tall, most) - 14))
  // From the left it ends before the rail: the packet may stand there.
  const [a, b] = toRight ? [right(row), x + 1] : [box.x + 1, x + w - 1]
  return { x, y, w, h: most, join: `M${a} ${at}L${b} ${near - 8}V${near + 8}Z` }
}
