/**
 * ICMP: answers to pings, errors about packets, and who hears of them; and the hand-over to the protocols.
 *
 * Linux: net/ipv4/icmp.c, ip_input.c ip_protocol_deliver_rcu, udp.c
 */
import {
  emptyPacket,
  IP_OFFMASK,
  IPPROTO_ICMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPPROTO_UDPLITE,
  payloadLength,
  type Packet,
} from '../wire/packet.ts'
import { isGroupMac, type Ipv4 } from '../wire/address.ts'
import { localType } from './fib.ts'
import type { InetPeer } from './netns.ts'
import type { Kernel } from './kernel.ts'
import * as mib from './snmp.ts'
import {
  inet_select_addr,
  ip_route_output,
  ip_rt_update_pmtu,
  isBroadcast,
  isForMany,
  isLocal,
  isMulticast,
} from './route.ts'
import { copySkb, IP_CT_UNSEEN, IP_CT_UNTRACKED, newSkb, OWN_FOR_MANY, OWN_HEARD, type Skb } from './skb.ts'
import { lookup, type Datagram, type Sock } from './socket.ts'
import { isIcmpError } from './conntrack/core.ts'
import { nf_ct_attach } from './conntrack/life.ts'
import { nextIpId } from './tcp/output.ts'
import { TAKEN as FINE, type Fate } from './tcp/fate.ts'
import { tcp_v4_err, tcp_v4_rcv } from './tcp/input.ts'

const NR_ICMP_TYPES = 18
const ICMP_EXT_ECHO = 42

/** Hand a packet to its protocol. `what` is the stack's own word where nobody wanted it, `where` its function. */
export function ip_protocol_deliver(k: Kernel, skb: Skb): Fate {
  switch (skb.protocol) {
    case IPPROTO_TCP:
      // Nobody speaks TCP with many.
      if (skb.redirect === OWN_HEARD) return { what: 'NOT_SPECIFIED', where: 'tcp_v4_rcv' }
      return tcp_v4_rcv(k, skb)
    case IPPROTO_UDP:
      return udp_rcv(k, skb)
    case IPPROTO_ICMP:
      return icmp_rcv(k, skb)
    case IPPROTO_UDPLITE:
      // No program here listens by it.
      if (isForMany(k.net, skb.daddr)) return udp_mcast_deliver(k, skb)
      sendUnreachable(k, skb, 3)
      return { what: 'NO_SOCKET', where: '__udp4_lib_rcv' }
    default:
      sendUnreachable(k, skb, 2)
      return { what: 'IP_NOPROTO', where: 'ip_local_deliver_finish' }
  }
}

/**
 * May this host answer a packet that it has taken? Nobody speaks from an address that is not his: what a route of lo, or one of
 * a table of its own, has made the host's gets no answer.
 * Linux: net/ipv4/route.c ip_route_output_key_hash_rcu (__ip_dev_find)
 */
export function mayAnswer({ net }: Kernel, { daddr }: Skb): boolean {
  return daddr === 0 || isMulticast(daddr) || localType(net, daddr) !== null
}

/** Nobody has wanted a packet: its sender is told. */
function sendUnreachable(k: Kernel, about: Skb, code: number): void {
  if (mayAnswer(k, about)) icmp_send(k, about, 3, code, 0)
}

function datagram(k: Kernel, skb: Skb, about: number): Datagram {
  return {
    time: k.now,
    src: skb.saddr,
    sport: skb.sport,
    ttl: skb.ttl,
    bytes: payloadLength(skb),
    payload: skb.payload,
    type: skb.type,
    code: skb.code,
    info: skb.icmpInfo,
    seq: skb.icmpSeq,
    about,
    watched: skb.watched,
  }
}

/** Datagrams that a socket keeps unread; more are lost. */
const QUEUE = 1000

function enqueue(k: Kernel, sock: Sock, d: Datagram): void {
  if (sock.queue.length >= QUEUE) {
    if (sock.proto === 'udp') {
      k.net.mib[mib.UdpRcvbufErrors]++
      k.net.mib[mib.UdpInErrors]++
    }
    return
  }
  sock.queue.push(d)
  k.wake(sock.index)
}

/** Bytes from which on a checksum is only checked together with copying. Linux: include/linux/skbuff.h */
const CHECKSUM_BREAK = 76

/** Has conntrack added up the packet on its way in? Linux: nf_ip_checksum, CHECKSUM_COMPLETE */
function isSummed({ net }: Kernel, { ctinfo, iif }: Skb): boolean {
  return (
    net.ctUsers !== 0 &&
    net.params.checksum &&
    ctinfo !== IP_CT_UNTRACKED &&
    net.devs[iif - 1]?.loopback === false
  )
}

