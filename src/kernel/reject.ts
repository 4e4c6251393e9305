/**
 * REJECT's answers. Both carry the connection of the packet that they answer, as RELATED.
 *
 * Linux: net/ipv4/netfilter/nf_reject_ipv4.c nf_send_reset, nf_send_unreach
 */
import {
  IP_DF,
  IP_MF,
  IP_OFFMASK,
  IPPROTO_GRE,
  IPPROTO_ICMP,
  IPPROTO_SCTP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPPROTO_UDPLITE,
  payloadLength,
  TH_ACK,
  TH_FIN,
  TH_RST,
  TH_SYN,
} from '../wire/packet.ts'
import { IPS_CONFIRMED } from './conntrack/conn.ts'
import { nf_conntrack_event_cache, nf_ct_attach, nf_ct_refresh } from './conntrack/life.ts'
import { IPCT_PROTOINFO } from './conntrack/table.ts'
import { CLOSE } from './conntrack/tcp.ts'
import { icmp_send, mayAnswer } from './icmp.ts'
import type { Kernel } from './kernel.ts'
import { kfree_skb } from './kfree.ts'
import { part } from './parts.ts'
import { OLD_ICMP } from './period.ts'
import { ip_route_output } from './route.ts'
import { newSkb, OF_REJECT, type Skb } from './skb.ts'
import type { Hook } from './xtables/rule.ts'

/**
 * A RST from the packet's destination to its source; where no way leads there it is freed, and the connection stays open.
 * One that answers a frame of a bridge meets no hook.
 */
export function nf_send_reset(k: Kernel, old: Skb, hook: Hook): void {
  if (old.protocol !== IPPROTO_TCP || old.frag & IP_OFFMASK || old.flags & TH_RST || old.badCsum) return
  const skb = newSkb()
  skb.serial = k.nextSerial()
  skb.watched = old.watched
  skb.sk = OF_REJECT
  skb.protocol = IPPROTO_TCP
  skb.saddr = old.daddr
  skb.daddr = old.saddr
  skb.sport = old.dport
  skb.dport = old.sport
  skb.ttl = k.net.params.defaultTtl
  skb.frag = IP_DF
  skb.thl = 20
  skb.len = 40
  skb.flags = TH_RST
  if (old.flags & TH_ACK) skb.seq = old.ack
  else {
    skb.flags |= TH_ACK
    skb.ack =
      (old.seq + payloadLength(old) + (old.flags & TH_SYN ? 1 : 0) + (old.flags & TH_FIN ? 1 : 0)) >>> 0
  }
  if (k.net.params.reflectMark) skb.mark = old.mark
  const { saddr, mark, sport, dport } = skb
  if ('errno' in ip_route_output(k.net, skb.daddr, { saddr, mark, proto: IPPROTO_TCP, sport, dport }))
    return kfree_skb(k, skb, 'NOT_SPECIFIED', 'nf_send_reset', `${hook}.filter`)
  nf_ct_attach(k.machine.ct, skb, old)
  // Linux: nf_ct_set_closing
  const ct = k.machine.ct
  const closes = (k.machine.differs & OLD_ICMP) === 0
  if (closes && old.nfct >= 0 && ct.status[old.nfct] & IPS_CONFIRMED && ct.state[old.nfct] !== CLOSE) {
    ct.state[old.nfct] = CLOSE
    nf_ct_refresh(k, old.nfct, k.net.params.tcpTimeout[CLOSE], skb)
    nf_conntrack_event_cache(ct, old.nfct, IPCT_PROTOINFO)
  }
  if (old.physIn === 0) k.output(skb)
  else part('bridge').answer(k, skb, old)
}

/** Protocols whose packets are not asked for a sum over the whole: ESP and AH are those that have no name here. */
const UNSUMMED = [IPPROTO_GRE, 50, 51, IPPROTO_SCTP, IPPROTO_UDPLITE]
/** The letter of which a payload without meaning is made. */
const X = 0x78

/**
 * Is a packet's checksum right? Of a protocol that nobody knows it is taken to be the sum of all its bytes, which is hardly
 * ever right: then nobody is told of the packet. Linux: include/net/netfilter/nf_reject.h nf_reject_verify_csum, nf_ip_checksum
 * Left out: a UDP datagram without a checksum, GRE with one
 */
function isIntact(k: Kernel, p: Skb): boolean {
  if (UNSUMMED.includes(p.protocol)) return true
  // What a first piece of ICMP has is the sum of the whole.
  if (p.protocol === IPPROTO_ICMP && p.frag & IP_MF) return false
  if ([IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP].includes(p.protocol)) return !p.badCsum
  const text = k.payloadText(p.payload)
  let sum = 0
  for (let i = 0; i < p.len - 20; i++)
    sum += (i < text.length ? text.charCodeAt(i) & 255 : X) << (i & 1 ? 0 : 8)
  return sum % 0xffff === 0
}

/** A destination unreachable of that code. */
export function nf_send_unreach(k: Kernel, old: Skb, code: number, hook: Hook): void {
  if (old.frag & IP_OFFMASK || !isIntact(k, old)) return
  // The checksum of TCP and UDP cannot be checked on a first fragment.
  if (old.frag & IP_MF && (old.protocol === IPPROTO_TCP || old.protocol === IPPROTO_UDP)) return
  if (hook !== 'LOCAL_IN' || mayAnswer(k, old)) icmp_send(k, old, 3, code, 0)
}
