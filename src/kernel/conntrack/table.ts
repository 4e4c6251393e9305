/**
 * The connection table: a hash table with two nodes for each connection, one slot a connection, in typed arrays.
 *
 * A node is slot * 2 + direction. `heads` holds the first node of each bucket's chain, `next` the following one;
 * -1 ends a chain. A connection that is not confirmed yet has a slot but no node. Reference counts say when a slot can
 * be used again: one for the hash table, one for each packet that carries it.
 *
 * Linux: net/netfilter/nf_conntrack_core.c, struct nf_conn, struct nf_conntrack_tuple_hash
 * Left out: locking and RCU, per-CPU lists
 */
import type { Micros } from '../trace.ts'
import { ACTS } from './acts.ts'
import { CT_EXT, nf_ct_zones, zoneId, type CtExt } from './ext.ts'
import { hashAgain, type SipKey } from './hash.ts'
import { IPS_CONFIRMED, IPS_DYING } from './conn.ts'

export interface CtTable {
  key: SipKey
  /** nf_conntrack_buckets. */
  buckets: number
  heads: Int32Array
  /** Heads of the by-source chains of NAT, a power of two. */
  natHeads: Int32Array
  /** Slots that exist in the arrays below. */
  capacity: number
  /** Slots ever used; those above are fresh. */
  used: number
  /** First free slot below `used`, chained through natNext; -1: none. */
  free: number
  nextId: number
  /** By slot: what few entries have. */
  ext: Map<number, CtExt>
  /** What it has done of its own accord last: acts.ts. */
  acts: Float64Array

  /** By node: the tuple of that direction. */
  src: Uint32Array
  dst: Uint32Array
  sport: Uint16Array
  dport: Uint16Array
  /** Of a new entry: noted as soon as the tuple stands. */
  hash: Uint32Array
  next: Int32Array

  /** By slot. */
  id: Uint32Array
  protonum: Uint8Array
  /** Index of the namespace. */
  ns: Uint8Array
  /** IPS_*. */
  status: Uint16Array
  use: Uint8Array
  /** Confirmed: lab time at which it is dead. Unconfirmed: the relative timeout that confirmation will add to now. */
  timeout: Float64Array
  mark: Uint32Array
  /** Pending events (IPCT_*), IPCT_LISTENED where somebody listened when it was made, IPCT_UNWATCHED, CT_EXT where it is in `ext`. */
  events: Uint8Array
  natNext: Int32Array
  /** MASQUERADE: index of the device whose address it uses; 0: none. */
  masqIndex: Uint8Array

  /** TCP: number of the state in tcp.machine.ts. */
  state: Uint8Array
  /** TCP, what the last packet was: index (3 bits) | direction << 3. */
  last: Uint8Array
  retrans: Uint8Array
  /** TCP: of the last packet. UDP: lastSeq holds the time in ms at which the flow becomes a stream. */
  lastSeq: Uint32Array
  lastAck: Uint32Array
  lastEnd: Uint32Array
  lastWin: Uint16Array
  /** TCP, of a SYN that was let through: scale | flags << 4. */
  lastOpt: Uint8Array
  /** TCP by node: struct ip_ct_tcp_state of each direction. */
  tdEnd: Uint32Array
  tdMaxend: Uint32Array
  tdMaxwin: Uint32Array
  tdMaxack: Uint32Array
  tdScale: Uint8Array
  tdFlags: Uint8Array
}

export const IPCT_NEW = 1
export const IPCT_REPLY = 2
export const IPCT_ASSURED = 4
export const IPCT_PROTOINFO = 8
export const IPCT_MARK = 16
/** Never noted, only asked for by CT --ctevents. */
export const IPCT_DESTROY = 32
/** In the same place, not an event: nobody watched the packet that it was made for, so its events are not recorded. */
export const IPCT_UNWATCHED = 32
/** Not an event: somebody was listening when the entry was made, so it has an event cache. */
export const IPCT_LISTENED = 128

type NodeArray = 'src' | 'dst' | 'sport' | 'dport' | 'hash' | 'next' | TdArray
type TdArray = 'tdEnd' | 'tdMaxend' | 'tdMaxwin' | 'tdMaxack' | 'tdScale' | 'tdFlags'

