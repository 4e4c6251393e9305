/**
 * When an expired entry is removed is not the scenario's doing: the kernel's collector goes round by a clock of the whole
 * machine, and whoever else meets the entry removes it, too. That it is removed is told as DESTROY, sooner or later.
 */
import { textOf } from './text.ts'
import type { Fields, Json } from '../../src/lab/replay/packet.ts'

type Recording = { [key: string]: Json }

const stepsOf = (r: Recording): Fields[] => (Array.isArray(r['steps']) ? (r['steps'] as Fields[]) : [])
const eventsOf = (s: Fields | undefined): Fields[] =>
  Array.isArray(s?.['ct_events']) ? (s['ct_events'] as Fields[]) : []
const key = (e: Fields): string => JSON.stringify([e['proto'], e['orig'], e['reply'], e['flags']])

/** Steps without the events that `goes` says, in a copy. */
function without(r: Recording, goes: (e: Fields, step: number) => boolean): Recording {
  const steps = stepsOf(r).map((s, i): Fields => {
    const events = eventsOf(s)
    const left = events.filter((e) => !goes(e, i))
    if (left.length === events.length) return s
    const { ct_events: _, ...rest } = s
    return left.length === 0 ? rest : { ...s, ct_events: left }
  })
  return { ...r, steps }
}

/**
 * Both recordings without those DESTROY events that only one of them tells in a step, of entries that were dead by then:
 * `dead` lists, step by step, the original tuples of entries whose time was over.
 */
export function setCollectedAside(
  kernel: Recording,
  simulator: Recording,
  dead: readonly (readonly string[])[],
): { kernel: Recording; simulator: Recording; aside: number } {
  let aside = 0
  const onlyOne =
    (other: Recording) =>
    (e: Fields, i: number): boolean => {
      if (e['ev'] !== 'DESTROY' || !dead[i]?.includes(textOf(e['orig']))) return false
      if (eventsOf(stepsOf(other)[i]).some((o) => o['ev'] === 'DESTROY' && key(o) === key(e))) return false
      aside++
      return true
    }
  const result = {
    kernel: without(kernel, onlyOne(simulator)),
    simulator: without(simulator, onlyOne(kernel)),
  }
  return { ...result, aside }
}
