/**
 * Many connections at once through a gateway with DNAT, all three hosts with full semantics: 5,000 at a time, each a
 * handshake, a request, an answer, and the end that the server makes. Seconds of processor time, and packets a second, each
 * packet counted once however many hosts it passes. Then the recorded experiments, each figure beside the kernel's.
 */
import type { Report } from '../../scripts/bench.ts'
import { recorded } from './load-recorded.ts'
import { load } from './load.ts'

const CONCURRENT = 5_000

export default function bench(report: Report): void {
  // The compiler needs some rounds.
  load(CONCURRENT, 20_000)
  const runs = [10_000, 100_000, 1_000_000].map((requests) => ({ requests, ...load(CONCURRENT, requests) }))
  for (const { requests, seconds, packets } of runs) {
    const name = `load.${requests}`
    report(`${name}.seconds`, seconds, 's', `${requests} connections, ${CONCURRENT} at a time`)
    report(`${name}.pps`, Math.round(packets / seconds), 'packets/s', `${packets} packets over three hosts`)
  }
  recorded(report)
}
