/**
 * The hash functions of conntrack and NAT: SipHash-2-4 over a tuple, and Jenkins' jhash2.
 *
 * Linux: net/netfilter/nf_conntrack_core.c hash_conntrack_raw, lib/siphash.c, include/linux/jhash.h
 */

/** A SipHash key: k0 and k1 as pairs of 32-bit words, low word first. One word alone: the secret of jhash2. */
export type SipKey = readonly number[]

/** Of an old kernel, whose key is one word: set by old-hash.ts, which is loaded with it. */
export const oldHash: {
  tuple:
    ((seed: number, src: number, dst: number, sport: number, dport: number, proto: number) => number) | null
} = { tuple: null }

/** Message words (low, high) of the hash in progress. */
const m = new Int32Array(10)

function swap16(x: number): number {
  return ((x & 0xff) << 8) | (x >>> 8)
}

function swap32(x: number): number {
  return ((x & 0xff) << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24)
}

/**
 * Hash of a tuple, 32 bits unsigned. The 39 bytes that Linux hashes are: source address (16 bytes, 12 of them zero),
 * source port, l3 protocol (2), destination address (16), destination port, protocol; the key is mixed with the zone
 * and a salt of the namespace.
 */
export function hashTuple(
  key: SipKey,
  zone: number,
  salt: number,
  src: number,
  dst: number,
  sport: number,
  dport: number,
  proto: number,
): number {
  if (key.length === 1 && oldHash.tuple) return oldHash.tuple(key[0] ^ salt, src, dst, sport, dport, proto)
  m[0] = swap32(src)
  m[4] = swap16(sport) | (2 << 16)
  m[5] = swap32(dst)
  m[9] = swap16(dport) | (proto << 16) | (39 << 24)
  // As signed numbers: those beyond 31 bits take memory where they are handed to a function.
  return sip(key[0] ^ zone, key[1] | 0, key[2] ^ salt, key[3] | 0, m, 5) >>> 0
}

/** The last tuple of hashAgain(), its zone and salt, and its hash; and the key. */
const last = new Int32Array(8)
let lastKey: SipKey | null = null

/** The same, of a tuple that will be asked for again: a new flow's reply is when it is translated and when it is confirmed. */
export function hashAgain(
  key: SipKey,
  zone: number,
  salt: number,
  src: number,
  dst: number,
  sport: number,
  dport: number,
  proto: number,
): number {
  const same =
    lastKey === key &&
    last[0] === (src | 0) &&
    last[1] === (dst | 0) &&
    last[2] === sport &&
    last[3] === dport &&
    last[4] === proto &&
    last[5] === zone &&
    last[6] === (salt | 0)
  if (same) return last[7] >>> 0
  const hash = hashTuple(key, zone, salt, src, dst, sport, dport, proto)
  lastKey = key
  last[0] = src
  last[1] = dst
  last[2] = sport
  last[3] = dport
  last[4] = proto
  last[5] = zone
  last[6] = salt
  last[7] = hash
  return hash
}

/** The upper half of the last hash. */
let high = 0

/** SipHash-2-4, both halves: for the published test vectors. Words and key as for sip(). */
export function sip64(
  k0l: number,
  k0h: number,
  k1l: number,
  k1h: number,
  message: Int32Array,
  words: number,
): { low: number; high: number } {
  return { low: sip(k0l, k0h, k1l, k1h, message, words), high }
}

/**
 * SipHash-2-4 of `words` 64-bit words (the last one holds the length), low 32 bits. A lane is two 32-bit halves; the
 * carry of an addition is whether the sum is less than what was added, as a number: that takes no branch. After one round the halves of v0 and v2 have changed places: the second is written for that.
 */
