import { isGroupMac } from '../../../wire/address.ts'
import { devByIndex } from '../../route.ts'
import { OWN_HEARD } from '../../skb.ts'
import { problem } from '../error.ts'
import type { Match } from '../extension.ts'
import { option, text } from '../option.ts'

export interface PkttypeData {
  type: number
  invert: boolean
}

/** Linux: include/uapi/linux/if_packet.h */
const PACKET_HOST = 0
const PACKET_BROADCAST = 1
const PACKET_MULTICAST = 2
const PACKET_OTHERHOST = 3

/** The first name of a type is the one that is printed. */
const TYPES: readonly [string, number][] = [
  ['unicast', PACKET_HOST],
  ['broadcast', PACKET_BROADCAST],
  ['multicast', PACKET_MULTICAST],
  ['otherhost', PACKET_OTHERHOST],
  ['bcast', PACKET_BROADCAST],
  ['mcast', PACKET_MULTICAST],
  ['host', PACKET_HOST],
]

function print(d: PkttypeData): string {
  return TYPES.find(([, type]) => type === d.type)?.[0] ?? String(d.type)
}

/**
 * Match whom the frame was for: this host, everybody, a group. Over lo all are for this host; what it hears of that which it
 * sends to many is judged by the address.
 * Linux: net/netfilter/xt_pkttype.c pkttype_mt; iptables: extensions/libxt_pkttype.c
 */
export const pkttype: Match<PkttypeData> = {
  name: 'pkttype',
  init: () => ({ type: 0, invert: false }),
  options: [
    option<PkttypeData, string>(
      'pkt-type',
      text,
      (d, v, call) => {
        d.type = TYPES.find(([name]) => name === v.toLowerCase())?.[1] ?? problem(`Bad packet type '${v}'`)
        if (call.invert) d.invert = true
      },
      { mandatory: true, invert: true },
    ),
  ],
  save: (d) => `${d.invert ? ' !' : ''} --pkt-type ${print(d)}`,
  print: (d) => ` PKTTYPE ${d.invert ? '!' : ''}= ${print(d)}`,
  match(k, skb, d) {
    const dev = devByIndex(k.net, skb.iif)
    let type = PACKET_HOST
    if (dev && skb.redirect === OWN_HEARD)
      type = skb.daddr >>> 28 === 0xe ? PACKET_MULTICAST : PACKET_BROADCAST
    else if (dev?.loopback !== true && isGroupMac(skb.dmac))
      type = skb.dmac === 0xffffffffffff ? PACKET_BROADCAST : PACKET_MULTICAST
    // br_netfilter calls what is for another card the host's own while the rules look at it.
    return (type === d.type) !== d.invert
  },
}
