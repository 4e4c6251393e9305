/** How u32 is written, printed and worked out. Linux: net/netfilter/xt_u32.c; iptables: extensions/libxt_u32.c */
import { problem } from '../error.ts'
import type { Match } from '../extension.ts'
import { hex, leadingNumber } from '../number.ts'
import { option, text } from '../option.ts'
import { skbBytes } from '../skb-bytes.ts'

type Operator = '&' | '<<' | '>>' | '@'

/** One test: where to look, what to do with the four bytes there, and what may come out. Linux: struct xt_u32 */
export interface U32Test {
  location: [Operator | '', number][]
  values: [number, number][]
}

export interface U32Data {
  tests: U32Test[]
  invert: boolean
}

/** Linux: XT_U32_MAXSIZE */
const MAX = 10

/** A number at a place of the text. */
function numberAt(arg: string, at: number): { value: number; at: number } {
  const n = /^\+?[0-9]/.test(arg.slice(at)) ? leadingNumber(arg.slice(at), 0, 0xffffffff) : null
  if (!n) problem(`u32: at char ${at}: not a number or out of range`)
  return { value: n.value, at: arg.length - n.rest.length }
}

function skipBlanks(arg: string, at: number): number {
  while (/\s/.test(arg.charAt(at))) at++
  return at
}

/** Linux: u32_parse */
function parse(arg: string): U32Test[] {
  const tests: U32Test[] = []
  let at = 0
  for (;;) {
    const test: U32Test = { location: [], values: [] }
    let op: Operator | '' = ''
    for (;;) {
      at = skipBlanks(arg, at)
      if (at >= arg.length) problem('u32: abrupt end of input after location specifier')
      const c = arg.charAt(at)
      if (c === '=') {
        if (test.location.length === 0) problem(`u32: at char ${at}: location spec missing`)
        at++
        break
      }
      if (test.location.length > 0) {
        if (c === '&' || c === '@') op = c
        else if (c === '<' || c === '>') {
          op = c === '<' ? '<<' : '>>'
          if (arg.charAt(++at) !== c) problem(`u32: at char ${at}: a second '${c}' was expected`)
        } else problem(`u32: at char ${at}: operator expected`)
        at = skipBlanks(arg, at + 1)
      }
      const n = numberAt(arg, at)
      at = n.at
      if (test.location.length >= MAX) problem(`u32: at char ${at}: too many operators`)
      test.location.push([op, n.value])
    }
    for (;;) {
      at = skipBlanks(arg, at)
      const c = arg.charAt(at)
      if (c === '' || c === '&' || (test.values.length > 0 && c !== ',')) {
        if (c === '&' && arg.charAt(++at) !== '&') problem(`u32: at char ${at}: a second '&' was expected`)
        if (test.values.length === 0)
          problem(
            c === '' ? 'u32: test ended with no value specified' : `u32: at char ${at}: value spec missing`,
          )
        if (c !== '' && c !== '&') problem(`u32: at char ${at}: expected "," or "&&"`)
        if (tests.length >= MAX) problem(`u32: at char ${at}: too many "&&"s`)
        tests.push(test)
        if (c === '') return tests
        at++
        break
      }
      if (test.values.length > 0) at = skipBlanks(arg, at + 1)
      const low = numberAt(arg, at)
      at = skipBlanks(arg, low.at)
      if (arg.charAt(at) === ':') {
        const high = numberAt(arg, skipBlanks(arg, at + 1))
        test.values.push([low.value, high.value])
        at = high.at
      } else test.values.push([low.value, low.value])
      if (test.values.length > MAX) problem(`u32: at char ${at}: too many ","s`)
    }
  }
}

function print(d: U32Data): string {
  const one = (t: U32Test): string =>
    `${t.location.map(([op, n]) => op + hex(n)).join('')}=` +
    t.values.map(([low, high]) => (low === high ? hex(low) : `${hex(low)}:${hex(high)}`)).join(',')
  return `"${d.tests.map(one).join('&&')}"`
}

/** Null: the bytes asked for are not in the packet. Linux: u32_match_it */
function valueOf(b: Uint8Array, location: U32Test['location']): number | null {
  let base = 0
  let value = 0
  for (const [op, n] of location) {
    if (op === '&') value = (value & n) >>> 0
    else if (op === '<<') value = (value << n) >>> 0
    else if (op === '>>') value >>>= n
    else {
      // Before the first number there is no value.
      base += value
      const at = base + n
      if (at + 4 > b.length) return null
      value = ((b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]) >>> 0
    }
  }
  return value
}

/** Match numbers taken out of the packet's bytes. Linux: net/netfilter/xt_u32.c u32_mt; iptables: extensions/libxt_u32.c */
export const u32: Match<U32Data> = {
  name: 'u32',
  init: () => ({ tests: [], invert: false }),
  options: [
    option<U32Data, string>(
      'u32',
      text,
      (d, v, call) => {
        d.tests = parse(v)
        if (call.invert) d.invert = true
      },
      { mandatory: true, invert: true },
    ),
  ],
  // There are no more bits to shift by.
  checkentry: (d) =>
    d.tests.some((t) => t.location.some(([op, n]) => n > 31 && (op === '<<' || op === '>>')))
      ? { errno: 'EINVAL', log: '' }
      : null,
  save: (d) => `${d.invert ? ' !' : ''} --u32 ${print(d)}`,
  print: (d) => ` u32${d.invert ? ' !' : ''} ${print(d)}`,
  match(k, skb, d) {
    const b = skbBytes(k, skb)
    const holds = (t: U32Test): boolean => {
      const value = valueOf(b, t.location)
      return value !== null && t.values.some(([low, high]) => value >= low && value <= high)
    }
    return d.tests.every(holds) !== d.invert
  },
}
