/** A lab is built and its hosts boot: what the specification says, in the order in which a machine does it. */
import { ipv4, parseCidr, parseMac } from '../wire/address.ts'
import { addDev, bootMachine, newNetns } from '../kernel/boot.ts'
import { RT_TABLE_MAIN, rt_cache_flush } from '../kernel/fib.ts'
import { neigh_lookup, newNeigh } from '../kernel/neigh.ts'
import type { Netns } from '../kernel/netns.ts'
import { OLD_GC } from '../kernel/period.ts'
import { tcp_listen } from '../kernel/tcp/tcp.ts'
import * as userspace from '../userspace/os.ts'
import { Lab, SILENT, type LabListener } from './bench.ts'
import { cpus } from './cpu-part.ts'
import { newFifo } from './fifo.ts'
import { newInFlight } from './inflight.ts'
import { nextRandom, seedRandom } from './random.ts'
import { newSchedule, put, TIMER_GC } from './schedule.ts'
import type { LabSpec, RouteSpec } from './spec.ts'
import type { LabState, LinkState } from './state.ts'
import type { Way } from './way.ts'

/** Build a lab and boot its hosts. Same spec and seed: same lab. */
export function bootLab(spec: LabSpec, seed: number, listener: LabListener = SILENT): Lab {
  const random = seedRandom(seed)
  const draw = (): number => nextRandom(random)
  const state: LabState = {
    name: spec.name,
    period: spec.period ?? 'modern',
    seed,
    random,
    now: 0,
    position: 0,
    events: 0,
    nextSerial: 1,
    hosts: [],
    links: spec.links.map((l) => ({ ends: [], delay: l.delay })),
    schedule: newSchedule(),
    flying: newInFlight(),
    current: null,
    backlog: newFifo<Way | null>(null),
    interjected: [],
    suspended: [],
    wakes: [],
    listened: [],
    cpus: [],
    pools: [],
    tasks: [],
    costs: spec.costs ?? [],
    running: -1,
    spent: 0,
    origin: 0,
    profiles: [],
    payloads: [''],
    names: Object.fromEntries(Object.entries(spec.names).map(([n, a]) => [n, ipv4(a)])),
  }
  const poolNames = Object.keys(spec.cpus ?? {})
  poolNames.forEach((name, pool) => {
    for (let i = 0; i < (spec.cpus?.[name] ?? 0); i++) state.cpus.push(cpus().newCpu(pool))
  })
  spec.hosts.forEach((h, index) => {
    const period = h.period ?? state.period
    const uptime = 100_000_000 + (draw() % 900_000_000)
    const owner = state.hosts.find((other) => other.name === h.on)
    const machine = owner?.machine ?? bootMachine(h.name, h.memory, draw, uptime, h.buckets, period)
    machine.cpus = spec.cpus?.[h.cpus ?? ''] ?? machine.cpus
    const ns = state.hosts.filter((other) => other.machine === machine).length
    const net = newNetns(h.name, ns, h.inum ?? 0, draw, period)
    state.pools.push(h.cpus === undefined ? -1 : poolNames.indexOf(h.cpus))
    h.devs.forEach((d, i) => {
      const link = spec.links.findIndex((l) => l.ends.includes(`${h.name}:${d.name}`))
      const mac = parseMac(d.mac ?? '') ?? 0x020a00000000 + (index + 1) * 256 + i + 1
      const dev = addDev(net, d.name, mac, d.addrs.map(cidr), link)
      state.links[link]?.ends.push({ host: index, ifindex: dev.ifindex })
    })
    h.bridges?.forEach((b, i) => {
      const mac = parseMac(b.mac ?? '') ?? 0x020b00000000 + (index + 1) * 256 + i + 1
      const bridge = addDev(net, b.name, mac, b.addrs.map(cidr), -1)
      bridge.bridge = { fdb: [], ports: [], ownMac: true }
      for (const name of b.ports) {
        const port = net.devs.find((d) => d.name === name)
        if (!port) throw new Error(`no device ${name} on ${h.name}`)
        port.master = bridge.ifindex
        bridge.bridge.ports.push(port.ifindex)
      }
    })
    const hosts = `127.0.0.1\tlocalhost\n${Object.entries(spec.names)
      .map(([n, a]) => `${a}\t${n}\n`)
      .join('')}`
    const os = userspace.newOs({
      files: { '/etc/hosts': hosts, '/etc/hostname': `${h.name}\n`, ...h.files },
      // For the names of labels (connlabel.conf).
      dirs: ['/etc/xtables'],
    })
    state.hosts.push({ name: h.name, net, machine, os, output: 0 })
  })
  for (const link of state.links) meetNeighbours(state, link)
  const lab = new Lab(state)
  spec.hosts.forEach((h, index) => {
    for (const port of h.http) tcp_listen(lab.kernel(index), port, 0, 'http')
    for (const route of h.routes) addRoute(state.hosts[index].net, route)
    h.devs.forEach((d, i) => {
      // After lo.
      if (d.down) state.hosts[index].net.devs[i + 1].up = false
    })
    for (const line of h.init ?? []) lab.execCaptured(index, line)
    if (h.on !== undefined) return
    const gc = state.hosts[index].machine.differs & OLD_GC ? 1_000_000 : 60_000_000
    put(state.schedule, gc, TIMER_GC, index, 0)
  })
  state.events = 0
  return new Lab(state, listener)
}

function cidr(text: string): { addr: number; bits: number } {
  const c = parseCidr(text)
  if (!c) throw new Error(`not an address with prefix: ${text}`)
  return c
}

/** Links know their ends: every address on a link is a permanent neighbour of the others. */
function meetNeighbours(state: LabState, link: LinkState): void {
  for (const me of link.ends)
    for (const other of link.ends) {
      if (me === other) continue
      const mine = state.hosts[me.host].net
      const mineBy = mine.devs[me.ifindex - 1].master || me.ifindex
      const theirs = state.hosts[other.host].net
      const dev = theirs.devs[other.ifindex - 1]
      const owner = dev.master === 0 ? dev : theirs.devs[dev.master - 1]
      for (const a of owner.addrs)
        if (!neigh_lookup(mine, mineBy, a.addr)) mine.neigh.push(newNeigh(a.addr, mineBy, owner.mac))
    }
}

/** A route of the spec, as `ip route add` would enter it. */
function addRoute(net: Netns, spec: RouteSpec): void {
  const dev = net.devs.find((d) => d.name === spec.dev)
  if (!dev) throw new Error(`no device ${spec.dev} on ${net.name}`)
  net.routes.push({
    dst: spec.dst === 'default' ? { addr: 0, bits: 0 } : cidr(spec.dst),
    via: spec.via === undefined ? 0 : ipv4(spec.via),
    ifindex: dev.ifindex,
    src: 0,
    metric: 0,
    type: 'unicast',
    proto: 'boot',
    scope: spec.via === undefined ? 'link' : 'global',
    table: RT_TABLE_MAIN,
  })
  rt_cache_flush(net)
}
