/** A state as a past keeps it: without what nobody will read (litter.ts). */
import { bonesOf } from '../../src/lab/bones.ts'
import { leaveLitter, LitterPicker } from '../../src/lab/litter.ts'

/** In place. */
export function swept<T>(state: T): T {
  const { columns, paths, owners } = bonesOf(state, undefined)
  const picker = new LitterPicker()
  // First look, then sweep: what is free is found along chains through the free.
  const litters = paths.map((path, i) => picker.of(path, owners[i]))
  litters.forEach((litter, i) => {
    const { buffer, byteOffset, byteLength } = columns[i]
    if (!litter) return
    const words = new Int32Array(buffer, byteOffset, byteLength / 4)
    leaveLitter(words, new Int32Array(words.length), litter)
  })
  return state
}
