/** Which of a run's checkpoints is missed least, where there are too many. */

interface Mark {
  position: number
  /** Steps from the beginning to here, each as long as it takes. */
  effort: number
  wayside?: true
}

/** Who goes back goes to something that happened more often than to any moment: so much more. */
const EVENTS = 10

/**
 * The number of the checkpoint without which the ways to the moments after it become longer by least: the squares of the ways
 * to the events that are known, and to any moment. The first and the last stay, and those by the wayside.
 */
export function leastMissed(marks: readonly Mark[], events: readonly { position?: number }[]): number {
  const last = marks[marks.length - 1]
  const all = last.effort - marks[0].effort
  let best = 1
  let least = Infinity
  let e = 0
  for (let n = 1; n < marks.length - 1; n++) {
    const [here, after] = [marks[n], marks[n + 1]]
    const longer = here.effort - marks[n - 1].effort
    const length = after.effort - here.effort
    const step = length / (after.position - here.position)
    let known = 0
    for (; e < events.length && (events[e].position ?? 0) < after.position; e++) {
      const away = ((events[e].position ?? 0) - here.position) * step
      if (away >= 0) known += longer * (2 * away + longer)
    }
    if (here.wayside) continue
    const missed = (longer * length * (longer + length)) / all + (EVENTS * known) / Math.max(1, events.length)
    if (missed < least) [best, least] = [n, missed]
  }
  return best
}
