/**
 * How fast packets are forwarded and translated: known flows, and a new flow for each packet. Four tables, one SNAT rule,
 * full tracking. Medians of several rounds; a packet is made outside of the measured time.
 */
import type { Report } from '../../scripts/bench.ts'
import { natGateway, receive, segment } from './kit.ts'

const FLOWS = 20_000
const ROUNDS = 7

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
}

export default function bench(report: Report): void {
  const fresh: number[] = []
  const existing: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const g = natGateway(262_144, 65_536)
    const syns = Array.from({ length: FLOWS }, (_, i) => segment(i, 'SYN'))
    let began = performance.now()
    for (const skb of syns) receive(g, skb)
    fresh.push(FLOWS / ((performance.now() - began) / 1000))
    for (let i = 0; i < FLOWS; i++) receive(g, segment(i, 'SYNACK'))
    const known = Array.from({ length: FLOWS }, (_, i) => segment(i, 'ACK'))
    began = performance.now()
    for (const skb of known) receive(g, skb)
    existing.push(FLOWS / ((performance.now() - began) / 1000))
  }
  report('gateway.new.pps', Math.round(median(fresh)), 'packets/s', 'each packet begins a flow')
  report('gateway.existing.pps', Math.round(median(existing)), 'packets/s', 'packets of known flows')
}
