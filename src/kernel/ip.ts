/**
 * What each station of the road of path.machine.ts does. How a packet goes from one to the next is in walk.ts.
 *
 * Linux: net/ipv4/ip_input.c, ip_forward.c, ip_output.c
 * Left out: IP options, multicast routing
 */
import { BROADCAST_MAC, isGroupMac } from '../wire/address.ts'
import { IP_DF, IP_OFFMASK, IPPROTO_ICMP, IPPROTO_UDP } from '../wire/packet.ts'
import { tcp_v4_early_demux } from './early-demux.ts'
import { headerOf, ifname } from './header.ts'
import { icmp_send, ip_error, ip_protocol_deliver, ip_rt_send_redirect } from './icmp.ts'
import { NF_ACCEPT, NF_STOLEN, type Kernel } from './kernel.ts'
import { discard } from './kfree.ts'
import { ip_martian } from './martian.ts'
import { neigh_lookup, neigh_resolve } from './neigh.ts'
import type { Dev, Netns } from './netns.ts'
import { part, parts } from './parts.ts'
import type { Verdict } from './path.machine.ts'
import { road } from './road.ts'
import {
  devByIndex,
  hasOwnMtu,
  ip_dst_mtu,
  ip_route_input,
  ip_route_output,
  ip_route_segment,
  isBroadcast,
  isMulticast,
  toUs,
  type OutputFlow,
  type OutputRoute,
} from './route.ts'
import { isFragment, longestPiece, OWN_FOR_MANY, LOST_WAY, OWN_HEARD, type Skb, WAITED } from './skb.ts'
import * as mib from './snmp.ts'
import { sock_send_failed, type Errno, type Sock } from './socket.ts'
import { TCP_SK } from './tcp/table.ts'
import { WORK_FORWARD, WORK_FRAME } from './work.ts'
import type { Hook, Table, TableName } from './xtables/rule.ts'

export const EVENTS = road.events.length
const event = (name: Verdict): number => {
  const n = road.event[name]
  if (n === undefined) throw new Error(`path.machine has no verdict ${name}`)
  return n
}
export const ACCEPT = event('ACCEPT')
const DROP = event('DROP')
export const STOLEN = event('STOLEN')
const LOCAL = event('LOCAL')
const FORWARD = event('FORWARD')
export const LOOPBACK = event('LOOPBACK')
export const BRIDGE = event('BRIDGE')

/** Where a received packet, and one made here, begin. */
export const START_RECEIVE = road.next[road.initial * EVENTS + event('RECEIVE')]
export const START_SEND = road.next[road.initial * EVENTS + event('SEND')]
export const DROPPED = road.state['dropped'] ?? -1
/** Where the way of a packet ends that somebody keeps. */
export const STOLEN_END = road.state['stolen'] ?? -1
/** Where a packet goes on that waited for a neighbour, or is one of several copies of a flooded frame. */
export const START_TRANSMIT = road.state['transmit'] ?? -1
export const ROUTE_IN = road.state['route_in'] ?? -1
export const FIRST_FORWARD = road.state['FORWARD.mangle'] ?? -1

export const verdictOf = (v: number): number => (v === NF_ACCEPT ? ACCEPT : v === NF_STOLEN ? STOLEN : DROP)

export type Station = (k: Kernel, skb: Skb) => number

/** A table by its name, without a lookup by a key that differs from call to call. */
function tableOf(net: Netns, name: TableName): Table | undefined {
  const { tables } = net
  switch (name) {
    case 'raw':
      return tables.raw
    case 'mangle':
      return tables.mangle
    case 'nat':
      return tables.nat
    case 'filter':
      return tables.filter
    case 'security':
      return tables.security
  }
}

/** A table's chain at a hook; a table that nobody has touched does not exist. */
export function tableStation(k: Kernel, skb: Skb, name: TableName, hook: Hook): number {
  const table = tableOf(k.net, name)
  return table === undefined ? ACCEPT : verdictOf(parts.tables!(k, skb, table, hook))
}