/** Is its sum wrong? Nobody looks at that of what the host hears of itself. Linux: dev_loopback_xmit */
const isBad = (skb: Skb): boolean => skb.badCsum !== 0 && skb.redirect !== OWN_HEARD

/**
 * A UDP datagram for this host goes to the socket of its port. Without one its sender hears "port unreachable", and dropwatch
 * NO_SOCKET; with a wrong checksum it dies: UDP_CSUM. A UDP-Lite datagram finds nobody.
 * Linux: net/ipv4/udp.c __udp4_lib_rcv
 */
function udp_rcv(k: Kernel, skb: Skb): Fate {
  if (isBad(skb)) {
    // A long one is checked when it is read, and then nobody is told of it; but where conntrack has looked, it is known.
    const late = skb.len - 20 > CHECKSUM_BREAK && !isSummed(k, skb)
    if (late && isMany(k, skb)) return udp_mcast_deliver(k, skb)
    countBadSum(k)
    if (late && lookup(k.net, 'udp', skb.daddr, skb.dport, skb.saddr, skb.sport)) return FINE
    return { what: 'UDP_CSUM', where: '__udp4_lib_rcv' }
  }
  if (isMany(k, skb)) return udp_mcast_deliver(k, skb)
  const sock = lookup(k.net, 'udp', skb.daddr, skb.dport, skb.saddr, skb.sport)
  if (!sock) {
    k.net.mib[mib.UdpNoPorts]++
    // Linux: __udp4_lib_rcv has let go of the connection (nf_reset_ct), so that the error meets it by itself.
    sendUnreachable(k, copySkb(skb, { nfct: -1, ctinfo: IP_CT_UNSEEN }), 3)
    return { what: 'NO_SOCKET', where: '__udp4_lib_rcv' }
  }
  enqueue(k, sock, datagram(k, skb, skb.daddr))
  // Linux counts it when it is read, which whoever waits here does at once.
  k.net.mib[mib.UdpInDatagrams]++
  return FINE
}

/** Is it for more than this host? So is what comes from nobody and names nobody. Linux: ip_route_input_slow, brd_input */
function isMany({ net }: Kernel, { saddr, daddr }: Skb): boolean {
  return isForMany(net, daddr) || (saddr === 0 && daddr === 0)
}

function countBadSum({ net }: Kernel): void {
  net.mib[mib.UdpInCsumErrors]++
  net.mib[mib.UdpInErrors]++
}

/** For every socket of the port. Where there is none, nobody is told. Linux: __udp4_lib_mcast_deliver */
function udp_mcast_deliver(k: Kernel, skb: Skb): Fate {
  let found = false
  for (const s of k.net.socks) {
    if (s?.proto !== 'udp' || skb.protocol !== IPPROTO_UDP || s.lport !== skb.dport) continue
    if (s.laddr !== 0 && s.laddr !== skb.daddr) continue
    if (s.raddr !== 0 && (s.raddr !== skb.saddr || s.rport !== skb.sport)) continue
    found = true
    if (isBad(skb)) {
      countBadSum(k)
      continue
    }
    enqueue(k, s, datagram(k, skb, skb.daddr))
    k.net.mib[mib.UdpInDatagrams]++
  }
  return found ? FINE : { what: 'NOT_SPECIFIED', where: '__udp4_lib_rcv' }
}

/** What may come to many hosts: requests for an address mask and their answers, and where it is wanted also echoes and times. */
const MASK_TYPES: readonly number[] = [17, 18]
const FOR_MANY: readonly number[] = [...MASK_TYPES, 8, 13]

/**
 * An ICMP message for this host: echo requests are answered, unless icmp_echo_ignore_all says no; echo replies go to the
 * socket that has asked (NO_SOCKET: none has); errors are told to the socket whose packet they quote.
 * Linux: icmp_rcv, icmp_echo, ping_rcv, icmp_unreach
 */
