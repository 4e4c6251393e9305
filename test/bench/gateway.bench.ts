/**
 * How fast packets are forwarded and translated by the gateway of rules.ts: known flows, and a new flow for each packet.
 * Medians of several rounds, per second of processor time; a packet is made outside of the measured time.
 */
import type { Report } from '../../scripts/bench.ts'
import { forwarding, median } from './forward.ts'
import { processorTime } from './kit.ts'
import { FLOWS } from './rules.ts'

const ROUNDS = 15

export default function bench(report: Report): void {
  const round = forwarding(processorTime)
  const rounds = Array.from({ length: ROUNDS }, round)
  const fresh = median(rounds.map((r) => r.fresh))
  const known = median(rounds.map((r) => r.known))
  report('gateway.new.pps', Math.round(fresh), 'packets/s', '20 rules; each packet begins a flow')
  report('gateway.existing.pps', Math.round(known), 'packets/s', `20 rules; packets of ${FLOWS} known flows`)
}