/** NAT of a packet. One without a connection passes, and so does all where nobody has touched the nat table. */
export function nf_nat_fn(k: Kernel, skb: Skb, hook: Hook): number {
  return k.net.tables.nat === undefined || skb.nfct < 0 ? NF_ACCEPT : parts.nat!(k, skb, hook)
}

/**
 * A frame has come in. It is counted, shown to whoever listens at the device and to the filters there; a frame at a port
 * goes to its bridge. One for another card is thrown away: OTHERHOST.
 *
 * Linux: net/ipv4/ip_input.c ip_rcv, ip_rcv_core
 * Left out: IP headers that are cut short or have a wrong checksum
 */
export const receive: Station = (k, skb) => {
  k.spend(WORK_FRAME)
  const dev = devByIndex(k.net, skb.iif)
  // No card has received what this host hears of itself.
  if (dev && skb.redirect !== OWN_HEARD) {
    dev.rxPackets++
    dev.rxBytes += frameBytes(dev, skb)
    if (k.net.taps > 0) tap(k, skb, dev, false)
    if (dev.tc && !part('tc')(k, skb, dev, false)) return DROP
    if (dev.master !== 0) return part('bridge').handle(k, skb, dev)
    if (!dev.loopback && skb.dmac !== dev.mac && !isGroupMac(skb.dmac))
      return drop(skb, 'OTHERHOST', 'ip_rcv_core')
  }
  countIn(k, skb)
  // Filters have told of it already, as it was before them.
  if (k.tracing && skb.watched && !dev?.tc)
    k.emit(skb.serial, 'ip_rcv', { type: 'rcv', dev: dev?.name ?? '', header: headerOf(k, skb) })
  return ACCEPT
}

/** Linux: ip_rcv_core */
export function countIn({ net }: Kernel, skb: Skb): void {
  net.mib[mib.IpInReceives]++
  net.mib[mib.IpExtInOctets] += skb.len
  net.mib[mib.IpExtInNoECTPkts + (skb.tos & 3)]++
}

/** Show a frame to whoever listens at the device. Linux: dev_queue_xmit_nit, __netif_receive_skb_core (ptype_all) */
export function tap(k: Kernel, skb: Skb, dev: Dev, out: boolean): void {
  k.emit(skb.serial, 'packet_rcv', { type: 'tap', dev: dev.name, out, header: headerOf(k, skb) })
}

/**
 * A fragment waits for the rest of its datagram, so that rules and connection tracking see it whole. STOLEN until then.
 *
 * Linux: net/ipv4/netfilter/nf_defrag_ipv4.c ipv4_conntrack_defrag; ip_input.c ip_local_deliver
 */
export function defragged(k: Kernel, skb: Skb, user: 'PRE_ROUTING' | 'LOCAL_OUT' | 'LOCAL_IN'): number {
  return part('frag').defrag(k, skb, user) === 'whole' ? ACCEPT : STOLEN
}

/** The verdict of a station that drops for a reason of its own. */
export function drop(skb: Skb, reason: string, at: string): number {
  skb.dropReason = reason
  skb.dropAt = at
  return DROP
}

/**
 * Which way a packet goes that has come in: LOCAL to this host, FORWARD by another device, or no way at all. Then it is
 * dropped, and its sender is told where the rules of ICMP want that.
 *
 * Linux: net/ipv4/route.c ip_route_input_noref; ip_input.c ip_rcv_finish_core
 */
