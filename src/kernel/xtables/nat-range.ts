/** How the NAT targets write their ranges. Linux: iptables, extensions/libxt_NAT.c */
import { parseIpv4, printIpv4 } from '../../wire/address.ts'
import {
  NF_NAT_RANGE_MAP_IPS,
  NF_NAT_RANGE_PERSISTENT,
  NF_NAT_RANGE_PROTO_OFFSET,
  NF_NAT_RANGE_PROTO_RANDOM,
  NF_NAT_RANGE_PROTO_RANDOM_FULLY,
  NF_NAT_RANGE_PROTO_SPECIFIED,
  type NatRange,
} from '../nat/range.ts'
import { problem } from './error.ts'
import type { OptionCall, OptionSpec } from './extension.ts'
import { servicePort } from './names.ts'
import { leadingNumber } from './number.ts'
import { flag, option, text } from './option.ts'

const NEEDS_PORTS: readonly number[] = [6, 17, 132, 33, 1]

/** `p`, `p-q` or `p-q/base`. Without one of the protocols that have ports in `-p` it is refused. */
export function parseNatPorts(arg: string, r: NatRange, call: OptionCall): void {
  if (!NEEDS_PORTS.includes(call.ip.protocol)) problem('Need TCP, UDP, SCTP or DCCP with port specification')
  r.flags |= NF_NAT_RANGE_PROTO_SPECIFIED
  const low = leadingNumber(arg, 0, 0xffff)
  const port = low?.value ?? servicePort(arg, null) ?? problem(`Port \`${arg}' not valid`)
  r.minPort = r.maxPort = port
  const after = low?.rest ?? ''
  if (after === '') return
  if (after.startsWith(':')) problem('Invalid port:port syntax - use dash')
  if (!after.startsWith('-')) problem(`Garbage after port value: \`${after}'`)
  const upper = after.slice(1)
  const high = leadingNumber(upper, 0, 0xffff) ?? problem(`Port \`${upper}' not valid`)
  if (high.value < port) problem(`Port range \`${upper}' funky`)
  r.maxPort = high.value
  if (high.rest === '') return
  if (!high.rest.startsWith('/')) problem(`Garbage after port range: \`${high.rest}'`)
  const base = high.rest.slice(1)
  r.basePort =
    leadingNumber(base, 1, 0xffff)?.value ?? servicePort(base, null) ?? problem(`Port \`${base}' not valid`)
  r.flags |= NF_NAT_RANGE_PROTO_OFFSET
}

/** `[address[-address]][:ports]`. */
function parseTo(arg: string, r: NatRange, call: OptionCall): void {
  if (arg.includes('[')) problem('Invalid address format')
  const at = arg.indexOf(':')
  const colon = at >= 0 && arg.indexOf(':', at + 1) >= 0 ? -1 : at
  if (colon >= 0) {
    parseNatPorts(arg.slice(colon + 1), r, call)
    // The real program takes two characters before the colon for the brackets of an IPv6 address.
    if (colon === 0 || colon === 2) return
  }
  const addrs = colon >= 0 ? arg.slice(0, colon) : arg
  r.flags |= NF_NAT_RANGE_MAP_IPS
  const dash = addrs.indexOf('-')
  const low = dash >= 0 ? addrs.slice(0, dash) : addrs
  r.minAddr = parseIpv4(low) ?? problem(`Bad IP address "${low}"`)
  r.maxAddr = r.minAddr
  if (dash < 0) return
  const high = addrs.slice(dash + 1)
  r.maxAddr = parseIpv4(high) ?? problem(`Bad IP address "${high}"`)
}

/** `--to-source`, `--to-destination`. */
export function toOption(name: string): OptionSpec<NatRange> {
  return option<NatRange, string>(name, text, (r, arg, call) => parseTo(arg, r, call), { mandatory: true })
}

/** `--to-ports`. */
export const toPorts: OptionSpec<NatRange> = option<NatRange, string>('to-ports', text, (r, arg, call) =>
  parseNatPorts(arg, r, call),
)

export const random: OptionSpec<NatRange> = flag('random', (r) => {
  r.flags |= NF_NAT_RANGE_PROTO_RANDOM
})
export const randomFully: OptionSpec<NatRange> = flag('random-fully', (r) => {
  r.flags |= NF_NAT_RANGE_PROTO_RANDOM_FULLY
})
export const persistent: OptionSpec<NatRange> = flag('persistent', (r) => {
  r.flags |= NF_NAT_RANGE_PERSISTENT
})

/** SNAT and MASQUERADE have no place for a base port: it is lost, and what remains of it is the flag. */
export function forgetBase(r: NatRange): void {
  r.basePort = 0
}

/** REDIRECT has none either, and says so. */
export function refuseOffset(r: NatRange): void {
  if (r.flags & NF_NAT_RANGE_PROTO_OFFSET) problem('Shifted portmap ranges not supported with this kernel')
}

/** The range as it was given: `to` before it, `dashes` before each of its flags. */
export function printNatRange(r: NatRange, to: string, dashes: string, portsOnly: boolean): string {
  let range = ''
  if (r.flags & NF_NAT_RANGE_MAP_IPS) {
    range += printIpv4(r.minAddr)
    if (r.maxAddr !== r.minAddr) range += `-${printIpv4(r.maxAddr)}`
  }
  if (r.flags & NF_NAT_RANGE_PROTO_SPECIFIED) {
    range += `${portsOnly ? '' : ':'}${r.minPort}`
    if (r.maxPort !== r.minPort) range += `-${r.maxPort}`
    if (r.flags & NF_NAT_RANGE_PROTO_OFFSET) range += `/${r.basePort}`
  }
  let out = range === '' ? '' : ` ${to}${range}`
  if (r.flags & NF_NAT_RANGE_PROTO_RANDOM) out += ` ${dashes}random`
  if (r.flags & NF_NAT_RANGE_PROTO_RANDOM_FULLY) out += ` ${dashes}random-fully`
  if (r.flags & NF_NAT_RANGE_PERSISTENT) out += ` ${dashes}persistent`
  return out
}
