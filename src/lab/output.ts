/** Terminal text that is kept. */
import type { OutputChunk } from './protocol.ts'

/**
 * Terminal text is endless (`yes`), and nobody scrolls back through megabytes: chunks without the text of all but the last
 * `most` characters. They keep their numbers, and lines that were typed stay.
 */
export function withoutOldText(chunks: readonly OutputChunk[], most: number): OutputChunk[] {
  let left = most
  return chunks
    .toReversed()
    .map((c) =>
      (left -= c.text.length) < 0 && c.stream !== 'prompt' && c.text !== '' ? { ...c, text: '' } : c,
    )
    .toReversed()
}
