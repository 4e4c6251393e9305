/** How full the table is, and how much memory it takes. */

/**
 * How full the table is, in words that the texts have. `near` is where the kernel's cleaner begins to hurry (95 %), `over` what
 * a load leaves behind for whoever lowers the limit then; one or two too many there are for a moment in any full table.
 */
export function fullness(
  count: number,
  max: number,
): 'unlimited' | 'empty' | 'calm' | 'near' | 'full' | 'over' {
  // Linux: nf_conntrack_alloc asks for the limit only where there is one
  if (max === 0) return 'unlimited'
  if (count > 1.1 * max + 1) return 'over'
  if (count >= max) return 'full'
  if (count === 0) return 'empty'
  return count >= 0.8 * max ? 'near' : 'calm'
}

export interface Memory {
  entry: number
  bucket: number
  /** When the table is full, and now: the bucket array is paid for at once, an entry only while it lives. */
  full: number
  now: number
}

/** The article's formula: 376 bytes an entry, 16 bytes a bucket. */
export function articleMemory(count: number, max: number, buckets: number): Memory {
  return memory(376, 16, count, max, buckets)
}

/**
 * Linux 6.18: a struct nf_conn lies in a slab object of 256 bytes and NAT adds an extension of 128; the table's heads
 * are one pointer each, and NAT keeps a second array of them by source.
 */
export function modernMemory(count: number, max: number, buckets: number): Memory {
  return memory(256 + 128, 8 + 8, count, max, buckets)
}

function memory(entry: number, bucket: number, count: number, max: number, buckets: number): Memory {
  return { entry, bucket, full: max * entry + buckets * bucket, now: count * entry + buckets * bucket }
}
