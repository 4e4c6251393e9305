/**
 * Bridges: a frame that comes in at a port goes up to the host, or out by another port, and with br_netfilter through
 * the IPv4 hooks on its way.
 *
 * Linux: net/bridge/br_input.c br_handle_frame, br_handle_frame_finish; br_forward.c; br_fdb.c; br_device.c br_dev_xmit;
 * br_netfilter_hooks.c
 * Left out: spanning tree, VLANs, multicast snooping, ebtables, frames other than IPv4
 */
import { isGroupMac, type Mac } from '../wire/address.ts'
import { IP_DF } from '../wire/packet.ts'
import { IPS_CONFIRMED } from './conntrack/conn.ts'
import { nf_conntrack_free, nf_conntrack_hold, nf_conntrack_insert } from './conntrack/life.ts'
import { headerOf } from './header.ts'
import {
  ACCEPT,
  BRIDGE,
  countIn,
  drop,
  FIRST_FORWARD,
  leave,
  ROUTE_IN,
  START_TRANSMIT,
  STOLEN,
  tap,
} from './ip.ts'
import { NF_ACCEPT, NF_DROP, type Kernel } from './kernel.ts'
import { kfree_skb } from './kfree.ts'
import { neigh_lookup, neigh_resolve } from './neigh.ts'
import type { Bridge, Dev, Netns } from './netns.ts'
import { part, parts } from './parts.ts'
import { OLD_CONFIRM } from './period.ts'
import { devByIndex, ip_route_input } from './route.ts'
import { copySkb, dirOf, longestPiece, type Skb } from './skb.ts'
import { WORK_BRIDGE } from './work.ts'

/** An entry that has not been seen for so long is forgotten. */
const AGEING_US = 300_000_000

/** The copy of a bridged frame that is for this host. */
const GOES_UP = 2

/** A frame for the bridge itself: its own card's address, or that of one of its ports. Linux: BR_FDB_LOCAL */
function isOwnMac(net: Netns, bridge: Dev, mac: Mac): boolean {
  return mac === bridge.mac || (bridge.bridge?.ports.some((p) => net.devs[p - 1].mac === mac) ?? false)
}

function entryOf(bridge: Bridge, mac: Mac): Bridge['fdb'][number] | null {
  for (const entry of bridge.fdb) if (entry.mac === mac) return entry
  return null
}

/** Note behind which port a card is. Linux: br_fdb_update */
function br_fdb_update(k: Kernel, bridge: Bridge, mac: Mac, port: number): void {
  const known = entryOf(bridge, mac)
  if (known) {
    known.port = port
    if (known.time !== Infinity) known.time = k.now
  } else bridge.fdb.push({ mac, port, time: k.now })
}

/** The port behind which a card was seen last; 0: unknown. Linux: br_fdb_find_rcu */
function br_fdb_find(k: Kernel, bridge: Bridge | null, mac: Mac): number {
  if (bridge === null || isGroupMac(mac)) return 0
  const e = entryOf(bridge, mac)
  return e !== null && k.now - e.time < AGEING_US ? e.port : 0
}

/** May the frame leave by this port? Linux: should_deliver */
function shouldDeliver(port: Dev, from: number): boolean {
  return port.up && (port.ifindex !== from || port.hairpin)
}

/**
 * The ports that a frame leaves by: the one that its address is behind, or all others, the newest first. Linux:
 * br_forward, br_flood
 */
function outPorts(k: Kernel, bridge: Dev, skb: Skb, from: number): Dev[] {
  const { devs } = k.net
  const known = br_fdb_find(k, bridge.bridge, skb.dmac)
  const candidates = known === 0 ? [...(bridge.bridge?.ports ?? [])].reverse() : [known]
  return candidates.map((port) => devs[port - 1]).filter((port) => shouldDeliver(port, from))
}

/** Do bridged frames go through iptables? Linux: brnf_call_iptables, BROPT_NF_CALL_IPTABLES */
function callsIptables(net: Netns, bridge: Dev): boolean {
  return net.params.bridgeNf || bridge.bridge?.callsIptables === true
}

/**
 * A frame at a port of a bridge, which learns the card that it comes from. With br_netfilter it meets PREROUTING here,
 * wherever it goes. A bridge that is down takes nothing.
 *
 * Linux: net/bridge/br_input.c br_handle_frame, nf_hook_bridge_pre; br_netfilter_hooks.c br_nf_pre_routing
 */
