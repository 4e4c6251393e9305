import { IP_OFFMASK } from '../../../wire/packet.ts'
import { problem } from '../error.ts'
import type { Match, OptionCall, OptionSpec } from '../extension.ts'
import { portText } from '../names.ts'
import { option, text } from '../option.ts'
import { parsePort } from '../ports.ts'

export interface MultiportData {
  which: 'sports' | 'dports' | 'ports'
  /** A single port is a range of itself. */
  ranges: [number, number][]
  invert: boolean
}

const PROTOCOLS: Record<number, string> = { 6: 'tcp', 17: 'udp', 136: 'udplite', 132: 'sctp', 33: 'dccp' }
/** Ports that fit into one rule; a range takes the place of two. */
const XT_MULTI_PORTS = 15

function protocolOf(call: OptionCall): string {
  const { protocol, not } = call.ip
  const name = PROTOCOLS[protocol]
  if (!not.protocol && protocol === 0)
    problem("multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'")
  if (not.protocol || name === undefined)
    problem('multiport only works with TCP, UDP, UDPLITE, SCTP and DCCP')
  return name
}

function parseList(list: string, proto: string): [number, number][] {
  const ranges: [number, number][] = []
  let places = 0
  for (const item of list.split(',')) {
    if (places >= XT_MULTI_PORTS) problem('too many ports specified')
    const colon = item.indexOf(':')
    if (colon < 0) {
      const port = parsePort(item, proto)
      ranges.push([port, port])
      places++
      continue
    }
    if (places === XT_MULTI_PORTS - 1) problem('too many ports specified')
    const low = parsePort(item.slice(0, colon), proto)
    const high = parsePort(item.slice(colon + 1), proto)
    if (low >= high) problem('invalid portrange specified')
    ranges.push([low, high])
    places += 2
  }
  return ranges
}

const NAMES = ['source-ports', 'destination-ports', 'ports']

function ports(names: string, which: MultiportData['which']): OptionSpec<MultiportData> {
  return option<MultiportData, string>(
    names,
    text,
    (d, v, call) => {
      d.ranges = parseList(v, protocolOf(call))
      d.which = which
      if (call.invert) d.invert = true
    },
    { excludes: NAMES, invert: true },
  )
}

function print(d: MultiportData, proto: string, numeric: boolean): string {
  return d.ranges
    .map(([low, high]) =>
      low === high
        ? portText(low, proto, numeric)
        : `${portText(low, proto, numeric)}:${portText(high, proto, numeric)}`,
    )
    .join(',')
}

/** Match up to 15 ports. Linux: net/netfilter/xt_multiport.c multiport_mt; iptables: extensions/libxt_multiport.c */
export const multiport: Match<MultiportData> = {
  name: 'multiport',
  init: () => ({ which: 'ports', ranges: [], invert: false }),
  options: [
    ports('source-ports sports', 'sports'),
    ports('destination-ports dports', 'dports'),
    ports('ports', 'ports'),
  ],
  finalCheck(_d, used) {
    if (used.size === 0) problem('multiport expection an option')
  },
  save: (d) => `${d.invert ? ' !' : ''} --${d.which} ${print(d, '', true)}`,
  print: (d, numeric, ip) =>
    ` multiport ${d.which} ${d.invert ? ' !' : ''}${print(d, PROTOCOLS[ip.protocol] ?? '', numeric)}`,
  match(_k, skb, d) {
    if (skb.frag & IP_OFFMASK) return false
    let hit = false
    for (const [low, high] of d.ranges) {
      hit =
        (d.which !== 'dports' && skb.sport >= low && skb.sport <= high) ||
        (d.which !== 'sports' && skb.dport >= low && skb.dport <= high)
      if (hit) break
    }
    return hit !== d.invert
  },
}
