/** The lab's randomness: xoshiro128**, seeded by splitmix32. Its four words are part of the lab's state. */

/** Four words from a seed (any 32-bit number). */
export function seedRandom(seed: number): Uint32Array {
  const words = new Uint32Array(4)
  let x = seed >>> 0
  for (let i = 0; i < 4; i++) {
    x = (x + 0x9e3779b9) >>> 0
    let z = x
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    words[i] = (z ^ (z >>> 16)) >>> 0
  }
  return words
}

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k))
}

/** The next 32 bits, unsigned; the words move on. */
export function nextRandom(s: Uint32Array): number {
  const result = Math.imul(rotl(Math.imul(s[1], 5), 7), 9) >>> 0
  const t = s[1] << 9
  s[2] ^= s[0]
  s[3] ^= s[1]
  s[1] ^= s[2]
  s[0] ^= s[3]
  s[2] ^= t
  s[3] = rotl(s[3], 11)
  return result
}
