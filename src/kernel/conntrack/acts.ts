/**
 * What the table has done of its own accord: the last search of early_drop, the last pass of the collector, the last
 * rehash. Nobody's packet shows them, and a load has thousands, so they are no events: they lie as numbers in CtTable.acts,
 * one of each, and whoever goes back in time finds the ones of then. acts-view.ts says what the numbers mean.
 *
 * Linux: nothing; it is what a tracer on these functions would have seen last
 */
import type { Kernel } from '../kernel.ts'
import { bucketOf, type CtTable } from './table.ts'

/** Buckets that early_drop looks at. Linux: NF_CT_EVICTION_RANGE */
export const EVICTION_RANGE = 8
export const VICTIMS = 4
export const GONE = 64
export const ROW = 6

/** Where each act begins. Each has time, step and buckets first. */
export const SEARCH = 0
export const SEARCH_COUNT = 3
export const SEARCH_FOUND = 4
export const SEARCH_NS = 5
export const SEARCH_KEPT = 6
export const SEARCH_DROPPED = 7
export const SEARCH_LOOKED = 8
export const SEARCH_BUCKETS = 9
export const SEARCH_VICTIMS = SEARCH_BUCKETS + EVICTION_RANGE
export const SWEEP = SEARCH_VICTIMS + VICTIMS * ROW
export const SWEEP_FROM = SWEEP + 3
export const SWEEP_SWEPT = SWEEP + 4
export const SWEEP_MET = SWEEP + 5
export const SWEEP_EXPIRED = SWEEP + 6
export const SWEEP_EARLY = SWEEP + 7
export const SWEEP_WAIT = SWEEP + 8
export const SWEEP_GONE = SWEEP + 9
export const SWEEP_LIST = SWEEP + 10
export const REHASH = SWEEP_LIST + 2 * GONE
export const REHASH_FROM = REHASH + 3
export const REHASH_NODES = REHASH + 4
export const ACTS = REHASH + 5

/** An act begins: what is said of the last one of its kind, up to `end`, is forgotten. */
export function beginAct({ machine: { ct }, now, step }: Kernel, act: number, from = act, end = from): void {
  const { acts } = ct
  acts.fill(0, from, end)
  acts[act] = now
  acts[act + 1] = step
  acts[act + 2] = ct.buckets
}

/** The nth entry that early_drop removes. */
export function noteVictim({ acts, protonum, state, src, dst, sport, dport }: CtTable, slot: number): void {
  const n = acts[SEARCH_DROPPED]++
  const node = slot * 2
  if (n < VICTIMS)
    acts.set(
      [protonum[slot], state[slot], src[node], dst[node], sport[node], dport[node]],
      SEARCH_VICTIMS + n * ROW,
    )
}

/** The collector is going to remove an entry, for which `why` counts. */
export function noteGone(ct: CtTable, slot: number, why: number): void {
  const { acts, hash } = ct
  acts[why]++
  if (acts[SWEEP_GONE] < 2 * GONE)
    for (const node of [slot * 2, slot * 2 + 1])
      acts[SWEEP_LIST + acts[SWEEP_GONE]++] = bucketOf(ct, hash[node])
}
