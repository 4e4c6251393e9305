/**
 * What is due and when: a binary heap in typed arrays. Ties keep the order in which they were put in.
 */
export interface Schedule {
  size: number
  /** Microseconds of lab time. */
  time: Float64Array
  order: Uint32Array
  kind: Uint8Array
  host: Uint8Array
  data: Int32Array
  nextOrder: number
}

export const ARRIVE = 1
export const TIMER_TCP = 2
export const TIMER_PROCESS = 3
export const TIMER_GC = 4
export const TIMER_NEIGH = 5
export const TIMER_FRAG = 6

/**
 * Of neighbours that are asked again in one moment the one that was asked last is the first, behind everything else.
 * Linux: kernel/time/timer.c enqueue_timer
 */
const LAST = 0xffffffff

/** Things due at once, at most; beyond it a schedule refuses. */
export const MAX_DUE = 1 << 20

export function newSchedule(): Schedule {
  return {
    size: 0,
    time: new Float64Array(64),
    order: new Uint32Array(64),
    kind: new Uint8Array(64),
    host: new Uint8Array(64),
    data: new Int32Array(64),
    nextOrder: 0,
  }
}

export interface Due {
  time: number
  kind: number
  host: number
  data: number
}

/** Does what is at `a` come before something of that time and order? */
function earlier(q: Schedule, a: number, time: number, order: number): boolean {
  return q.time[a] < time || (q.time[a] === time && q.order[a] < order)
}

function move(q: Schedule, from: number, to: number): void {
  q.time[to] = q.time[from]
  q.order[to] = q.order[from]
  q.kind[to] = q.kind[from]
  q.host[to] = q.host[from]
  q.data[to] = q.data[from]
}

function grow(q: Schedule): void {
  const n = q.time.length * 2
  if (n > MAX_DUE) throw new Error('too much is due at once')
  const copy = <T extends { set(from: ArrayLike<number>): void }>(fresh: T, old: ArrayLike<number>): T => {
    fresh.set(old)
    return fresh
  }
  q.time = copy(new Float64Array(n), q.time)
  q.order = copy(new Uint32Array(n), q.order)
  q.kind = copy(new Uint8Array(n), q.kind)
  q.host = copy(new Uint8Array(n), q.host)
  q.data = copy(new Int32Array(n), q.data)
}

export function put(q: Schedule, time: number, kind: number, host: number, data: number): void {
  if (q.size === q.time.length) grow(q)
  const next = q.nextOrder++
  const order = kind === TIMER_NEIGH ? LAST - next : next
  let i = q.size++
  while (i > 0) {
    const parent = (i - 1) >> 1
    if (earlier(q, parent, time, order)) break
    move(q, parent, i)
    i = parent
  }
  q.time[i] = time
  q.order[i] = order
  q.kind[i] = kind
  q.host[i] = host
  q.data[i] = data
}

/** Time of the first thing due, Infinity: nothing. */
export function firstDue(q: Schedule): number {
  return q.size > 0 ? q.time[0] : Infinity
}

/** What was taken out last, filled in anew each time. Its time begins with a fraction: see newSkb. */
const due: Due = { time: 0.5, kind: 0, host: 0, data: 0 }

/** Take out the first thing due, which is the same object each time. Only call it with size > 0. */
export function take(q: Schedule): Due {
  due.time = q.time[0]
  due.kind = q.kind[0]
  due.host = q.host[0]
  due.data = q.data[0]
  const last = --q.size
  if (last === 0) return due
  // The last one sinks from the top to its place.
  const time = q.time[last]
  const order = q.order[last]
  let i = 0
  for (;;) {
    let child = 2 * i + 1
    if (child >= last) break
    if (child + 1 < last && earlier(q, child + 1, q.time[child], q.order[child])) child++
    if (!earlier(q, child, time, order)) break
    move(q, child, i)
    i = child
  }
  move(q, last, i)
  return due
}
