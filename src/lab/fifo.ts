/** A queue as plain data: what comes first goes first, without moving the rest. */
export interface Fifo<T> {
  items: T[]
  /** Items before this one have gone. */
  head: number
}

export function newFifo<T>(): Fifo<T> {
  return { items: [], head: 0 }
}

export function sizeOf(q: Fifo<unknown>): number {
  return q.items.length - q.head
}

export function shift<T>(q: Fifo<T>): T | undefined {
  const item = q.items[q.head]
  if (q.head >= q.items.length) return undefined
  q.head++
  if (q.head === q.items.length) {
    q.items.length = 0
    q.head = 0
  } else if (q.head >= 4096) {
    q.items.splice(0, q.head)
    q.head = 0
  }
  return item
}
