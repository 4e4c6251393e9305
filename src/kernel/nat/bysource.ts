/**
 * NAT's second index: connections by their original source, so that a source that was translated once is translated
 * alike towards other destinations.
 *
 * Linux: net/netfilter/nf_nat_core.c nf_nat_bysource, hash_by_src
 */
import { hashTuple, reciprocal_scale } from '../conntrack/hash.ts'
import { net_hash_mix, type CtTable } from '../conntrack/table.ts'

/** The chain that an original source belongs to. */
export function sourceBucket(ct: CtTable, ns: number, proto: number, src: number, sport: number): number {
  const hash = hashTuple(ct.key, 0, net_hash_mix(ns), src, 0, sport, 0, proto)
  return reciprocal_scale(hash, ct.natHeads.length)
}

function bucketOfSlot(ct: CtTable, slot: number): number {
  return sourceBucket(ct, ct.ns[slot], ct.protonum[slot], ct.src[slot * 2], ct.sport[slot * 2])
}

export function linkBySource(ct: CtTable, slot: number): void {
  const bucket = bucketOfSlot(ct, slot)
  ct.natNext[slot] = ct.natHeads[bucket]
  ct.natHeads[bucket] = slot
}

export function unlinkBySource(ct: CtTable, slot: number): void {
  const bucket = bucketOfSlot(ct, slot)
  let at = ct.natHeads[bucket]
  if (at === slot) {
    ct.natHeads[bucket] = ct.natNext[slot]
    return
  }
  while (at >= 0) {
    const after = ct.natNext[at]
    if (after === slot) {
      ct.natNext[at] = ct.natNext[slot]
      return
    }
    at = after
  }
}
