/** TCP segments as packets. Linux: net/ipv4/tcp_output.c __tcp_transmit_skb, tcp_ipv4.c tcp_v4_send_reset */
import { IP_DF, IPPROTO_TCP, payloadLength, TH_ACK, TH_FIN, TH_RST, TH_SYN } from '../../wire/packet.ts'
import type { Kernel } from '../kernel.ts'
import * as mib from '../snmp.ts'
import { newSkb, type Skb } from '../skb.ts'
import type { Sock } from '../socket.ts'
import type { Segment, TcpSock } from './tcp-sock.ts'
import { RECEIVE_WINDOW, WINDOW_SCALE } from './tcp.ts'

/** An IP identification: one after the other in a namespace, as good as random for an eye from outside. */
export function nextIpId(k: Kernel): number {
  k.net.nextIpId = (k.net.nextIpId + 1) & 0xffff
  return k.net.nextIpId || 1
}

/** A packet of ours with an empty TCP header. */
function tcpPacket(k: Kernel, saddr: number, daddr: number, sport: number, dport: number): Skb {
  const skb = newSkb()
  skb.serial = k.nextSerial()
  skb.protocol = IPPROTO_TCP
  skb.saddr = saddr
  skb.daddr = daddr
  skb.sport = sport
  skb.dport = dport
  skb.frag = IP_DF
  skb.ttl = k.net.params.defaultTtl
  skb.thl = 20
  return skb
}

/** Send a segment of a connection, for the first time or again. */
export function sendSegment(k: Kernel, sock: Sock, t: TcpSock, s: Segment): void {
  const skb = tcpPacket(k, sock.laddr, sock.raddr, sock.lport, sock.rport)
  skb.sk = sock.index
  k.net.mib[mib.TcpOutSegs]++
  const synAck = t.state === 'SYN_RECV' && (s.flags & TH_SYN) !== 0
  skb.id = synAck ? 0 : nextIpId(k)
  skb.seq = s.seq
  skb.flags = s.flags
  if (t.state !== 'SYN_SENT') {
    skb.flags |= TH_ACK
    skb.ack = t.rcvNxt
  }
  if (s.flags & TH_SYN) {
    // 45 segments of 1448 bytes where timestamps take their share, 44 of 1460 where not.
    skb.win = synAck && t.timestamps ? 65160 : RECEIVE_WINDOW
    skb.mss = 1460
    // A SYN offers everything, a SYN/ACK what the peer offered.
    const offered = !synAck || t.timestamps
    skb.sackOk = offered ? 1 : 0
    skb.wscale = offered ? WINDOW_SCALE : -1
    skb.ts = offered ? 1 : 0
    skb.thl = offered ? 40 : 24
  } else {
    const scaled = t.timestamps
    // Its right edge stays where it is until somebody reads. (Of a scaled one that hardly shows: left out.)
    const unread = t.received.reduce((sum, r) => sum + r.bytes, t.eof ? 1 : 0)
    skb.win = scaled ? RECEIVE_WINDOW >> WINDOW_SCALE : Math.max(0, RECEIVE_WINDOW - unread)
    skb.ts = t.timestamps ? 1 : 0
    skb.thl = t.timestamps ? 32 : 20
  }
  if (skb.ts) {
    skb.tsval = Math.floor(k.now / 1000) >>> 0
    skb.tsecr = t.tsRecent
  }
  t.delackAt = 0
  skb.payload = s.payload
  skb.len = 20 + skb.thl + s.bytes
  k.output(skb)
}

/** Answer a segment that belongs to nobody. Linux: tcp_v4_send_reset */
export function sendReset(k: Kernel, to: Skb): void {
  const skb = tcpPacket(k, to.daddr, to.saddr, to.dport, to.sport)
  k.net.mib[mib.TcpOutSegs]++
  k.net.mib[mib.TcpOutRsts]++
  skb.flags = TH_RST
  if (to.flags & TH_ACK) skb.seq = to.ack
  else {
    skb.flags |= TH_ACK
    skb.ack = (to.seq + payloadLength(to) + (to.flags & TH_SYN ? 1 : 0) + (to.flags & TH_FIN ? 1 : 0)) >>> 0
  }
  skb.len = 40
  k.output(skb)
}