const NODE_ARRAYS: readonly NodeArray[] = [
  'src',
  'dst',
  'sport',
  'dport',
  'hash',
  'next',
  'tdEnd',
  'tdMaxend',
  'tdMaxwin',
  'tdMaxack',
  'tdScale',
  'tdFlags',
]
const SLOT_ARRAYS = [
  'id',
  'protonum',
  'ns',
  'status',
  'use',
  'timeout',
  'mark',
  'events',
  'natNext',
  'masqIndex',
  'state',
  'last',
  'retrans',
  'lastSeq',
  'lastAck',
  'lastEnd',
  'lastWin',
  'lastOpt',
] as const

/** A table of so many buckets, with no entries. Memory grows with the entries, up to the limit of `grow`. */
export function newCtTable(buckets: number, key: SipKey): CtTable {
  return {
    key,
    buckets,
    heads: new Int32Array(buckets).fill(-1),
    natHeads: new Int32Array(1 << (31 - Math.clz32(Math.max(64, buckets >>> 2)))).fill(-1),
    capacity: 0,
    used: 0,
    free: -1,
    nextId: 1,
    ext: new Map(),
    acts: new Float64Array(ACTS),
    src: new Uint32Array(0),
    dst: new Uint32Array(0),
    sport: new Uint16Array(0),
    dport: new Uint16Array(0),
    hash: new Uint32Array(0),
    next: new Int32Array(0),
    id: new Uint32Array(0),
    protonum: new Uint8Array(0),
    ns: new Uint8Array(0),
    status: new Uint16Array(0),
    use: new Uint8Array(0),
    timeout: new Float64Array(0),
    mark: new Uint32Array(0),
    events: new Uint8Array(0),
    natNext: new Int32Array(0),
    masqIndex: new Uint8Array(0),
    state: new Uint8Array(0),
    last: new Uint8Array(0),
    retrans: new Uint8Array(0),
    lastSeq: new Uint32Array(0),
    lastAck: new Uint32Array(0),
    lastEnd: new Uint32Array(0),
    lastWin: new Uint16Array(0),
    lastOpt: new Uint8Array(0),
    tdEnd: new Uint32Array(0),
    tdMaxend: new Uint32Array(0),
    tdMaxwin: new Uint32Array(0),
    tdMaxack: new Uint32Array(0),
    tdScale: new Uint8Array(0),
    tdFlags: new Uint8Array(0),
  }
}

/** Entries that can be held at most; beyond it an allocation fails as it does when Linux has no memory left. */
export const MAX_ENTRIES = 1 << 20

function grow(ct: CtTable): boolean {
  if (ct.capacity >= MAX_ENTRIES) return false
  const capacity = Math.max(16, ct.capacity * 2)
  const bigger = <T extends { set(from: ArrayLike<number>): void }>(
    old: { constructor: unknown } & ArrayLike<number>,
    n: number,
  ): T => {
    const fresh = new (old.constructor as new (n: number) => T)(n)
    fresh.set(old)
    return fresh
  }
  for (const name of NODE_ARRAYS) Object.assign(ct, { [name]: bigger(ct[name], capacity * 2) })
  for (const name of SLOT_ARRAYS) Object.assign(ct, { [name]: bigger(ct[name], capacity) })
  ct.capacity = capacity
  return true
}

/** A slot with reference count 1 and everything else zero, or -1: no memory. Linux: kmem_cache_alloc in __nf_conntrack_alloc */
export function allocSlot(ct: CtTable): number {
  let slot = ct.free
  if (slot >= 0) {
    ct.free = ct.natNext[slot]
  } else {
    if (ct.used === ct.capacity && !grow(ct)) return -1
    slot = ct.used++
  }
  ct.id[slot] = ct.nextId
  ct.nextId = (ct.nextId + 1) >>> 0 || 1
  ct.use[slot] = 1
  ct.status[slot] = 0
  ct.timeout[slot] = 0
  ct.mark[slot] = 0
  ct.events[slot] = 0
  ct.natNext[slot] = -1
  ct.masqIndex[slot] = 0
  ct.state[slot] = 0
  ct.last[slot] = 0
  ct.retrans[slot] = 0
  ct.lastSeq[slot] = 0
  ct.lastAck[slot] = 0
  ct.lastEnd[slot] = 0
  ct.lastWin[slot] = 0
  ct.lastOpt[slot] = 0
  for (let node = slot * 2; node <= slot * 2 + 1; node++) {
    ct.next[node] = -1
    ct.tdEnd[node] = 0
    ct.tdMaxend[node] = 0
    ct.tdMaxwin[node] = 0
    ct.tdMaxack[node] = 0
    ct.tdScale[node] = 0
    ct.tdFlags[node] = 0
  }
  return slot
}

