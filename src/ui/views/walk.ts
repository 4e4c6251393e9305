/**
 * The followed packet as an actor of packetPath: the machine that the kernel's inner loop is compiled from is fed with
 * the verdicts of the packet's trace, so what the diagram shows is the machine's own state. Going back feeds a new actor.
 *
 * The actor stands where the packet stands: a station's verdict is sent when the next station has acted (or when it ends
 * the road), so that the station that has just done its work is the one that is lit.
 */
import { createActor, type ActorRefFrom, type InspectionEvent } from 'xstate'
import { compile } from '../../kernel/compile.ts'
import { packetPath, type Verdict } from '../../kernel/path.machine.ts'
import type { Step, Visit } from './journey.ts'

const road = compile(packetPath)
const EVENTS = new Set<string>(road.events)

function after(state: string, verdict: string): string | null {
  const s = road.state[state]
  const e = road.event[verdict]
  if (s === undefined || e === undefined) return null
  const n = road.next[s * road.events.length + e]
  return n < 0 ? null : road.states[n]
}

export interface Walk {
  /** What the actor is fed with. */
  verdicts: Verdict[]
  /** All states passed, the first is `start`, the last is where the packet stands. */
  states: string[]
  /** The state it stood in before its last stop: the last motion begins there. */
  from: number
  /** The trace says something that the machine cannot do. */
  lost: boolean
}

/** What to send to the machine so that it follows the packet through one host. */
export function walkOf(visit: Visit): Walk {
  const states = [road.states[road.initial]]
  const verdicts: Verdict[] = []
  let from = 0
  let lost = false
  const here = (): string => states[states.length - 1]
  const send = (verdict: string): boolean => {
    const next = EVENTS.has(verdict) ? after(here(), verdict) : null
    if (next === null) return false
    verdicts.push(verdict as Verdict)
    states.push(next)
    return true
  }
  const ends = (verdict: string): boolean => {
    const next = after(here(), verdict)
    return next !== null && road.final[road.state[next]] === 1
  }

  const steps = stopped(visit)
  let said = ''
  let stop = 0
  if (steps.some((s) => s.station !== '')) send(visit.by)
  for (const step of steps) {
    if (step.station === '') continue
    if (step.ran) from = stop
    if (step.kind === 'drop' && step.station === here()) {
      said = 'DROP'
      continue
    }
    if (said !== '') lost = !send(said) || lost
    // Stations that the trace leaves out were passed.
    for (let i = 0; here() !== step.station && i < road.states.length; i++) if (!send('ACCEPT')) break
    if (here() !== step.station) return { verdicts, states, from, lost: true }
    said = step.verdict || 'ACCEPT'
    if (step.ran) stop = states.length - 1
  }
  if (said !== '' && ends(said)) lost = !send(said) || lost
  return { verdicts, states, from, lost }
}

/** Without the stations passed since the last stop: the packet stands where something was done to it. */
function stopped(visit: Visit): Step[] {
  const last = visit.steps.findLastIndex((s) => s.ran)
  return visit.steps.slice(0, last + 1)
}

export interface Inspected {
  n: number
  type: string
  event: string
  state: string
}

/** The live actor. Feed it with ever longer walks; a walk that is not longer than what it has been told starts it anew. */
export class Follower {
  #actor: ActorRefFrom<typeof packetPath> | null = null
  #told: Verdict[] = []
  #n = 0
  #listen: ((e: Inspected) => void) | null

  /** `inspect` hears every inspection event of the actor, as XState tells it. */
  constructor(inspect: ((e: Inspected) => void) | null = null) {
    this.#listen = inspect
  }

  /** The name of the state that the actor is in. */
  feed(walk: Pick<Walk, 'verdicts'>): string {
    const { verdicts } = walk
    const longer = this.#told.length <= verdicts.length && this.#told.every((v, i) => v === verdicts[i])
    if (!longer) this.stop()
    this.#actor ??= this.#start()
    for (const type of verdicts.slice(this.#told.length)) this.#actor.send({ type })
    this.#told = [...verdicts]
    return stateName(this.#actor.getSnapshot().value)
  }

  stop(): void {
    this.#actor?.stop()
    this.#actor = null
    this.#told = []
  }

  #start(): ActorRefFrom<typeof packetPath> {
    const listen = this.#listen
    const options = listen === null ? {} : { inspect: (e: InspectionEvent) => listen(this.#read(e)) }
    return createActor(packetPath, options).start()
  }

  #read(e: InspectionEvent): Inspected {
    const event = 'event' in e ? e.event.type : ''
    const value = 'snapshot' in e && 'value' in e.snapshot ? (e.snapshot.value as StateValue) : ''
    return { n: this.#n++, type: e.type, event, state: stateName(value) }
  }
}

type StateValue = string | { [key: string]: StateValue | undefined }

/** `{PRE_ROUTING: 'raw'}` as compile.ts names it: `PRE_ROUTING.raw`. */
export function stateName(value: StateValue): string {
  if (typeof value === 'string') return value
  return Object.entries(value)
    .map(([key, child]) => (child === undefined ? key : `${key}.${stateName(child)}`))
    .join('|')
}
