/**
 * How fast packets are forwarded and translated by the gateway of rules.ts: known flows, and a new flow for each packet.
 * Medians of several rounds; a packet is made outside of the measured time.
 */
import type { Report } from '../../scripts/bench.ts'
import { natGateway, receive, segment } from './kit.ts'
import { FLOWS } from './rules.ts'

const ROUNDS = 9
/** Packets made at a time, outside of the measured time: few enough to die young. */
const BATCH = 500

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
}

export default function bench(report: Report): void {
  const fresh: number[] = []
  const known: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const g = natGateway(262_144, 65_536)
    const through = (step: 'SYN' | 'SYNACK' | 'ACK'): number => {
      const before = g.sent()
      let took = 0
      for (let first = 0; first < FLOWS; first += BATCH) {
        const skbs = Array.from({ length: BATCH }, (_, i) => segment(g, first + i, step))
        const began = performance.now()
        for (const skb of skbs) receive(g, skb)
        took += performance.now() - began
      }
      if (g.sent() - before !== FLOWS)
        throw new Error(`${g.sent() - before} of ${FLOWS} ${step} were forwarded`)
      return FLOWS / (took / 1000)
    }
    fresh.push(through('SYN'))
    through('SYNACK')
    through('ACK')
    known.push(through('ACK'))
  }
  report('gateway.new.pps', Math.round(median(fresh)), 'packets/s', '20 rules; each packet begins a flow')
  report(
    'gateway.existing.pps',
    Math.round(median(known)),
    'packets/s',
    `20 rules; packets of ${FLOWS} known flows`,
  )
}
