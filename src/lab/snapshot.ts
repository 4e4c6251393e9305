/** What the page is shown of a lab: copies, as protocol.ts describes them. */
import { printCidr, printMac } from '../wire/address.ts'
import { IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, type Packet } from '../wire/packet.ts'
import { IPS_CONFIRMED } from '../kernel/conntrack/conn.ts'
import { hashTuple } from '../kernel/conntrack/hash.ts'
import {
  bucketOf,
  isExpired,
  isInTable,
  keyEqual,
  net_hash_mix,
  type CtTable,
} from '../kernel/conntrack/table.ts'
import { tcpStateName } from '../kernel/conntrack/tcp.ts'
import { tupleDport, tupleSport } from '../kernel/conntrack/tuple.ts'
import { ctView } from '../kernel/conntrack/view.ts'
import { headerOf } from '../kernel/header.ts'
import { ctState } from '../kernel/header.ts'
import { isRegistered } from '../kernel/walk.ts'
import { road } from '../kernel/road.ts'
import { recycle } from '../kernel/skb.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { readSysctl } from '../kernel/sysctl-access.ts'
import { periodOf } from '../kernel/period.ts'
import { TABLE_HOOKS, type TableName } from '../kernel/xtables/rule.ts'
import { written } from '../kernel/xtables/modules.ts'
import { foreground } from '../userspace/os.ts'
import type { Run } from './history.ts'
import { flightOf, isWatched, read, type Flight } from './inflight.ts'
import type { Lab } from './bench.ts'
import type { HostState, LabState } from './state.ts'
import type {
  ConntrackView,
  FlyingView,
  HostView,
  KernelView,
  LinkView,
  RunView,
  Snapshot,
  TableView,
  View,
} from './protocol.ts'
import { ARRIVE } from './schedule.ts'
import type { LabSpec } from './spec.ts'

/** Links as they are drawn: one line from each end of a segment to its centre. */
function linkViews(state: LabState): { views: LinkView[]; find: (f: Flight) => number } {
  const views: LinkView[] = []
  const where: { link: number; host: number }[] = []
  const name = (end: { host: number; ifindex: number }): { host: string; dev: string } => ({
    host: state.hosts[end.host].name,
    dev: state.hosts[end.host].net.devs[end.ifindex - 1].name,
  })
  state.links.forEach((link, l) => {
    const centre = link.ends.reduce((a, b) =>
      state.hosts[b.host].net.devs.length > state.hosts[a.host].net.devs.length ? b : a,
    )
    for (const end of link.ends) {
      if (end === centre) continue
      where.push({ link: l, host: end.host })
      views.push({ a: name(end), b: name(centre), delay: link.delay })
    }
  })
  return {
    views,
    find: (f) => where.findIndex((w) => w.link === f.link && (w.host === f.from || w.host === f.to)),
  }
}

/** Frames on links that are shown at most; of a load, whose pictures follow each other as fast as they can be drawn. */
const FLYING = 500
const FLYING_OF_LOAD = 60

function flyingViews(lab: Lab, find: (f: Flight) => number): FlyingView[] {
  const s = lab.state
  const out: FlyingView[] = []
  // A few of a load's will do, from everywhere among them, and all that are followed.
  const each = lab.loaded ? Math.ceil(s.flying.count / FLYING_OF_LOAD) : 1
  for (let i = 0; i < s.schedule.size && out.length < FLYING; i++) {
    if (s.schedule.kind[i] !== ARRIVE) continue
    const row = s.schedule.data[i]
    if (i % each !== 0 && !isWatched(s.flying, row)) continue
    const f = flightOf(s.flying, row)
    const link = find(f)
    if (link < 0) continue
    const skb = read(s.flying, row)
    out.push({
      serial: skb.serial,
      link,
      from: s.hosts[f.from].name,
      to: s.hosts[f.to].name,
      sentAt: f.sentAt,
      arrivesAt: f.arrivesAt,
      header: headerOf(lab.kernel(f.to), skb),
      dir: DIRECTIONS[f.dir < 0 ? directionKnown(s, skb) : f.dir] ?? '-',
    })
    recycle(skb)
  }
  return out.sort((a, b) => a.arrivesAt - b.arrivesAt || a.serial - b.serial)
}

const DIRECTIONS = ['original', 'reply'] as const

