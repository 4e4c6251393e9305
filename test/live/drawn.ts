/** Numbers that each draw of the simulated kernel makes anew, so that no two kernels need have the same. */
import type { Json } from '../../src/lab/replay/packet.ts'
import type { Difference } from './compare.ts'

/** Sequence numbers on the wire; names stand for those that the recorder knows, not for what NAT or SYNPROXY makes of them. */
const NUMBER = /\.wire\.\d+\.(seq|ack)$/

function at(json: Json | undefined, path: string): Json | undefined {
  return path.split('.').reduce<Json | undefined>((v, key) => {
    if (Array.isArray(v)) return v[Number(key)]
    return typeof v === 'object' && v !== null ? v[key] : undefined
  }, json)
}

/**
 * Is what differs a sequence number that another draw has differently again, in the same place? Then it follows from what is
 * drawn, and tells nothing of the model.
 */
export function isDrawn(d: Difference, otherDraws: readonly Json[]): boolean {
  if (!NUMBER.test(d.path) || typeof d.kernel !== 'number' || typeof d.simulator !== 'number') return false
  return otherDraws.some((other) => {
    const value = at(other, d.path)
    return typeof value === 'number' && value !== d.simulator
  })
}
