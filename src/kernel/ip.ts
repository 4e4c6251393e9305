/**
 * A packet's walk along the road of path.machine.ts: what each station does, and the loop that goes from one to the
 * next by the compiled table.
 *
 * Linux: net/ipv4/ip_input.c, ip_forward.c, ip_output.c; net/netfilter/core.c nf_hook_slow
 * Left out: IP options, defragmentation and fragmentation, multicast routing, ARP (links know their ends)
 */
import { IP_DF, IP_OFFMASK, IPPROTO_ICMP } from '../wire/packet.ts'
import { IPS_CONFIRMED } from './conntrack/conn.ts'
import { nf_conntrack_in } from './conntrack/core.ts'
import { nf_conntrack_confirm, nf_conntrack_free } from './conntrack/life.ts'
import { headerOf } from './header.ts'
import { icmp_send, ip_protocol_deliver } from './icmp.ts'
import { NF_ACCEPT, NF_DROP, NF_STOLEN, type Kernel } from './kernel.ts'
import { nf_nat_alloc_null_binding, nf_nat_initialized } from './nat/core.ts'
import { hookManip, nf_nat_icmp_reply_translation, nf_nat_packet, dirOf } from './nat/manip.ts'
import type { Netns } from './netns.ts'
import { nf_nat_oif_changed } from './nat/masquerade.ts'
import type { Verdict } from './path.machine.ts'
import { road, stationMeta } from './road.ts'
import { devByIndex, ip_route_input, ip_route_output, isBroadcast } from './route.ts'
import {
  IP_CT_NEW,
  IP_CT_RELATED,
  IP_CT_RELATED_REPLY,
  IP_CT_UNSEEN,
  IP_CT_UNTRACKED,
  type Skb,
} from './skb.ts'
import { sock_send_failed } from './socket.ts'
import type { CtState } from './trace.ts'
import { ipt_do_table } from './xtables/table.ts'
import type { Hook, Table, TableName } from './xtables/rule.ts'

const EVENTS = road.events.length
const event = (name: Verdict): number => {
  const n = road.event[name]
  if (n === undefined) throw new Error(`path.machine has no verdict ${name}`)
  return n
}
const ACCEPT = event('ACCEPT')
const DROP = event('DROP')
const STOLEN = event('STOLEN')
const LOCAL = event('LOCAL')
const FORWARD = event('FORWARD')
const LOOPBACK = event('LOOPBACK')

/** Where a received packet, and one made here, begin. */
export const START_RECEIVE = road.next[road.initial * EVENTS + event('RECEIVE')]
export const START_SEND = road.next[road.initial * EVENTS + event('SEND')]
export const DROPPED = road.state['dropped'] ?? -1

const verdictOf = (v: number): number => (v === NF_ACCEPT ? ACCEPT : v === NF_STOLEN ? STOLEN : DROP)

type Station = (k: Kernel, skb: Skb) => number

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
function tableStation(name: TableName, hook: Hook): Station {
  return (k, skb) => {
    const table = tableOf(k.net, name)
    return table === undefined ? ACCEPT : verdictOf(ipt_do_table(k, skb, table, hook))
  }
}

/** The nat table is for the first packet of a flow; the others follow the mapping. Linux: nf_nat_inet_fn */
function nf_nat_fn(k: Kernel, skb: Skb, hook: Hook): number {
  const table = k.net.tables.nat
  const slot = skb.nfct
  if (table === undefined || slot < 0) return NF_ACCEPT
  const ct = k.machine.ct
  const manip = hookManip(hook)
  const { ctinfo } = skb
  if (ctinfo === IP_CT_RELATED || ctinfo === IP_CT_RELATED_REPLY) {
    if (skb.protocol === IPPROTO_ICMP) return nf_nat_icmp_reply_translation(k, skb, hook)
  }
  if (ctinfo === IP_CT_NEW || ctinfo === IP_CT_RELATED || ctinfo === IP_CT_RELATED_REPLY) {
    if (!nf_nat_initialized(ct.status[slot], manip)) {
      const verdict = ipt_do_table(k, skb, table, hook)
      if (verdict !== NF_ACCEPT) return verdict
      if (!nf_nat_initialized(ct.status[slot], manip) && (ct.status[slot] & IPS_CONFIRMED) === 0) {
        if (nf_nat_alloc_null_binding(k, skb, manip) !== NF_ACCEPT) return NF_DROP
      }
      return nf_nat_packet(k, skb, hook)
    }
  }
  if (nf_nat_oif_changed(k, skb, hook)) return NF_DROP
  return nf_nat_packet(k, skb, hook)
}

function conntrackStation(hook: Hook): Station {
  return (k, skb) => (k.net.ctUsers === 0 ? ACCEPT : verdictOf(nf_conntrack_in(k, skb, hook)))
}

