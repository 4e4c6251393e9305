/**
 * SYN cookies: a sequence number that holds the maximum segment size and a time, and that nobody but this machine can make.
 *
 * Linux: net/ipv4/syncookies.c. Ours: the secret is the key of the connection table, which is drawn when the machine starts
 */
import type { Packet } from '../wire/packet.ts'
import { hashTuple } from './conntrack/hash.ts'
import type { Kernel } from './kernel.ts'

/** The sizes that a cookie can hold. Linux: msstab */
const SIZES: readonly number[] = [536, 1300, 1440, 1460]
/** Upper bits hold the minute, lower ones the size. */
const BITS = 24
const MASK = (1 << BITS) - 1
const MINUTE = 60_000_000
/** Minutes after which a cookie is too old. Linux: MAX_SYNCOOKIE_AGE */
const MAX_AGE = 2

/** Linux: tcp_cookie_time */
const minute = (k: Kernel): number => Math.floor((k.machine.bootOffset + k.now) / MINUTE)

/** `which`: 0 and 1 are two functions that have nothing in common. Linux: cookie_hash */
function cookie_hash(k: Kernel, p: Packet, count: number, which: number): number {
  return hashTuple(k.machine.ct.key, 2 + which, count, p.saddr, p.daddr, p.sport, p.dport, p.protocol)
}

/** The cookie for a SYN whose sender takes segments of `mss` bytes: rounded down. Linux: __cookie_v4_init_sequence */
export function __cookie_v4_init_sequence(k: Kernel, syn: Packet, mss: number): number {
  const index = Math.max(
    0,
    SIZES.findLastIndex((size) => mss >= size),
  )
  const count = minute(k)
  const low = (cookie_hash(k, syn, count, 1) + index) & MASK
  return (cookie_hash(k, syn, 0, 0) + syn.seq + (count << BITS) + low) >>> 0
}

/** The segment size of the cookie that an ACK gives back; 0: it is no cookie, or too old. Linux: __cookie_v4_check */
export function __cookie_v4_check(k: Kernel, ack: Packet): number {
  const isn = (ack.seq - 1) >>> 0
  const cookie = (ack.ack - 1 - cookie_hash(k, ack, 0, 0) - isn) >>> 0
  const count = minute(k)
  const age = (count - (cookie >>> BITS)) & 255
  if (age >= MAX_AGE) return 0
  return SIZES[(cookie - cookie_hash(k, ack, count - age, 1)) & MASK] ?? 0
}
