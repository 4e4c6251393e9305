import { problem } from '../error.ts'
import type { Match } from '../extension.ts'
import { flag, option, text, uint } from '../option.ts'
import { skbBytes } from '../skb-bytes.ts'

/** `pattern`: one letter a byte. */
export interface StringData {
  pattern: string
  algo: string
  from: number
  to: number
  icase: boolean
  invert: boolean
}

const PATTERN = 128
const ALGO = 16
const ALGORITHMS = ['bm', 'kmp']

/** `GET|0d 0a|`: text, and hexadecimal digits between bars. Linux: parse_hex_string */
function parseHex(s: string): string {
  if (s === '') problem('STRING must contain at least one char')
  let out = ''
  let inHex = false
  for (let i = 0; i < s.length;) {
    if (out.length >= PATTERN) problem(`STRING too long "${s}"`)
    const literal = s.charAt(i) === '\\'
    if (literal && inHex) problem('Cannot include literals in hex data')
    if (s.charAt(i) === '|') {
      inHex = !inHex
      i++
      while (inHex && s.charAt(i) === ' ') i++
      if (i >= s.length) break
    }
    if (literal) {
      if (i + 1 >= s.length) problem('Bad literal placement at end of string')
      out += s.charAt(i + 1)
      i += 2
    } else if (inHex) {
      const pair = s.slice(i, i + 2)
      if (pair.length < 2) problem('Odd number of hex digits')
      // A block ends with a bar, so something follows each pair.
      if (i + 2 >= s.length) problem('Invalid hex block')
      const bad = /[^0-9a-fA-F]/.exec(pair)
      if (bad) problem(`Invalid hex char '${bad[0]}'`)
      out += String.fromCharCode(Number.parseInt(pair, 16))
      i += s.charAt(i + 2) === ' ' ? 3 : 2
    } else out += s.charAt(i++)
  }
  return out
}

/** In bars and hexadecimal digits if a byte is not a printable letter. Linux: is_hex_string, print_string */
function print(d: StringData): string {
  if (/[^\x20-\x7e]/.test(d.pattern) || d.pattern.endsWith('\\'))
    return `"|${[...d.pattern].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')}|"`
  return `"${d.pattern.replace(/["\\]/g, '\\$&')}"`
}

function isHex(d: StringData): boolean {
  return print(d).startsWith('"|') && /[^\x20-\x7e]|\\$/.test(d.pattern)
}

/** Match a text in the packet, its headers too. Linux: net/netfilter/xt_string.c string_mt; iptables: libxt_string.c */
export const string: Match<StringData> = {
  name: 'string',
  init: () => ({ pattern: '', algo: '', from: 0, to: 0xffff, icase: false, invert: false }),
  options: [
    option<StringData, number>('from', uint(0, 0xffff), (d, v) => void (d.from = v)),
    option<StringData, number>('to', uint(0, 0xffff), (d, v) => void (d.to = v)),
    option<StringData, string>('algo', text, (d, v) => void (d.algo = v.slice(0, ALGO - 1)), {
      mandatory: true,
    }),
    option<StringData, string>(
      'string',
      text,
      (d, v, call) => {
        if (v.length > PATTERN) problem(`STRING too long "${v}"`)
        d.pattern = v
        if (call.invert) d.invert = true
      },
      { invert: true, excludes: ['hex-string'] },
    ),
    option<StringData, string>(
      'hex-string',
      text,
      (d, v, call) => {
        d.pattern = parseHex(v)
        if (call.invert) d.invert = true
      },
      { invert: true, excludes: ['string'] },
    ),
    flag('icase', (d) => void (d.icase = true)),
  ],
  finalCheck(_d, used) {
    if (!used.has('string') && !used.has('hex-string'))
      problem("STRING match: You must specify `--string' or `--hex-string'")
  },
  checkentry(d) {
    if (d.from > d.to) return { errno: 'EINVAL', log: '' }
    // `fsm` is there, but takes no text.
    if (!ALGORITHMS.includes(d.algo)) return { errno: d.algo === 'fsm' ? 'EINVAL' : 'ENOENT', log: '' }
    return d.pattern === '' ? { errno: 'EINVAL', log: '' } : null
  },
  save(d) {
    let out = `${d.invert ? ' !' : ''} --${isHex(d) ? 'hex-' : ''}string ${print(d)} --algo ${d.algo}`
    if (d.from !== 0) out += ` --from ${d.from}`
    if (d.to !== 0xffff) out += ` --to ${d.to}`
    return out + (d.icase ? ' --icase' : '')
  },
  print(d) {
    let out = ` STRING match ${d.invert ? '!' : ''} ${print(d)} ALGO name ${d.algo}`
    if (d.from !== 0) out += ` FROM ${d.from}`
    if (d.to !== 0xffff) out += ` TO ${d.to}`
    return out + (d.icase ? ' ICASE' : '')
  },
  match(k, skb, d) {
    const bytes = skbBytes(k, skb)
    let where = ''
    for (const b of bytes) where += String.fromCharCode(b)
    const at = d.icase
      ? where.toLowerCase().indexOf(d.pattern.toLowerCase(), d.from)
      : where.indexOf(d.pattern, d.from)
    // All of it must lie before `to`. Linux: skb_find_text
    return (at >= 0 && at + d.pattern.length <= d.to) !== d.invert
  },
}
