/** What a solved puzzle is worth: by the lines that were typed to find out and to mend, none of which is forbidden. */

/** Lines with which it can be found and mended by who knows, and by who looks closely. */
const FEW = 5
const SOME = 12

export function starsOf(probes: number): 1 | 2 | 3 {
  return probes <= FEW ? 3 : probes <= SOME ? 2 : 1
}
