/** Sets and packets: what `-m set` and `-j SET` do. Linux: net/netfilter/ipset/ip_set_core.c ip_set_test, ip_set_add; *_kadt */
import { netmask, type Ipv4 } from '../../wire/address.ts'
import { IP_OFFMASK, IPPROTO_ICMP } from '../../wire/packet.ts'
import { hasPorts } from '../conntrack/tuple.ts'
import type { Kernel } from '../kernel.ts'
import type { Skb } from '../skb.ts'
import { add, del, DIMENSION, find, findNet, setsOf, type Elem, type IpSet, type SkbInfo } from './set.ts'

export type Direction = 'src' | 'dst'

interface Wanted {
  ip: Ipv4
  cidr: number
  proto: number
  port: number
}

/** How an element's counters must stand, and whether a hit counts. */
export interface SetOptions {
  returnNomatch: boolean
  update: boolean
  packets: CounterTest | null
  bytes: CounterTest | null
}

export interface CounterTest {
  op: 'eq' | 'ne' | 'lt' | 'gt'
  value: number
}

/** A packet names no network: it is taken to mean one as small as the smallest in the set. Linux: hash_net4_kadt, INIT_CIDR */
function smallest(set: IpSet): number {
  const sizes = [...set.elems.values()].map((e) => e.cidr)
  return sizes.length === 0 ? 32 : Math.max(...sizes)
}

/** What of the packet the set looks for; null: it has none. Linux: ip_set_get_ip4_port */
function wanted(set: IpSet, skb: Skb, dirs: readonly Direction[]): Wanted | null {
  if (dirs.length < DIMENSION[set.type]) return null
  const ip = dirs[0] === 'src' ? skb.saddr : skb.daddr
  if (set.type === 'hash:net') {
    const cidr = smallest(set)
    return { ip: (ip & netmask(cidr)) >>> 0, cidr, proto: 0, port: 0 }
  }
  if (set.type === 'hash:ip') {
    const cut = (ip & netmask(set.netmask)) >>> 0
    return cut === 0 ? null : { ip: cut, cidr: 32, proto: 0, port: 0 }
  }
  const proto = skb.protocol
  const icmp = proto === IPPROTO_ICMP
  // What has no ports is looked for with port 0.
  if (!icmp && !hasPorts(proto)) return { ip, cidr: 32, proto, port: 0 }
  if (skb.frag & IP_OFFMASK) return null
  if (icmp) return { ip, cidr: 32, proto, port: (skb.type << 8) | skb.code }
  return { ip, cidr: 32, proto, port: dirs[1] === 'src' ? skb.sport : skb.dport }
}

function counterHolds(t: CounterTest | null, n: number): boolean {
  switch (t?.op) {
    case 'eq':
      return n === t.value
    case 'ne':
      return n !== t.value
    case 'lt':
      return n < t.value
    case 'gt':
      return n > t.value
    default:
      return true
  }
}

/** The element that the packet meets, and its set. */
function elemOf(
  k: Kernel,
  name: string,
  skb: Skb,
  dirs: readonly Direction[],
): { set: IpSet; e: Elem } | null {
  const set = setsOf(k).get(name)
  const want = set ? wanted(set, skb, dirs) : null
  if (!set || !want) return null
  const address = dirs[0] === 'src' ? skb.saddr : skb.daddr
  const e = set.type === 'hash:net' ? findNet(k, set, address) : find(k, set, want)
  return e && { set, e }
}

/** What the packet's element says of packets, null: nothing, or there is none. It counts as a hit. Linux: ip_set_get_skbinfo */
export function ip_set_map(k: Kernel, name: string, skb: Skb, dirs: readonly Direction[]): SkbInfo | null {
  const found = elemOf(k, name, skb, dirs)
  const options = { returnNomatch: false, update: true, packets: null, bytes: null }
  return ip_set_test(k, name, skb, dirs, options) ? (found?.e.skbinfo ?? null) : null
}

export function ip_set_test(
  k: Kernel,
  name: string,
  skb: Skb,
  dirs: readonly Direction[],
  o: SetOptions,
): boolean {
  const found = elemOf(k, name, skb, dirs)
  if (!found) return false
  const { set, e } = found
  if (set.counters) {
    // What is asked of the counters is asked of what they say with this packet.
    if (o.update) {
      e.packets++
      e.bytes += skb.len
    }
    if (!counterHolds(o.packets, e.packets) || !counterHolds(o.bytes, e.bytes)) return false
  }
  if (o.returnNomatch && set.type === 'hash:net') return e.nomatch
  return !e.nomatch
}

/** `timeout`: seconds, null for the set's own. Linux: ip_set_add */
export function ip_set_add(
  k: Kernel,
  name: string,
  skb: Skb,
  dirs: readonly Direction[],
  timeout: number | null,
  exist: boolean,
): void {
  const set = setsOf(k).get(name)
  const want = set ? wanted(set, skb, dirs) : null
  if (!set || !want) return
  // The packet that puts it there is counted, and nothing that was before.
  add(k, set, { ...newElem(k, set, want, timeout), packets: 1, bytes: skb.len }, exist)
}

export function ip_set_del(k: Kernel, name: string, skb: Skb, dirs: readonly Direction[]): void {
  const set = setsOf(k).get(name)
  const want = set ? wanted(set, skb, dirs) : null
  if (set && want) del(k, set, newElem(k, set, want, null), true)
}

/** An element that has seen nothing yet. */
export function newElem(k: Kernel, set: IpSet, at: Wanted, timeout: number | null): Elem {
  const seconds = set.timeout === null ? 0 : (timeout ?? set.timeout)
  return {
    ...at,
    expires: seconds === 0 ? 0 : k.now + seconds * 1_000_000,
    packets: 0,
    bytes: 0,
    comment: '',
    nomatch: false,
  }
}

/** A rule names the set. */
export function hold(k: Kernel, name: string, by: 1 | -1): void {
  const set = setsOf(k).get(name)
  if (set) set.refs += by
}
