/** The numbers of acts.ts in words: what the table has done of its own accord last. Apart, as the packet path needs none of it. */
import type { Micros } from '../trace.ts'
import {
  REHASH,
  REHASH_FROM,
  REHASH_NODES,
  ROW,
  SEARCH,
  SEARCH_BUCKETS,
  SEARCH_COUNT,
  SEARCH_DROPPED,
  SEARCH_FOUND,
  SEARCH_KEPT,
  SEARCH_LOOKED,
  SEARCH_NS,
  SEARCH_VICTIMS,
  SWEEP,
  SWEEP_EARLY,
  SWEEP_EXPIRED,
  SWEEP_FROM,
  SWEEP_GONE,
  SWEEP_LIST,
  SWEEP_MET,
  SWEEP_SWEPT,
  SWEEP_WAIT,
  VICTIMS,
} from './acts.ts'

/** When: lab time, and the step of the lab that did it (0: never). */
interface When {
  time: Micros
  step: number
  /** Buckets of the table then. */
  of: number
}

/** A search of early_drop for somebody who may go. */
export interface SearchAct extends When {
  /** Searches so far, and those that found somebody. */
  count: number
  found: number
  /** Index of the namespace whose new connection wanted room: only its own entries may go. */
  ns: number
  /** Nodes that were met and had to stay: assured ones, and those of other namespaces. */
  kept: number
  /** Entries that were removed, all from the last bucket: they were not assured. */
  dropped: number
  /** Buckets that were looked at, in their order. */
  looked: number[]
  /** The first VICTIMS of those that were removed. */
  victims: Victim[]
}

/** An entry that had to go: its original tuple, and its state as a number of tcp.machine.ts. */
export interface Victim {
  protonum: number
  state: number
  src: number
  dst: number
  sport: number
  dport: number
}

/** A pass of the collector. */
export interface SweepAct extends When {
  /** The first bucket that it looked at, and how many from there, round the end. */
  from: number
  swept: number
  /** Entries that it met, whose time was over, and that had to go before it because the table had been full. */
  met: number
  expired: number
  early: number
  /** Lab time until the next pass. */
  wait: Micros
  /** Buckets in which the first GONE of the removed ones hung, two for each. */
  gone: number[]
}

/** Another number of buckets was set: `of`. */
export interface RehashAct extends When {
  from: number
  /** Nodes that were hung anew. */
  nodes: number
}

/** Null: it has never happened. */
export interface CtActs {
  search: SearchAct | null
  sweep: SweepAct | null
  rehash: RehashAct | null
}

/** The numbers in words. */
export function readActs(acts: Float64Array): CtActs {
  const when = (at: number): When => ({ time: acts[at], step: acts[at + 1], of: acts[at + 2] })
  const list = (at: number, n: number): number[] => [...acts.subarray(at, at + n)]
  const victims = Math.min(VICTIMS, acts[SEARCH_DROPPED])
  return {
    search:
      acts[SEARCH_COUNT] === 0
        ? null
        : {
            ...when(SEARCH),
            count: acts[SEARCH_COUNT],
            found: acts[SEARCH_FOUND],
            ns: acts[SEARCH_NS],
            kept: acts[SEARCH_KEPT],
            dropped: acts[SEARCH_DROPPED],
            looked: list(SEARCH_BUCKETS, acts[SEARCH_LOOKED]),
            victims: Array.from({ length: victims }, (_, i) => {
              const [protonum, state, src, dst, sport, dport] = list(SEARCH_VICTIMS + i * ROW, ROW)
              return { protonum, state, src, dst, sport, dport }
            }),
          },
    sweep:
      acts[SWEEP + 2] === 0
        ? null
        : {
            ...when(SWEEP),
            from: acts[SWEEP_FROM],
            swept: acts[SWEEP_SWEPT],
            met: acts[SWEEP_MET],
            expired: acts[SWEEP_EXPIRED],
            early: acts[SWEEP_EARLY],
            wait: acts[SWEEP_WAIT],
            gone: list(SWEEP_LIST, acts[SWEEP_GONE]),
          },
    rehash:
      acts[REHASH + 2] === 0 ? null : { ...when(REHASH), from: acts[REHASH_FROM], nodes: acts[REHASH_NODES] },
  }
}
