/** Lab time as a place to go to: what is known of which position is when, and what has to be let pass from there. */
import type { TraceEvent } from '../../kernel/trace.ts'
import type { Course } from '../../lab/course-view.ts'
import type { Player } from '../player.svelte.ts'

/** A position that is known to be no later than a time. */
interface Mark {
  position: number
  time: number
}

/** The latest moment that is known and is not after `time`. Position 0 is always known. */
export function nearestBefore(
  time: number,
  end: number,
  trace: readonly TraceEvent[],
  points: readonly Mark[],
): number {
  let best = 0
  const look = (mark: { position?: number; time: number }): void => {
    const { position } = mark
    if (position !== undefined && mark.time <= time && position <= end && position > best) best = position
  }
  trace.forEach(look)
  points.forEach(look)
  return best
}

/**
 * Show the moment that lies so many microseconds away. What has happened already is looked at; after the end of a run
 * time is let pass. Ends early where somebody plays or steps meanwhile.
 */
export async function passTime(player: Player, us: number): Promise<void> {
  const { lab } = player
  const begin = lab.snapshot
  if (begin === null) return
  player.pause()
  const target = Math.max(0, begin.time + us)
  await player.aside(async () => {
    if (us < 0 || begin.position < begin.end) {
      const course = (await lab.use('course', begin.kernel.host)) as Course | null
      const position = nearestBefore(target, begin.end, lab.trace, course?.points ?? [])
      if (us < 0 || position > begin.position) await lab.ask({ type: 'seek', position })
    }
    // A request does so many steps at most.
    for (let s = lab.snapshot; s !== null && s.time < target && player.state === 'paused'; s = lab.snapshot) {
      const { time, position } = s
      await lab.advance({ kind: 'time', us: target - time })
      if (lab.snapshot?.time === time && lab.snapshot.position === position) return
    }
  })
}