export const route_in: Station = (k, skb) => {
  if (skb.bridged !== 0) {
    const bridged = part('bridge').route(k, skb)
    if (bridged !== ACCEPT) return bridged
  }
  // Its way was found when it was made, and holds as long as PREROUTING leaves its destination. Linux: skb_valid_dst
  const found = skb.redirect === OWN_HEARD || (skb.iif === LO && skb.redirect !== LOST_WAY)
  const r = found ? toUs(k.net, skb.daddr) : ip_route_input(k.net, skb, skb.iif)
  if (r.kind === 'local') {
    emitRoute(k, skb, 'ip_route_input_noref', 'local', 0, 0)
    if (r.broadcast) {
      k.net.mib[mib.IpExtInBcastPkts]++
      k.net.mib[mib.IpExtInBcastOctets] += skb.len
    }
    if (!isFragment(skb)) return LOCAL
    const whole = defragged(k, skb, 'LOCAL_IN')
    return whole === ACCEPT ? LOCAL : whole
  }
  if (r.kind === 'error') {
    emitRoute(k, skb, 'ip_route_input_noref', 'unreachable', 0, 0)
    if (r.martian !== '') ip_martian(k, skb, r.martian)
    if (r.icmp >= 0) ip_error(k, skb, r.icmp)
    if (r.reason === 'IP_INADDRERRORS') k.net.mib[mib.IpInAddrErrors]++
    else if (r.reason === 'IP_INNOROUTES') k.net.mib[mib.IpExtInNoRoutes]++
    else if (r.reason === 'IP_RPFILTER') k.net.mib[mib.TcpExtIPReversePathFilter]++
    return drop(skb, r.reason, r.where)
  }
  skb.redirect = r.redirect ? 1 : 0
  skb.oif = r.ifindex
  skb.nexthop = r.nexthop
  emitRoute(k, skb, 'ip_route_input_noref', 'forward', r.ifindex, r.nexthop)
  return FORWARD
}

function emitRoute(
  k: Kernel,
  skb: Skb,
  at: string,
  to: 'local' | 'forward' | 'unreachable' | 'output',
  ifindex: number,
  via: number,
): void {
  if (k.tracing && skb.watched)
    k.emit(skb.serial, at, { type: 'route', to, dev: ifname(k.net, ifindex), via })
}

/**
 * Pass the packet on: its ttl becomes one less. At 1 it dies and its sender hears "time exceeded"; one that is too long
 * for the way out and must not be cut dies, too: "fragmentation needed". A frame to everybody on the link is not passed on.
 *
 * Linux: net/ipv4/ip_forward.c ip_forward
 */
export const forward: Station = (k, skb) => {
  // A connection whose own address has gone: its packets have their socket, and nobody to go to.
  if (k.net.tcp.used > 0 && tcp_v4_early_demux(k, skb) >= 0) return drop(skb, 'NOT_SPECIFIED', 'ip_forward')
  // What came to everybody on the link is not passed on by everybody.
  if (isGroupMac(skb.dmac)) return drop(skb, 'NOT_SPECIFIED', 'ip_forward')
  if (skb.ttl <= 1) {
    k.net.mib[mib.IpInHdrErrors]++
    icmp_send(k, skb, 11, 0, 0)
    return drop(skb, 'IP_INHDR', 'ip_forward')
  }
  k.net.mib[mib.IpForwDatagrams]++
  k.spend(WORK_FORWARD)
  const out = devByIndex(k.net, skb.oif)
  const mtu = out ? mtuOf(k, out, skb) : 0
  if (out && skb.frag & IP_DF && longestPiece(skb) > mtu) {
    k.net.mib[mib.IpFragFails]++
    icmp_send(k, skb, 3, 4, mtu)
    return drop(skb, 'PKT_TOO_BIG', 'ip_forward')
  }
  skb.ttl--
  if (skb.redirect !== 0) ip_rt_send_redirect(k, skb, skb.nexthop)
  return ACCEPT
}

/** How many bytes of it fit through its way. Where no way has an MTU of its own nothing is made to ask for it. */
function mtuOf(k: Kernel, dev: Dev, skb: Skb): number {
  if (!hasOwnMtu(k.net)) return dev.mtu
  const { saddr, daddr, mark, tos, iif, protocol: proto, sport, dport } = skb
  return ip_dst_mtu(k, dev, { saddr, daddr, mark, tos, iif: iif || 1, oif: 0, proto, sport, dport })
}

function flowOf({ saddr, mark, tos, protocol: proto, sport, dport }: Skb): OutputFlow {
  return { saddr, mark, tos, proto, sport, dport }
}

