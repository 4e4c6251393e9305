/**
 * Sets of addresses, of networks, and of addresses with ports, as plain data in the namespace.
 *
 * Linux: net/netfilter/ipset/ip_set_core.c, ip_set_hash_gen.h, ip_set_hash_ip.c, ip_set_hash_net.c, ip_set_hash_ipport.c
 * Left out: other types, IPv6, growing of the hash table
 */
import { netmask, type Ipv4 } from '../../wire/address.ts'
import type { Kernel } from '../kernel.ts'
import { printk } from '../log.ts'

export type SetType = 'hash:ip' | 'hash:net' | 'hash:ip,port'

export interface Elem {
  ip: Ipv4
  /** Bits of the network; 32 in the other types. */
  cidr: number
  proto: number
  port: number
  /** Lab time at which it is gone, microseconds; 0: never. */
  expires: number
  packets: number
  bytes: number
  comment: string
  nomatch: boolean
  /** What SET --map-set gives to a packet; absent: nothing. */
  skbinfo?: SkbInfo
}

/** Linux: struct ip_set_skbinfo */
export interface SkbInfo {
  mark: number
  mask: number
  /** major << 16 | minor */
  prio: number
  queue: number
}

export interface IpSet {
  name: string
  type: SetType
  hashsize: number
  maxelem: number
  bucketsize: number
  /** hash:ip: addresses are cut to so many bits. */
  netmask: number
  /** Seconds that an element without a timeout of its own stays; null: the set knows no timeouts. */
  timeout: number | null
  counters: boolean
  comment: boolean
  skbinfo: boolean
  initval: number
  /** Rules that name it. */
  refs: number
  elems: Map<string, Elem>
}

/** How many of `src` and `dst` a packet must be looked at with. */
export const DIMENSION: Record<SetType, number> = { 'hash:ip': 1, 'hash:net': 1, 'hash:ip,port': 2 }

/** What the kernel answers; the program has a sentence for each. */
export type SetErrno =
  | 'EXIST_SET'
  | 'NOENT'
  | 'BUSY'
  | 'REFERENCED'
  | 'EXIST_NEW'
  | 'TYPE_MISMATCH'
  | 'NOENT_2'
  | 'EXIST'
  | 'NOT_THERE'
  | 'FULL'
  | 'NULL'
  | 'CIDR'

export function setsOf(k: Kernel): Map<string, IpSet> {
  return (k.net.xt['ipset'] ??= new Map<string, IpSet>()) as Map<string, IpSet>
}

function keyOf(set: IpSet, e: { ip: Ipv4; cidr: number; proto: number; port: number }): string {
  return set.type === 'hash:net' ? `${e.ip}/${e.cidr}` : `${e.ip},${e.proto}:${e.port}`
}

function dead(e: Elem, now: number): boolean {
  return e.expires !== 0 && now >= e.expires
}

/** Take out what has expired. Linux: mtype_gc, mtype_expire */
export function expire(set: IpSet, now: number): void {
  if (set.timeout === null) return
  for (const [key, e] of set.elems) if (dead(e, now)) set.elems.delete(key)
}

/** The element that stands for exactly this one. */
export function find(
  k: Kernel,
  set: IpSet,
  e: Omit<Elem, 'expires' | 'packets' | 'bytes' | 'comment' | 'nomatch'>,
): Elem | null {
  const got = set.elems.get(keyOf(set, e))
  return got && !dead(got, k.now) ? got : null
}

/** hash:net: the smallest network that holds the address. Linux: mtype_test_cidrs */
export function findNet(k: Kernel, set: IpSet, ip: Ipv4): Elem | null {
  for (let cidr = 32; cidr > 0; cidr--) {
    const got = set.elems.get(`${(ip & netmask(cidr)) >>> 0}/${cidr}`)
    if (got && !dead(got, k.now)) return got
  }
  return null
}

/** Add an element; `exist`: one that is there takes what the new one says. Linux: mtype_add */
export function add(k: Kernel, set: IpSet, e: Elem, exist: boolean): SetErrno | null {
  if (e.cidr === 0) return 'CIDR'
  if (set.type !== 'hash:net' && e.ip === 0) return 'NULL'
  const key = keyOf(set, e)
  const old = set.elems.get(key)
  if (old && !dead(old, k.now) && !exist) return 'EXIST'
  if (!old && set.elems.size >= set.maxelem) {
    expire(set, k.now)
    if (set.elems.size >= set.maxelem) {
      printk(k, `Set ${set.name} is full, maxelem ${set.maxelem} reached`)
      return 'FULL'
    }
  }
  set.elems.set(key, e)
  return null
}

/** Linux: mtype_del */
export function del(k: Kernel, set: IpSet, e: Elem, exist: boolean): SetErrno | null {
  const key = keyOf(set, e)
  const old = set.elems.get(key)
  if (old && !dead(old, k.now)) {
    set.elems.delete(key)
    return null
  }
  return exist ? null : 'NOT_THERE'
}

/** Linux: ip_set_destroy. Null: all sets, if none is in use. */
export function destroy(k: Kernel, name: string | null): SetErrno | null {
  const sets = setsOf(k)
  if (name === null) {
    for (const s of sets.values()) if (s.refs > 0) return 'BUSY'
    sets.clear()
    return null
  }
  const s = sets.get(name)
  if (!s) return 'NOENT'
  if (s.refs > 0) return 'BUSY'
  sets.delete(name)
  return null
}

/** Linux: ip_set_rename */
export function rename(k: Kernel, from: string, to: string): SetErrno | null {
  const sets = setsOf(k)
  const s = sets.get(from)
  if (!s) return 'NOENT'
  if (s.refs > 0) return 'REFERENCED'
  if (sets.has(to)) return 'EXIST_NEW'
  const list = [...sets.values()]
  s.name = to
  sets.clear()
  for (const each of list) sets.set(each.name, each)
  return null
}

/** The names stay where they are, and with them the rules: the contents change places. Linux: ip_set_swap */
export function swap(k: Kernel, from: string, to: string): SetErrno | null {
  const sets = setsOf(k)
  const a = sets.get(from)
  const b = sets.get(to)
  if (!a) return 'NOENT'
  if (!b) return 'NOENT_2'
  if (a.type !== b.type) return 'TYPE_MISMATCH'
  const { refs } = a
  sets.set(from, Object.assign(b, { name: from, refs: b.refs }))
  sets.set(to, Object.assign(a, { name: to }))
  a.refs = b.refs
  b.refs = refs
  return null
}
