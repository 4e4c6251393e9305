/**
 * A packet's walk along the road of a namespace, station by station, as path.machine.ts has it: with every event told where
 * somebody watches, else past all stations that would do nothing.
 *
 * Linux: net/netfilter/core.c nf_hook_slow, as far as it calls one function after the other
 */
import { IPPROTO_TCP } from '../wire/packet.ts'
import { nf_conntrack_in } from './conntrack/core.ts'
import { nf_conntrack_confirm, nf_conntrack_free } from './conntrack/life.ts'
import { ctState, headerOf } from './header.ts'
import {
  ACCEPT,
  defragged,
  deliver,
  DROPPED,
  EVENTS,
  forward,
  hdrincl,
  LOOPBACK,
  mangleOut,
  manglePost,
  natOut,
  nf_nat_fn,
  receive,
  route_in,
  route_out,
  STOLEN,
  tableStation,
  transmit,
  verdictOf,
  type Station,
} from './ip.ts'
import type { Kernel } from './kernel.ts'
import { kfree_skb } from './kfree.ts'
import type { Netns } from './netns.ts'
import { road, stationMeta } from './road.ts'
import { isFragment, NO_SOCKET, type Skb } from './skb.ts'
import * as mib from './snmp.ts'
import { sock_send_failed } from './socket.ts'
import type { Hook, TableName } from './xtables/rule.ts'

/** What a station does, as a number: a switch over few numbers is a jump, a call of one of many functions is not. */
const DO_NOTHING = 0
const DO_TABLE = 1
const DO_NAT = 2
const DO_DEFRAG = 3
const DO_CONNTRACK = 4
const DO_CONFIRM = 5
const DO_RECEIVE = 6
const DO_ROUTE_IN = 7
const DO_FORWARDED = 8
const DO_TRANSMIT = 9
const DO_MANGLE_POST = 10
const DO_ROUTE_OUT = 11
const DO_DELIVER = 12
const DO_OTHER = 13

/** Stations with work of their own, by their names in path.machine.ts. */
const WORK: Record<string, number> = {
  receive: DO_RECEIVE,
  route_in: DO_ROUTE_IN,
  forward: DO_FORWARDED,
  transmit: DO_TRANSMIT,
  'POST_ROUTING.mangle': DO_MANGLE_POST,
  route_out: DO_ROUTE_OUT,
  deliver: DO_DELIVER,
}
/** Those that only few packets pass. */
const OTHERS: Record<string, Station> = {
  'LOCAL_OUT.mangle': mangleOut,
  'LOCAL_OUT.nat': natOut,
}

/** By station. A station of the machine without work is an error at start. */
const kinds = Uint8Array.from(road.states, (name, i) => {
  const meta = stationMeta[i]
  if (name in WORK) return WORK[name]
  if (name in OTHERS) return DO_OTHER
  if (meta.kind === 'table' && meta.table && meta.hook) return meta.table === 'nat' ? DO_NAT : DO_TABLE
  if (meta.kind === 'conntrack' && meta.hook) {
    if (meta.fn === 'nf_confirm') return DO_CONFIRM
    return meta.fn === 'ipv4_conntrack_defrag' ? DO_DEFRAG : DO_CONNTRACK
  }
  if (road.final[i] || i === road.initial) return DO_NOTHING
  throw new Error(`station ${name} has no work`)
})
const others: readonly (Station | undefined)[] = road.states.map((name) => OTHERS[name])
const hooks: readonly Hook[] = stationMeta.map((meta) => meta.hook ?? 'PRE_ROUTING')
const tableNames: readonly TableName[] = stationMeta.map((meta) => meta.table ?? 'raw')

/** Do what a station does. */
function perform(k: Kernel, skb: Skb, station: number): number {
  switch (kinds[station]) {
    case DO_TABLE:
      return tableStation(k, skb, tableNames[station], hooks[station])
    case DO_NAT:
      return verdictOf(nf_nat_fn(k, skb, hooks[station]))
    case DO_DEFRAG:
      return k.net.ctUsers === 0 || !isFragment(skb) ? ACCEPT : defragged(k, skb, defragUser(station))
    case DO_CONNTRACK:
      return k.net.ctUsers === 0 ? ACCEPT : verdictOf(nf_conntrack_in(k, skb, hooks[station]))
    case DO_CONFIRM:
      return k.net.ctUsers === 0 || skb.nfct < 0 ? ACCEPT : verdictOf(nf_conntrack_confirm(k, skb))
    case DO_RECEIVE:
      return receive(k, skb)
    case DO_ROUTE_IN:
      return route_in(k, skb)
    case DO_FORWARDED:
      return forward(k, skb)
    case DO_TRANSMIT:
      return transmit(k, skb)
    case DO_MANGLE_POST:
      return manglePost(k, skb)
    case DO_ROUTE_OUT:
      return route_out(k, skb)
    case DO_DELIVER:
      return deliver(k, skb)
    default:
      return others[station]?.(k, skb) ?? ACCEPT
  }
}

