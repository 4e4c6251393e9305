/** The tables of hashlimit: one entry for each key that has been seen. Linux: net/netfilter/xt_hashlimit.c */
import { netmask, printIpv4 } from '../../../wire/address.ts'
import { IP_OFFMASK } from '../../../wire/packet.ts'
import type { Kernel } from '../../kernel.ts'
import { net_warn_ratelimited } from '../../log.ts'
import type { Skb } from '../../skb.ts'
import type { MatchResult, Refusal } from '../extension.ts'
import { HZ, jiffies } from '../jiffies.ts'
import type { IpSpec } from '../rule.ts'
import type { HashlimitData } from './hashlimit.ts'

/** Linux: struct dsthash_ent */
interface Entry {
  /** Jiffies. */
  expires: number
  prev: number
  credit: number
  cap: number
  cost: number
  /** Rate match: what came in the window that runs, and whether the one before was too much. */
  current: number
  over: boolean
}

/** Linux: struct xt_hashlimit_htable */
export interface HashlimitTable {
  /** Of the rule that made it: its rates hold for all rules with this name. */
  cfg: HashlimitData
  max: number
  use: number
  entries: Map<string, Entry>
  /** Jiffies at which the collector comes by next. */
  gc: number
}

/** Credit that comes in a jiffy, and what a microsecond of the rate costs. Linux: CREDITS_PER_JIFFY, user2credits */
const CPJ = 2 ** 39
const CREDITS = Math.floor((HZ * CPJ) / 1_000_000)
/** Credit for bytes that comes in a jiffy. Linux: CREDITS_PER_JIFFY_BYTES */
const CPJ_BYTES = 2 ** 24
const PORTS = new Set([6, 17, 33, 132, 136])
/** Buckets of a machine with more than a gigabyte. Linux: htable_create */
const SIZE = 8192

export function tablesOf(k: Kernel): Map<string, HashlimitTable> {
  return (k.net.xt['hashlimit'] ??= new Map<string, HashlimitTable>()) as Map<string, HashlimitTable>
}

/** Linux: user2credits_byte */
function byteCost(avg: number): number {
  return Math.floor((avg * HZ * CPJ_BYTES) / 2 ** 32)
}

/** What so many packets cost, with the carry that 64 bits have no room for lost. Linux: user2credits */
function user2credits(d: HashlimitData, packets: number): number {
  return Number(BigInt.asUintN(64, BigInt(d.avg) * BigInt(packets) * BigInt(CREDITS)))
}

/** Linux: hashlimit_mt_check_common. A rate match that measures nothing is not asked for by iptables. */
export function checkentry(d: HashlimitData, _ip: IpSpec, _hooks: number): Refusal | null {
  if (d.gcInterval === 0 || d.expire === 0 || d.srcmask > 32 || d.dstmask > 32)
    return { errno: 'EINVAL', log: '' }
  if (d.rateMatch) return null
  if (d.bytes) {
    if (byteCost(d.avg) !== 0) return null
    return { errno: 'EINVAL', log: `xt_hashlimit: overflow, rate too high: ${d.avg}` }
  }
  if (user2credits(d, d.burst) >= user2credits(d, 1)) return null
  return { errno: 'ERANGE', log: `xt_hashlimit: overflow, try lower: ${d.avg}/${d.burst}` }
}

/** The table of that name, made where there is none. Linux: htable_find_get, htable_create */
export function takeTable(d: HashlimitData, k: Kernel): null {
  const tables = tablesOf(k)
  let t = tables.get(d.name)
  if (!t) {
    const size = d.size || SIZE
    t = {
      cfg: { ...d },
      max: d.max === 0 ? 8 * size : Math.max(d.max, size),
      use: 0,
      entries: new Map(),
      gc: jiffies(k) + gcInterval(d),
    }
    tables.set(d.name, t)
  }
  t.use++
  return null
}

/** Linux: htable_put */
export function destroyTable(d: HashlimitData, k: Kernel): void {
  const t = tablesOf(k).get(d.name)
  if (t && --t.use === 0) tablesOf(k).delete(d.name)
}

/** What stands in the place of a port in a later piece of a packet: two letters x of its data. */
const DATA = 0x7878

/** The key of a packet. Linux: hashlimit_init_dst */
function keyOf(d: HashlimitData, skb: Skb): string {
  const port = (n: number): number => (!PORTS.has(skb.protocol) ? 0 : skb.frag & IP_OFFMASK ? DATA : n)
  const src = d.srcip ? (skb.saddr & netmask(d.srcmask)) >>> 0 : ''
  const dst = d.dstip ? (skb.daddr & netmask(d.dstmask)) >>> 0 : ''
  const sport = d.srcport ? port(skb.sport) : ''
  const dport = d.dstport ? port(skb.dport) : ''
  return `${src}:${sport}>${dst}:${dport}`
}

