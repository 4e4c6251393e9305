/**
 * The tool `saved`: would a command have saved a packet? The lab as it was just before the packet came to the host is
 * copied, the command is run on the copy, and the packet goes its way again. Nothing of it is left behind.
 */
import * as v from 'valibot'
import type { TraceEvent } from '../kernel/trace.ts'
import { Lab, SLICE } from './bench.ts'
import type { Run } from './history.ts'
import { watch } from './inflight.ts'
import { seek, type Pieces, type Session } from './session.ts'
import { readers, tools } from './tools.ts'

export interface Saved {
  /**
   * How it ends on the host: `passed` goes on to the wire, `delivered` is handed to the host itself. `refused`: the command
   * is, on that host at that moment. `far`: of a load that nobody follows too much would have to be repeated. `unknown`: its
   * coming is no longer kept.
   */
  end: 'passed' | 'delivered' | 'dropped' | 'refused' | 'far' | 'unknown'
  /** Where and why it is dropped all the same; what the refused command says. */
  reason: string
}

/** Steps that the packet may take to leave the host: commands that work, and neighbours that are asked for. */
const STEPS_MAX = 4000
const PIECE = 25
/** Lab time that it may take, microseconds. */
const WAIT_MAX = 5_000_000

const Query = v.object({
  host: v.string(),
  packet: v.pipe(v.number(), v.integer(), v.minValue(1)),
  line: v.pipe(v.string(), v.maxLength(1000)),
})

function* saved(session: Session, argument: unknown): Pieces<Saved> {
  const { host, packet, line } = v.parse(Query, argument)
  const run = session.run()
  const came = run.trace.findLast(
    (e) =>
      e.skb === packet &&
      e.host === host &&
      (e.type === 'rcv' || e.type === 'make') &&
      e.seq < run.lab.state.events,
  )
  const begin = came?.position === undefined ? yield* deathOf(run, host, packet) : came.position - 1
  if (typeof begin === 'string') return { end: begin, reason: '' }
  yield
  const probe = run.probe(begin)
  yield
  yield* seek(probe, begin, Infinity)
  watch(probe.lab.state.flying, packet)

  let end: Saved | null = null
  const event = (e: TraceEvent): void => {
    if (end !== null || e.skb !== packet || e.host !== host) return
    if (e.type === 'xmit') end = { end: 'passed', reason: '' }
    else if (e.type === 'deliver') end = { end: 'delivered', reason: '' }
    else if (e.type === 'drop') end = { end: 'dropped', reason: e.reason }
  }
  const lab = new Lab(probe.lab.state, { event, output: () => undefined }, SLICE)
  yield
  const at = lab.hostIndex(host)
  const job = lab.execCaptured(at, line)
  let result = lab.result(at, job)
  for (let steps = 0; result === 'running' && steps < STEPS_MAX && lab.step(); steps++) {
    if (steps % PIECE === PIECE - 1) yield
    result = lab.result(at, job)
  }
  if (result === 'running' || result.status !== 0)
    return { end: 'refused', reason: result === 'running' ? '' : result.stderr.trim() }
  const until = lab.state.now + WAIT_MAX
  for (let steps = 0; steps < STEPS_MAX && lab.step(until); steps++) {
    if (end !== null) return end
    if (steps % PIECE === PIECE - 1) yield
  }
  return end ?? { end: 'unknown', reason: '' }
}

/** What may be repeated of a run to find a packet, in steps of the common kind: ten times as many of a load, two seconds or so. */
const FAR = 30_000
/** The packet that was found last in a run: several cures are tried of it. */
const found = new WeakMap<Run, { host: string; packet: number; position: number }>()

/**
 * The position before the step in which the last packet of its kind died, where nobody followed it: the run is repeated from
 * shortly before until as many have died as the counter says.
 */
function* deathOf(run: Run, host: string, packet: number): Pieces<number | 'far' | 'unknown'> {
  const last = found.get(run)
  if (last?.host === host && last.packet === packet) return last.position
  const at = run.lab.hostIndex(host)
  const dead = run.lab.state.hosts[at]?.net.drops.find((d) => d.last === packet)
  if (dead === undefined) return 'unknown'
  const begin = run.course.findLast((sample) => sample.time < dead.time)?.position ?? 0
  const probe = run.probe(begin)
  yield
  yield* seek(probe, begin, FAR)
  if (probe.position !== begin) return 'far'
  const died = (): number =>
    probe.lab.state.hosts[at].net.drops.find(
      (d) => d.reason === dead.reason && d.where === dead.where && d.station === dead.station,
    )?.count ?? 0
  for (let steps = 0; steps < FAR;) {
    const { position, weight } = probe
    if (!probe.step()) return 'unknown'
    if (died() >= dead.count) {
      found.set(run, { host, packet, position })
      return position
    }
    const before = Math.floor(steps / PIECE)
    steps += weight
    if (Math.floor(steps / PIECE) > before) yield
  }
  return 'far'
}

tools.set('saved', saved)
readers.add('saved')
