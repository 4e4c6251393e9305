/** Values of the field TOS by name and by number. Linux: iptables, extensions/tos_values.c, libxtables xtopt_parse_tosmask */
import { problem } from './error.ts'
import type { ArgType } from './option.ts'
import { leadingNumber } from './number.ts'

export interface TosMask {
  value: number
  mask: number
}

const SYMBOLS: readonly [string, number][] = [
  ['Minimize-Delay', 0x10],
  ['Maximize-Throughput', 0x08],
  ['Maximize-Reliability', 0x04],
  ['Minimize-Cost', 0x02],
  ['Normal-Service', 0x00],
]

/** `value`, `value/mask`, or a name, which means the six bits of the old field. */
export const tosMask: ArgType<TosMask> = (arg) => {
  const first = leadingNumber(arg, 0, 0xff)
  if (first) {
    if (first.rest === '') return { value: first.value, mask: 0xff }
    const mask = first.rest.startsWith('/') ? leadingNumber(first.rest.slice(1), 0, 0xff) : null
    if (mask?.rest !== '') problem(`Illegal value: "${arg}"`)
    return { value: first.value, mask: mask.value }
  }
  const known = SYMBOLS.find(([name]) => name.toLowerCase() === arg.toLowerCase())
  if (!known) problem(`Symbolic name "${arg}" is unknown`)
  return { value: known[1], mask: 0x3f }
}

/** Null where it has no name. */
export function tosSymbol({ value, mask }: TosMask): string | null {
  if (mask !== 0x3f) return null
  return SYMBOLS.find(([, v]) => v === value)?.[0] ?? null
}

/** Two hexadecimal digits. */
export function hex2(n: number): string {
  return `0x${n.toString(16).padStart(2, '0')}`
}
