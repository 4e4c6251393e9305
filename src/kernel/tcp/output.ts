/** TCP segments as packets. Linux: net/ipv4/tcp_output.c __tcp_transmit_skb, tcp_ipv4.c tcp_v4_send_reset */
import { IP_DF, IPPROTO_TCP, payloadLength, TH_ACK, TH_FIN, TH_RST, TH_SYN } from '../../wire/packet.ts'
import type { Ipv4 } from '../../wire/address.ts'
import type { Kernel } from '../kernel.ts'
import { ip_dont_fragment, ip_route_segment, isForMany, isLocal } from '../route.ts'
import * as mib from '../snmp.ts'
import { cleanSkb, type Skb } from '../skb.ts'
import { WORK_TCP_XMIT } from '../work.ts'
import { F_AGAIN, F_SACK, F_SCALED, F_TS, F_WATCHED, TCP_SK, TCP_SYN_RECV, TCP_SYN_SENT } from './table.ts'
import { forget } from './wheel.ts'
import { advertised, initialWindow, selectWindow } from './window.ts'

/** Windows are scaled by 2^7 after the handshake. */
export const WINDOW_SCALE = 7

/** An IP identification: one after the other in a namespace, as good as random for an eye from outside. */
export function nextIpId(k: Kernel): number {
  k.net.nextIpId = (k.net.nextIpId + 1) & 0xffff
  return k.net.nextIpId || 1
}

/** A packet of ours with an empty TCP header, without addresses and ports. */
function tcpPacket(k: Kernel): Skb {
  const skb = cleanSkb()
  k.spend(WORK_TCP_XMIT)
  skb.serial = k.nextSerial()
  skb.protocol = IPPROTO_TCP
  skb.frag = IP_DF
  skb.ttl = k.net.params.defaultTtl
  skb.thl = 20
  return skb
}

/** What a SYN or SYN/ACK offers beside its largest segment. Linux: tcp_syn_options, tcp_synack_options */
function offer(skb: Skb, mss: number, sack: boolean, ts: boolean, scaled: boolean): void {
  skb.mss = mss
  skb.sackOk = sack ? 1 : 0
  skb.ts = ts ? 1 : 0
  skb.wscale = scaled ? WINDOW_SCALE : -1
  // The first two share their padding.
  skb.thl = 24 + (ts ? 12 : sack ? 4 : 0) + (scaled ? 4 : 0)
}

/** Milliseconds, as timestamps count them. */
export const stamp = (k: Kernel): number => Math.floor(k.now / 1000) >>> 0

/**
 * Send a segment of a connection, for the first time or again. `flags`: TH_*, without ACK. `whole`: not where only a request
 * or what a TIME_WAIT has kept speaks, whose packets have no identification. `seq` may be a signed number: one beyond 31 bits
 * takes memory where it is handed to a function.
 */
export function sendSegment(
  k: Kernel,
  s: number,
  seq: number,
  flags: number,
  bytes: number,
  payload: number,
  whole = true,
): void {
  const t = k.net.tcp
  const skb = tcpPacket(k)
  skb.saddr = t.laddr[s]
  skb.daddr = t.raddr[s]
  skb.sport = t.lport[s]
  skb.dport = t.rport[s]
  const timestamps = (t.flags[s] & F_TS) !== 0
  skb.sk = s + TCP_SK
  if (!ip_dont_fragment(k, skb.daddr)) skb.frag = 0
  skb.watched = (t.flags[s] & F_WATCHED) !== 0 ? 1 : 0
  k.net.mib[mib.TcpOutSegs]++
  const synAck = t.state[s] === TCP_SYN_RECV && (flags & TH_SYN) !== 0
  skb.id = whole && t.state[s] !== TCP_SYN_RECV ? nextIpId(k) : 0
  skb.seq = seq >>> 0
  skb.flags = flags
  if (t.state[s] !== TCP_SYN_SENT) {
    skb.flags |= TH_ACK
    skb.ack = t.rcvNxt[s]
  }
  if (flags & TH_SYN) {
    const mss = advertised(k, t.laddr[s], t.raddr[s])
    skb.win = initialWindow(synAck && timestamps ? mss - 12 : mss)
    // A SYN offers everything, a SYN/ACK what the peer offered.
    const offered = synAck ? t.flags[s] : F_SACK | F_TS | F_SCALED
    offer(skb, mss, (offered & F_SACK) !== 0, (offered & F_TS) !== 0, (offered & F_SCALED) !== 0)
  } else {
    skb.win = selectWindow(t, s)
    skb.ts = timestamps ? 1 : 0
    skb.thl = timestamps ? 32 : 20
  }
  if (skb.ts) {
    skb.tsval = stamp(k)
    skb.tsecr = t.tsRecent[s]
  }
  // It says what a delayed acknowledgement would have said.
  forget(t.wheel, s * 2 + 1)
  skb.payload = payload
  skb.len = 20 + skb.thl + bytes
  k.output(skb)
}

