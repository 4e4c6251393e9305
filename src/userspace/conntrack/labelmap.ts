/** Names of labels, which conntrack and iptables read from a file that somebody must have written. libnetfilter_conntrack labels.c */
import type { Sys } from '../program.ts'

export type LabelMap = ReadonlyMap<string, number>

const FILE = '/etc/xtables/connlabel.conf'
const LABELS = 128

/** `BIT NAME` a line, `#` begins a comment; the first that names a bit counts. null: there is no such file. */
export function readLabelMap(sys: Sys): LabelMap | null {
  const text = sys.files.read(FILE)
  if (typeof text !== 'string') return null
  const map = new Map<string, number>()
  for (const line of text.split('\n')) {
    const m = /^\s*(\d+)\s+(\S+)/.exec(line.replace(/#.*/, ''))
    const bit = Number(m?.[1] ?? LABELS)
    if (m && bit < LABELS && !map.has(m[2]) && ![...map.values()].includes(bit)) map.set(m[2], bit)
  }
  return map
}

/** What a bit is called. */
export function labelName(map: LabelMap, bit: number): string | null {
  for (const [name, at] of map) if (at === bit) return name
  return null
}

/** Names of the labels that are set, by their bits; one without a name is not told. */
export function labelNames(map: LabelMap, bits: readonly number[]): string[] {
  return [...bits].sort((a, b) => a - b).flatMap((bit) => labelName(map, bit) ?? [])
}
