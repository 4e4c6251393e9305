/** Where a tuple is in the table. Linux: net/netfilter/nf_conntrack_core.c */
import type { Kernel } from '../kernel.ts'
import { WORK_CT_NODE } from '../work.ts'
import { zoneId } from './ext.ts'
import { hashTuple } from './hash.ts'
import { nf_ct_gc_expired } from './life.ts'
import { bucketOf, isExpired, keyEqual, net_hash_mix } from './table.ts'

/**
 * The node that holds a tuple, or -1. Expired entries that are met on the way are removed.
 * Linux: ____nf_conntrack_find
 */
export function nf_conntrack_find(
  k: Kernel,
  hash: number,
  src: number,
  dst: number,
  sport: number,
  dport: number,
  proto: number,
  zones: number,
): number {
  const ct = k.machine.ct
  const ns = k.net.index
  let node = ct.heads[bucketOf(ct, hash)]
  while (node >= 0) {
    const slot = node >> 1
    if (isExpired(ct, slot, k.now)) {
      nf_ct_gc_expired(k, slot)
      node = ct.heads[bucketOf(ct, hash)]
      continue
    }
    // Another hash is another tuple.
    if (ct.hash[node] === hash && keyEqual(ct, node, ns, src | 0, dst | 0, sport, dport, proto, zones))
      return node
    k.spend(WORK_CT_NODE)
    node = ct.next[node]
  }
  return -1
}

/**
 * The same for who has not hashed the tuple. Of two zones, one for each direction, it may be in either.
 * Linux: nf_conntrack_find_get
 */
export function nf_conntrack_find_get(
  k: Kernel,
  src: number,
  dst: number,
  sport: number,
  dport: number,
  proto: number,
  zones: number,
): number {
  const { key } = k.machine.ct
  const salt = net_hash_mix(k.net.index)
  const find = (zone: number): number => {
    const hash = hashTuple(key, zone, salt, src, dst, sport, dport, proto)
    return nf_conntrack_find(k, hash, src, dst, sport, dport, proto, zones)
  }
  const node = find(zoneId(zones, 0))
  return node < 0 && zoneId(zones, 0) !== zoneId(zones, 1) ? find(zoneId(zones, 1)) : node
}
