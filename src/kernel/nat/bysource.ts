/**
 * NAT's second index: connections by their original source, so that a source that was translated once is translated
 * alike towards other destinations.
 *
 * Linux: net/netfilter/nf_nat_core.c nf_nat_bysource, hash_by_src
 */
import type { CtTable } from '../conntrack/table.ts'

/**
 * The chain that an original source belongs to. Linux takes SipHash here too; which sources share a chain changes
 * nothing that can be seen, so a cheaper mix does. Ports that follow each other have chains side by side in memory.
 */
export function sourceBucket(ct: CtTable, ns: number, proto: number, src: number, sport: number): number {
  const h = Math.imul(src ^ ct.key[0], 0x85ebca6b) ^ Math.imul(proto ^ (ns << 8), 0xc2b2ae35)
  return ((h ^ (h >>> 15)) + sport) & (ct.natHeads.length - 1)
}

function bucketOfSlot(ct: CtTable, slot: number): number {
  return sourceBucket(ct, ct.ns[slot], ct.protonum[slot], ct.src[slot * 2], ct.sport[slot * 2])
}

export function linkBySource(ct: CtTable, slot: number): void {
  const bucket = bucketOfSlot(ct, slot)
  ct.natNext[slot] = ct.natHeads[bucket]
  ct.natHeads[bucket] = slot
}

/** Take an entry that is linked out of its chain. */
export function unlinkBySource(ct: CtTable, slot: number): void {
  const bucket = bucketOfSlot(ct, slot)
  let at = ct.natHeads[bucket]
  if (at === slot) {
    ct.natHeads[bucket] = ct.natNext[slot]
    return
  }
  while (ct.natNext[at] !== slot) at = ct.natNext[at]
  ct.natNext[at] = ct.natNext[slot]
}