/** Direction of a packet's flow as the table of some host knows it; -1: nobody does. Looks only, removes nothing. */
function directionKnown(s: LabState, p: Packet): number {
  for (const { machine, net } of s.hosts) {
    const ct = machine.ct
    if (net.ctUsers === 0) continue
    const ports = [tupleSport(p), tupleDport(p)] as const
    const hash = hashTuple(ct.key, 0, net_hash_mix(net.index), p.saddr, p.daddr, ...ports, p.protocol)
    for (let node = ct.heads[bucketOf(ct, hash)]; node >= 0; node = ct.next[node])
      if (keyEqual(ct, node, net.index, p.saddr, p.daddr, ...ports, p.protocol, 0)) return node & 1
  }
  return -1
}

function hostView(h: HostState, spec: LabSpec): HostView {
  const own = spec.hosts.find((x) => x.name === h.name)
  const addresses = new Set(own?.devs.flatMap((d) => d.addrs.map((a) => a.split('/')[0])) ?? [])
  return {
    name: h.name,
    role: own?.role ?? 'client',
    names: Object.entries(spec.names)
      .filter(([n, a]) => addresses.has(a) && n !== h.name)
      .map(([n]) => n),
    devs: h.net.devs
      .filter((d) => !d.loopback && !d.gone)
      .map((d) => ({ name: d.name, addrs: d.addrs.map(printCidr), mac: printMac(d.mac), up: d.up })),
    busy: foreground(h.os) !== null,
    output: h.output,
    ctCount: h.net.ctCount,
  }
}

function tableViews(h: HostState): TableView[] {
  return (Object.keys(TABLE_HOOKS) as TableName[]).flatMap((name) => {
    const table = h.net.tables[name]
    if (!table) return []
    return {
      name,
      chains: table.chains.map((c) => ({
        name: c.name,
        hook: c.hook,
        policy: c.policy,
        pkts: c.pkts,
        bytes: c.bytes,
        rules: c.rules.map((r) => ({ text: written.rule(r), pkts: r.pkts, bytes: r.bytes })),
      })),
    }
  })
}

/** Lengths of the chains, capped at 255, and the longest one. */
function heatOf(ct: CtTable): { heat: Uint8Array; longest: number } {
  const heat = new Uint8Array(ct.buckets)
  let longest = 0
  for (let slot = 0; slot < ct.used; slot++) {
    if (!isInTable(ct, slot)) continue
    for (let node = slot * 2; node <= slot * 2 + 1; node++) {
      const b = bucketOf(ct, ct.hash[node])
      if (heat[b] < 255) heat[b]++
      if (heat[b] > longest) longest = heat[b]
    }
  }
  return { heat, longest }
}

/** What an entry is counted as: its TCP state, or its protocol. */
function kindName(protocol: number, state: number): string {
  if (protocol === IPPROTO_TCP) return tcpStateName(state)
  return protocol === IPPROTO_ICMP ? 'icmp' : protocol === IPPROTO_UDP ? 'udp' : 'other'
}

/** Entries by protocol << 4 | TCP state: counted anew for each picture. */
const kinds = new Uint32Array(4096)

/** One pass over the whole table, for each picture of it: nothing is made for an entry that is not shown. */
function survey(
  k: Kernel,
  most: number,
): { newest: number[]; unconfirmed: number[]; states: Record<string, number> } {
  const ct = k.machine.ct
  const unconfirmed: number[] = []
  kinds.fill(0)
  /** The newest first. */
  const newest: number[] = []
  // From the end: there the newest ones are, mostly, and hardly any has to make room again.
  for (let slot = ct.used - 1; slot >= 0; slot--) {
    if (ct.use[slot] === 0 || ct.ns[slot] !== k.net.index) continue
    if ((ct.status[slot] & IPS_CONFIRMED) === 0) {
      unconfirmed.unshift(slot)
      continue
    }
    if (!isInTable(ct, slot)) continue
    const protocol = ct.protonum[slot]
    kinds[(protocol << 4) | (protocol === IPPROTO_TCP ? ct.state[slot] : 0)]++
    const full = newest.length >= most
    if (full && (most === 0 || ct.id[slot] < ct.id[newest[most - 1]])) continue
    let at = full ? most - 1 : newest.length
    for (; at > 0 && ct.id[newest[at - 1]] < ct.id[slot]; at--) newest[at] = newest[at - 1]
    newest[at] = slot
  }
  const states: Record<string, number> = {}
  kinds.forEach((n, kind) => {
    if (n === 0) return
    const name = kindName(kind >> 4, kind & 15)
    states[name] = (states[name] ?? 0) + n
  })
  return { newest, unconfirmed, states }
}

