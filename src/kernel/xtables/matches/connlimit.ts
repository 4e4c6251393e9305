import { netmask, type Ipv4 } from '../../../wire/address.ts'
import { IPPROTO_TCP } from '../../../wire/packet.ts'
import { IPS_ASSURED, IPS_CONFIRMED } from '../../conntrack/conn.ts'
import { nf_ct_zones, zoneId } from '../../conntrack/ext.ts'
import { nf_conntrack_find_get } from '../../conntrack/find.ts'
import { CLOSE, TIME_WAIT } from '../../conntrack/tcp.ts'
import { tupleDport, tupleSport } from '../../conntrack/tuple.ts'
import type { Kernel } from '../../kernel.ts'
import type { Skb } from '../../skb.ts'
import { problem } from '../error.ts'
import type { Match, MatchResult, OptionSpec } from '../extension.ts'
import { jiffies } from '../jiffies.ts'
import { flag, option, plenMask, uint } from '../option.ts'

export interface ConnlimitData {
  limit: number
  /** Match while there are no more than that. */
  upto: boolean
  mask: number
  /** The bits as they were written, -1 for none: even 32 is another rule than none. */
  written: number
  daddr: boolean
}

/** A connection that was seen, by its original tuple. Linux: struct nf_conncount_tuple */
interface Seen {
  src: Ipv4
  dst: Ipv4
  sport: number
  dport: number
  proto: number
  zones: number
}

/** What is kept of an address. Linux: struct nf_conncount_list */
interface List {
  seen: Seen[]
  /** When what is gone was last taken out, in jiffies, and how many were left. */
  lastGc: number
  lastCount: number
}

/** By address and zone. Linux: struct nf_conncount_data */
type Counted = Map<number, List>

/** So many may be added without a look at those that are there. Linux: CONNCOUNT_GC_MAX_COLLECT */
const UNCHECKED = 64

function limit(name: string, upto: boolean, excludes: string): OptionSpec<ConnlimitData> {
  return option<ConnlimitData, number>(
    name,
    uint(0, 0xffffffff),
    (d, v, call) => {
      d.limit = v
      d.upto = upto !== call.invert
    },
    { invert: true, excludes: [excludes] },
  )
}

/** The entry of a connection that was seen, or -1: it is gone. Linux: find_or_evict */
function entryOf(k: Kernel, c: Seen): number {
  const node = nf_conntrack_find_get(k, c.src, c.dst, c.sport, c.dport, c.proto, c.zones)
  return node < 0 ? -1 : node >> 1
}

/** Is it at its end? Linux: already_closed */
function isClosed({ machine: { ct } }: Kernel, slot: number): boolean {
  return ct.protonum[slot] === IPPROTO_TCP && (ct.state[slot] === TIME_WAIT || ct.state[slot] === CLOSE)
}

/**
 * The packet's connection; of a packet that has none, the one that it would belong to, and the packet's own tuple: an answer
 * that is INVALID counts as one more. Linux: get_ct_or_tuple_from_skb
 */
function connectionOf(k: Kernel, skb: Skb): { slot: number; own: Seen } {
  const { ct } = k.machine
  const { saddr: src, daddr: dst, protocol: proto } = skb
  const packet: Seen = { src, dst, sport: tupleSport(skb), dport: tupleDport(skb), proto, zones: 0 }
  if (skb.nfct < 0) return { slot: entryOf(k, packet), own: packet }
  const slot = skb.nfct
  const at = slot * 2
  const own = { src: ct.src[at], dst: ct.dst[at], sport: ct.sport[at], dport: ct.dport[at] }
  return { slot, own: { ...own, proto: ct.protonum[slot], zones: nf_ct_zones(ct, slot) } }
}

const same = (a: Seen, b: Seen): boolean =>
  a.src === b.src &&
  a.dst === b.dst &&
  a.sport === b.sport &&
  a.dport === b.dport &&
  a.proto === b.proto &&
  zoneId(a.zones, 0) === zoneId(b.zones, 0)

