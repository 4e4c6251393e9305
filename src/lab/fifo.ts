/** A queue as plain data, a ring: what comes first goes first, without moving the rest and without new memory. */
export interface Fifo<T> {
  /** As many places as a power of two. */
  items: T[]
  head: number
  size: number
  /** What stands in a place that holds nothing. */
  empty: T
}

export function newFifo<T>(empty: T): Fifo<T> {
  return { items: new Array<T>(16).fill(empty), head: 0, size: 0, empty }
}

export function sizeOf(q: Fifo<unknown>): number {
  return q.size
}

/** Twice the places. Made as the first ones were, or the code of all queues would have to tell two kinds of arrays apart. */
function grow<T>(q: Fifo<T>): void {
  const { items } = q
  q.items = new Array<T>(items.length * 2).fill(q.empty)
  for (let i = 0; i < items.length; i++) q.items[i] = items[(q.head + i) & (items.length - 1)]
  q.head = 0
}

export function push<T>(q: Fifo<T>, item: T): void {
  if (q.size === q.items.length) grow(q)
  q.items[(q.head + q.size++) & (q.items.length - 1)] = item
}

/** The first item, taken out; undefined: there is none. */
export function shift<T>(q: Fifo<T>): T | undefined {
  if (q.size === 0) return undefined
  const item = q.items[q.head]
  q.items[q.head] = q.empty
  q.head = (q.head + 1) & (q.items.length - 1)
  q.size--
  return item
}
