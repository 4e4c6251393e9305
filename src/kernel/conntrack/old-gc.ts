/**
 * The collector of Linux 4.10 to 5.13: a 128th of the buckets at a time, eight times a second, so that it takes 16 s for
 * all of them; again at once where more than half of what it met had expired. A full table is remembered until the next
 * time only, so that it makes room for some fifteen entries in a thousand each time, while new connections ask.
 *
 * So the article's `ab -s 2`, which gave up after 5602 requests, crawls on here (122 requests/s in its next run, where the
 * article has 76): somebody's SYN always comes within two seconds of room. That holds where the collector comes a third as
 * often, too; what the article's `ab` waited for is not known.
 *
 * What its next run says of the collector: Processing has a mean of 37.9 s, a deviation of 59.3 and a maximum of 130.7, so 29
 * requests of 100 took 130.6 s and the others none. Those are SYNs of the first moment, all of which gave up after 127 s and
 * what the timer wheel adds (ab -r counts them, as Processing); the transfer rate says the same, 600 bytes a request instead
 * of 839. So 7100 requests were served in 131 s: after the first thousand 47 a second, 2.6 times fewer than here.
 *
 * Linux: net/netfilter/nf_conntrack_core.c gc_worker, with HZ = 250 as Ubuntu builds it
 * Left out: that it may be put off, as no sleeping CPU is woken for it (INIT_DEFERRABLE_WORK)
 */
import type { Kernel } from '../kernel.ts'
import { parts } from '../parts.ts'
import { noteGone, SWEEP_EARLY, SWEEP_EXPIRED, SWEEP_MET, SWEEP_WAIT } from './acts.ts'
import { beginSweep, gc_worker_can_early_drop } from './gc.ts'
import { nf_ct_delete } from './life.ts'
import { isExpired } from './table.ts'

/** Microseconds. */
const JIFFY = 4000
/** Linux: GC_MAX_BUCKETS_DIV, GC_MAX_SCAN_JIFFIES / GC_MAX_BUCKETS_DIV, GC_EVICT_RATIO (percent) */
const SHARE = 128
const LONGEST = 31 * JIFFY
const MANY = 50

function run(k: Kernel, kernelOf: (ns: number) => Kernel): number {
  const { ct, rovers, nfConntrackMax } = k.machine
  const max95 = k.machine.gcEarlyDrop ? Math.floor(nfConntrackMax / 100) * 95 : 0
  // Linux: do { … } while (++buckets < goal), so one at least.
  const goal = Math.max(1, Math.floor(ct.buckets / SHARE))
  let scanned = 0
  let gone = 0
  let bucket = rovers['gc'] ?? 0
  const acts = beginSweep(k, (bucket + 1) % ct.buckets, goal)
  for (let n = 0; n < goal; n++) {
    bucket = (bucket + 1) % ct.buckets
    let stay = 0
    let passed = 0
    for (let node = ct.heads[bucket]; node >= 0;) {
      const slot = node >> 1
      const owner = kernelOf(ct.ns[slot])
      const early = max95 !== 0 && owner.net.ctCount >= max95 && gc_worker_can_early_drop(ct, slot)
      const expired = isExpired(ct, slot, k.now)
      // An entry is met at both of its nodes.
      if ((node & 1) === 0 || expired || early) acts[SWEEP_MET]++
      if (expired || early) {
        scanned++
        if (expired) gone++
        noteGone(ct, slot, expired ? SWEEP_EXPIRED : SWEEP_EARLY)
        nf_ct_delete(owner, slot)
        // Both nodes of the entry may lie in this chain: begin again.
        node = ct.heads[bucket]
        passed = 0
      } else {
        node = ct.next[node]
        stay = Math.max(stay, ++passed)
      }
    }
    scanned += stay
  }
  rovers['gc'] = bucket
  k.machine.gcEarlyDrop = false
  const many = scanned > 0 && Math.floor((gone * 100) / scanned) > MANY
  return (acts[SWEEP_WAIT] = rovers['gcWait'] =
    many ? JIFFY : Math.min((rovers['gcWait'] ?? LONGEST) + JIFFY, LONGEST))
}

parts.oldGc = { run }