function conntrackView(k: Kernel, lab: Lab, view: View): ConntrackView {
  const ct = k.machine.ct
  const { newest, unconfirmed, states } = survey(k, view.entries)
  const chain: number[] = []
  if (view.bucket >= 0 && view.bucket < ct.buckets)
    for (let node = ct.heads[view.bucket]; node >= 0 && chain.length < 64; node = ct.next[node])
      chain.push(node >> 1)
  const current = lab.state.current
  const carried = current && lab.kernel(current.host) === k ? current.skb.nfct : -1
  return {
    active: k.net.ctUsers > 0,
    count: k.net.ctCount,
    max: k.machine.nfConntrackMax,
    buckets: ct.buckets,
    ...heatOf(ct),
    entries: newest.map((s) => ctView(ct, s, k.now)),
    chain: chain.filter((s) => !isExpired(ct, s, k.now)).map((s) => ctView(ct, s, k.now)),
    unconfirmed: unconfirmed.filter((s) => s === carried || ct.use[s] > 0).map((s) => ctView(ct, s, k.now)),
    states,
    stats: { ...k.net.ctStats },
    acts: ct.acts.slice(),
    ns: k.net.index,
  }
}

function kernelView(lab: Lab, host: number, view: View): KernelView {
  const k = lab.kernel(host)
  const { sizes, sysctls } = periodOf(k.machine.period)
  const names = sysctls.map((s) => s.name).filter((n) => n !== 'net.nf_conntrack_max')
  const { buckets, max } = sizes(k.machine.memoryBytes)
  return {
    host: k.net.name,
    bridge: k.net.devs.some((d) => d.bridge !== null),
    registered: Object.fromEntries(road.states.map((name, i) => [name, isRegistered(k.net, i)])),
    tables: tableViews(lab.state.hosts[host]),
    conntrack: conntrackView(k, lab, view),
    sysctl: Object.fromEntries(names.map((n) => [n, readSysctl(k, n) ?? 0])),
    defaults: Object.fromEntries(
      sysctls.map((s) => [
        s.name,
        s.name.endsWith('k_max') ? max : s.name.endsWith('_buckets') ? buckets : s.default,
      ]),
    ),
    drops: k.net.drops.map((d) => ({ ...d })),
    dropped: k.net.drops.reduce((n, d) => n + d.count, 0),
    log: k.machine.log.slice(-50).map((l) => ({ ...l })),
  }
}

/** What a load has left under way when its program has ended: packets that nobody follows. */
function leftOver({ flying, schedule, cpus, current }: LabState): boolean {
  if (current?.skb.watched === 0) return true
  for (let i = 0; i < schedule.size; i++)
    if (schedule.kind[i] === ARRIVE && !isWatched(flying, schedule.data[i])) return true
  return cpus.some(({ queue }) => {
    for (let i = 0; i < queue.size; i++)
      if (!isWatched(flying, queue.items[(queue.head + i) & (queue.items.length - 1)])) return true
    return false
  })
}

export function snapshot(run: Run, runs: readonly RunView[], spec: LabSpec, view: View): Snapshot {
  const { lab } = run
  const s = lab.state
  const links = linkViews(s)
  const host = Math.max(0, lab.hostIndex(view.host))
  const current = s.current
  return {
    lab: spec.name,
    period: s.period,
    seed: s.seed,
    time: s.now,
    position: s.position,
    end: run.end,
    run: run.id,
    runs: [...runs],
    events: s.events,
    quiet: lab.quiet,
    load: lab.loaded || leftOver(s),
    working: lab.working,
    nextIn: Number.isFinite(lab.nextDue) ? Math.max(0, lab.nextDue - s.now) : null,
    hosts: s.hosts.map((h) => hostView(h, spec)),
    links: links.views,
    flying: flyingViews(lab, links.find),
    current: current && {
      host: s.hosts[current.host].name,
      serial: current.skb.serial,
      station: road.states[current.skb.station],
      header: headerOf(lab.kernel(current.host), current.skb),
      ct: ctState(lab.kernel(current.host), current.skb),
    },
    kernel: kernelView(lab, host, view),
  }
}
