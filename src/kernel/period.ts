/**
 * Which Linux a machine runs: today's (6.18, as recorded) or the article's (Ubuntu 18.04 with 4.15). The name is data of
 * the lab and of each machine; what an old kernel does otherwise are the bits of Machine.differs, each read where it
 * matters. What each of them is, and where that is written, says period-table.ts.
 */
import { defaultBuckets, SYSCTLS, type Sysctl } from './sysctl.ts'

export type PeriodName = 'modern' | 'article'

/** A SYN sent again begins the timeout of its entry anew. */
export const OLD_SYN = 1 << 0
/** A reset that is not exactly in place closes the entry. */
export const OLD_RST = 1 << 1
/** What lies below the window, or not quite above it, is INVALID. */
export const OLD_WINDOW = 1 << 2
/** The tracker learns nothing from a half-open peer, a simultaneous open, or FIN and RST of the wrong place. */
export const OLD_TRACKER = 1 << 3
/** UDP is a stream, and assured, with the first packet after an answer. */
export const OLD_UDP = 1 << 4
/** A free port is looked for from the last one on. */
export const OLD_PORTS = 1 << 5
/** Untracked and looped packets count as `ignore`, errors of ICMP as `invalid` too. */
export const OLD_COUNTS = 1 << 6
/** POSTROUTING is not told by which device a packet came in. */
export const OLD_POSTROUTING = 1 << 7
/** Chains of any length, and no second try for what clashes. */
export const OLD_CONFIRM = 1 << 8
/** A DESTROY event says neither timeout nor state. */
export const OLD_DESTROY = 1 << 9
/** ICMP errors are believed whoever they are for; REJECT leaves the entry as it was. */
export const OLD_ICMP = 1 << 10
/** The table full message names no namespace. */
export const OLD_FULL = 1 << 11
/** Tuples are hashed by jhash2, whatever their zone. */
export const OLD_HASH = 1 << 12
/** The collector looks at a 128th of the table at a time, and at all of it within 16 s. */
export const OLD_GC = 1 << 13
/** early_drop counts the hash up, not the bucket: it looks at one bucket eight times. */
export const OLD_EARLY = 1 << 14
/** nf_conntrack_log_invalid asks for two protocols at once and so for none. */
export const OLD_LOG_INVALID = 1 << 15
/** Helpers assign themselves where nf_conntrack_helper is 1. */
export const OLD_HELPERS = 1 << 16
/** Functions by their old names, and no reason why a packet died. */
export const OLD_NAMES = 1 << 17

/** All of them. */
export const OLD_ALL = (1 << 18) - 1

export interface Period {
  /** Bits OLD_*. */
  differs: number
  sysctls: readonly Sysctl[]
  /** nf_conntrack_buckets and nf_conntrack_max of a machine with so many bytes of memory. */
  sizes: (memory: number) => { buckets: number; max: number }
  /** What the kernel says when conntrack is loaded. */
  loaded: (buckets: number, max: number) => string[]
  /** How a function was called, or the one that stood in its place; `station`: which of them it works for. */
  functionName: (fn: string, station?: string) => string
  /** By which function kfree_skb was called for a packet that its protocol did not want, '': by none. */
  freedAt: (reason: string, at: string) => string
  /** How a match or a target worded what it says of a rule it refuses. */
  refusal: (line: string) => string
}

/** Of today. The article's is in article.ts, which is loaded when a lab wants it. */
export const periods: Record<PeriodName, Period | null> = {
  modern: {
    differs: 0,
    sysctls: SYSCTLS,
    sizes: (memory) => ({ buckets: defaultBuckets(memory), max: defaultBuckets(memory) }),
    loaded: () => [],
    functionName: (fn) => fn,
    freedAt: (_reason, at) => at,
    refusal: (line) => line,
  },
  article: null,
}

export function periodOf(name: PeriodName): Period {
  const period = periods[name]
  if (period === null) throw new Error('kernel/article.ts has not been loaded')
  return period
}
