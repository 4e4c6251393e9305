import { begin, learner, words, type Ask, type Known } from './words.ts'

/** Of the places that begin with the same three letters, how many are looked at. */
const DEPTH = 64
/** What is so long is taken as it is. */
const LONG = 160
/** The cheapest way through so many letters is looked for at a time. */
const STRETCH = 4096

/** Bits, by the chance of an answer out of 4096. */
const COST = Float64Array.from({ length: 4097 }, (_, i) => -Math.log2(Math.max(i, 0.5) / 4096))

/** Write text behind what the reader knows; what is known then comes with it. unsqueeze.ts reads it. */
export function squeeze(text: Uint8Array, before: Known | null): { bytes: Uint8Array; known: Known } {
  const known = begin(before, text.length)
  const { text: all, answers } = known
  const written = all.length - text.length
  all.set(text, written)
  const { zero } = answers
  const { ask, finish } = writer(zero, learner(answers))
  const write = words(ask)
  let price = 0
  const pay = words((context, answer) => {
    const chance = zero[context] >>> 4
    price += COST[answer === 0 ? chance : 4096 - chance]
    return answer
  })
  const seen = new Seen(all)

  // For each letter of the stretch: what the way to it costs, from where and by what its last step was, and what was then known.
  const cost = new Float64Array(STRETCH + 1)
  const from = new Int32Array(STRETCH + 1)
  const by = new Int32Array(STRETCH + 1)
  const states = new Uint8Array(STRETCH + 1)
  const lately: number[][] = [[1, 1, 1, 1]]

  /** Prices of lengths; of distances, those that begin with the same bits cost the same. */
  const lengths = [new Float64Array(LONG + 1), new Float64Array(LONG + 1)]
  const distances = new Map<number, number>()
  const kinds = new Float64Array(9 * 6)
  const lengthPrice = (again: boolean, length: number): number =>
    lengths[again ? 1 : 0][Math.min(length, LONG)]
  const distancePrice = (length: number, distance: number): number => {
    const bits = 31 - Math.clz32(distance)
    const key = (bits < 4 ? distance : bits * 8 + (distance >>> (bits - 3))) * 8 + Math.min(length - 1, 4)
    let known = distances.get(key)
    if (known === undefined) {
      price = 0
      pay.distance(length, distance)
      distances.set(key, (known = price))
    }
    return known
  }
  const priced = (): void => {
    distances.clear()
    for (let length = 1; length <= LONG; length++)
      for (const again of [0, 1]) {
        price = 0
        pay.length(again === 1, length)
        lengths[again][length] = price
      }
    for (let i = 0; i < kinds.length; i++) {
      price = 0
      pay.kind(Math.floor(i / 6), i % 6)
      kinds[i] = price
    }
  }

  /** The cheapest ways from `start` on to each of the next letters. */
  function look(start: number, size: number): void {
    cost.fill(Infinity, 1, size + 1)
    cost[0] = 0
    const go = (i: number, length: number, how: number, total: number): void => {
      if (total >= cost[i + length]) return
      cost[i + length] = total
      from[i + length] = i
      by[i + length] = how
    }
    let busy = 0
    for (let i = 0; i < size; i++) {
      const here = start + i
      const matches = i < busy ? null : seen.find(here, size - i)
      seen.add(here)
      if (matches === null || cost[i] === Infinity) continue
      if (i > 0) {
        states[i] = stateAfter(states[from[i]], by[i])
        lately[i] = latelyAfter(lately[from[i]], by[i])
      }
      const [base, state, last] = [cost[i], states[i], lately[i]]
      price = 0
      pay.letter(here > 0 ? all[here - 1] : 0, state % 3 > 0 ? all[here - last[0]] : -1, all[here])
      go(i, 1, 0, base + kinds[state * 6] + price)
      last.forEach((distance, nth) => {
        const most = distance > here ? 0 : seen.same(here - distance, here, size - i)
        if (most >= LONG) busy = Math.max(busy, i + most)
        for (let length = most; length > 0; length = length > LONG ? LONG : length - 1)
          go(i, length, -1 - nth, base + kinds[state * 6 + 2 + nth] + lengthPrice(true, length))
      })
      let length = 2
      for (let m = 0; m < matches.length && i >= busy; m += 2) {
        const [most, distance] = [matches[m], matches[m + 1]]
        if (most >= LONG) length = busy = Math.max(busy, i + most) - i
        for (; length <= most; length++)
          go(
            i,
            length,
            distance,
            base + kinds[state * 6 + 1] + lengthPrice(false, length) + distancePrice(length, distance),
          )
      }
    }
  }

  /** Write the way that was found. */
  function take(start: number, size: number): void {
    const stops: number[] = []
    for (let i = size; i > 0; i = from[i]) stops.push(i)
    for (const end of stops.reverse()) {
      const [i, how] = [from[end], by[end]]
      const [here, state, last] = [start + i, states[i], lately[i]]
      write.kind(state, how === 0 ? 0 : how > 0 ? 1 : 1 - how)
      if (how === 0)
        write.letter(here > 0 ? all[here - 1] : 0, state % 3 > 0 ? all[here - last[0]] : -1, all[here])
      else {
        write.length(how < 0, end - i)
        if (how > 0) write.distance(end - i, how)
      }
      if (end === size) {
        states[0] = stateAfter(state, how)
        lately[0] = latelyAfter(last, how)
      }
    }
  }

  for (let at = 0; at < written; at++) seen.add(at)
  for (let at = written; at < all.length; at += STRETCH) {
    const size = Math.min(STRETCH, all.length - at)
    priced()
    look(at, size)
    take(at, size)
  }
  return { bytes: finish(), known }
}

