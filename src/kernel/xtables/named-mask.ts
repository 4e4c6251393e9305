/** `value[/mask]`, or a name that a file of iproute2 gives to a value. Linux: iptables, libxtables xtables_parse_val_mask */
import { problem } from './error.ts'
import type { ArgType } from './option.ts'
import { leadingNumber } from './number.ts'

export interface NamedMask {
  value: number
  mask: number
}

/** `names`: what the file says on a usual host. */
export function namedMask(names: Readonly<Record<string, number>>): ArgType<NamedMask> {
  return (arg, call) => {
    const value = leadingNumber(arg, 0, 0xffffffff)
    if (!value || (value.rest !== '' && !value.rest.startsWith('/'))) {
      if (Object.hasOwn(names, arg)) return { value: names[arg], mask: 0xffffffff }
      return problem(
        `${call.ext}: could not map name ${arg} to an integer value for option "--${call.option}".\n`,
      )
    }
    if (value.rest === '') return { value: value.value, mask: 0xffffffff }
    const mask =
      leadingNumber(value.rest.slice(1), 0, 0xffffffff) ??
      problem(`${call.ext}: bad integer value for option "--${call.option}", or out of range.\n`)
    if (mask.rest !== '')
      problem(`${call.ext}: trailing garbage after value for option "--${call.option}".\n`)
    return { value: value.value, mask: mask.value }
  }
}

/** The name of a value where there is one. */
export function nameOfValue(names: Readonly<Record<string, number>>, value: number): string | null {
  return Object.keys(names).find((name) => names[name] === value) ?? null
}
