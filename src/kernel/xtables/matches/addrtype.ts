import type { Ipv4 } from '../../../wire/address.ts'
import { isOf, localRoute, refuses } from '../../fib.ts'
import type { Netns } from '../../netns.ts'
import { problem } from '../error.ts'
import type { Match, Refusal } from '../extension.ts'
import { flag, option, text } from '../option.ts'

export interface AddrtypeData {
  /** Bits 1 << position in TYPES; 0: not asked. */
  source: number
  dest: number
  notSource: boolean
  notDest: boolean
  limitIn: boolean
  limitOut: boolean
}

/** In the order of their numbers. Linux: include/uapi/linux/rtnetlink.h RTN_* */
const TYPES = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'ANYCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
  'THROW',
  'NAT',
  'XRESOLVE',
]
const UNICAST = 1
const BROADCAST = 3
const MULTICAST = 5

function parseTypes(list: string): number {
  let mask = 0
  let rest = list
  for (;;) {
    const comma = rest.indexOf(',')
    const word = comma < 0 ? rest : rest.slice(0, comma)
    const at = word === '' ? -1 : TYPES.findIndex((t) => t.startsWith(word.toUpperCase()))
    if (at < 0) problem(comma < 0 ? `addrtype: bad type "${rest}"` : `addrtype: bad type \`${rest}'`)
    mask |= 1 << at
    if (comma < 0) return mask
    rest = rest.slice(comma + 1)
  }
}

function printTypes(mask: number): string {
  return TYPES.filter((_, i) => mask & (1 << i)).join(',')
}

/**
 * What the table `local` says of an address: our own, a broadcast address of one of our networks, or neither, which is UNICAST. `ifindex` not 0: only what belongs to that device counts.
 *
 * Linux: net/ipv4/fib_frontend.c inet_dev_addr_type
 */
function addressType(net: Netns, ifindex: number, addr: Ipv4): number {
  if (addr === 0 || addr === 0xffffffff) return BROADCAST
  if (addr >>> 28 === 0xe) return MULTICAST
  const found = localRoute(net, addr)
  if (found === null || refuses(found)) return UNICAST
  const here = 'ifindex' in found ? found.ifindex === ifindex : isOf(net.devs[ifindex - 1], addr)
  return ifindex === 0 || here ? TYPES.indexOf(found.type.toUpperCase()) : UNICAST
}

/** Linux: addrtype_mt_checkentry_v1. iptables does not ask for both limits at once. */
function checkentry(d: AddrtypeData, hooks: number): Refusal | null {
  const refuse = (why: string): Refusal => ({ errno: 'EINVAL', log: `xt_addrtype: ${why}` })
  if (d.limitOut && hooks & 0b00011)
    return refuse('output interface limitation not valid in PREROUTING and INPUT')
  if (d.limitIn && hooks & 0b11000)
    return refuse('input interface limitation not valid in POSTROUTING and OUTPUT')
  return null
}

/** Match the kind of the addresses. Linux: net/netfilter/xt_addrtype.c addrtype_mt_v1; iptables: libxt_addrtype.c */
export const addrtype: Match<AddrtypeData> = {
  name: 'addrtype',
  init: () => ({ source: 0, dest: 0, notSource: false, notDest: false, limitIn: false, limitOut: false }),
  options: [
    option<AddrtypeData, string>(
      'src-type',
      text,
      (d, v, call) => {
        d.source = parseTypes(v)
        if (call.invert) d.notSource = true
      },
      { invert: true },
    ),
    option<AddrtypeData, string>(
      'dst-type',
      text,
      (d, v, call) => {
        d.dest = parseTypes(v)
        if (call.invert) d.notDest = true
      },
      { invert: true },
    ),
    flag('limit-iface-in', (d) => void (d.limitIn = true), { excludes: ['limit-iface-out'] }),
    flag('limit-iface-out', (d) => void (d.limitOut = true), { excludes: ['limit-iface-in'] }),
  ],
  finalCheck(_d, used) {
    if (!used.has('src-type') && !used.has('dst-type'))
      problem('addrtype: you must specify --src-type or --dst-type')
  },
  checkentry: (d, _ip, hooks) => checkentry(d, hooks),
  save(d) {
    let out = d.source ? `${d.notSource ? ' !' : ''} --src-type ${printTypes(d.source)}` : ''
    if (d.dest) out += `${d.notDest ? ' !' : ''} --dst-type ${printTypes(d.dest)}`
    return out + (d.limitIn ? ' --limit-iface-in' : '') + (d.limitOut ? ' --limit-iface-out' : '')
  },
  print(d) {
    let out = ' ADDRTYPE match'
    if (d.source) out += ` src-type ${d.notSource ? '!' : ''}${printTypes(d.source)}`
    if (d.dest) out += ` dst-type ${d.notDest ? '!' : ''}${printTypes(d.dest)}`
    return out + (d.limitIn ? ' limit-in' : '') + (d.limitOut ? ' limit-out' : '')
  },
  match(k, skb, d) {
    const dev = d.limitIn ? skb.iif : d.limitOut ? skb.oif : 0
    const hit = (addr: Ipv4, mask: number): boolean => (mask & (1 << addressType(k.net, dev, addr))) !== 0
    if (d.source && hit(skb.saddr, d.source) === d.notSource) return false
    return !d.dest || hit(skb.daddr, d.dest) !== d.notDest
  },
}
