/**
 * The right side of sed's s: `&`, `\1` … `\9`, `\n`, and GNU's changes of case.
 */
import type { Piece } from './script.ts'

/** Escapes for characters that cannot be seen. */
export const CONTROL: Record<string, string> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07' }

export function parseReplacement(text: string): Piece[] {
  const pieces: Piece[] = []
  for (const [piece] of text.matchAll(/\\[\s\S]|&|[^\\&]+|\\/g)) {
    const c = piece[1] ?? ''
    if (piece === '&') pieces.push(0)
    else if (!piece.startsWith('\\') || piece === '\\') pieces.push(piece)
    else if (/[0-9]/.test(c)) pieces.push(Number(c))
    else if (/[LUluE]/.test(c)) pieces.push({ letters: c as 'L' })
    else pieces.push(CONTROL[c] ?? c)
  }
  return pieces
}

export function fillIn(pieces: readonly Piece[], groups: readonly (string | undefined)[]): string {
  let text = ''
  let all: 'L' | 'U' | 'E' = 'E'
  let once: 'l' | 'u' | null = null
  for (const piece of pieces) {
    if (typeof piece === 'object') {
      if (piece.letters === 'l' || piece.letters === 'u') once = piece.letters
      else all = piece.letters
      continue
    }
    let part = typeof piece === 'number' ? (groups[piece] ?? '') : piece
    if (all !== 'E') part = all === 'L' ? part.toLowerCase() : part.toUpperCase()
    if (once !== null && part !== '') {
      part = (once === 'l' ? part[0].toLowerCase() : part[0].toUpperCase()) + part.slice(1)
      once = null
    }
    text += part
  }
  return text
}