function br_handle_frame(k: Kernel, skb: Skb, port: Dev): number {
  k.spend(WORK_BRIDGE)
  const bridge = devByIndex(k.net, port.master)
  if (!bridge?.bridge || !bridge.up) return drop(skb, 'BRIDGE_INGRESS_STP_STATE', 'br_handle_frame')
  br_fdb_update(k, bridge.bridge, skb.smac, port.ifindex)
  skb.iif = bridge.ifindex
  const nf = callsIptables(k.net, bridge)
  skb.bridged = nf ? 1 : 0
  skb.physIn = nf ? port.ifindex : 0
  if (!nf) {
    if (!isOwnMac(k.net, bridge, skb.dmac)) return br_forward(k, skb, bridge, port.ifindex)
    if (isOtherHost(bridge, port, skb)) return drop(skb, 'OTHERHOST', 'ip_rcv_core')
    br_pass_frame_up(k, bridge, skb)
  }
  if (k.tracing && skb.watched)
    k.emit(skb.serial, nf ? 'br_nf_pre_routing' : 'ip_rcv', {
      type: 'rcv',
      dev: bridge.name,
      header: headerOf(k, skb),
    })
  return ACCEPT
}

/** It goes up, but for a card that is neither the bridge's nor that of the port that it came in by. */
function isOtherHost(bridge: Dev, port: Dev | undefined, skb: Skb): boolean {
  return skb.dmac !== bridge.mac && skb.dmac !== port?.mac && !isGroupMac(skb.dmac)
}

/** The host itself gets the frame, as if it had come in by the bridge's own card. */
function br_pass_frame_up(k: Kernel, bridge: Dev, skb: Skb): void {
  if (k.net.taps > 0) tap(k, skb, bridge, false)
  countIn(k, skb)
  bridge.rxPackets++
  // The header is off by then. Linux: br_pass_frame_up
  bridge.rxBytes += skb.len
  skb.bridged = 0
  // IP begins anew with it, and knows nothing of pieces that br_netfilter put together. Linux: ip_rcv_core
  skb.fragSizes = null
}

/** Choose the port; a frame for several goes on as so many copies. What is for everybody is for this host too. */
function br_forward(k: Kernel, skb: Skb, bridge: Dev, from: number): number {
  const nf = callsIptables(k.net, bridge)
  const ports = outPorts(k, bridge, skb, from)
  const ways: Partial<Skb>[] = ports.map((port) => ({
    bridged: 1,
    oif: bridge.ifindex,
    physOut: port.ifindex,
    station: nf ? FIRST_FORWARD : START_TRANSMIT,
  }))
  // With br_netfilter the host's copy has been through PREROUTING already.
  if (isGroupMac(skb.dmac)) ways.push(nf ? { bridged: GOES_UP, station: ROUTE_IN } : {})
  const [first, ...rest] = ways as (Partial<Skb> | undefined)[]
  if (first === undefined) {
    const known = br_fdb_find(k, bridge.bridge, skb.dmac) !== 0
    return drop(skb, known ? 'NOT_SPECIFIED' : 'NO_TX_TARGET', 'br_handle_frame_finish')
  }
  for (const way of rest) {
    nf_conntrack_hold(k.machine.ct, skb)
    k.resume(copySkb(skb, way))
  }
  if (ports.length === 0) {
    k.resume(copySkb(skb, first))
    return STOLEN
  }
  Object.assign(skb, { bridged: 1, oif: bridge.ifindex, physOut: ports[0].ifindex })
  return BRIDGE
}

/**
 * PREROUTING is over for a frame that came in at a port. A new destination (DNAT) is routed: on the same bridge it stays
 * a frame, with the card of the new destination; elsewhere the host takes it. ACCEPT: it goes up.
 *
 * Linux: br_nf_pre_routing_finish, br_nf_pre_routing_finish_bridge, br_handle_frame_finish
 */
function br_nf_pre_routing_finish(k: Kernel, skb: Skb): number {
  const bridge = devByIndex(k.net, skb.iif)
  if (!bridge) return drop(skb, 'NOT_SPECIFIED', 'br_handle_frame_finish')
  if (skb.bridged !== GOES_UP) {
    const verdict = translatedHere(k, skb) ? bridged_dnat(k, skb, bridge) : ACCEPT
    if (verdict !== ACCEPT) return verdict
    if (!isOwnMac(k.net, bridge, skb.dmac)) return br_forward(k, skb, bridge, skb.physIn)
    if (isOtherHost(bridge, devByIndex(k.net, skb.physIn), skb)) return drop(skb, 'OTHERHOST', 'ip_rcv_core')
  } else if (br_nf_local_in(k, skb) === NF_DROP) return drop(skb, 'NETFILTER_DROP', 'nf_hook_slow')
  br_pass_frame_up(k, bridge, skb)
  return ACCEPT
}

/**
 * What is for many has its connection put into the table before it goes up, whatever becomes of it there: of the copies
 * that left by other ports none has done so. 4.15 does not. Linux: br_nf_local_in
 */