export function sip(
  k0l: number,
  k0h: number,
  k1l: number,
  k1h: number,
  message: Int32Array,
  words: number,
): number {
  let v0l = k0l ^ 0x70736575
  let v0h = k0h ^ 0x736f6d65
  let v1l = k1l ^ 0x6e646f6d
  let v1h = k1h ^ 0x646f7261
  let v2l = k0l ^ 0x6e657261
  let v2h = k0h ^ 0x6c796765
  let v3l = k1l ^ 0x79746573
  let v3h = k1h ^ 0x74656462
  let s: number
  let t: number
  for (let word = 0; word <= words + 1; word++) {
    let low = 0
    let up = 0
    if (word < words) {
      low = message[2 * word]
      up = message[2 * word + 1]
      v3l ^= low
      v3h ^= up
    } else if (word === words) v2l ^= 0xff
    s = (v0l + v1l) | 0
    v0h = (v0h + v1h + Number(s >>> 0 < v1l >>> 0)) | 0
    v0l = s
    t = (v1l << 13) | (v1h >>> 19)
    v1h = ((v1h << 13) | (v1l >>> 19)) ^ v0h
    v1l = t ^ v0l
    s = (v2l + v3l) | 0
    v2h = (v2h + v3h + Number(s >>> 0 < v3l >>> 0)) | 0
    v2l = s
    t = (v3l << 16) | (v3h >>> 16)
    v3h = ((v3h << 16) | (v3l >>> 16)) ^ v2h
    v3l = t ^ v2l
    s = (v0h + v3l) | 0
    v0l = (v0l + v3h + Number(s >>> 0 < v3l >>> 0)) | 0
    v0h = s
    t = (v3l << 21) | (v3h >>> 11)
    v3h = ((v3h << 21) | (v3l >>> 11)) ^ v0l
    v3l = t ^ v0h
    s = (v2l + v1l) | 0
    v2h = (v2h + v1h + Number(s >>> 0 < v1l >>> 0)) | 0
    v2l = s
    t = (v1l << 17) | (v1h >>> 15)
    v1h = ((v1h << 17) | (v1l >>> 15)) ^ v2h
    v1l = t ^ v2l

    s = (v0h + v1l) | 0
    v0l = (v0l + v1h + Number(s >>> 0 < v1l >>> 0)) | 0
    v0h = s
    t = (v1l << 13) | (v1h >>> 19)
    v1h = ((v1h << 13) | (v1l >>> 19)) ^ v0l
    v1l = t ^ v0h
    s = (v2h + v3l) | 0
    v2l = (v2l + v3h + Number(s >>> 0 < v3l >>> 0)) | 0
    v2h = s
    t = (v3l << 16) | (v3h >>> 16)
    v3h = ((v3h << 16) | (v3l >>> 16)) ^ v2l
    v3l = t ^ v2h
    s = (v0l + v3l) | 0
    v0h = (v0h + v3h + Number(s >>> 0 < v3l >>> 0)) | 0
    v0l = s
    t = (v3l << 21) | (v3h >>> 11)
    v3h = ((v3h << 21) | (v3l >>> 11)) ^ v0h
    v3l = t ^ v0l
    s = (v2h + v1l) | 0
    v2l = (v2l + v1h + Number(s >>> 0 < v1l >>> 0)) | 0
    v2h = s
    t = (v1l << 17) | (v1h >>> 15)
    v1h = ((v1h << 17) | (v1l >>> 15)) ^ v2l
    v1l = t ^ v2h
    v0l ^= low
    v0h ^= up
  }
  high = v0h ^ v1h ^ v2h ^ v3h
  return v0l ^ v1l ^ v2l ^ v3l
}

/** Scale a 32-bit hash to 0 .. size-1 by its high bits; exact for sizes up to 2^21. Linux: reciprocal_scale() */
export function reciprocal_scale(hash: number, size: number): number {
  return Math.floor((hash * size) / 4294967296)
}

function rol(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k))
}

/** Jenkins' lookup3 over 32-bit words; unsigned. Linux: jhash2() */
export function jhash2(words: readonly number[], initval: number): number {
  let length = words.length
  let a = (0xdeadbeef + (length << 2) + initval) | 0
  let b = a
  let c = a
  let i = 0
  while (length > 3) {
    a = (a + words[i]) | 0
    b = (b + words[i + 1]) | 0
    c = (c + words[i + 2]) | 0
    a = ((a - c) | 0) ^ rol(c, 4)
    c = (c + b) | 0
    b = ((b - a) | 0) ^ rol(a, 6)
    a = (a + c) | 0
    c = ((c - b) | 0) ^ rol(b, 8)
    b = (b + a) | 0
    a = ((a - c) | 0) ^ rol(c, 16)
    c = (c + b) | 0
    b = ((b - a) | 0) ^ rol(a, 19)
    a = (a + c) | 0
    c = ((c - b) | 0) ^ rol(b, 4)
    b = (b + a) | 0
    length -= 3
    i += 3
  }
  if (length === 3) c = (c + words[i + 2]) | 0
  if (length >= 2) b = (b + words[i + 1]) | 0
  if (length >= 1) {
    a = (a + words[i]) | 0
    c = ((c ^ b) - rol(b, 14)) | 0
    a = ((a ^ c) - rol(c, 11)) | 0
    b = ((b ^ a) - rol(a, 25)) | 0
    c = ((c ^ b) - rol(b, 16)) | 0
    a = ((a ^ c) - rol(c, 4)) | 0
    b = ((b ^ a) - rol(a, 14)) | 0
    c = ((c ^ b) - rol(b, 24)) | 0
  }
  return c >>> 0
}

/** An address as the word that Linux hashes: its network bytes loaded on a little-endian machine. */
export function addressWord(a: number): number {
  return swap32(a) >>> 0
}