const confirm: Station = (k, skb) =>
  k.net.ctUsers === 0 || skb.nfct < 0 ? ACCEPT : verdictOf(nf_conntrack_confirm(k, skb))

/** Sanity of the header. Linux: ip_rcv_core */
const receive: Station = (k, skb) => {
  const dev = devByIndex(k.net, skb.iif)
  if (dev) {
    dev.rxPackets++
    dev.rxBytes += skb.len + 14
    if (!dev.loopback && skb.dmac !== dev.mac) return drop(skb, 'OTHERHOST', 'ip_rcv')
  }
  if (k.tracing && skb.watched)
    k.emit(skb.serial, 'ip_rcv', { type: 'rcv', dev: dev?.name ?? '', header: headerOf(k, skb) })
  return ACCEPT
}

function drop(skb: Skb, reason: string, at: string): number {
  skb.dropReason = reason
  skb.dropAt = at
  return DROP
}

const route_in: Station = (k, skb) => {
  const r = ip_route_input(k.net, skb.saddr, skb.daddr, skb.iif)
  if (r.kind === 'local') {
    emitRoute(k, skb, 'local', '', 0)
    return LOCAL
  }
  if (r.kind === 'error') {
    emitRoute(k, skb, 'unreachable', '', 0)
    if (r.icmp >= 0) icmp_send(k, skb, 3, r.icmp, 0)
    return drop(skb, r.reason, r.where)
  }
  skb.oif = r.ifindex
  skb.nexthop = r.nexthop
  emitRoute(k, skb, 'forward', devByIndex(k.net, r.ifindex)?.name ?? '', r.nexthop)
  return FORWARD
}

function emitRoute(
  k: Kernel,
  skb: Skb,
  to: 'local' | 'forward' | 'unreachable',
  dev: string,
  via: number,
): void {
  if (k.tracing && skb.watched) k.emit(skb.serial, 'ip_route_input_noref', { type: 'route', to, dev, via })
}

const forward: Station = (k, skb) => {
  if (skb.ttl <= 1) {
    icmp_send(k, skb, 11, 0, 0)
    return drop(skb, 'IP_INHDR', 'ip_forward')
  }
  const out = devByIndex(k.net, skb.oif)
  if (out && skb.len > out.mtu && skb.frag & IP_DF) {
    icmp_send(k, skb, 3, 4, out.mtu)
    return drop(skb, 'PKT_TOO_BIG', 'ip_forward')
  }
  skb.ttl--
  return ACCEPT
}

const route_out: Station = (k, skb) => {
  const r = ip_route_output(k.net, skb.daddr)
  if ('errno' in r) {
    sock_send_failed(k, skb.sk, r.errno)
    return drop(skb, 'IP_OUTNOROUTES', 'ip_queue_xmit')
  }
  skb.oif = r.ifindex
  skb.nexthop = r.nexthop
  if (skb.saddr === 0) skb.saddr = r.src
  return ACCEPT
}

/** Its addresses or its mark have changed after it was routed: route it again. Linux: ip_route_me_harder */
function ip_route_me_harder(k: Kernel, skb: Skb): number {
  const r = ip_route_output(k.net, skb.daddr)
  if ('errno' in r) return drop(skb, 'NETFILTER_DROP', 'nf_hook_slow')
  skb.rerouted = r.ifindex
  skb.nexthop = r.nexthop
  return ACCEPT
}

/** The first station after LOCAL_OUT: from here on the device counts that the packet was routed to again. */
const manglePost: Station = (k, skb) => {
  if (skb.rerouted !== 0) {
    skb.oif = skb.rerouted
    skb.rerouted = 0
  }
  const table = k.net.tables.mangle
  return table === undefined ? ACCEPT : verdictOf(ipt_do_table(k, skb, table, 'POST_ROUTING'))
}

/** Linux: net/ipv4/netfilter/iptable_mangle.c ipt_mangle_out */
const mangleOut: Station = (k, skb) => {
  const table = k.net.tables.mangle
  if (table === undefined) return ACCEPT
  const { saddr, daddr, mark, tos } = skb
  const verdict = verdictOf(ipt_do_table(k, skb, table, 'LOCAL_OUT'))
  const changed = skb.saddr !== saddr || skb.daddr !== daddr || skb.mark !== mark || skb.tos !== tos
  return verdict === ACCEPT && changed ? ip_route_me_harder(k, skb) : verdict
}

/** Linux: nf_nat_ipv4_local_fn */
const natOut: Station = (k, skb) => {
  const { daddr } = skb
  const verdict = verdictOf(nf_nat_fn(k, skb, 'LOCAL_OUT'))
  return verdict === ACCEPT && skb.daddr !== daddr ? ip_route_me_harder(k, skb) : verdict
}

