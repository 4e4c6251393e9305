/**
 * The road that a packet would have taken without NAT's new destination, as the lab tells it (lab/otherwise.ts): where it
 * leaves the road that was taken, and the sentence that says it.
 */
import type { Otherwise } from '../../lab/otherwise.ts'
import { endOf, printEnd } from '../parts/packet.ts'
import type { otherwise as words } from '../text/en/otherwise.ts'
import type { Picture } from './board.ts'
import type { Step } from './journey.ts'
import { routeOf } from './picture.ts'
import { chainOf, stationOf } from './stations.ts'
import { bottom, right, type Point, type Rect } from './ways.ts'

/** Has a nat table given the packet another destination in this step? */
export function turns(step: Step): boolean {
  return (
    step.rewritten &&
    stationOf[step.station]?.meta.table === 'nat' &&
    step.changes.some((c) => c.field === 'dst' || c.field === 'dport')
  )
}

/** States from the last one on that both roads pass; empty where the roads are one. */
export function partingOf({ taken, untouched }: Otherwise): string[] {
  const at = untouched.states.findIndex((state, i) => state !== taken.states[i])
  return at < 0 ? [] : untouched.states.slice(Math.max(0, at - 1))
}

/** Its road in a picture, from where it leaves the one that was taken; empty where the roads are one. */
export function otherRoad(picture: Picture, answer: Otherwise): Point[] {
  const parting = partingOf(answer)
  const road = routeOf(picture, parting)
  // Up to where it parts, the road is the one that was taken.
  const hub = picture.places[parting[0] ?? '']?.hub
  const at = road.findIndex((p) => p.x === hub?.x && p.y === hub.y)
  return road.slice(Math.max(0, at))
}

/** What would have become of it, '' where the same would. */
export function toldOf(answer: Otherwise, step: Step, t: typeof words): string {
  const { taken, untouched } = answer
  const to = step.before === null ? '' : printEnd(endOf(step.before, 'dst'))
  const { dev, reason, states } = untouched
  const end = states.at(-1) ?? ''
  const parted = partingOf(answer).length > 0
  if (!parted && (dev === taken.dev || dev === '')) return ''
  if (end === 'dropped') {
    const { meta, label } = stationOf[states.at(-2) ?? ''] ?? {}
    if (meta?.hook === undefined) return t.unreachable({ to })
    return t.dropped({ to, place: `${chainOf(meta.hook)} ${label ?? ''}`, reason })
  }
  if (end === 'delivered') return t.delivered({ to, host: step.host })
  if (end === 'looped') return t.looped({ to })
  if (end === 'stolen') return states.at(-2) === 'transmit' ? t.stolen({ to }) : t.unreachable({ to })
  return parted ? t.sent({ to, dev }) : t.sentToo({ to, dev, instead: taken.dev })
}

/** Height of the name beside a road, and how far it stays away from what else is drawn. */
const NAME = 17
const AWAY = 3

/** Where a name of a width stands beside a road so that it covers nothing: its left edge and its middle. Null: nowhere. */
export function nameSpot(picture: Picture, road: readonly Point[], width: number): Point | null {
  const things: Rect[] = [
    ...picture.boxes,
    ...Object.values(picture.places).filter((p) => p.shape !== 'row' && p.w > 0),
    ...[picture.words, picture.legend].filter((r) => r !== null),
  ]
  const free = (x: number, y: number): boolean =>
    x >= AWAY &&
    x + width <= picture.w - AWAY &&
    things.every(
      (r) =>
        x > right(r) + AWAY ||
        x + width < r.x - AWAY ||
        y - NAME / 2 > bottom(r) + AWAY ||
        y + NAME / 2 < r.y - AWAY,
    )
  for (let i = 1; i < road.length; i++) {
    const [a, b] = [road[i - 1], road[i]]
    const steps = Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) / 6)
    for (let n = 0; n <= steps; n++) {
      const at = { x: a.x + ((b.x - a.x) * n) / steps, y: a.y + ((b.y - a.y) * n) / steps }
      const spots =
        a.x === b.x
          ? [
              { x: at.x + 8, y: at.y },
              { x: at.x - 8 - width, y: at.y },
            ]
          : [
              { x: at.x - width / 2, y: at.y - 14 },
              { x: at.x - width / 2, y: at.y + 14 },
            ]
      const found = spots.find((s) => free(s.x, s.y))
      if (found !== undefined) return found
    }
  }
  return null
}