function icmp_rcv(k: Kernel, skb: Skb): Fate {
  const count = k.net.mib
  if (isBad(skb)) {
    count[mib.IcmpInMsgs]++
    count[mib.IcmpInCsumErrors]++
    count[mib.IcmpInErrors]++
    return { what: 'ICMP_CSUM', where: 'icmp_rcv' }
  }
  count[mib.IcmpMsgInType + skb.type]++
  // Nobody is told about his interfaces, nor that he is not (icmp_echo_enable_probe).
  if (skb.type === ICMP_EXT_ECHO) return FINE
  const many = isForMany(k.net, skb.daddr)
  const allowed = k.net.sysctl['net.ipv4.icmp_echo_ignore_broadcasts'] ? MASK_TYPES : FOR_MANY
  if (many && !allowed.includes(skb.type)) {
    count[mib.IcmpInErrors]++
    return { what: 'INVALID_PROTO', where: 'icmp_rcv' }
  }
  if (skb.type > NR_ICMP_TYPES) {
    count[mib.IcmpInErrors]++
    return { what: 'UNHANDLED_PROTO', where: 'icmp_rcv' }
  }
  if (skb.type === 8) {
    if (k.net.sysctl['net.ipv4.icmp_echo_ignore_all'] || !mayAnswer(k, skb)) return FINE
    const reply = icmpPacket(k, many ? 0 : skb.daddr, skb.saddr)
    reply.type = 0
    reply.code = skb.code
    reply.icmpId = skb.icmpId
    reply.icmpSeq = skb.icmpSeq
    reply.len = skb.len
    reply.payload = skb.payload
    reply.tos = skb.tos
    reply.mark = reflected(k, skb)
    reply.watched = skb.watched
    // Linux does not set DF on echo replies.
    reply.frag = 0
    k.output(reply)
    return FINE
  }
  if (skb.type === 13) return icmp_timestamp(k, skb)
  if (skb.type === 0) {
    const sock = lookup(k.net, 'icmp', skb.daddr, skb.icmpId, skb.saddr, 0)
    if (!sock) return { what: 'NO_SOCKET', where: 'ping_rcv' }
    enqueue(k, sock, datagram(k, skb, skb.saddr))
    return FINE
  }
  if (!isIcmpError(skb.type)) return FINE
  if (!skb.inner) {
    const quoted = skb.len - 20 - 8
    // What programs fill it with, x or X, looks like a header of 32 bytes, and 8 bytes behind that are asked for.
    if (quoted < 32 + 8) count[mib.IcmpInErrors]++
    if (quoted >= 20) return FINE
    return { what: skb.type === 5 ? 'PKT_TOO_SMALL' : 'NOT_SPECIFIED', where: 'icmp_rcv' }
  }
  if (skb.type === 3 && skb.code === 4) learnMtu(k, skb.inner, skb.icmpInfo)
  return notifyError(k, skb, skb.inner)
}

/** Answer a request for the time. Left out: the times themselves, which are zero. Linux: icmp_timestamp */
function icmp_timestamp(k: Kernel, skb: Skb): Fate {
  const many = isForMany(k.net, skb.daddr)
  if (skb.len < 28 + 4) {
    k.net.mib[mib.IcmpInErrors]++
    return { what: 'PKT_TOO_SMALL', where: 'icmp_rcv' }
  }
  if (!mayAnswer(k, skb)) return FINE
  const reply = icmpPacket(k, many ? 0 : skb.daddr, skb.saddr)
  reply.type = 14
  reply.icmpId = skb.icmpId
  reply.icmpSeq = skb.icmpSeq
  reply.len = 28 + 12
  reply.tos = skb.tos
  reply.mark = reflected(k, skb)
  reply.frag = 0
  k.output(reply)
  return FINE
}

/** Less fits through the way of a packet that this host has sent: of UDP that of a socket. Linux: ipv4_sk_update_pmtu, icmp_err */
function learnMtu(k: Kernel, inner: Packet, told: number): void {
  // 1: the number is not believed, only that it is less; 2 and 3: nothing is.
  const trust = k.net.sysctl['net.ipv4.ip_no_pmtu_disc'] ?? 0
  if (trust === 2 || trust === 3) return
  const mtu = trust === 0 ? told : 0
  const udp = inner.protocol === IPPROTO_UDP
  const sent = udp && lookup(k.net, 'udp', inner.saddr, inner.sport, inner.daddr, inner.dport) !== null
  if (sent || inner.protocol === IPPROTO_ICMP) ip_rt_update_pmtu(k, inner.daddr, mtu)
}

/** An error is told to the socket that sent the quoted packet; not to one of UDP that is not connected. Linux: __udp4_lib_err */
function notifyError(k: Kernel, skb: Skb, inner: Packet): Fate {
  if (inner.protocol === IPPROTO_TCP) return tcp_v4_err(k, skb, inner)
  const ping = inner.protocol === IPPROTO_ICMP
  const sock = ping
    ? lookup(k.net, 'icmp', inner.saddr, inner.icmpId, inner.daddr, 0)
    : lookup(k.net, 'udp', inner.saddr, inner.sport, inner.daddr, inner.dport)
  if (!sock && !ping) k.net.mib[mib.IcmpInErrors]++
  if (sock && (ping || sock.raddr !== 0))
    enqueue(k, sock, { ...datagram(k, skb, inner.daddr), seq: inner.icmpSeq })
  return FINE
}