/** Give a slot back. It must be in no chain. */
export function freeSlot(ct: CtTable, slot: number): void {
  if (ct.events[slot] & CT_EXT) ct.ext.delete(slot)
  ct.use[slot] = 0
  ct.id[slot] = 0
  ct.natNext[slot] = ct.free
  ct.free = slot
}

export function setTuple(
  ct: CtTable,
  node: number,
  src: number,
  dst: number,
  sport: number,
  dport: number,
): void {
  ct.src[node] = src
  ct.dst[node] = dst
  ct.sport[node] = sport
  ct.dport[node] = dport
}

/** Salt of a namespace in the hash. Linux: net_hash_mix() */
export function net_hash_mix(ns: number): number {
  return Math.imul(ns + 1, 0x9e3779b1) >>> 0
}

export function hashNode(ct: CtTable, node: number): number {
  const slot = node >> 1
  return hashAgain(
    ct.key,
    zoneId(nf_ct_zones(ct, slot), node & 1),
    net_hash_mix(ct.ns[slot]),
    ct.src[node],
    ct.dst[node],
    ct.sport[node],
    ct.dport[node],
    ct.protonum[slot],
  )
}

export function bucketOf(ct: CtTable, hash: number): number {
  // reciprocal_scale(), which is below 2^31 here: cutting off is cheaper than Math.floor.
  return ((hash * ct.buckets) / 4294967296) | 0
}

/** Put a node at the head of its chain. Linux: hlist_nulls_add_head_rcu in __nf_conntrack_hash_insert */
export function linkNode(ct: CtTable, node: number, hash: number): void {
  ct.hash[node] = hash
  const bucket = bucketOf(ct, hash)
  ct.next[node] = ct.heads[bucket]
  ct.heads[bucket] = node
}

/** Take a node out of its chain. */
export function unlinkNode(ct: CtTable, node: number): void {
  const bucket = bucketOf(ct, ct.hash[node])
  let at = ct.heads[bucket]
  if (at === node) {
    ct.heads[bucket] = ct.next[node]
    return
  }
  while (at >= 0) {
    const after = ct.next[at]
    if (after === node) {
      ct.next[at] = ct.next[node]
      return
    }
    at = after
  }
}

/** Is there an entry in this slot that is to be found, or would be if its time were not over? */
export function isInTable(ct: CtTable, slot: number): boolean {
  return (ct.status[slot] & (IPS_CONFIRMED | IPS_DYING)) === IPS_CONFIRMED
}

/** Is the time of a confirmed entry over? Linux: nf_ct_is_expired */
export function isExpired(ct: CtTable, slot: number, now: Micros): boolean {
  return ct.timeout[slot] <= now
}

/**
 * Does the node hold this tuple, in this namespace and these zones (original | reply << 16)? An address may be a signed number:
 * one beyond 31 bits takes memory where it is handed to a function. Linux: nf_ct_key_equal
 */
export function keyEqual(
  ct: CtTable,
  node: number,
  ns: number,
  src: number,
  dst: number,
  sport: number,
  dport: number,
  proto: number,
  zones: number,
): boolean {
  const slot = node >> 1
  return (
    ((ct.src[node] ^ src) | (ct.dst[node] ^ dst)) === 0 &&
    ct.sport[node] === sport &&
    ct.dport[node] === dport &&
    ct.protonum[slot] === proto &&
    ct.ns[slot] === ns &&
    ((zones === 0 && (ct.events[slot] & CT_EXT) === 0) || inZone(ct, node, zones))
  )
}

function inZone(ct: CtTable, node: number, zones: number): boolean {
  return zoneId(nf_ct_zones(ct, node >> 1), node & 1) === zoneId(zones, node & 1)
}

/**
 * Another number of buckets: every node moves, no entry is lost. Chains keep their order as Linux does it: each node
 * is taken from the head of its old chain and put at the head of its new one. The number of nodes.
 *
 * Linux: nf_conntrack_hash_resize
 */
export function resize(ct: CtTable, buckets: number): number {
  const old = ct.heads
  let nodes = 0
  ct.heads = new Int32Array(buckets).fill(-1)
  ct.buckets = buckets
  for (const head of old) {
    let node = head
    while (node >= 0) {
      const after = ct.next[node]
      linkNode(ct, node, ct.hash[node])
      nodes++
      node = after
    }
  }
  return nodes
}
