/**
 * The values of conntrack's options: numbers as C reads them, lists of words, masks.
 *
 * conntrack-tools 1.4.7, src/conntrack.c parse_parameter, parse_parameter_mask
 */
import { IPS_ASSURED, IPS_EXPECTED, IPS_FIXED_TIMEOUT, IPS_SEEN_REPLY } from '../../kernel/conntrack/conn.ts'
import { netmask, type Ipv4 } from '../../wire/address.ts'
import { wrong } from './options.ts'

const STATUS: readonly [string, number][] = [
  ['ASSURED', IPS_ASSURED],
  ['SEEN_REPLY', IPS_SEEN_REPLY],
  ['UNSET', 0],
  ['FIXED_TIMEOUT', IPS_FIXED_TIMEOUT],
  ['EXPECTED', IPS_EXPECTED],
  ['OFFLOAD', 1 << 14],
  ['HW_OFFLOAD', 1 << 15],
]
export const EVENTS: readonly [string, number][] = [
  ['ALL', 7],
  ['NEW', 1],
  ['UPDATES', 2],
  ['DESTROY', 4],
]
/** Numbers as strtoul(…, 0) and atoi() read them: as far as they go. */
export function strtoul(text: string): number {
  const m = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|\d+)/.exec(text)
  if (!m) return 0
  const value = /^0\d/.test(m[2]) ? Number.parseInt(m[2], 8) : Number(m[2])
  return (m[1] === '-' ? -value : value) >>> 0
}
export const atoi = (text: string): number => Number(/^\s*[-+]?\d+/.exec(text)?.[0] ?? 0)

/** What a word of a list is short for; the first that begins like it, whatever its case. */
function choose(word: string, list: readonly [string, number][]): number | null {
  const found = list.find(([name]) => name.toUpperCase().startsWith(word.toUpperCase()))
  return word === '' || !found ? null : found[1]
}

/** Words of -u: bits that must be there; and what the kernel is asked to compare, where a word is negated. */
export function readStatus(text: string, old = false): { value: number; mask: number } {
  let value = 0
  let mask = 0
  for (let rest: string | null = text; rest !== null;) {
    const comma: number = rest.indexOf(',')
    const whole = rest
    const word: string = comma < 0 ? rest : rest.slice(0, comma)
    rest = comma < 0 ? null : rest.slice(comma + 1)
    const negated = word.startsWith('!')
    const name = negated ? word.slice(1) : word
    if (!old && !negated && name.startsWith('UNREPLIED')) {
      mask |= IPS_SEEN_REPLY
      continue
    }
    const bits = choose(name, old ? STATUS.filter(([known]) => !known.endsWith('OFFLOAD')) : STATUS)
    if (bits === null) throw wrong(`Bad parameter \`${negated ? whole.slice(1) : whole}'`)
    if (negated) mask |= bits
    else value |= bits
  }
  return { value, mask: mask === 0 ? value : mask }
}

/** Words of a list: what they mean together. `fall`: the rest of the list from the first bad word on is named. */
export function readList(text: string, choices: readonly [string, number][]): number {
  let value = 0
  let rest = text
  for (;;) {
    const comma = rest.indexOf(',')
    const bits = choose(comma < 0 ? rest : rest.slice(0, comma), choices)
    if (bits === null) throw wrong(`Bad parameter \`${rest}'`)
    value |= bits
    if (comma < 0) return value
    rest = rest.slice(comma + 1)
  }
}

/** How many leading bits of a mask are set. A mask with holes is taken as far as its first hole. */
export function maskLength(mask: Ipv4): number {
  let bits = 0
  while (bits < 32 && (mask & netmask(bits + 1)) >>> 0 === netmask(bits + 1)) bits++
  return bits
}

/** A verification tag of SCTP as the tool reads and prints it: it does not turn the bytes of the network around. */
export function toolTag(tag: number): number {
  return ((tag << 24) | ((tag & 0xff00) << 8) | ((tag >>> 8) & 0xff00) | (tag >>> 24)) >>> 0
}