/** Is there a way for the answer to a request, from an address that is the host's own? Linux: inet_csk_route_req */
export function inet_csk_route_req(k: Kernel, us: Ipv4, port: number, peer: Ipv4, peerPort: number): boolean {
  const back = {
    saddr: us,
    daddr: peer,
    sport: port,
    dport: peerPort,
    protocol: IPPROTO_TCP,
    mark: 0,
    tos: 0,
  }
  const found = isLocal(k.net, us) && !('errno' in ip_route_segment(k.net, back))
  if (!found) k.net.mib[mib.IpOutNoRoutes]++
  return found
}

/** Answer a request once more; false: there is no way any more. It is made anew, and counted so. Linux: tcp_rtx_synack */
export function sendSynAckAgain(k: Kernel, s: number): boolean {
  const t = k.net.tcp
  if (!inet_csk_route_req(k, t.laddr[s], t.lport[s], t.raddr[s], t.rport[s])) return false
  t.flags[s] |= F_AGAIN
  k.net.mib[mib.TcpRetransSegs]++
  k.net.mib[mib.TcpExtTCPSynRetrans]++
  sendSegment(k, s, t.pieces.seq[t.sndHead[s]], TH_SYN, 0, 0)
  return true
}

/** An empty segment from where another one was sent to, to its sender. */
function answerTo(k: Kernel, to: Skb): Skb {
  const skb = tcpPacket(k)
  skb.saddr = to.daddr
  skb.daddr = to.saddr
  skb.sport = to.dport
  skb.dport = to.sport
  return skb
}

/** Answer a SYN without keeping anything of it: the sequence number is a cookie. Linux: cookie_v4_init_sequence */
export function sendCookie(k: Kernel, to: Skb, cookie: number): void {
  const skb = answerTo(k, to)
  k.net.mib[mib.TcpOutSegs]++
  skb.watched = to.watched
  skb.id = 0
  skb.seq = cookie
  skb.flags = TH_SYN | TH_ACK
  skb.ack = (to.seq + 1) >>> 0
  const mss = advertised(k, to.daddr, to.saddr)
  skb.win = initialWindow(to.ts ? mss - 12 : mss)
  // What else was offered is remembered in the timestamp, so only there.
  offer(skb, mss, to.ts !== 0 && to.sackOk !== 0, to.ts !== 0, to.ts !== 0 && to.wscale >= 0)
  if (skb.ts) {
    skb.tsval = stamp(k)
    skb.tsecr = to.tsval
  }
  skb.len = 20 + skb.thl
  k.output(skb)
}

/** Answer a segment that belongs to nobody. Linux: tcp_v4_send_reset */
export function sendReset(k: Kernel, to: Skb): void {
  // Nobody is refused who asks many, nor in the name of somebody else by lo. Linux: tcp_v4_send_reset, RTN_LOCAL
  const own = isLocal(k.net, to.daddr)
  if (isForMany(k.net, to.daddr) || (!own && k.net.devs[to.iif - 1]?.loopback)) return
  const skb = answerTo(k, to)
  k.net.mib[mib.TcpOutSegs]++
  k.net.mib[mib.TcpOutRsts]++
  // It counts, and goes nowhere.
  if (!own) return
  skb.watched = to.watched
  if (k.net.params.reflectMark) skb.mark = to.mark
  skb.tos = to.tos & 0xfc
  skb.flags = TH_RST
  if (to.flags & TH_ACK) skb.seq = to.ack
  else {
    skb.flags |= TH_ACK
    skb.ack = (to.seq + payloadLength(to) + (to.flags & TH_SYN ? 1 : 0) + (to.flags & TH_FIN ? 1 : 0)) >>> 0
  }
  skb.len = 40
  k.output(skb)
}
