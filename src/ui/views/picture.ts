/**
 * Where everything of the hook diagram lies: a function from the machine and a size to rectangles and roads.
 *
 * Stations, their order and the roads between them come from packetPath (stations.ts); the two layouts only say where a
 * hook or a station outside the hooks stands. A station that is added to a hook draws itself; one that is added outside
 * the hooks is asked for by name.
 */
import type { Picture, Road, Wish } from './board.ts'
import { tall } from './picture-tall.ts'
import { wide, WIDE_FROM } from './picture-wide.ts'
import { stationOf } from './stations.ts'
import { bottom, clamp, inside, right, type Point, type Rect } from './ways.ts'

export function pictureOf(wish: Wish): Picture {
  return wish.width >= WIDE_FROM ? wide(wish) : tall(wish)
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
