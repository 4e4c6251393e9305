/** Numbers of 64 bits as options write them: more than a JavaScript number holds exactly. */
import { problem } from './error.ts'
import type { OptionCall } from './extension.ts'
import type { ArgType } from './option.ts'

const MAX = 18446744073709551615n
const NUMBER = /^\s*\+?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/

/** Decimal, octal or hex, as strtoull() reads it; null: none, or too large. */
function leading(text: string): { value: bigint; rest: string } | null {
  const found = NUMBER.exec(text)
  if (!found) return null
  const value = BigInt(found[1].replace(/^0(?=[0-7])/, '0o'))
  return value > MAX ? null : { value, rest: text.slice(found[0].length) }
}

/** Up to 2^64 - 1, exactly, in decimal. */
export const uint64: ArgType<string> = (arg, call) => {
  const n = leading(arg)
  if (n?.rest !== '')
    problem(`${call.ext}: bad value for option "--${call.option}", or out of range (0-${MAX}).\n`)
  return String(n.value)
}

function component(rest: string, call: OptionCall): { value: bigint; rest: string } {
  const n = leading(rest)
  if (n === null)
    problem(
      `${call.ext}: bad value for option "--${call.option}" near "${rest}", or out of range (0-${MAX}).\n`,
    )
  if (n.rest !== '' && !n.rest.startsWith(':'))
    problem(`${call.ext}: Argument to "--${call.option}" has unexpected characters near "${n.rest}".\n`)
  return n
}

/** One number, or two with a colon between, each of which may be missing. Linux: iptables, xtopt_parse_mint */
export const uint64Range: ArgType<bigint[]> = (arg, call) => {
  const values: bigint[] = []
  let rest = arg
  for (;;) {
    if (values.length === 2)
      problem(`${call.ext}: Too many components for option "--${call.option}" (max: 2)\n`)
    if (rest === '' || rest.startsWith(':')) values.push(values.length === 1 ? MAX : 0n)
    else {
      const n = component(rest, call)
      values.push(n.value)
      rest = n.rest
    }
    if (rest === '') return values
    rest = rest.slice(1)
  }
}
