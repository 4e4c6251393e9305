/**
 * How text is told in few bits: as the letters that come next, or as some that were there before, how many and how far back.
 * Each bit of it is a question in a context, and what was answered there before says how likely an answer is. One who
 * writes (squeeze.ts), one who asks what writing would cost, and one who reads (unsqueeze.ts) go through the same questions.
 */

/** Asks in a context; who writes gives the answer, who reads gets it. */
export type Ask = (context: number, answer: number) => number

export interface Words {
  /** Letters (0), a distance that was not used lately (1), or the one of the last four that it is (2 to 5). */
  kind(state: number, value: number): number
  /** A letter, behind another one; `expected` is the letter that a match would have gone on with, -1: there was none. */
  letter(before: number, expected: number, value: number): number
  /** From one on. */
  length(again: boolean, value: number): number
  /** From one on; short matches are mostly close. */
  distance(length: number, value: number): number
}

/** Nothing outside of it is used: the page is given its text. */
export function words(ask: Ask): Words {
  /** A number of so many bits, the high ones first; answers with it and a one before them. */
  function tree(base: number, bits: number, value: number): number {
    let node = 1
    while (bits-- > 0) node = node * 2 + ask(base + node, (value >>> bits) & 1)
    return node
  }
  /** How long a number is, then its bits; the first three of them together. */
  function number(base: number, bits: number, value: number): number {
    const size = tree(base, bits, 31 - Math.clz32(value)) - (1 << bits)
    let got = 1
    for (let left = size; left-- > 0;)
      got =
        got * 2 + ask(base + (got < 8 ? 32 + size * 8 + got : 288 + size * 32 + left), (value >>> left) & 1)
    return got
  }
  return {
    kind(state, value) {
      let [got, at] = [0, state]
      // The first of six that it is.
      while (got < 5 && ask(at, value > got ? 1 : 0) === 1) {
        got++
        at += 16
      }
      return got
    },
    letter(before, expected, value) {
      let [node, known] = [1, expected >= 0]
      for (let left = 8; left-- > 0;) {
        const wanted = (expected >>> left) & 1
        const got = ask(
          0x4000 + before * 0x300 + (known ? 256 + wanted * 256 : 0) + node,
          (value >>> left) & 1,
        )
        known &&= got === wanted
        node = node * 2 + got
      }
      return node & 255
    },
    length: (again, value) => number(again ? 0x600 : 0x100, 4, value),
    distance: (length, value) => number(0x1000 + Math.min(length - 1, 4) * 0x800, 5, value),
  }
}

/** What was answered in each context. */
export interface Answers {
  /** How often out of 65536 a zero is expected. */
  zero: Uint16Array
  /** How often it was asked, as far as that matters. */
  seen: Uint8Array
}

/** What whoever has read or written a text knows: more can come behind it. */
export interface Known {
  text: Uint8Array
  answers: Answers
}

/** Answers learn; fast at first. Nothing outside of it is used, as in `words`. */
export function learner({ zero, seen }: Answers): (context: number, answer: number) => void {
  return (context, answer) => {
    const n = seen[context]
    const shift = n < 1 ? 1 : n < 3 ? 2 : n < 7 ? 3 : n < 24 ? 4 : n < 60 ? 5 : 6
    if (n < 60) seen[context]++
    zero[context] += answer === 0 ? (65536 - zero[context]) >> shift : -(zero[context] >> shift)
  }
}

/** `before` with room behind it, and a copy of what was learnt. */
export function begin(before: Known | null, more: number): Known {
  const contexts = 0x4000 + 256 * 0x300
  const text = new Uint8Array((before?.text.length ?? 0) + more)
  if (before === null)
    return { text, answers: { zero: new Uint16Array(contexts).fill(0x8000), seen: new Uint8Array(contexts) } }
  text.set(before.text)
  return { text, answers: { zero: before.answers.zero.slice(), seen: before.answers.seen.slice() } }
}
