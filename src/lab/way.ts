/** A packet on the road of a host. What is gone is used again: a load would fill the memory with them. */
import type { Skb } from '../kernel/skb.ts'

export interface Way {
  host: number
  skb: Skb
}

const spare: Way[] = []

export function way(host: number, skb: Skb): Way {
  const w = spare.pop()
  if (w === undefined) return { host, skb }
  w.host = host
  w.skb = skb
  return w
}

/** Nobody will look at it again. */
export function forgetWay(w: Way): void {
  if (spare.length < 64) spare.push(w)
}
