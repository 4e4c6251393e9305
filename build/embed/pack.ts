import { deflateRawSync, inflateRawSync } from 'node:zlib'

/**
 * Text as a page can carry it: deflated, and written in letters that mean nothing to HTML and survive any encoding. Two of
 * them hold 13 bits, so it is 8 % shorter than base64. loader.ts reads it.
 */
export interface Packed {
  letters: string
  /** Of what was deflated: the last letters may hold a few bits more. */
  bytes: number
}

/** From '#' to '~', without '<'. */
const LETTERS = Array.from({ length: 92 }, (_, i) => String.fromCharCode(35 + i)).filter((c) => c !== '<')
const [BITS, BASE] = [13, 91]

export function pack(text: string): Packed {
  const deflated = deflateRawSync(text, { level: 9 })
  const pairs: string[] = []
  let [held, have] = [0, 0]
  const write = (): void => {
    const value = held & ((1 << BITS) - 1)
    pairs.push(LETTERS[value % BASE] + LETTERS[Math.floor(value / BASE)])
    held >>>= BITS
    have -= BITS
  }
  for (const byte of deflated) {
    held |= byte << have
    have += 8
    if (have >= BITS) write()
  }
  if (have > 0) write()
  return { letters: pairs.join(''), bytes: deflated.length }
}

export function unpack({ letters, bytes }: Packed): string {
  const deflated = new Uint8Array(bytes)
  let [held, have, at] = [0, 0, 0]
  for (let i = 0; i < letters.length; i += 2) {
    held |= (LETTERS.indexOf(letters[i]) + LETTERS.indexOf(letters[i + 1]) * BASE) << have
    for (have += BITS; have >= 8; have -= 8) {
      deflated[at++] = held
      held >>>= 8
    }
  }
  return inflateRawSync(deflated).toString()
}
