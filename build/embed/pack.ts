import { fromLetters, toLetters } from './letters.ts'
import { squeeze } from './squeeze.ts'
import { unsqueeze } from './unsqueeze.ts'
import * as shared from './words.ts'

/** Text as a page can carry it: squeezed, and written in letters. reader.ts reads it. */
export interface Packed {
  letters: string
  /** Of what the letters hold. */
  bytes: number
  /** Bytes of the text. */
  size: number
}

/** Text, and what is known when it has been read: what is packed behind it becomes smaller. */
export interface Part {
  packed: Packed
  known: shared.Known
}

export function pack(text: string, before: shared.Known | null): Part {
  const written = new TextEncoder().encode(text)
  const { bytes, known } = squeeze(written, before)
  return { packed: { letters: toLetters(bytes), bytes: bytes.length, size: written.length }, known }
}

export function unpack(
  { letters, bytes, size }: Packed,
  before: shared.Known | null,
): { text: string; known: shared.Known } {
  const reading = unsqueeze(shared, fromLetters(letters, bytes), size, before)
  let next = reading.next()
  while (next.done !== true) next = reading.next()
  const known = next.value
  return { text: new TextDecoder().decode(known.text.subarray(known.text.length - size)), known }
}
