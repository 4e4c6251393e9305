import { IP_OFFMASK, IPPROTO_ICMP } from '../../../wire/packet.ts'
import { problem } from '../error.ts'
import type { Match } from '../extension.ts'
import { leadingNumber } from '../number.ts'
import { option, text } from '../option.ts'

export interface IcmpData {
  /** 255: any. */
  type: number
  code: [number, number]
  invert: boolean
}

/** name, type, code; no code: all of the type. Linux: iptables, extensions/libxt_icmp.h */
const TYPES: readonly [string, number, number?][] = [
  ['any', 255],
  ['echo-reply', 0],
  ['pong', 0],
  ['destination-unreachable', 3],
  ['network-unreachable', 3, 0],
  ['host-unreachable', 3, 1],
  ['protocol-unreachable', 3, 2],
  ['port-unreachable', 3, 3],
  ['fragmentation-needed', 3, 4],
  ['source-route-failed', 3, 5],
  ['network-unknown', 3, 6],
  ['host-unknown', 3, 7],
  ['network-prohibited', 3, 9],
  ['host-prohibited', 3, 10],
  ['TOS-network-unreachable', 3, 11],
  ['TOS-host-unreachable', 3, 12],
  ['communication-prohibited', 3, 13],
  ['host-precedence-violation', 3, 14],
  ['precedence-cutoff', 3, 15],
  ['source-quench', 4],
  ['redirect', 5],
  ['network-redirect', 5, 0],
  ['host-redirect', 5, 1],
  ['TOS-network-redirect', 5, 2],
  ['TOS-host-redirect', 5, 3],
  ['echo-request', 8],
  ['ping', 8],
  ['router-advertisement', 9],
  ['router-solicitation', 10],
  ['time-exceeded', 11],
  ['ttl-exceeded', 11],
  ['ttl-zero-during-transit', 11, 0],
  ['ttl-zero-during-reassembly', 11, 1],
  ['parameter-problem', 12],
  ['ip-header-bad', 12, 0],
  ['required-option-missing', 12, 1],
  ['timestamp-request', 13],
  ['timestamp-reply', 14],
  ['address-mask-request', 17],
  ['address-mask-reply', 18],
]

/** A number, or two with a colon between: the rest of the text, or null. */
function range(arg: string): { values: [number, number]; rest: string } | null {
  const low = leadingNumber(arg, 0, 255)
  if (!low) return null
  if (!low.rest.startsWith(':')) return { values: [low.value, low.value], rest: low.rest }
  const high = leadingNumber(low.rest.slice(1), 0, 255)
  return high && { values: [low.value, high.value], rest: high.rest }
}

/** A name that no other name begins with, or `type`, `type/code`. */
function parseType(arg: string): { type: number; code: [number, number] } {
  const known = TYPES.filter(([name]) => name.toLowerCase().startsWith(arg.toLowerCase()))
  if (known.length > 1) problem(`Ambiguous ICMP type \`${arg}': \`${known[0][0]}' or \`${known[1][0]}'?`)
  if (known.length === 1) {
    const [, type, code] = known[0]
    return { type, code: code === undefined ? [0, 255] : [code, code] }
  }
  const type = range(arg) ?? problem(`Unknown ICMP type \`${arg}'`)
  let code: [number, number] = [0, 255]
  let rest = type.rest
  if (rest.startsWith('/')) {
    const c = range(rest.slice(1)) ?? problem(`Unknown ICMP code \`${arg}'`)
    code = c.values
    rest = c.rest
  }
  if (rest !== '') problem(`unknown character ${rest[0]}`)
  if (type.values[0] !== type.values[1]) problem('ICMP type range not supported')
  return { type: type.values[0], code }
}

/** Match the ICMP type and code. Linux: net/ipv4/netfilter/ip_tables.c icmp_match; iptables: extensions/libipt_icmp.c */
export const icmp: Match<IcmpData> = {
  name: 'icmp',
  proto: IPPROTO_ICMP,
  init: () => ({ type: 255, code: [0, 255], invert: false }),
  options: [
    option<IcmpData, string>(
      'icmp-type',
      text,
      (d, arg, call) => {
        Object.assign(d, parseType(arg))
        if (call.invert) d.invert = true
      },
      { mandatory: true, invert: true },
    ),
  ],
  save(d) {
    const what =
      d.type === 255 ? 'any' : `${d.type}${d.code[0] === 0 && d.code[1] === 255 ? '' : `/${d.code[0]}`}`
    return `${d.invert ? ' !' : ''} --icmp-type ${what}`
  },
  print(d, numeric) {
    const [min, max] = d.code
    if (!numeric) {
      const known = TYPES.find(
        ([, type, code]) => type === d.type && (code ?? 0) === min && (code ?? 255) === max,
      )
      if (known) return ` icmp ${d.invert ? '!' : ''}${known[0]}`
    }
    const codes = min === max ? ` code ${min}` : min === 0 && max === 255 ? '' : ` codes ${min}-${max}`
    return ` icmp${d.invert ? ' !' : ''}type ${d.type}${codes}`
  },
  match(_k, skb, d) {
    if (skb.frag & IP_OFFMASK) return false
    const hit = d.type === 255 || (skb.type === d.type && skb.code >= d.code[0] && skb.code <= d.code[1])
    return hit !== d.invert
  },
}