/** Of the last two steps: letter, distance, known distance. */
const stateAfter = (state: number, how: number): number => (state % 3) * 3 + (how === 0 ? 0 : how > 0 ? 1 : 2)

function latelyAfter(lately: number[], how: number): number[] {
  if (how === 0 || how === -1) return lately
  if (how > 0) return [how, ...lately.slice(0, 3)]
  return [lately[-1 - how], ...lately.filter((_, nth) => nth !== -1 - how)]
}

/** A range coder: a number between 0 and 1, in ever smaller parts of what is left, by the chances of what is said. */
function writer(
  zero: Uint16Array,
  learn: (context: number, answer: number) => void,
): { ask: Ask; finish: () => Uint8Array } {
  let [low, range, held, more] = [0, 0xffffffff, 0, 0]
  const bytes: number[] = []
  /** The highest byte is settled unless a carry may still come. */
  const shift = (): void => {
    if (low < 0xff000000 || low >= 2 ** 32) {
      const carry = low >= 2 ** 32 ? 1 : 0
      bytes.push((held + carry) & 255)
      for (; more > 0; more--) bytes.push((255 + carry) & 255)
      held = Math.floor(low / 0x1000000) & 255
    } else more++
    low = (low % 0x1000000) * 256
  }
  return {
    ask(context, answer) {
      const bound = (range >>> 16) * zero[context]
      if (answer === 0) range = bound
      else {
        low += bound
        range -= bound
      }
      learn(context, answer)
      for (; range < 0x1000000; range *= 256) shift()
      return answer
    },
    finish() {
      for (let i = 0; i < 5; i++) shift()
      // The first is always a zero.
      return Uint8Array.from(bytes.slice(1))
    },
  }
}

/** Where letters were seen before. */
class Seen {
  private readonly all: Uint8Array
  private readonly pairs = new Int32Array(1 << 16).fill(-1)
  private readonly heads = new Int32Array(1 << 18).fill(-1)
  private readonly earlier: Int32Array

  constructor(all: Uint8Array) {
    this.all = all
    this.earlier = new Int32Array(all.length)
  }

  private pair(at: number): number {
    return this.all[at] | (this.all[at + 1] << 8)
  }

  private three(at: number): number {
    return Math.imul(this.pair(at) | (this.all[at + 2] << 16), 0x9e3779b1) >>> 14
  }

  add(at: number): void {
    if (at + 2 >= this.all.length) return
    this.pairs[this.pair(at)] = at
    const three = this.three(at)
    this.earlier[at] = this.heads[three]
    this.heads[three] = at
  }

  /** How many letters are the same from two places on. */
  same(a: number, b: number, most: number): number {
    let n = 0
    while (n < most && this.all[a + n] === this.all[b + n]) n++
    return n
  }

  /** Lengths and distances, each longer and farther than the one before. */
  find(at: number, most: number): number[] {
    const found: number[] = []
    if (at + 2 >= this.all.length || most < 2) return found
    let best = 1
    const near = this.pairs[this.pair(at)]
    if (near >= 0 && at - near < 512) found.push((best = 2), at - near)
    let place = this.heads[this.three(at)]
    for (let n = DEPTH; n > 0 && place >= 0 && best < most && best < LONG; n--, place = this.earlier[place]) {
      if (this.all[place + best] !== this.all[at + best]) continue
      const length = this.same(place, at, most)
      if (length > best) found.push((best = length), at - place)
    }
    return found
  }
}