function br_nf_local_in(k: Kernel, skb: Skb): number {
  const { ct, differs } = k.machine
  if (skb.nfct < 0 || ct.status[skb.nfct] & IPS_CONFIRMED || differs & OLD_CONFIRM) return NF_ACCEPT
  return nf_conntrack_insert(k, skb)
}

/** The card that the frame is for now. */
function bridged_dnat(k: Kernel, skb: Skb, bridge: Dev): number {
  const r = ip_route_input(k.net, skb, skb.iif)
  if (r.kind === 'error' && r.where !== 'ip_error') return drop(skb, r.reason, 'br_nf_pre_routing_finish')
  if (r.kind !== 'forward' || r.ifindex !== bridge.ifindex) {
    skb.dmac = bridge.mac
    return ACCEPT
  }
  const known = neigh_lookup(k.net, bridge.ifindex, r.nexthop)?.mac ?? 0
  const mac = known === 0 ? neigh_resolve(k, skb, bridge.ifindex, r.nexthop) : known
  if (mac === 0) return STOLEN
  skb.dmac = mac
  return ACCEPT
}

/** Has DNAT given this packet another destination? */
function translatedHere(k: Kernel, skb: Skb): boolean {
  const { ct } = k.machine
  const orig = skb.nfct * 2
  const dir = dirOf(skb.ctinfo)
  // Only a new port is none. Linux: daddr_was_changed
  return ct.dst[orig + dir] !== ct.src[orig + 1 - dir]
}

/**
 * A bridged frame leaves as it came. With br_netfilter what it has put together is cut again, and what is too large for the
 * port; what was too large before is dropped, and nobody is told.
 *
 * Linux: br_dev_queue_push_xmit, br_nf_dev_queue_xmit, br_nf_ip_fragment
 */
function br_dev_queue_push_xmit(k: Kernel, skb: Skb): number {
  const port = devByIndex(k.net, skb.physOut)
  if (!port?.up) return drop(skb, 'DEV_READY', 'dev_queue_xmit')
  const whole = skb.fragSizes === null
  if (whole && (skb.physIn === 0 || skb.len <= port.mtu)) {
    if (!isForwardable(port, skb)) return drop(skb, 'NOT_SPECIFIED', 'br_dev_queue_push_xmit')
    leave(k, skb, port)
    return ACCEPT
  }
  // It is cut for the bridge, not for the port. Linux: ip_skb_dst_mtu of the bridge's fake route
  const mtu = devByIndex(k.net, port.master)?.mtu ?? port.mtu
  if (whole ? skb.frag & IP_DF : longestPiece(skb) > mtu)
    return drop(skb, 'NOT_SPECIFIED', 'br_nf_dev_queue_xmit')
  for (const piece of part('frag').cut(skb, mtu)) leaveOrDie(k, piece, port)
  return ACCEPT
}

/** A port takes what fits it, and the four bytes of a VLAN's tag more. Linux: is_skb_forwardable */
function isForwardable(port: Dev, skb: Skb): boolean {
  return skb.len <= port.mtu + 4
}

function leaveOrDie(k: Kernel, skb: Skb, port: Dev): void {
  if (isForwardable(port, skb)) leave(k, skb, port)
  else freeCopy(k, skb, 'NOT_SPECIFIED', 'br_dev_queue_push_xmit')
}

/** What is sent holds its connection until its walk is over; a copy or a piece of it that dies before holds it, too. */
function freeCopy(k: Kernel, skb: Skb, reason: string, where: string): void {
  nf_conntrack_hold(k.machine.ct, skb)
  kfree_skb(k, copySkb(skb), reason, where, 'transmit')
}

/** A packet made in the name of a frame's destination goes straight back by the port that the frame came in by. */
function answer(k: Kernel, skb: Skb, old: Skb): void {
  const port = devByIndex(k.net, old.physIn)
  skb.smac = old.dmac
  skb.dmac = old.smac
  if (port?.up) leave(k, skb, port)
  nf_conntrack_free(k, skb)
}

parts.bridge = {
  handle: br_handle_frame,
  route: br_nf_pre_routing_finish,
  push: br_dev_queue_push_xmit,
  answer,
  send: (k, skb, bridge) => {
    k.spend(WORK_BRIDGE)
    const known = br_fdb_find(k, bridge.bridge, skb.dmac)
    // The rule under load: one port, for which nobody has to make a list.
    const one = known === 0 ? undefined : devByIndex(k.net, known)
    if (one && shouldDeliver(one, 0)) {
      leaveOrDie(k, skb, one)
      return
    }
    const ports = outPorts(k, bridge, skb, 0)
    if (ports.length === 0) freeCopy(k, skb, known === 0 ? 'NO_TX_TARGET' : 'NOT_SPECIFIED', 'br_dev_xmit')
    // Whatever the bridge itself takes, a port takes no more than it can.
    for (const port of ports) leaveOrDie(k, skb, port)
  },
}
