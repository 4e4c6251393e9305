/** Ways and rectangles: what the pictures are made of. */

export interface Point {
  x: number
  y: number
}

export interface Rect extends Point {
  w: number
  h: number
}

export const clamp = (lo: number, x: number, hi: number): number => Math.min(hi, Math.max(lo, x))
export const right = (r: Rect): number => r.x + r.w
export const bottom = (r: Rect): number => r.y + r.h
export const cx = (r: Rect): number => r.x + r.w / 2
export const cy = (r: Rect): number => r.y + r.h / 2

export function inside(r: Rect, p: Point): boolean {
  return p.x >= r.x - 0.5 && p.x <= right(r) + 0.5 && p.y >= r.y - 0.5 && p.y <= bottom(r) + 0.5
}

/** Without points that say nothing: doubled ones, and those in the middle of a straight line. */
export function straight(points: readonly Point[]): Point[] {
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