/** Take out what is gone, once in a jiffy. Linux: __nf_conncount_gc_list */
function collect(k: Kernel, list: List): void {
  if (list.lastGc === jiffies(k)) return
  list.seen = list.seen.filter((c) => {
    const slot = entryOf(k, c)
    return slot >= 0 && !isClosed(k, slot)
  })
  list.lastGc = jiffies(k)
  list.lastCount = list.seen.length
}

/** Count the packet's connection among those of the list. Linux: __nf_conncount_add, count_tree */
function count(k: Kernel, skb: Skb, list: List): number {
  const { slot, own } = connectionOf(k, skb)
  const status = slot < 0 ? 0 : k.machine.ct.status[slot]
  if (status & IPS_CONFIRMED && status & IPS_ASSURED) {
    // It has been counted as long as it was young.
    collect(k, list)
    return list.seen.length
  }
  const busy = jiffies(k) === list.lastGc && list.seen.length - list.lastCount < UNCHECKED
  if (status & IPS_CONFIRMED || !busy) {
    // Those behind the packet's own are not looked at.
    for (let i = 0; i < list.seen.length;) {
      const at = entryOf(k, list.seen[i])
      if (at >= 0 && same(list.seen[i], own)) return list.seen.length
      if (at < 0 || isClosed(k, at)) list.seen.splice(i, 1)
      else i++
    }
    list.lastGc = jiffies(k)
    list.lastCount = list.seen.length
  }
  list.seen.push(own)
  return list.seen.length
}

/**
 * Match by how many connections an address or a network has, the packet's own among them.
 * Linux: net/netfilter/xt_connlimit.c connlimit_mt, nf_conncount.c; iptables: extensions/libxt_connlimit.c
 */
export const connlimit: Match<ConnlimitData> = {
  name: 'connlimit',
  needsConntrack: () => true,
  init: () => ({ limit: 0, upto: false, mask: 32, written: -1, daddr: false }),
  options: [
    limit('connlimit-upto', true, 'connlimit-above'),
    limit('connlimit-above', false, 'connlimit-upto'),
    option<ConnlimitData, number>('connlimit-mask', plenMask, (d, v) => {
      d.mask = Math.min(v, 32)
      d.written = v
    }),
    flag('connlimit-saddr', (d) => void (d.daddr = false), { excludes: ['connlimit-daddr'] }),
    flag('connlimit-daddr', (d) => void (d.daddr = true), { excludes: ['connlimit-saddr'] }),
  ],
  finalCheck(_d, used) {
    if (!used.has('connlimit-upto') && !used.has('connlimit-above'))
      problem('You must specify "--connlimit-above" or "--connlimit-upto".')
  },
  save: (d) =>
    ` --connlimit-${d.upto ? 'upto' : 'above'} ${d.limit} --connlimit-mask ${d.mask} --connlimit-${d.daddr ? 'd' : 's'}addr`,
  print: (d) => ` #conn ${d.daddr ? 'dst' : 'src'}/${d.mask} ${d.upto ? '<=' : '>'} ${d.limit}`,
  newPriv: (): Counted => new Map(),
  match(k, skb, d, _hook, priv): MatchResult {
    const counted = priv as Counted
    // Each zone has counts of its own.
    const zones = skb.nfct < 0 ? 0 : nf_ct_zones(k.machine.ct, skb.nfct)
    const zone = zoneId(zones, 0) || zoneId(zones, 1)
    const key = (((d.daddr ? skb.daddr : skb.saddr) & netmask(d.mask)) >>> 0) + zone * 2 ** 32
    let list = counted.get(key)
    let n = 1
    if (list) n = count(k, skb, list)
    else {
      list = { seen: [connectionOf(k, skb).own], lastGc: jiffies(k), lastCount: 0 }
      counted.set(key, list)
    }
    // All that were counted are over, this one too: Linux takes 0 for a lack of memory.
    return n === 0 ? 'hotdrop' : n > d.limit !== d.upto
  },
}
