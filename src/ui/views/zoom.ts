/** How large a picture is looked at. Numbers in, numbers out. */
import { clamp, type Point } from './ways.ts'

export const ZOOM_MIN = 0.4
export const ZOOM_MAX = 4
/** What a button or a key does. */
export const ZOOM_STEP = 1.25

interface Size {
  w: number
  h: number
}

export function zoomBy(zoom: number, factor: number): number {
  return snapped(clamp(ZOOM_MIN, zoom * factor, ZOOM_MAX), 0.02)
}

/** The same little by little, as fingers and wheels do it: what is next to the size as drawn can be come away from. */
export function zoomGently(zoom: number, factor: number): number {
  return snapped(clamp(ZOOM_MIN, zoom * factor, ZOOM_MAX), 0.001)
}

/** As drawn is one of the sizes, however it was come to. */
export function snapped(zoom: number, near: number): number {
  return Math.abs(zoom - 1) < near ? 1 : zoom
}

/** All of it in the frame, but not larger than it is drawn. */
export function fitting(frame: Size, picture: Size): number {
  return clamp(ZOOM_MIN, Math.min(frame.w / picture.w, frame.h / picture.h), 1)
}

/** What a turn of the wheel means. A pinch on a touchpad comes as one with Ctrl, in small steps. */
export function wheelFactor(delta: number, mode: number): number {
  // Some browsers count in lines or pages.
  const pixels = delta * (mode === 1 ? 16 : mode === 2 ? 400 : 1)
  return Math.exp(-clamp(-120, pixels, 120) * 0.004)
}

/** Two fingers: by how much they are further apart than before. */
export function spread(before: readonly [Point, Point], now: readonly [Point, Point]): number {
  const apart = ([a, b]: readonly [Point, Point]): number => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y))
  return apart(now) / apart(before)
}

/** The point between them. */
export function between([a, b]: readonly [Point, Point]): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
}

/** How far to scroll along one axis so that `[from, to]` is in `[seen, seen + room]`, 0: it is. */
export function into(from: number, to: number, seen: number, room: number): number {
  if (from < seen) return from - seen
  return to > seen + room ? Math.min(to - room - seen, from - seen) : 0
}
