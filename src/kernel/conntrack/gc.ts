/**
 * The collector: removes expired entries that nobody has met, and, after the table was full, entries that are not
 * assured and connections that are closing.
 *
 * Linux: net/netfilter/nf_conntrack_core.c gc_worker
 * Left out: the limit of 10 ms for one run (a run here takes no lab time), DYING entries of other CPUs
 */
import { IPPROTO_TCP } from '../../wire/packet.ts'
import type { Kernel } from '../kernel.ts'
import { part } from '../parts.ts'
import { OLD_GC } from '../period.ts'
import {
  beginAct,
  noteGone,
  REHASH,
  SWEEP,
  SWEEP_EARLY,
  SWEEP_EXPIRED,
  SWEEP_FROM,
  SWEEP_MET,
  SWEEP_SWEPT,
  SWEEP_WAIT,
} from './acts.ts'
import { IPS_ASSURED } from './conn.ts'
import { nf_ct_delete } from './life.ts'
import { ctOptional } from './optional.ts'
import { tcp_can_early_drop } from './proto-tcp.ts'
import { isInTable, type CtTable } from './table.ts'

const SECOND = 1_000_000
/** Linux: GC_SCAN_INTERVAL_INIT, _MIN, _MAX, _CLAMP, GC_SCAN_INITIAL_COUNT */
const INTERVAL_INIT = 60 * SECOND
const INTERVAL_MIN = SECOND
const INTERVAL_MAX = 60 * SECOND
const LIFETIME_CLAMP = 300 * SECOND
const INITIAL_COUNT = 100

/** May it go before its time when the table is full? */
export function gc_worker_can_early_drop(ct: CtTable, slot: number): boolean {
  if ((ct.status[slot] & IPS_ASSURED) === 0) return true
  const [protonum, state] = [ct.protonum[slot], ct.state[slot]]
  if (protonum === IPPROTO_TCP) return tcp_can_early_drop(state)
  return ctOptional.more?.mayGo(protonum, state) ?? false
}

/**
 * One pass over the table, for all namespaces of the machine. `kernelOf` gives the kernel as a namespace sees it.
 * Returns the time until the next pass, microseconds.
 */
export function gc_worker(k: Kernel, kernelOf: (ns: number) => Kernel): number {
  if (k.machine.differs & OLD_GC) return part('oldGc').run(k, kernelOf)
  const ct = k.machine.ct
  // Integer arithmetic as in Linux: with a max below 100 this is 0, and nothing is given up early.
  const max95 = k.machine.gcEarlyDrop ? Math.floor(k.machine.nfConntrackMax / 100) * 95 : 0
  let average = INTERVAL_INIT
  let count = INITIAL_COUNT
  const acts = beginSweep(k, 0, ct.buckets)
  for (let slot = 0; slot < ct.used; slot++) {
    if (!isInTable(ct, slot)) continue
    const left = ct.timeout[slot] - k.now
    const owner = kernelOf(ct.ns[slot])
    acts[SWEEP_MET]++
    if (left <= 0) {
      noteGone(ct, slot, SWEEP_EXPIRED)
      nf_ct_delete(owner, slot)
      continue
    }
    const clamped = Math.min(Math.max(left, INTERVAL_MIN), LIFETIME_CLAMP)
    count++
    average += (clamped - average) / count
    if (max95 === 0 || owner.net.ctCount < max95) continue
    if (gc_worker_can_early_drop(ct, slot)) {
      noteGone(ct, slot, SWEEP_EARLY)
      nf_ct_delete(owner, slot)
    }
  }
  k.machine.gcEarlyDrop = false
  return (acts[SWEEP_WAIT] = Math.floor(Math.min(Math.max(average, INTERVAL_MIN), INTERVAL_MAX)))
}

/** A pass over so many buckets begins; what it meets is counted in what this returns. */
export function beginSweep(k: Kernel, from: number, swept: number): Float64Array {
  const { acts } = k.machine.ct
  beginAct(k, SWEEP, SWEEP_FROM, REHASH)
  acts[SWEEP_FROM] = from
  acts[SWEEP_SWEPT] = swept
  return acts
}
