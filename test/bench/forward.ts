/** How many packets a second the simulator forwards with the rules of rules.ts. */
import { nf_ct_iterate_cleanup } from '../../src/kernel/conntrack/life.ts'
import { natGateway, receive, segment } from './kit.ts'
import { FLOWS } from './rules.ts'

/** Packets made at a time, outside of the measured time: few enough to die young. */
const BATCH = 500

export function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
}

/**
 * A gateway, and one round of its work: a table without entries, then 20,000 flows, each begun by a SYN (`fresh`),
 * answered, and gone on with by an ACK (`known`: a second one). Packets per second of `clock` (milliseconds). Throws when one was not forwarded.
 */
export function forwarding(clock = (): number => performance.now()): () => { fresh: number; known: number } {
  const g = natGateway(262_144, 65_536)
  const through = (step: 'SYN' | 'SYNACK' | 'ACK'): number => {
    const before = g.sent()
    let took = 0
    for (let first = 0; first < FLOWS; first += BATCH) {
      const skbs = Array.from({ length: BATCH }, (_, i) => segment(g, first + i, step))
      const began = clock()
      for (const skb of skbs) receive(g, skb)
      took += clock() - began
    }
    if (g.sent() - before !== FLOWS)
      throw new Error(`${g.sent() - before} of ${FLOWS} ${step} were forwarded`)
    return FLOWS / (took / 1000)
  }
  return () => {
    nf_ct_iterate_cleanup(g.k, () => true)
    const fresh = through('SYN')
    through('SYNACK')
    through('ACK')
    return { fresh, known: through('ACK') }
  }
}
