/** The lists of recent. Linux: net/netfilter/xt_recent.c */
import { parseIpv4, printIpv4, type Ipv4 } from '../../../wire/address.ts'
import type { Kernel } from '../../kernel.ts'
import { printk } from '../../log.ts'
import type { Skb } from '../../skb.ts'
import type { Hook, IpSpec } from '../rule.ts'
import type { Refusal } from '../extension.ts'
import { HZ, jiffies } from '../jiffies.ts'
import type { RecentData } from './recent.ts'

/** Linux: struct recent_entry. `stamps` are jiffies, written round and round. */
interface Entry {
  addr: Ipv4
  ttl: number
  index: number
  stamps: number[]
}

export interface RecentTable {
  use: number
  /** Stamps that an address can have: a power of two. */
  max: number
  /** Of the rule that made it: it holds for all rules with this name. */
  mask: number
  /** The least recently used first. */
  entries: Map<Ipv4, Entry>
}

/** Addresses of a list. Linux: ip_list_tot */
const LIST_TOTAL = 100
/** Linux: XT_RECENT_MAX_NSTAMPS */
const MAX_STAMPS = 65536
/** Stamps where no rule asks for a number of hits. */
const STAMPS = 32

export function tablesOf(k: Kernel): Map<string, RecentTable> {
  return (k.net.xt['recent'] ??= new Map<string, RecentTable>()) as Map<string, RecentTable>
}

/** Linux: recent_mt_check. The name must do for a file of /proc. */
export function checkentry(d: RecentData, _ip: IpSpec, _hooks: number): Refusal | null {
  const invalid = (log = ''): Refusal => ({ errno: 'EINVAL', log })
  if ((d.op === 'set' || d.op === 'remove') && (d.seconds || d.hits || d.ttl || d.reap)) return invalid()
  if (d.hits >= MAX_STAMPS)
    return invalid(`xt_recent: hitcount (${d.hits}) is larger than allowed maximum (${MAX_STAMPS - 1})`)
  if (d.name === '' || d.name === '.' || d.name === '..' || d.name.includes('/')) return invalid()
  return null
}

/** A rule that asks for more hits than the list can hold empties it. */
export function takeTable(d: RecentData, k: Kernel): null {
  const tables = tablesOf(k)
  const max = d.hits ? 1 << (32 - Math.clz32(d.hits - 1)) : STAMPS
  const t = tables.get(d.name)
  if (!t) tables.set(d.name, { use: 1, max, mask: d.mask, entries: new Map() })
  else {
    if (max > t.max) {
      t.max = max
      t.entries.clear()
    }
    t.use++
  }
  return null
}

export function destroyTable(d: RecentData, k: Kernel): void {
  const t = tablesOf(k).get(d.name)
  if (t && --t.use === 0) tablesOf(k).delete(d.name)
}

function touch(t: RecentTable, e: Entry, now: number): void {
  e.index %= t.max
  e.stamps[e.index++] = now
  t.entries.delete(e.addr)
  t.entries.set(e.addr, e)
}

/** Linux: recent_entry_init */
export function add(t: RecentTable, addr: Ipv4, ttl: number, now: number): void {
  const known = t.entries.get(addr)
  if (known) {
    touch(t, known, now)
    known.ttl = ttl
    return
  }
  for (const old of t.entries.keys()) {
    if (t.entries.size < LIST_TOTAL) break
    t.entries.delete(old)
  }
  t.entries.set(addr, { addr, ttl, index: 1, stamps: [now] })
}

/** Take out the oldest address, and it alone, if it has no stamp since `time`. Linux: recent_entry_reap */
function reap(t: RecentTable, time: number, keep: Entry, updated: boolean): void {
  const [e] = t.entries.values()
  if (e === keep && updated) return
  if (e.stamps[(e.index - 1 + t.max) % t.max] < time) t.entries.delete(e.addr)
}

/** Linux: recent_mt */
export function recent_mt(k: Kernel, skb: Skb, d: RecentData, hook: Hook): boolean {
  const t = tablesOf(k).get(d.name)
  if (!t) return false
  const now = jiffies(k)
  const addr = ((d.dest ? skb.daddr : skb.saddr) & t.mask) >>> 0
  // The TTL as it was before this host forwarded the packet.
  const leaves = hook === 'FORWARD' || hook === 'LOCAL_OUT' || hook === 'POST_ROUTING'
  const ttl = skb.ttl + (leaves && skb.sk < 0 ? 1 : 0)
  const found = t.entries.get(addr)
  const e = found && d.ttl && found.ttl !== 0 && found.ttl !== ttl ? undefined : found
  if (!e) {
    if (d.op !== 'set') return d.invert
    add(t, addr, ttl, now)
    return !d.invert
  }
  if (d.op === 'set') {
    touch(t, e, now)
    e.ttl = ttl
    return !d.invert
  }
  if (d.op === 'remove') {
    t.entries.delete(addr)
    return !d.invert
  }
  const time = now - d.seconds * HZ
  let hits = 0
  let ret = d.invert
  for (const stamp of e.stamps) {
    if (d.seconds && time > stamp) continue
    if (!d.hits || ++hits >= d.hits) {
      ret = !ret
      break
    }
  }
  if (d.reap) reap(t, time, e, d.op === 'update' && ret)
  if (d.op === 'update' && ret) {
    touch(t, e, now)
    e.ttl = ttl
  }
  return ret
}

/** `+address`, `-address` and `/` (all), written to the list's file. Linux: recent_mt_proc_write */
export function recentWrite(k: Kernel, t: RecentTable, text: string): 'EINVAL' | null {
  const [word] = text.split('\n')
  if (word === '/') {
    t.entries.clear()
    return null
  }
  const addr = /^[-+]/.test(word) ? parseIpv4(word.slice(1)) : null
  if (addr === null) {
    if (!/^[-+]/.test(word)) printk(k, 'xt_recent: Need "+ip", "-ip" or "/"')
    return 'EINVAL'
  }
  if (word.startsWith('-')) t.entries.delete(addr)
  else add(t, addr, 0, jiffies(k))
  return null
}

/** /proc/net/xt_recent/NAME. Linux: recent_seq_show */
export function recentText(t: RecentTable): string {
  let out = ''
  for (const e of t.entries.values()) {
    const last = e.stamps[(e.index - 1 + t.max) % t.max]
    out += `src=${printIpv4(e.addr)} ttl: ${e.ttl} last_seen: ${last} oldest_pkt: ${e.index}`
    out += `${e.stamps.map((s, i) => `${i > 0 ? ',' : ''} ${s}`).join('')}\n`
  }
  return out
}