/** Linux: rateinfo_init */
function newEntry(t: HashlimitTable, now: number): Entry {
  const { cfg } = t
  const e: Entry = { expires: 0, prev: now, credit: 0, cap: 0, cost: 0, current: 0, over: false }
  if (cfg.rateMatch) {
    e.cost = cfg.bytes ? (Math.floor(0xffffffff / cfg.avg) - 1) * 16 : Math.floor(1_000_000 / cfg.avg)
    e.cap = cfg.bytes ? (cfg.burst ? cfg.burst * e.cost : e.cost) : cfg.burst + e.cost
  } else if (cfg.bytes) {
    e.credit = CPJ_BYTES * HZ
    e.cost = byteCost(cfg.avg)
    e.cap = cfg.burst
  } else {
    e.cost = user2credits(cfg, 1)
    e.credit = e.cap = user2credits(cfg, cfg.burst)
  }
  return e
}

/** What has come since the last packet. Linux: rateinfo_recalc */
function recalc(t: HashlimitTable, e: Entry, now: number): void {
  const delta = now - e.prev
  if (delta === 0) return
  if (t.cfg.rateMatch) {
    const interval = t.cfg.interval * HZ
    if (delta < interval) return
    e.prev = now
    e.over = e.current * interval > delta * e.cost
    e.current = 0
    return
  }
  e.prev = now
  if (t.cfg.bytes) e.credit = Math.min(CPJ_BYTES * HZ, e.credit + CPJ_BYTES * delta)
  else e.credit = Math.min(e.cap, e.credit + CPJ * delta)
}

/** Bytes are paid in chunks of 16; who is short takes a second's worth from the burst. Linux: hashlimit_byte_cost */
function costOf(t: HashlimitTable, e: Entry, skb: Skb): number {
  if (!t.cfg.bytes) return e.cost
  const cost = Math.min((Math.floor(skb.len / 16) + 1) * e.cost, CPJ_BYTES * HZ)
  if (e.credit < cost && e.cap > 0) {
    e.cap--
    e.credit = CPJ_BYTES * HZ
  }
  return cost
}

const gcInterval = (d: HashlimitData): number => Math.max(1, Math.floor((d.gcInterval * HZ) / 1000))

/** What the collector has taken when it last came by. Linux: htable_gc */
function collect(t: HashlimitTable, now: number): void {
  if (now < t.gc) return
  const interval = gcInterval(t.cfg)
  const last = now - ((now - t.gc) % interval)
  t.gc = last + interval
  for (const [key, e] of t.entries) if (last >= e.expires) t.entries.delete(key)
}

/** /proc/net/ipt_hashlimit/NAME. Linux: dl_seq_real_show, dl_seq_print */
export function hashlimitText(k: Kernel, t: HashlimitTable): string {
  const now = jiffies(k)
  collect(t, now)
  let out = ''
  for (const [key, e] of t.entries) {
    recalc(t, e, now)
    const [src, sport, dst, dport] = key.split(/[:>]/).map(Number)
    const ends = `${printIpv4(src)}:${sport}->${printIpv4(dst)}:${dport}`
    out += `${Math.trunc((e.expires - now) / HZ)} ${ends} ${BigInt(e.credit)} ${BigInt(e.cap)} ${BigInt(e.cost)}\n`
  }
  return out
}

/** True under the limit, or over it where that is asked. A full table drops the packet. Linux: hashlimit_mt_common */
export function hashlimit_mt(k: Kernel, skb: Skb, d: HashlimitData): MatchResult {
  const t = tablesOf(k).get(d.name)
  if (!t) return false
  const now = jiffies(k)
  collect(t, now)
  const key = keyOf(d, skb)
  let e = t.entries.get(key)
  if (e) recalc(t, e, now)
  else {
    if (t.entries.size >= t.max) {
      net_warn_ratelimited(k, `xt_hashlimit: max count of ${t.max} reached`)
      return 'hotdrop'
    }
    e = newEntry(t, now)
    t.entries.set(key, e)
  }
  e.expires = now + Math.floor((t.cfg.expire * HZ) / 1000)
  if (t.cfg.rateMatch) {
    e.current += t.cfg.bytes ? skb.len : 1
    return (!e.over && e.current <= e.cap) !== d.above
  }
  const cost = costOf(t, e, skb)
  if (e.credit < cost) return d.above
  e.credit -= cost
  return !d.above
}
