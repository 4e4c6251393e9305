/**
 * Long texts are worked on in portions: between two of them a program can break off, so that the page goes on (Sys.breakOff).
 */

/** Characters of a portion: well under a millisecond of work for most programs. */
export const PORTION = 8192

/** Where the first portion of a text ends: after a line, if it has one. */
export function portionOf(text: string): number {
  if (text.length <= PORTION) return text.length
  const newline = text.lastIndexOf('\n', PORTION - 1)
  if (newline >= 0) return newline + 1
  // Both halves of a character stay together.
  return /[\uD800-\uDBFF]/.test(text[PORTION - 1]) ? PORTION - 1 : PORTION
}