/** Drop what has no way any more; its sender is told that, not EPERM. Linux: NF_DROP_ERR */
function refuse(k: Kernel, skb: Skb, errno: Errno): number {
  const { sk } = skb
  skb.sk = -1
  sock_send_failed(k, sk, errno)
  return drop(skb, 'NETFILTER_DROP', 'nf_hook_slow')
}

export const LO = 1

/** What the way of such a packet is asked with: nobody looks into its header. */
const IPPROTO_RAW = 255

/** Was the IP header made by a program (IP_HDRINCL)? Linux does not count such packets as requests to IP. */
export const hdrincl = ({ net }: Kernel, { sk }: Skb): boolean =>
  sk >= 0 && sk < TCP_SK && net.socks[sk]?.proto === 'raw'

/** The way of a packet that is made here. */
function routeOf(k: Kernel, skb: Skb, sock: Sock | null): OutputRoute {
  if (sock === null) {
    // A copy that TEE sends by way of somebody, and ICMP errors, have their way already.
    if (skb.oif !== 0) {
      const heard = skb.redirect === OWN_FOR_MANY
      return { ifindex: skb.oif, nexthop: skb.nexthop, src: skb.saddr, heard }
    }
    return ip_route_segment(k.net, skb)
  }
  const flow = flowOf(skb)
  // A socket that is bound to no address asks for the way before it has a source.
  flow.saddr = sock.laddr
  if (hdrincl(k, skb)) Object.assign(flow, { tos: 0, proto: IPPROTO_RAW, sport: 0, dport: 0 })
  if (skb.oif !== 0) flow.oif = skb.oif
  return ip_route_output(k.net, skb.nexthop || skb.daddr, flow)
}

/**
 * Which way a packet goes that is made here, and which source address it gets where it has none. Without a way the program
 * that sends hears ENETUNREACH and the like.
 *
 * Linux: net/ipv4/route.c ip_route_output_key_hash; ip_output.c ip_queue_xmit
 */
export const route_out: Station = (k, skb) => {
  const ofTcp = skb.sk >= TCP_SK
  const sock = skb.sk >= 0 && !ofTcp ? k.net.socks[skb.sk] : null
  const r = routeOf(k, skb, sock)
  if ('errno' in r) {
    sock_send_failed(k, skb.sk, r.errno)
    // Not who makes the header, nor the kernel itself. Linux: ip_queue_xmit, udp_sendmsg, ping_v4_sendmsg
    const counts = ofTcp || (sock !== null && !hdrincl(k, skb) && r.errno === 'ENETUNREACH')
    if (counts) k.net.mib[mib.IpOutNoRoutes]++
    emitRoute(k, skb, 'ip_route_output_key', 'unreachable', 0, 0)
    // Only TCP has made a packet by now; the others are told before they do.
    if (!ofTcp) return STOLEN
    return drop(skb, 'IP_OUTNOROUTES', 'ip_queue_xmit')
  }
  skb.oif = r.ifindex
  skb.nexthop = r.nexthop
  skb.redirect = r.heard ? OWN_FOR_MANY : 0
  if (skb.saddr === 0) skb.saddr = r.src
  if (skb.daddr === 0 && !hdrincl(k, skb)) skb.daddr = r.nexthop
  if (sock) {
    if (sock.proto !== 'icmp' && isBroadcast(k.net, skb.daddr)) {
      // Without SO_BROADCAST.
      sock_send_failed(k, skb.sk, 'EACCES')
      return STOLEN
    }
    const out = devByIndex(k.net, r.ifindex)
    const own = hdrincl(k, skb)
    if (skb.len > (!out ? 0 : own ? out.mtu : mtuOf(k, out, skb))) {
      // Who makes the header cuts the packet, too. Linux: raw_send_hdrinc
      if (own) {
        sock_send_failed(k, skb.sk, 'EMSGSIZE')
        return STOLEN
      }
      skb.frag &= ~IP_DF
    }
  }
  if (!hdrincl(k, skb)) k.net.mib[mib.IpOutRequests]++
  if (skb.protocol === IPPROTO_ICMP) k.net.mib[mib.IcmpMsgOutType + skb.type]++
  emitRoute(k, skb, 'ip_route_output_key', 'output', r.ifindex, r.nexthop)
  return ACCEPT
}

