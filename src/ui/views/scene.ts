/** The followed packet drawn on the picture: the road behind it, the token, and where the road is thick. */
import type { Visit } from './journey.ts'
import type { Beat } from './motion.ts'
import type { Picture } from './board.ts'
import { routeOf } from './picture.ts'
import { stationOf } from './stations.ts'
import { cut, type Point } from './ways.ts'
import type { Walk } from './walk.ts'

export interface Scene {
  /** The road already passed, up to where the token is. */
  road: Point[]
  token: Point
  /** The state in which the packet stands or ended. */
  state: string
  /** Where it stood when it left the road: the last station. */
  station: string
  /** States whose work is done. */
  passed: ReadonlySet<string>
  gone: boolean
}

/** States that have no place on the road: what falls, falls from the last station. */
const FALLEN = new Set(['dropped', 'stolen'])

export function sceneOf(picture: Picture, visit: Visit, walk: Walk, beat: Beat): Scene {
  const states = walk.states.filter((s) => !FALLEN.has(s))
  const state = walk.states[walk.states.length - 1]
  const from = Math.min(walk.from, states.length - 1)
  const before = routeOf(picture, states.slice(0, from + 1))
  const motion = cut(routeOf(picture, states.slice(from)), beat.travel)
  const start = visit.by === 'SEND' ? picture.places.deliver.stand : picture.places.start.stand
  const road = motion.length > 0 ? join(before, motion) : before
  const token = road.at(-1) ?? start
  const final = stationOf[state]?.final === true
  const done = final || FALLEN.has(state) ? states : states.slice(0, -1)
  return {
    road,
    token,
    state,
    station: states.findLast((s) => stationOf[s]?.final !== true) ?? 'start',
    passed: new Set(done),
    gone: final && beat.travel >= 1,
  }
}

function join(a: readonly Point[], b: readonly Point[]): Point[] {
  const last = a.at(-1)
  const first = b[0]
  return last !== undefined && last.x === first.x && last.y === first.y ? [...a, ...b.slice(1)] : [...a, ...b]
}
