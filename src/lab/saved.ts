/**
 * The tool `saved`: would a command have saved a packet? The lab as it was just before the packet came to the host is
 * copied, the command is run on the copy, and the packet goes its way again. Nothing of it is left behind.
 */
import * as v from 'valibot'
import type { TraceEvent } from '../kernel/trace.ts'
import { Lab, SLICE } from './bench.ts'
import { seek, type Pieces, type Session } from './session.ts'
import { readers, tools } from './tools.ts'

export interface Saved {
  /**
   * How it ends on the host: `passed` goes on to the wire, `delivered` is handed to the host itself. `refused`: the command
   * is, on that host at that moment. `unknown`: its coming is no longer kept, or it was never followed.
   */
  end: 'passed' | 'delivered' | 'dropped' | 'refused' | 'unknown'
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
  if (came?.position === undefined) return { end: 'unknown', reason: '' }
  yield
  const probe = run.fork(-1)
  yield
  yield* seek(probe, came.position - 1, Infinity)

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

tools.set('saved', saved)
readers.add('saved')
