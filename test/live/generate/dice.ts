/** Chance out of a seed. */
import { nextRandom, seedRandom } from '../../../src/lab/random.ts'

export class Dice {
  private readonly words: Uint32Array

  /** Two numbers, so that the scenarios of a seed have dice of their own. */
  constructor(seed: number, n: number) {
    this.words = seedRandom(Math.imul(seed, 0x9e3779b1) ^ (n + 1))
    for (let i = 0; i < 8; i++) nextRandom(this.words)
  }

  /** A whole number, both ends included. */
  int(low: number, high: number): number {
    return low + (nextRandom(this.words) % (high - low + 1))
  }

  chance(percent: number): boolean {
    return this.int(0, 99) < percent
  }

  pick<T>(from: readonly T[]): T {
    return from[this.int(0, from.length - 1)]
  }

  /** One of several, each as often as its weight says. */
  weighted<T>(from: readonly (readonly [weight: number, value: T])[]): T {
    let rest = this.int(
      1,
      from.reduce((sum, [weight]) => sum + weight, 0),
    )
    for (const [weight, value] of from) {
      rest -= weight
      if (rest <= 0) return value
    }
    return from[0][1]
  }

  /** Several different ones. */
  some<T>(from: readonly T[], count: number): T[] {
    const rest = [...from]
    return Array.from(
      { length: Math.min(count, from.length) },
      () => rest.splice(this.int(0, rest.length - 1), 1)[0],
    )
  }
}
