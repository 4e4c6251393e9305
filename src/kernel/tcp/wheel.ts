/**
 * The timers of TCP: a wheel of levels, each eight times coarser than the one before. A timer fires at the end of the
 * slice that it falls into, together with all others of that slice; so long timeouts come late, and many at once, as on
 * a real kernel. A timer is a number, here twice the slot of its socket, or that plus one.
 *
 * Linux: kernel/time/timer.c calc_wheel_index, with HZ=250
 */
import type { Micros } from '../trace.ts'

/** Microseconds of a jiffy. */
export const JIFFY = 4000
const LEVELS = 9
const SLICES = 64

export interface Wheel {
  /** First timer of each slice, -1: none; and when the slice ends (jiffies). */
  heads: Int32Array
  ends: Float64Array
  /** When the lab has been asked to call for the slice (jiffies), 0: not. */
  asked: Float64Array
  /** By timer: its slice (-1: not running), its neighbours there, and when it was to be, lab time. */
  slice: Int16Array
  next: Int32Array
  prev: Int32Array
  at: Float64Array
}

export function newWheel(timers: number): Wheel {
  return {
    heads: new Int32Array(LEVELS * SLICES).fill(-1),
    ends: new Float64Array(LEVELS * SLICES),
    asked: new Float64Array(LEVELS * SLICES),
    slice: new Int16Array(timers).fill(-1),
    next: new Int32Array(timers),
    prev: new Int32Array(timers),
    at: new Float64Array(timers),
  }
}

export function growWheel(w: Wheel, timers: number): void {
  const bigger = newWheel(timers)
  for (const name of ['slice', 'next', 'prev', 'at'] as const) {
    bigger[name].set(w[name])
    Object.assign(w, { [name]: bigger[name] })
  }
}

/** The level for a delay of so many jiffies. Linux: LVL_START */
function levelOf(delta: number): number {
  let level = 0
  for (let start = SLICES - 1; delta >= start && level < LEVELS - 1; start *= 8) level++
  return level
}

/**
 * Start a timer, or move it. `clock` is the machine's time when the lab began. Answers the slice if the lab must be asked
 * to call at `sliceTime`, else -1. Linux: mod_timer
 */
export function arm(w: Wheel, timer: number, now: Micros, at: Micros, clock: Micros): number {
  forget(w, timer)
  const base = Math.floor((now + clock) / JIFFY)
  const expires = Math.max(base, base + Math.ceil((at - now) / JIFFY))
  const level = levelOf(expires - base)
  const step = 1 << (3 * level)
  const number = Math.floor(expires / step) + 1
  const slice = level * SLICES + (number % SLICES)
  const end = number * step
  const first = w.heads[slice]
  w.at[timer] = at
  w.slice[timer] = slice
  w.prev[timer] = -1
  w.next[timer] = first
  if (first >= 0) w.prev[first] = timer
  w.heads[slice] = timer
  w.ends[slice] = end
  if (w.asked[slice] === end) return -1
  w.asked[slice] = end
  return slice
}

/** Lab time at which a slice ends. */
export function sliceTime(w: Wheel, slice: number, clock: Micros): Micros {
  return w.ends[slice] * JIFFY - clock
}

/** The timer shall not fire. Linux: timer_delete */
export function forget(w: Wheel, timer: number): void {
  const slice = w.slice[timer]
  if (slice < 0) return
  const next = w.next[timer]
  const prev = w.prev[timer]
  if (next >= 0) w.prev[next] = prev
  if (prev >= 0) w.next[prev] = next
  else w.heads[slice] = next
  w.slice[timer] = -1
}

export function isRunning(w: Wheel, timer: number): boolean {
  return w.slice[timer] >= 0
}

/**
 * The timers of a slice whose end has come, the latest first, as Linux keeps them; they run no more.
 * Linux: collect_expired_timers, expire_timers
 */
export function expired(w: Wheel, slice: number, now: Micros, clock: Micros): number[] {
  const out: number[] = []
  if (w.ends[slice] * JIFFY > now + clock) return out
  w.asked[slice] = 0
  for (let timer = w.heads[slice]; timer >= 0; timer = w.next[timer]) {
    w.slice[timer] = -1
    out.push(timer)
  }
  w.heads[slice] = -1
  return out
}
