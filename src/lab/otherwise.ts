/**
 * The tool `otherwise`: which road would a packet have taken had NAT not given it another destination? The lab as it was
 * just before the nat table rewrote it is copied twice; in one copy the packet goes on as it did, in the other it passes
 * the table untouched. Where both go is the model's word. Nothing of it is left behind.
 */
import * as v from 'valibot'
import { ACCEPT, EVENTS } from '../kernel/ip.ts'
import { road, stationMeta } from '../kernel/road.ts'
import type { TraceEvent } from '../kernel/trace.ts'
import { Lab, SLICE } from './bench.ts'
import { seek, type Pieces, type Session } from './session.ts'
import type { LabState } from './state.ts'
import { readers, tools } from './tools.ts'

/** A packet's way through one host, from the table that rewrites its destination on. */
export interface WayOn {
  /** States of path.machine.ts, that table's first; the last one is where its way on this host ends. */
  states: string[]
  /** The device that it leaves by, '' for none. */
  dev: string
  /** Why it is dropped, '' otherwise. */
  reason: string
}

export interface Otherwise {
  taken: WayOn
  untouched: WayOn
}

const Query = v.object({
  host: v.string(),
  packet: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** The position that its step at the table has led to. */
  position: v.pipe(v.number(), v.integer(), v.minValue(1)),
})

/** Steps that the packet may take to leave the host, and those that may be repeated to come to it. */
const STEPS_MAX = 400
const SEEK_MAX = 20_000
const PIECE = 25

/** Null: the packet is not at a nat table there, or that moment is too far away. */
function* otherwise(session: Session, argument: unknown): Pieces<Otherwise | null> {
  const { host, packet, position } = v.parse(Query, argument)
  const run = session.run()
  if (position > run.end) return null
  const probe = run.probe(position - 1)
  yield
  yield* seek(probe, position - 1, SEEK_MAX)
  const { state } = probe.lab
  if (probe.position !== position - 1 || state.current?.skb.serial !== packet) return null
  if (stationMeta[state.current.skb.station].table !== 'nat') return null
  yield
  const untouched = yield* walkOn(state, host, packet, true)
  yield
  return { untouched, taken: yield* walkOn(state, host, packet, false) }
}

/** The packet on the road goes on in a copy of the lab; `past`: without what the station does that it stands at. */
function* walkOn(from: LabState, host: string, packet: number, past: boolean): Pieces<WayOn> {
  const way: WayOn = { states: [], dev: '', reason: '' }
  let next = -1
  const event = (e: TraceEvent): void => {
    if (e.skb !== packet || e.host !== host) return
    if (e.type === 'xmit') way.dev = e.dev
    else if (e.type === 'drop') way.reason = e.reason
    else if (e.type === 'station') {
      way.states.push(e.station)
      next = road.next[(road.state[e.station] ?? 0) * EVENTS + (road.event[e.verdict] ?? 0)]
    }
  }
  const lab = new Lab(structuredClone(from), { event, output: () => undefined }, SLICE)
  const skb = lab.state.current?.skb
  if (past && skb !== undefined) {
    way.states.push(road.states[skb.station])
    skb.station = road.next[skb.station * EVENTS + ACCEPT]
  }
  for (let steps = 0; steps < STEPS_MAX && (next < 0 || road.final[next] === 0) && lab.step(); steps++)
    if (steps % PIECE === PIECE - 1) yield
  if (next >= 0) way.states.push(road.states[next])
  return way
}

tools.set('otherwise', otherwise)
readers.add('otherwise')
