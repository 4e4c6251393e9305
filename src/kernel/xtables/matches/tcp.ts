import { IP_OFFMASK, IPPROTO_TCP, type Packet } from '../../../wire/packet.ts'
import { problem } from '../error.ts'
import type { Match, MatchResult, OptionCall } from '../extension.ts'
import { strictNumber } from '../number.ts'
import { parsePorts, printPorts, savePorts } from '../ports.ts'

export interface TcpData {
  spts: [number, number]
  dpts: [number, number]
  /** Kind of a TCP option that must be there; 0: any. */
  option: number
  mask: number
  cmp: number
  not: { spts: boolean; dpts: boolean; option: boolean; flags: boolean }
}

const FLAGS: readonly [string, number][] = [
  ['FIN', 0x01],
  ['SYN', 0x02],
  ['RST', 0x04],
  ['PSH', 0x08],
  ['ACK', 0x10],
  ['URG', 0x20],
  ['ALL', 0x3f],
  ['NONE', 0],
]

function parseFlags(list: string): number {
  let flags = 0
  for (const word of list.split(',')) {
    if (word === '') continue
    const known = FLAGS.find(([name]) => name === word.toUpperCase())
    if (!known) problem(`Unknown TCP flag \`${word}'`)
    flags |= known[1]
  }
  return flags
}

function printFlags(flags: number): string {
  const names = FLAGS.slice(0, 6).filter(([, bit]) => flags & bit)
  return names.length === 0 ? 'NONE' : names.map(([name]) => name).join(',')
}

function once(call: OptionCall, key: string, text: string): void {
  if (call.used.has(key)) problem(text)
  call.used.add(key)
}

/**
 * Match TCP ports, flags and options.
 * A second or later fragment has no TCP header: it never matches, and one at offset 1 is dropped as an attack.
 *
 * Linux: net/netfilter/xt_tcpudp.c tcp_mt, tcp_find_option; iptables: extensions/libxt_tcp.c
 */
export const tcp: Match<TcpData> = {
  name: 'tcp',
  proto: IPPROTO_TCP,
  init: () => ({
    spts: [0, 0xffff],
    dpts: [0, 0xffff],
    option: 0,
    mask: 0,
    cmp: 0,
    not: { spts: false, dpts: false, option: false, flags: false },
  }),
  options: [
    {
      names: ['source-port', 'sport'],
      takesArg: true,
      read(d, call) {
        once(call, 'source-port', "Only one `--source-port' allowed")
        d.spts = parsePorts(call.arg, 'tcp')
        if (call.invert) d.not.spts = true
      },
    },
    {
      names: ['destination-port', 'dport'],
      takesArg: true,
      read(d, call) {
        once(call, 'destination-port', "Only one `--destination-port' allowed")
        d.dpts = parsePorts(call.arg, 'tcp')
        if (call.invert) d.not.dpts = true
      },
    },
    {
      names: ['syn'],
      takesArg: false,
      read(d, call) {
        once(call, 'flags', "Only one of `--syn' or `--tcp-flags'  allowed")
        d.mask = parseFlags('SYN,RST,ACK,FIN')
        d.cmp = parseFlags('SYN')
        if (call.invert) d.not.flags = true
      },
    },
    {
      names: ['tcp-flags'],
      takesArg: true,
      read(d, call) {
        once(call, 'flags', "Only one of `--syn' or `--tcp-flags'  allowed")
        const cmp = call.next() ?? problem('--tcp-flags requires two args.')
        d.mask = parseFlags(call.arg)
        d.cmp = parseFlags(cmp)
        if (call.invert) d.not.flags = true
      },
    },
    {
      names: ['tcp-option'],
      takesArg: true,
      read(d, call) {
        once(call, 'tcp-option', "Only one `--tcp-option' allowed")
        d.option = strictNumber(call.arg, 1, 255) ?? problem(`Bad TCP option "${call.arg}"`)
        if (call.invert) d.not.option = true
      },
    },
  ],
  save(d) {
    let out = savePorts('sport', d.spts, d.not.spts) + savePorts('dport', d.dpts, d.not.dpts)
    if (d.option || d.not.option) out += `${d.not.option ? ' !' : ''} --tcp-option ${d.option}`
    if (d.mask || d.not.flags)
      out += `${d.not.flags ? ' !' : ''} --tcp-flags ${printFlags(d.mask)} ${printFlags(d.cmp)}`
    return out
  },
  print(d, numeric) {
    let out = ' tcp' + printPorts('spt', d.spts, d.not.spts, 'tcp', numeric)
    out += printPorts('dpt', d.dpts, d.not.dpts, 'tcp', numeric)
    if (d.option || d.not.option) out += ` option=${d.not.option ? '!' : ''}${d.option}`
    if (d.mask || d.not.flags) {
      out += ` flags:${d.not.flags ? '!' : ''}`
      out += numeric ? `${byte(d.mask)}/${byte(d.cmp)}` : `${printFlags(d.mask)}/${printFlags(d.cmp)}`
    }
    return out
  },
  match(_k, skb, d): MatchResult {
    const offset = skb.frag & IP_OFFMASK
    if (offset !== 0) return offset === 1 ? 'hotdrop' : false
    if ((skb.sport >= d.spts[0] && skb.sport <= d.spts[1]) === d.not.spts) return false
    if ((skb.dport >= d.dpts[0] && skb.dport <= d.dpts[1]) === d.not.dpts) return false
    if (((skb.flags & d.mask) === d.cmp) === d.not.flags) return false
    if (d.option !== 0) return hasOption(skb, d.option) !== d.not.option
    return true
  },
}

function byte(n: number): string {
  return `0x${n.toString(16).toUpperCase().padStart(2, '0')}`
}

/** Is there an option of this kind? Our packets know six kinds; no-ops are what pads the rest. */
function hasOption(p: Packet, kind: number): boolean {
  const room = p.thl - 20
  const used = (p.mss ? 4 : 0) + (p.wscale >= 0 ? 3 : 0) + (p.sackOk ? 2 : 0) + (p.ts ? 10 : 0)
  switch (kind) {
    case 1:
      return room > used
    case 2:
      return p.mss !== 0
    case 3:
      return p.wscale >= 0
    case 4:
      return p.sackOk !== 0
    case 8:
      return p.ts !== 0
    default:
      return false
  }
}