/** Its addresses or its mark have changed after it was routed: route it again. Linux: ip_route_me_harder */
function ip_route_me_harder(k: Kernel, skb: Skb): number {
  const r = ip_route_output(k.net, skb.daddr, flowOf(skb))
  if ('errno' in r) return refuse(k, skb, r.errno)
  skb.rerouted = r.ifindex
  skb.nexthop = r.nexthop
  skb.redirect = r.heard ? OWN_FOR_MANY : 0
  return ACCEPT
}

/** The first station after LOCAL_OUT: from here on the device counts that the packet was routed to again. */
export const manglePost: Station = (k, skb) => {
  // A bridged frame has forgotten where it came from, but for its port.
  if (skb.bridged !== 0) skb.iif = 0
  if (skb.rerouted !== 0) {
    skb.oif = skb.rerouted
    skb.rerouted = 0
  }
  if (skb.redirect === OWN_FOR_MANY) part('heard').hear(k, skb)
  const table = k.net.tables.mangle
  return table === undefined ? ACCEPT : verdictOf(parts.tables!(k, skb, table, 'POST_ROUTING'))
}

/**
 * OUTPUT of the mangle table. A packet whose addresses, mark or TOS it has changed is routed again.
 *
 * Linux: net/ipv4/netfilter/iptable_mangle.c ipt_mangle_out
 */
export const mangleOut: Station = (k, skb) => {
  const table = k.net.tables.mangle
  if (table === undefined) return ACCEPT
  const { saddr, daddr, mark, tos } = skb
  const verdict = verdictOf(parts.tables!(k, skb, table, 'LOCAL_OUT'))
  const changed = skb.saddr !== saddr || skb.daddr !== daddr || skb.mark !== mark || skb.tos !== tos
  return verdict === ACCEPT && changed ? ip_route_me_harder(k, skb) : verdict
}

/**
 * NAT of a packet that is made here. A new destination is routed anew.
 *
 * Linux: net/netfilter/nf_nat_proto.c nf_nat_ipv4_local_fn
 */
export const natOut: Station = (k, skb) => {
  const { daddr } = skb
  const verdict = verdictOf(nf_nat_fn(k, skb, 'LOCAL_OUT'))
  return verdict === ACCEPT && skb.daddr !== daddr ? ip_route_me_harder(k, skb) : verdict
}

/**
 * INPUT is over: the packet's protocol takes it. What nobody wants is freed there: no loss for the road, but dropwatch sees
 * it, and the sender is told by RST or "port unreachable".
 *
 * Linux: net/ipv4/ip_input.c ip_local_deliver_finish, ip_protocol_deliver_rcu
 */
export const deliver: Station = (k, skb) => {
  const { what, where } = ip_protocol_deliver(k, skb)
  if (where !== '') discard(k, what, where)
  k.net.mib[what === 'IP_NOPROTO' ? mib.IpInUnknownProtos : mib.IpInDelivers]++
  if (k.tracing && skb.watched)
    k.emit(skb.serial, where || 'ip_protocol_deliver_rcu', {
      type: 'deliver',
      header: headerOf(k, skb),
      what,
      where,
    })
  return ACCEPT
}

/**
 * Out by the device: lo brings the packet back with its connection, a link takes it away without. It gets the addresses of
 * both cards; where that of the next hop is not known it waits. What is longer than the link takes is cut, or dies where it
 * must not be.
 *
 * Linux: net/ipv4/ip_output.c ip_finish_output2; net/core/dev.c dev_queue_xmit, __dev_queue_xmit;
 * drivers/net/loopback.c loopback_xmit
 */
