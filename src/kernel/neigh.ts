/**
 * Neighbours: whose card has an address on a link. A packet for one that is not known waits while it is asked for,
 * three times, a second apart; then it dies, and whoever sent it hears of an unreachable host.
 *
 * Linux: net/core/neighbour.c, net/ipv4/arp.c
 * Left out: the ARP packets themselves (a link answers at once for the hosts on it), ageing, proxies, gratuitous ARP
 */
import type { Ipv4, Mac } from '../wire/address.ts'
import { icmp_send } from './icmp.ts'
import { kfree_skb } from './kfree.ts'
import type { Kernel } from './kernel.ts'
import type { Neigh, Netns } from './netns.ts'
import { part } from './parts.ts'
import { devByIndex, inet_select_addr, isLocal } from './route.ts'
import { road } from './road.ts'
import { copySkb, WAITED, type Skb } from './skb.ts'

/**
 * Requests before a neighbour is given up (mcast_solicit), and the time between two: retrans_time, and as much as a timer of
 * Linux is late that far ahead, 4 to 32 ms (kernel/time/timer.c calc_index).
 */
const PROBES = 3
const RETRANS_US = 1_018_000
/** Packets that wait for one neighbour: unres_qlen_bytes is 212992, and a small packet counts for 2304. */
const WAITING = 92

/** An entry, a permanent one where nothing else is said. */
export function newNeigh(addr: Ipv4, ifindex: number, mac: Mac, state: Neigh['state'] = 'PERMANENT'): Neigh {
  return { id: 0, addr, ifindex, mac, state, probes: 0, waiting: [] }
}

/** Linux: __neigh_lookup */
export function neigh_lookup(net: Netns, ifindex: number, addr: Ipv4): Neigh | null {
  const { neigh } = net
  for (let i = 0; i < neigh.length; i++) {
    const n = neigh[i]
    if (n.addr === addr && n.ifindex === ifindex) return n
  }
  return null
}

/**
 * Ask for a neighbour. The address of its card if somebody answers at once; else 0, and the packet waits.
 * Linux: neigh_event_send, __neigh_event_send
 */
export function neigh_resolve(k: Kernel, skb: Skb, ifindex: number, addr: Ipv4): Mac {
  const { net } = k
  let n = neigh_lookup(net, ifindex, addr)
  if (n === null) {
    n = newNeigh(addr, ifindex, 0, 'FAILED')
    net.neigh.push(n)
  }
  if (n.state !== 'INCOMPLETE') {
    n.state = 'INCOMPLETE'
    n.probes = 0
    if (!solicit(k, n, skb.saddr)) askAgain(k, n)
  }
  if (n.mac !== 0) return n.mac
  if (n.waiting.length >= WAITING) {
    const oldest = n.waiting.shift()
    if (oldest) kfree_skb(k, oldest, 'NEIGH_QUEUEFULL', '__neigh_event_send', 'transmit')
  }
  n.waiting.push(skb)
  return 0
}

/** The timer until the next request; it names the neighbour anew. */
function askAgain(k: Kernel, n: Neigh): void {
  n.id = k.net.nextTimer++
  k.timer(k.now + RETRANS_US, 'neigh', n.id)
}

/** Ask, in the name of the source of the packet that came last where that is this host's. Linux: neigh_probe, arp_solicit */
function solicit(k: Kernel, n: Neigh, source: Ipv4): boolean {
  n.probes++
  if (k.tracing)
    k.emit(0, 'arp_solicit', {
      type: 'arp',
      dev: k.net.devs[n.ifindex - 1]?.name ?? '',
      asks: n.addr,
      tells: isLocal(k.net, source) ? source : inet_select_addr(k.net, n.ifindex, n.addr),
    })
  const mac = k.arp(n.ifindex, n.addr)
  if (mac === 0) return false
  neigh_update(k, n, mac, 'REACHABLE')
  return true
}

/** It is known now: what has waited for it goes on. */
export function neigh_update(k: Kernel, n: Neigh, mac: Mac, state: Neigh['state']): void {
  n.mac = mac
  n.state = state
  // A frame in a bridge waits before its port is chosen.
  for (const skb of n.waiting.splice(0))
    if (skb.bridged !== 0) k.resume(copySkb(skb, { station: road.state.route_in ?? -1 }))
    else k.resume(copySkb(skb, { station: road.state.transmit ?? -1, redirect: WAITED }))
}

/** All neighbours of a device are forgotten, permanent or not, and what waits for them dies. Linux: neigh_ifdown, neigh_destroy */
export function neigh_ifdown(k: Kernel, ifindex: number): void {
  const { net } = k
  for (const n of net.neigh.filter((other) => other.ifindex === ifindex))
    for (const skb of n.waiting.splice(0)) kfree_skb(k, skb, 'QUEUE_PURGE', 'neigh_destroy', 'transmit')
  net.neigh = net.neigh.filter((n) => n.ifindex !== ifindex)
}

/**
 * Nobody has said that the address is his. It is asked for three times, a second apart; then everything that waits for it
 * dies, and the sender of each packet hears that the host cannot be reached.
 * Linux: neigh_timer_handler, neigh_invalidate, arp_error_report
 */
export function neigh_timer(k: Kernel, id: number): void {
  const n = k.net.neigh.find((other) => other.id === id)
  if (n?.state !== 'INCOMPLETE') return
  if (n.probes < PROBES) {
    if (!solicit(k, n, n.waiting[n.waiting.length - 1].saddr)) askAgain(k, n)
    return
  }
  n.state = 'FAILED'
  const bridgeMac = devByIndex(k.net, n.ifindex)?.mac
  for (const skb of n.waiting.splice(0)) {
    // A frame that was for another card has no answer.
    if (skb.bridged !== 0 && skb.dmac !== bridgeMac) {
      kfree_skb(k, skb, 'NEIGH_FAILED', 'neigh_invalidate', 'transmit')
      continue
    }
    // It waits as it would have left: in pieces.
    const mtu = devByIndex(k.net, n.ifindex)?.mtu ?? 0
    const whole = skb.len <= mtu && skb.fragSizes === null
    const pieces = whole ? [skb] : part('frag').cut(skb, mtu)
    // Each holds their connection.
    if (skb.nfct >= 0) k.machine.ct.use[skb.nfct] += pieces.length - 1
    for (const piece of pieces) {
      icmp_send(k, piece, 3, 1, 0, true)
      kfree_skb(k, piece, 'NEIGH_FAILED', 'neigh_invalidate', 'transmit')
    }
  }
}
