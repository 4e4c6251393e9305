/**
 * The collector of Linux 4.10 to 5.13: a 128th of the buckets at a time, at most 16 s for all of them.
 *
 * Linux: net/netfilter/nf_conntrack_core.c gc_worker
 * Left out: it runs once a second here and does the share of a second then (Linux: every 125 ms when little is to be
 * done, sooner when more than half of what it met had expired); a full table therefore is noted for a second, not for
 * an eighth
 */
import type { Kernel } from '../kernel.ts'
import { parts } from '../parts.ts'
import { noteGone, SWEEP_EARLY, SWEEP_EXPIRED, SWEEP_MET, SWEEP_WAIT } from './acts.ts'
import { beginSweep, gc_worker_can_early_drop } from './gc.ts'
import { nf_ct_delete } from './life.ts'
import { isExpired } from './table.ts'

const SECOND = 1_000_000
/** Linux: GC_MAX_SCAN_JIFFIES */
const WHOLE_SCAN = 16

function run(k: Kernel, kernelOf: (ns: number) => Kernel): number {
  const { ct, rovers, nfConntrackMax } = k.machine
  const max95 = k.machine.gcEarlyDrop ? Math.floor(nfConntrackMax / 100) * 95 : 0
  const goal = Math.ceil(ct.buckets / WHOLE_SCAN)
  let bucket = rovers['gc'] ?? 0
  const acts = beginSweep(k, (bucket + 1) % ct.buckets, goal)
  for (let n = 0; n < goal; n++) {
    bucket = (bucket + 1) % ct.buckets
    for (let node = ct.heads[bucket]; node >= 0;) {
      const slot = node >> 1
      const owner = kernelOf(ct.ns[slot])
      const early = max95 !== 0 && owner.net.ctCount >= max95 && gc_worker_can_early_drop(ct, slot)
      const expired = isExpired(ct, slot, k.now)
      // An entry is met at both of its nodes.
      if ((node & 1) === 0 || expired || early) acts[SWEEP_MET]++
      if (expired || early) {
        noteGone(ct, slot, expired ? SWEEP_EXPIRED : SWEEP_EARLY)
        nf_ct_delete(owner, slot)
        // Both nodes of the entry may lie in this chain: begin again.
        node = ct.heads[bucket]
      } else node = ct.next[node]
    }
  }
  rovers['gc'] = bucket
  k.machine.gcEarlyDrop = false
  return (acts[SWEEP_WAIT] = SECOND)
}

parts.oldGc = { run }