function defragUser(station: number): 'PRE_ROUTING' | 'LOCAL_OUT' {
  return hooks[station] === 'LOCAL_OUT' ? 'LOCAL_OUT' : 'PRE_ROUTING'
}

/**
 * Where each verdict leads when stations are passed over that do nothing in this namespace: by which tables there are and
 * whether anything is tracked. POST_ROUTING's mangle has work of its own.
 */
const shortcuts: (Int16Array | undefined)[] = []

function shortcutsOf(net: Netns): Int16Array {
  const { tables } = net
  const there =
    (tables.raw === undefined ? 0 : 1) |
    (tables.mangle === undefined ? 0 : 2) |
    (tables.nat === undefined ? 0 : 4) |
    (tables.filter === undefined ? 0 : 8) |
    (tables.security === undefined ? 0 : 16) |
    (net.ctUsers === 0 ? 0 : 32)
  return (shortcuts[there] ??= makeShortcuts(net))
}

function makeShortcuts(net: Netns): Int16Array {
  return Int16Array.from(road.next, (station) => {
    let at = station
    while (at >= 0 && !isRegistered(net, at) && kinds[at] !== DO_MANGLE_POST)
      at = road.next[at * EVENTS + ACCEPT]
    return at
  })
}

/** Does the station do anything in this namespace? Tables exist once touched, conntrack while it is needed. */
export function isRegistered(net: Netns, station: number): boolean {
  const meta = stationMeta[station]
  if (meta.kind === 'table' && meta.table) return net.tables[meta.table] !== undefined
  if (meta.kind === 'conntrack') return net.ctUsers > 0
  return true
}

/** Go one station on. True when the packet's way through this namespace has ended. */
export function walkStep(k: Kernel, skb: Skb): boolean {
  const station = skb.station
  if (kinds[station] === DO_NOTHING) return true
  const work: number[] = []
  k.meter = work
  const verdict = perform(k, skb, station)
  k.meter = null
  const next = road.next[station * EVENTS + verdict]
  if (next < 0) throw new Error(`no way from ${road.states[station]} with ${road.events[verdict]}`)
  skb.station = next
  if (k.tracing && skb.watched)
    k.emit(skb.serial, stationMeta[station].fn, {
      type: 'station',
      station: road.states[station],
      ran: isRegistered(k.net, station),
      verdict: road.events[verdict],
      header: headerOf(k, skb),
      ct: ctState(k, skb),
      work,
    })
  if (road.final[next] === 0) return false
  arrived(k, skb, station, verdict, next)
  return true
}

function arrived(k: Kernel, skb: Skb, station: number, verdict: number, end: number): void {
  if (end === DROPPED) dropped(k, skb, station)
  // A packet that was taken over keeps its connection, and so does one on lo.
  else if (verdict !== LOOPBACK && verdict !== STOLEN) nf_conntrack_free(k, skb)
}

/**
 * All the way of a packet that nobody watches, without the stations that would do nothing. It stops where others were made
 * that go first (`first` is not empty any more). True when it has ended.
 */
export function walk(k: Kernel, skb: Skb, first: readonly unknown[] = NOBODY): boolean {
  const ways = shortcutsOf(k.net)
  let station = skb.station
  while (kinds[station] !== DO_NOTHING) {
    const verdict = perform(k, skb, station)
    const next = ways[station * EVENTS + verdict]
    if (next < 0) throw new Error(`no way from ${road.states[station]} with ${road.events[verdict]}`)
    skb.station = next
    if (road.final[next] !== 0) {
      arrived(k, skb, station, verdict, next)
      return true
    }
    if (first.length > 0) return false
    station = next
  }
  return true
}

const NOBODY: readonly unknown[] = []

/** Did it go out through ip_send_skb? A TCP connection's segments, REJECT's resets and whole packets of programs do not. */
function ofSendSkb(k: Kernel, skb: Skb): boolean {
  return skb.protocol === IPPROTO_TCP ? skb.sk === NO_SOCKET : !hdrincl(k, skb)
}

/**
 * A function at a hook has said NF_DROP: the packet is freed, and what follows at the hook is not called. A local sender
 * hears EPERM.
 *
 * Linux: net/netfilter/core.c nf_hook_slow
 */
function dropped(k: Kernel, skb: Skb, station: number): void {
  const { hook } = stationMeta[station]
  const { sk } = skb
  const reason = skb.dropReason || 'NETFILTER_DROP'
  kfree_skb(k, skb, reason, skb.dropAt || 'nf_hook_slow', road.states[station])
  if (hook !== 'LOCAL_OUT' && hook !== 'POST_ROUTING') return
  if (skb.iif === 0 && skb.bridged === 0 && ofSendSkb(k, skb)) k.net.mib[mib.IpOutDiscards]++
  if (sk >= 0) sock_send_failed(k, sk, 'EPERM')
}