/** The mark of what answers a packet. Linux: IP4_REPLY_MARK */
function reflected(k: Kernel, to: Skb): number {
  return k.net.params.reflectMark ? to.mark : 0
}

/** A packet of ours with an empty ICMP header. */
export function icmpPacket(k: Kernel, saddr: number, daddr: number): Skb {
  const skb = newSkb()
  skb.serial = k.nextSerial()
  skb.protocol = IPPROTO_ICMP
  skb.saddr = saddr
  skb.daddr = daddr
  skb.ttl = k.net.params.defaultTtl
  skb.id = nextIpId(k)
  skb.thl = 8
  return skb
}

/** Types up to 18 that nobody answers with an error; those above are taken for errors, too. Linux: icmp_pointers */
const isUnanswered = (type: number): boolean => type > NR_ICMP_TYPES || (type > 0 && type < 13 && type !== 8)

/**
 * Send an ICMP error about a packet: `info` is the MTU or the gateway. Not about other errors, fragments but the first,
 * or packets to or from more than one host. `later`: a timer has found out, not who was sending.
 *
 * Linux: __icmp_send
 */
export function icmp_send(
  k: Kernel,
  about: Skb,
  type: number,
  code: number,
  info: number,
  later = false,
): void {
  if (about.frag & IP_OFFMASK) return
  if (about.protocol === IPPROTO_ICMP && isUnanswered(about.type)) return
  // ICMP's own socket is in use while something that it sends is on its way out. Linux: icmp_xmit_lock
  if (!later && about.protocol === IPPROTO_ICMP && about.iif === 0 && about.sk < 0) return
  if (isMulticast(about.daddr) || isBroadcast(k.net, about.daddr)) return
  if (isGroupMac(about.dmac)) return
  const { sysctl } = k.net
  // What is made here has come in by no device.
  const asked = sysctl['net.ipv4.icmp_errors_use_inbound_ifaddr'] !== 0 && about.iif !== 0
  const inbound = asked ? inboundAddress(k, about) : 0
  // What is on its way to somebody else is so, whatever the routes have become since. Linux: RTCF_LOCAL
  const forUs = k.net.devs[about.oif - 1]?.loopback !== false && isLocal(k.net, about.daddr)
  const own = forUs ? about.daddr : inbound
  // Linux: RT_TOS, IPTOS_PREC_INTERNETCONTROL
  const tos = (about.tos & 0x1e) | 0xc0
  const mark = reflected(k, about)
  // What rules of routing take for a port is the type and the code. Linux: fl4_icmp_type
  const what = { proto: IPPROTO_ICMP, sport: 0, dport: (type << 8) | code }
  const route = ip_route_output(k.net, about.saddr, { saddr: own, tos, mark, ...what })
  if ('errno' in route) return
  if (!icmp_global_allow(k, type, code)) return
  if (!icmpv4_xrlim_allow(k, type, code, about.saddr, route.ifindex)) return
  // Nobody is oneself.
  const skb = icmpPacket(k, own || route.src, about.saddr || route.nexthop)
  // It goes the way that was found before it had a source.
  skb.oif = route.ifindex
  skb.nexthop = route.nexthop
  skb.redirect = route.heard ? OWN_FOR_MANY : 0
  skb.type = type
  skb.code = code
  skb.icmpInfo = info
  skb.tos = tos
  skb.mark = mark
  skb.frag = 0
  skb.inner = quote(about)
  skb.watched = about.watched
  // The quoted packet as far as 576 bytes in all allow.
  skb.len = Math.min(576, 20 + 8 + about.len)
  nf_ct_attach(k.machine.ct, skb, about)
  // A redirect is sent in the middle of the packet's way, before its source is decided: NAT sees that.
  k.output(skb, type === 5)
}

/** The address of the device that the packet came in by. */
function inboundAddress(k: Kernel, about: Skb): Ipv4 {
  return inet_select_addr(k.net, about.iif, about.saddr)
}

/** Are messages of this type limited at all? "Fragmentation needed" never is. Linux: icmpv4_mask_allow */
function isLimited(k: Kernel, type: number, code: number): boolean {
  if (type === 3 && code === 4) return false
  return (k.net.sysctl['net.ipv4.icmp_ratemask'] & (1 << type)) !== 0
}

