/** The connection table at full size: memory of an entry, and what a checkpoint (a structured clone) of it takes. */
import type { Report } from '../../scripts/bench.ts'
import type { CtTable } from '../../src/kernel/conntrack/table.ts'
import { natGateway, receive, segment } from './kit.ts'

const ENTRIES = 262_144

function bytesOf(ct: CtTable): number {
  let bytes = 0
  for (const v of Object.values(ct)) if (ArrayBuffer.isView(v)) bytes += v.byteLength
  return bytes
}

export default function bench(report: Report): void {
  const g = natGateway(ENTRIES, ENTRIES)
  for (let i = 0; i < ENTRIES; i++) receive(g, segment(g, i, 'SYN'))
  const { ct } = g.k.machine
  if (g.k.net.ctCount !== ENTRIES) throw new Error(`${g.k.net.ctCount} entries`)
  report(
    'entry.bytes',
    bytesOf(ct) / ENTRIES,
    'bytes',
    `${ENTRIES} entries and as many buckets, all arrays counted`,
  )
  const times: number[] = []
  for (let round = 0; round < 9; round++) {
    const began = performance.now()
    structuredClone({ net: g.k.net, machine: g.k.machine })
    times.push(performance.now() - began)
  }
  report('checkpoint.ms', times.sort((a, b) => a - b)[4] ?? 0, 'ms', 'median of 9')
}