export const transmit: Station = (k, skb) => {
  if (skb.bridged !== 0) return part('bridge').push(k, skb)
  if (skb.redirect === OWN_HEARD) return part('heard').comeBack(k, skb)
  const dev = devByIndex(k.net, skb.oif)
  if (!dev?.up) return drop(skb, 'DEV_READY', 'dev_queue_xmit')
  if (dev.loopback) {
    countOut(k, skb)
    count(dev, skb)
    k.xmit(skb, skb.oif)
    return LOOPBACK
  }
  const mtu = mtuOf(k, dev, skb)
  if (skb.frag & IP_DF && longestPiece(skb) > mtu && !mayBeCut(k, skb)) {
    icmp_send(k, skb, 3, 4, mtu)
    if (skb.sk >= 0) sock_send_failed(k, skb.sk, 'EMSGSIZE')
    return drop(skb, 'NOT_SPECIFIED', 'ip_fragment.constprop.0')
  }
  const neigh = neigh_lookup(k.net, skb.oif, skb.nexthop)
  skb.smac = dev.mac
  skb.dmac = neigh === null ? 0 : neigh.mac
  if (skb.dmac === 0) {
    if (isBroadcast(k.net, skb.nexthop)) skb.dmac = BROADCAST_MAC
    else if (isMulticast(skb.nexthop)) skb.dmac = 0x01005e000000 + (skb.nexthop & 0x7fffff)
    else skb.dmac = neigh_resolve(k, skb, skb.oif, skb.nexthop)
  }
  const pieces = skb.len <= mtu && skb.fragSizes === null ? null : part('frag').cut(skb, mtu)
  // What waits is counted before it does.
  if (skb.redirect !== WAITED) countPieces(k, skb, pieces)
  if (skb.dmac === 0) return STOLEN
  if (pieces === null) leave(k, skb, dev)
  else for (const piece of pieces) leave(k, piece, dev)
  return ACCEPT
}

/** Linux: ip_do_fragment, ip_finish_output2 */
function countPieces(k: Kernel, skb: Skb, pieces: Skb[] | null): void {
  if (pieces === null) {
    countOut(k, skb)
    return
  }
  k.net.mib[mib.IpFragOKs]++
  k.net.mib[mib.IpFragCreates] += pieces.length
  for (const piece of pieces) countOut(k, piece)
}

/** A socket that looks for the MTU lets its packets be cut; who makes the header himself is told. */
const mayBeCut = (k: Kernel, skb: Skb): boolean => skb.sk >= 0 && !hdrincl(k, skb)

/** Linux: ip_finish_output2; udp_send_skb counts a datagram once, however many fragments it has */
function countOut(k: Kernel, skb: Skb): void {
  const count = k.net.mib
  count[mib.IpOutTransmits]++
  count[mib.IpExtOutOctets] += skb.len
  const own = skb.iif === 0 && skb.protocol === IPPROTO_UDP && (skb.frag & IP_OFFMASK) === 0
  if (own && !hdrincl(k, skb)) count[mib.UdpOutDatagrams]++
}

/** What a device counts of a frame: lo does so without its header. Linux: loopback_xmit, veth_xmit */
function frameBytes(dev: Dev, skb: Skb): number {
  return dev.loopback ? skb.len : skb.len + 14
}

function count(dev: Dev, skb: Skb): void {
  dev.txPackets++
  dev.txBytes += frameBytes(dev, skb)
}

/** Onto the link of a card; a bridge sends by its ports. Linux: dev_hard_start_xmit, br_dev_xmit */
export function leave(k: Kernel, skb: Skb, dev: Dev): void {
  if (dev.tc && !part('tc')(k, skb, dev, true)) return
  if (dev.netem && !part('netem')(k, skb, dev)) return
  count(dev, skb)
  if (k.net.taps > 0) tap(k, skb, dev, true)
  if (dev.bridge !== null) {
    part('bridge').send(k, skb, dev)
    return
  }
  if (k.tracing && skb.watched)
    k.emit(skb.serial, 'dev_hard_start_xmit', { type: 'xmit', dev: dev.name, header: headerOf(k, skb) })
  k.xmit(skb, dev.ifindex)
}
