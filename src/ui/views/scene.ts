/** The followed packet drawn on the picture: the road behind it, the token, and where the road is thick. */
import type { TraceEvent } from '../../kernel/trace.ts'
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

/** How many packets have lately gone by a road. */
export interface Flow {
  from: string
  to: string
  original: number
  /** Those of the answers. */
  reply: number
}

/** Above what an eye can follow: which roads the packets of the last events of a host have taken. */
export function flowsOf(events: readonly TraceEvent[], host: string, among: number): Flow[] {
  const flows = new Map<string, Flow>()
  const then = new Map<number, string>()
  const count = (from: string, to: string, reply: boolean): void => {
    const key = `${from} ${to}`
    const flow = flows.get(key) ?? { from, to, original: 0, reply: 0 }
    if (reply) flow.reply++
    else flow.original++
    flows.set(key, flow)
  }
  for (let i = events.length - 1, n = 0; i >= 0 && n < among; i--) {
    const e = events[i]
    if (e.type !== 'station' || e.host !== host) continue
    n++
    const reply = e.ct?.dir === 'reply'
    const next = then.get(e.skb)
    if (next !== undefined) count(e.station, next, reply)
    else if (e.station === 'transmit' && e.verdict === 'ACCEPT') count('transmit', 'sent', reply)
    if (e.station === 'receive') count('start', 'receive', reply)
    else if (e.station === 'route_out') count('start', 'route_out', reply)
    if (e.station === 'receive' || e.station === 'route_out') then.delete(e.skb)
    else then.set(e.skb, e.station)
  }
  return [...flows.values()]
}
