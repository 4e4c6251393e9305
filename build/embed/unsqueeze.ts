import type { begin, Known, learner, words } from './words.ts'

/** What of words.ts is needed for reading. */
export interface Shared {
  words: typeof words
  learner: typeof learner
  begin: typeof begin
}

/**
 * Reads `size` bytes of text that squeeze.ts has written behind what is known; rests now and then, and gives at last what
 * is known then. Nothing outside of it is used: the page is given its text.
 */
export function* unsqueeze(
  { words, learner, begin }: Shared,
  bytes: Uint8Array,
  size: number,
  before: Known | null,
): Generator<undefined, Known, undefined> {
  const known = begin(before, size)
  const { text, answers } = known
  const { zero } = answers
  const learn = learner(answers)
  let [at, range, code] = [0, 0xffffffff, 0]
  const next = (): void => {
    code = ((code << 8) | bytes[at++]) >>> 0
  }
  const read = words((context) => {
    const bound = (range >>> 16) * zero[context]
    const answer = code < bound ? 0 : 1
    if (answer === 0) range = bound
    else {
      range -= bound
      code -= bound
    }
    learn(context, answer)
    for (; range < 0x1000000; range *= 256) next()
    return answer
  })
  while (at < 4) next()

  let [state, rest] = [0, 0]
  const lately = [1, 1, 1, 1]
  for (let end = text.length - size; end < text.length;) {
    const kind = read.kind(state, 0)
    if (kind === 0) {
      const expected = state % 3 > 0 ? text[end - lately[0]] : -1
      text[end] = read.letter(end > 0 ? text[end - 1] : 0, expected, 0)
      end++
    } else {
      const length = read.length(kind > 1, 0)
      const distance = kind > 1 ? lately.splice(kind - 2, 1)[0] : read.distance(length, 0)
      lately.unshift(distance)
      lately.length = 4
      for (const until = end + length; end < until; end++) text[end] = text[end - distance]
    }
    state = (state % 3) * 3 + Math.min(kind, 2)
    if (end - rest < 0x20000) continue
    rest = end
    yield
  }
  return known
}
