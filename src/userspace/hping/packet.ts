/** The packets that hping3 makes. hping3 3.a2.ds2-10, sendtcp.c, sendudp.c, sendicmp.c, sendrawip.c, sendip.c */
import { cleanSkb, type Skb } from '../../kernel/skb.ts'
import { IP_DF, IP_MF, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP } from '../../wire/packet.ts'
import type { Ipv4 } from '../../wire/address.ts'
import type { Sys } from '../program.ts'
import type { HpingOptions } from './options.ts'

export interface Shot {
  target: Ipv4
  /** 0: the kernel's choice. */
  source: Ipv4
  sport: number
  dport: number
  ttl: number
  icmpId: number
  icmpSeq: number
}

export const HEADERS = { tcp: 40, udp: 28, icmp: 28, raw: 20 } as const

/** Data is a row of X, as long as asked for; more than this has no meaning to anybody. */
const MEANT = 1500

/** A packet as the options have it. */
export function shoot(sys: Sys, o: HpingOptions, sock: number, shot: Shot): Skb {
  const { k } = sys
  const skb = cleanSkb()
  skb.serial = k.nextSerial()
  skb.saddr = shot.source
  skb.daddr = shot.target
  skb.tos = o.tos
  skb.ttl = shot.ttl
  skb.id = o.id >= 0 ? o.id : k.random() & 0xffff
  skb.frag = (o.dontFragment ? IP_DF : 0) | (o.moreFragments ? IP_MF : 0)
  skb.sk = sock
  skb.sport = shot.sport
  skb.dport = shot.dport
  if (o.badChecksum) skb.badCsum = 1
  if (o.mode === 'tcp') {
    skb.protocol = IPPROTO_TCP
    skb.flags = o.flags
    skb.seq = o.seq >= 0 ? o.seq : k.random()
    skb.ack = o.ack >= 0 ? o.ack : k.random()
    skb.win = o.window
    skb.mss = o.mss
    skb.ts = o.timestamp ? 1 : 0
    if (o.timestamp) skb.tsval = Math.floor(k.now / 1000) >>> 0
    skb.thl = 20 + (o.mss > 0 ? 4 : 0) + (o.timestamp ? 12 : 0)
  } else if (o.mode === 'udp') {
    skb.protocol = IPPROTO_UDP
    skb.thl = 8
  } else if (o.mode === 'icmp') {
    skb.protocol = IPPROTO_ICMP
    skb.type = o.icmpType
    skb.code = o.icmpCode
    skb.icmpId = shot.icmpId
    skb.icmpSeq = shot.icmpSeq
    skb.thl = 8
  } else {
    skb.protocol = o.protocol
    skb.sport = skb.dport = 0
  }
  skb.len = 20 + skb.thl + o.data
  if (o.data > 0) skb.payload = sys.payload('X'.repeat(Math.min(o.data, MEANT)))
  return skb
}
