/** How well what was typed fits a name: all words must be found in it, letter after letter. Pure. */

/**
 * A larger number fits better; null: it does not fit. A word that stands there as it was typed counts most, at the
 * beginning of a word more; letters that lie apart count less the further apart they lie.
 */
export function fit(query: string, name: string): number | null {
  const text = name.toLowerCase()
  let score = 0
  for (const word of query.toLowerCase().split(/\s+/)) {
    if (word === '') continue
    const one = fitWord(word, text)
    if (one === null) return null
    score += one
  }
  // Of two that fit alike the shorter one is meant.
  return score - text.length / 1000
}

function fitWord(word: string, text: string): number | null {
  let best = -1
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    best = Math.max(best, 3 + (at === 0 ? 2 : isStart(text, at) ? 1 : 0))
  if (best >= 0) return best
  let from = 0
  let begin = -1
  for (const letter of word) {
    const at = text.indexOf(letter, from)
    if (at < 0) return null
    if (begin < 0) begin = at
    from = at + letter.length
  }
  const spread = from - begin
  // Letters that are all over a sentence are a chance, not a wish.
  return spread > 3 * word.length + 4 ? null : word.length / spread + (isStart(text, begin) ? 0.5 : 0)
}

function isStart(text: string, at: number): boolean {
  return at === 0 || !/[a-z0-9]/.test(text[at - 1])
}