/**
 * Errors to all hosts together: icmp_msgs_per_sec, and icmp_msgs_burst at once. Linux draws what a message costs, 0 to 2;
 * here each costs 1. Linux: icmp_global_allow, icmp_global_consume
 */
function icmp_global_allow(k: Kernel, type: number, code: number): boolean {
  if (!isLimited(k, type, code)) return true
  const { net } = k
  if (net.icmpCredit <= 0) {
    const silence = Math.min(k.now - net.icmpStamp, 1_000_000)
    const more = Math.floor((net.sysctl['net.ipv4.icmp_msgs_per_sec'] * silence) / 1_000_000)
    if (silence < 20_000 || more === 0) return false
    net.icmpStamp = k.now
    net.icmpCredit = Math.min(net.icmpCredit + more, net.sysctl['net.ipv4.icmp_msgs_burst'])
  }
  net.icmpCredit--
  return true
}

/** What is kept of a host, made when it is first asked for. Linux: inet_getpeer_v4 */
function inet_getpeer(k: Kernel, addr: Ipv4): InetPeer {
  const { peers } = k.net
  let peer = peers.get(addr)
  if (peer === undefined) {
    // Long ago: a new peer has its full burst.
    peer = { tokens: 0, last: k.now - 60_000_000, redirects: 0 }
    if (peers.size >= PEERS) peers.delete([...peers.keys()][0])
    peers.set(addr, peer)
  }
  return peer
}

/** Hosts that are remembered; the oldest goes for a new one. */
const PEERS = 4096

/**
 * Errors to one host: one every icmp_ratelimit milliseconds, six of them at once after a silence. Only the types of
 * icmp_ratemask count, and never "fragmentation needed" or what stays on lo. Linux: icmpv4_xrlim_allow,
 * inet_peer_xrlim_allow
 */
function icmpv4_xrlim_allow(k: Kernel, type: number, code: number, to: Ipv4, ifindex: number): boolean {
  const { sysctl } = k.net
  if (!isLimited(k, type, code)) return true
  if (k.net.devs[ifindex - 1]?.loopback) return true
  const cost = sysctl['net.ipv4.icmp_ratelimit'] * 1000
  // Without a limit what has been saved is lost all the same, for ip_error too; but not in the same moment.
  const peer = inet_getpeer(k, to)
  return (cost === 0 && peer.last === k.now) || spend(k, peer, cost, 6 * cost)
}

/** A token bucket in time: `cost` microseconds a message, at most `burst` saved. */
function spend(k: Kernel, peer: InetPeer, cost: number, burst: number): boolean {
  peer.tokens = Math.min(burst, peer.tokens + k.now - peer.last)
  peer.last = k.now
  if (peer.tokens < cost) return false
  peer.tokens -= cost
  return true
}

/** No way on: the sender is told, once a second, five times at once. Linux: net/ipv4/route.c ip_error */
export function ip_error(k: Kernel, skb: Skb, code: number): void {
  if (spend(k, inet_getpeer(k, skb.saddr), 1_000_000, 5_000_000)) icmp_send(k, skb, 3, code, 0)
}

/** Redirects to a host that does not listen to them: so many, each after twice the time. Linux: ip_rt_redirect_number .. */
const REDIRECTS = 9
const REDIRECT_LOAD_US = 20_000
const REDIRECT_SILENCE_US = REDIRECT_LOAD_US << 10

/** Tell a sender of a better way than through here. Linux: net/ipv4/route.c ip_rt_send_redirect */
export function ip_rt_send_redirect(k: Kernel, skb: Skb, gateway: Ipv4): void {
  const peer = inet_getpeer(k, skb.saddr)
  if (k.now > peer.last + REDIRECT_SILENCE_US) {
    peer.tokens = 0
    peer.redirects = 0
  }
  if (peer.redirects >= REDIRECTS) {
    peer.last = k.now
    return
  }
  if (peer.redirects > 0 && k.now <= peer.last + REDIRECT_LOAD_US * 2 ** peer.redirects) return
  icmp_send(k, skb, 5, 1, gateway)
  peer.last = k.now
  peer.redirects++
}

/** A copy of the packet's own fields. */
function quote(p: Packet): Packet {
  const copy = emptyPacket()
  const from = p as unknown as Record<string, unknown>
  return Object.assign(copy, Object.fromEntries(Object.keys(copy).map((key) => [key, from[key]])), {
    inner: null,
  })
}