const deliver: Station = (k, skb) => {
  if (skb.frag & IP_OFFMASK) return drop(skb, 'NOT_SPECIFIED', 'ip_local_deliver')
  const { what, where } = ip_protocol_deliver(k, skb)
  if (k.tracing && skb.watched)
    k.emit(skb.serial, where || 'ip_protocol_deliver_rcu', {
      type: 'deliver',
      header: headerOf(k, skb),
      what,
      where,
    })
  return ACCEPT
}

/** Out by the device: lo brings it back with its connection, a link takes it away without. */
const transmit: Station = (k, skb) => {
  const dev = devByIndex(k.net, skb.oif)
  if (!dev?.up) return drop(skb, 'DEV_READY', 'dev_queue_xmit')
  dev.txPackets++
  dev.txBytes += skb.len + 14
  if (dev.loopback) {
    k.xmit(skb, skb.oif)
    return LOOPBACK
  }
  const neigh = k.net.neigh.find((n) => n.addr === skb.nexthop && n.ifindex === skb.oif)
  skb.smac = dev.mac
  skb.dmac = neigh?.mac ?? (isBroadcast(k.net, skb.nexthop) ? 0xffffffffffff : 0)
  if (skb.dmac === 0) return drop(skb, 'NEIGH_FAILED', 'arp_error_report')
  if (k.tracing && skb.watched)
    k.emit(skb.serial, 'dev_hard_start_xmit', { type: 'xmit', dev: dev.name, header: headerOf(k, skb) })
  k.xmit(skb, skb.oif)
  return ACCEPT
}

/** The work of each station, by its name in path.machine.ts. */
const WORK: Record<string, Station> = {
  receive,
  route_in,
  forward,
  deliver,
  route_out,
  transmit,
  'LOCAL_OUT.mangle': mangleOut,
  'LOCAL_OUT.nat': natOut,
  'POST_ROUTING.mangle': manglePost,
}

/** Station number -> what it does. A station of the machine without work is an error at start. */
const work: readonly (Station | null)[] = road.states.map((name, i) => {
  const meta = stationMeta[i]
  const own = WORK[name]
  if (own) return own
  if (meta.kind === 'table' && meta.table && meta.hook) {
    const { hook, table } = meta
    return table === 'nat' ? (k, skb) => verdictOf(nf_nat_fn(k, skb, hook)) : tableStation(table, hook)
  }
  if (meta.kind === 'conntrack' && meta.hook)
    return meta.fn === 'nf_confirm' ? confirm : conntrackStation(meta.hook)
  if (road.final[i] || i === road.initial) return null
  throw new Error(`station ${name} has no work`)
})

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
  const todo = work[station]
  if (!todo) return true
  const verdict = todo(k, skb)
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
    })
  if (!road.final[next]) return false
  if (next === DROPPED) kfree_skb(k, skb, station)
  else if (verdict !== LOOPBACK) nf_conntrack_free(k, skb)
  return true
}

/** All the way to the end. The same as walkStep until it says true. */
export function walk(k: Kernel, skb: Skb): void {
  while (!walkStep(k, skb));
}

/** A packet dies: counted by reason and place. Linux: kfree_skb_reason, the tracepoint that dropwatch reads */
function kfree_skb(k: Kernel, skb: Skb, station: number): void {
  const reason = skb.dropReason || 'NETFILTER_DROP'
  const where = skb.dropAt || 'nf_hook_slow'
  const name = road.states[station]
  const known = k.net.drops.find((d) => d.reason === reason && d.where === where && d.station === name)
  if (known) {
    known.count++
    known.last = skb.serial
    known.time = k.now
  } else k.net.drops.push({ reason, where, station: name, count: 1, last: skb.serial, time: k.now })
  if (k.tracing && skb.watched)
    k.emit(skb.serial, where, {
      type: 'drop',
      reason,
      where,
      station: name,
      header: headerOf(k, skb),
      ct: ctState(k, skb),
    })
  const hook = stationMeta[station].hook
  if (skb.sk >= 0 && (hook === 'LOCAL_OUT' || hook === 'POST_ROUTING')) sock_send_failed(k, skb.sk, 'EPERM')
  nf_conntrack_free(k, skb)
}

/** How the packet stands to a connection, as `--ctstate` sees it. Null while nothing tracks. */
export function ctState(k: Kernel, skb: Skb): CtState | null {
  if (skb.ctinfo === IP_CT_UNTRACKED) return { state: 'UNTRACKED', dir: '-', id: 0 }
  if (skb.nfct < 0) return skb.ctinfo === IP_CT_UNSEEN ? null : { state: 'INVALID', dir: '-', id: 0 }
  const state =
    skb.ctinfo === IP_CT_NEW
      ? 'NEW'
      : skb.ctinfo === IP_CT_RELATED || skb.ctinfo === IP_CT_RELATED_REPLY
        ? 'RELATED'
        : 'ESTABLISHED'
  return { state, dir: dirOf(skb.ctinfo) === 0 ? 'original' : 'reply', id: k.machine.ct.id[skb.nfct] }
}
