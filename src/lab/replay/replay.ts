/** Run a scenario in the simulator and tell it as a recording. The clock is the recorder's: each step has its slot. */
import { parseMac, printIpv4 } from '../../wire/address.ts'
import { IP_DF, IPPROTO_TCP, IPPROTO_UDP, TH_ACK, TH_SYN, type Packet } from '../../wire/packet.ts'
import { isInTable } from '../../kernel/conntrack/table.ts'
import { nf_ct_netns_get } from '../../kernel/conntrack/register.ts'
import { listEntries } from '../../kernel/conntrack/life.ts'
import { ctView, tupleView } from '../../kernel/conntrack/view.ts'
import { rt_cache_flush } from '../../kernel/fib.ts'
import { START_SEND } from '../../kernel/ip.ts'
import type { Dev } from '../../kernel/netns.ts'
import { isMulticast } from '../../kernel/route.ts'
import { newSkb, type Skb } from '../../kernel/skb.ts'
import { newSock } from '../../kernel/socket.ts'
import { TCP_SK } from '../../kernel/tcp/table.ts'
import { tcp_accept, tcp_ends, tcp_listen } from '../../kernel/tcp/tcp.ts'
import type { TraceEvent } from '../../kernel/trace.ts'
import { bootLab, type Lab } from '../lab.ts'
import { asDash } from './dash.ts'
import { buildPacket, hexOf, optionBytes, packetFields, type Fields, type Json } from './packet.ts'
import {
  capturedField,
  isProxied,
  loosen,
  maskId,
  maskIds,
  maskIsn,
  maskLogIsn,
  maskPorts,
  printedLines,
  stampClock,
} from './mask.ts'
import {
  arpRequests,
  ERRNO_TEXT,
  STATS,
  addEvent,
  byTuple,
  ctEntry,
  ctEvent,
  moveDrops,
  newSeen,
  otherDrop,
  packetRecord,
  tupleText,
  type Seen,
} from './recording.ts'
import { kindOf, type PacketSpec, type Scenario, type ScenarioStep } from './scenario.ts'
import { portsBehind } from './ports.ts'
import { specOf } from './spec.ts'
import { keepMoreSysctls } from './sysctls.ts'
import { writtenTimeouts } from './timeouts.ts'

const MS = 1000
/** Milliseconds of the clock that a step takes. */
const SLOT = { inject: 100, local: 100, cmd: 300, checkpoint: 500 } as const
const TABLES = ['raw', 'mangle', 'nat', 'filter'] as const
const MANY = 50
/** How long after its last step a recording still listens, milliseconds. */
const AFTER_MS = 150
/** The kernel that the recordings follow. */
const KERNEL = '6.18.44'

export interface Recording {
  [key: string]: Json
}

/** A clock that is not the scenario's: a real machine's is never quite. */
export interface Unsteady {
  /** Milliseconds by which a step, counted from 0, begins late. */
  late?: (step: number) => number
  /** Microseconds by which a neighbour is asked late: the kernel's long timers are coarse. */
  coarse?: number
}

/** What NAT leaves alone of a segment, so that it is known again where an error quotes it. */
const segmentOf = (p: Packet): string => `${p.id} ${p.seq}`

/** One running scenario, step by step. */
export class Replay {
  readonly sc: Scenario
  readonly lab: Lab
  readonly dut: number
  readonly peer = new Map<string, string>()
  private events: TraceEvent[] = []
  private readonly steps: Fields[] = []
  /** Milliseconds of the scenario's clock. */
  private clock = 0
  private readonly late: (step: number) => number
  /** Counters of tracking when the first step began. */
  private base: Record<(typeof STATS)[number], number> | null = null
  /** First packet on a wire, per step. */
  private readonly captured: (Fields | undefined)[] = []
  /** Initial sequence numbers that the host drew. */
  private readonly isns: number[] = []
  /** What the clock of its timestamps showed in each of those that tell it. */
  private readonly clocks: number[] = []
  /** Flags of a segment whose number the host draws. SYNPROXY begins with the number of its client's. */
  private readonly opening: number
  /** Packets of this and earlier steps, and what befell those of earlier ones. */
  private readonly told = new Set<number>()
  private readonly others: string[] = []
  /** The card behind each of its devices that the wire ends send to, whatever is changed later. */
  private readonly gateways: number[]
  /** The names that its devices began with: by them its wires are known. */
  private readonly names: string[]
  /** Where frames of the host come out. */
  private get ends(): string[] {
    return this.sc.links.flatMap((l) => l.filter((end) => end.split(':')[0] !== this.sc.dut))
  }
  /** Copies that TEE has made: of which packet. */
  private readonly copies = new Map<number, number>()
  /** Timeouts that its own lines set. */
  private readonly written: ReadonlySet<number>
  /** TCP options of segments that were sent here, as they were written. */
  private readonly options = new Map<string, string>()
  private readonly optionsOf = (segment: Packet): string | null =>
    this.options.get(segmentOf(segment)) ?? null
  /** Frames that left without a story in their step: they waited, or met no hook. */
  private strays: Fields[] = []

  constructor(sc: Scenario, seed: number, clock: Unsteady = {}) {
    this.sc = sc
    this.opening = isProxied(sc) ? TH_SYN | TH_ACK : TH_SYN
    this.late = clock.late ?? (() => 0)
    this.written = writtenTimeouts([...sc.setup, ...sc.steps.flatMap((s) => s.cmd ?? [])])
    for (const [a, b] of sc.links) {
      this.peer.set(a, b)
      this.peer.set(b, a)
    }
    this.lab = bootLab(specOf(sc), seed, {
      event: (e) => {
        if (e.host === sc.dut) this.events.push(e)
      },
      output: () => undefined,
    })
    this.dut = this.lab.hostIndex(sc.dut)
    this.coarsen(clock.coarse ?? 0)
    // The others are mute wire ends: they have no addresses of their own.
    this.lab.state.hosts.forEach((h, i) => {
      if (i === this.dut) return
      for (const dev of h.net.devs) dev.addrs = []
      h.net.routes = []
      rt_cache_flush(h.net)
    })
    const { devs } = this.lab.kernel(this.dut).net
    this.gateways = devs.map((d) => ((devs[d.master - 1] as Dev | undefined) ?? d).mac)
    this.names = devs.map((d) => d.name)
    this.prepare()
  }

  /** The wire end behind a device, '' for none. */
  private behind(dev: string): string {
    const at = this.lab.kernel(this.dut).net.devs.findIndex((d) => d.name === dev)
    return this.peer.get(`${this.sc.dut}:${this.names[at] ?? dev}`) ?? ''
  }

  /** Neighbours are asked again so many microseconds later than they should be. */
  private coarsen(us: number): void {
    const k = this.lab.kernel(this.dut)
    const timer = k.timer.bind(k)
    k.timer = (at, kind, data) => timer(kind === 'neigh' ? at + us : at, kind, data)
  }

  private prepare(): void {
    const k = this.lab.kernel(this.dut)
    keepMoreSysctls(k.net)
    if (this.sc.global.nf_conntrack_max !== undefined)
      k.machine.nfConntrackMax = this.sc.global.nf_conntrack_max
    k.net.sysctl['net.core.message_cost'] = 0
    k.net.sysctl['net.netfilter.nf_log_all_netns'] = 1
    k.net.sysctl['net.ipv4.icmp_ratelimit'] = 0
    // The recorder listens for events all the time, whatever conntrack -E comes and goes.
    k.net.ctListeners = 1
    k.net.ctWatched = true
    for (const t of TABLES) this.command(`iptables -t ${t} -nL >/dev/null`)
    if (this.sc.conntrack === 'always') nf_ct_netns_get(k)
    for (const s of this.sc.services) {
      const [proto, port] = s.split(' ')
      if (proto === 'tcp') tcp_listen(k, Number(port), 0, 'replay', 64)
      else newSock(k.net, 'udp', 0).lport = Number(port)
    }
    this.teachBridges()
    for (const line of this.sc.setup) {
      const { rc, stderr } = this.command(line)
      if (rc !== 0) throw new Error(`setup: ${line}: ${stderr.join(' / ')}`)
    }
  }

  /** The recorder tells each bridge which cards are behind its ports. */
  private teachBridges(): void {
    const { net } = this.lab.kernel(this.dut)
    for (const port of net.devs) {
      const bridge = net.devs[port.master - 1]?.bridge
      const [host, dev] = this.behind(port.name).split(':')
      const far = this.lab.state.hosts[this.lab.hostIndex(host)]?.net.devs.find((d) => d.name === dev)
      if (bridge && far) bridge.fdb.push({ mac: far.mac, port: port.ifindex, time: Infinity })
    }
  }

  /**
   * Run a line on the host; the first lines of what it says on stderr, as the recorder keeps them. It may take its time
   * until `end`, microseconds of the lab's clock.
   */
  private command(line: string, end = 0): { rc: number; stderr: string[]; stdout: string } {
    const job = this.lab.execCaptured(this.dut, line)
    let result = this.lab.result(this.dut, job)
    while (result === 'running' && this.lab.state.now < end) {
      this.lab.runUntil(this.lab.state.now + MS)
      result = this.lab.result(this.dut, job)
    }
    if (result === 'running') throw new Error(`${line}: does not end by itself`)
    const stderr = result.stderr.trim()
    return {
      stdout: result.stdout,
      ...asDash(line, result.status, stderr === '' ? [] : stderr.split('\n').slice(0, 3)),
    }
  }

  /** A line for the machine itself: its first namespace may change what the others only see. */
  private machineCommand(line: string, end: number): { rc: number; stderr: string[]; stdout: string } {
    const { net } = this.lab.kernel(this.dut)
    const { inum } = net
    net.inum = 0
    const result = this.command(line, end)
    net.inum = inum
    return result
  }

  /**
   * Do one more step; what is told of it, initial sequence numbers masked, random ports not. `after`: milliseconds that
   * it lasts longer, which is for the last one.
   */
  step(step: ScenarioStep, after = 0): Fields {
    this.base ??= { ...this.lab.kernel(this.dut).net.ctStats }
    const i = this.steps.length
    const t = this.clock + this.late(i)
    // What falls due in this very moment belongs to this step.
    this.events = []
    this.lab.runUntil(t * MS)
    const kind = kindOf(step)
    const took = kind === 'sleep' ? Math.floor((step.sleep ?? 0) * 1000) : SLOT[kind]
    const rec: Fields = { n: i + 1, t_ms: this.clock, kind }
    if (step.note !== undefined) rec['note'] = step.note
    const packets = this.perform(step, kind, rec, i, t, took + after + this.clock - t, this.base)
    const told = this.close(rec, kind, packets)
    this.steps.push(told)
    this.clock += took
    return told
  }

  /**
   * Moments at which an entry of the host changes by itself, milliseconds of the clock: when it expires, and when a UDP
   * flow may become a stream. A packet at such a moment would be treated one way or the other by chance.
   */
  moments(): { orig: string; ms: number; expires: boolean }[] {
    const k = this.lab.kernel(this.dut)
    const ct = k.machine.ct
    const found: { orig: string; ms: number; expires: boolean }[] = []
    for (let slot = 0; slot < ct.used; slot++) {
      if (ct.ns[slot] !== k.net.index || !isInTable(ct, slot)) continue
      const orig = tupleText(tupleView(ct, slot * 2))
      found.push({ orig, ms: ct.timeout[slot] / MS, expires: true })
      if (ct.protonum[slot] === IPPROTO_UDP) found.push({ orig, ms: ct.lastSeq[slot], expires: false })
    }
    return found
  }

  /** Milliseconds of the scenario's clock. */
  get now(): number {
    return this.clock
  }

  /** All steps done so far as a recording of the scenario. */
  recording(): Recording {
    const random = this.sc.random_ports ? maskPorts(this.steps, this.sc) : null
    return {
      scenario: this.sc.name,
      title: this.sc.title,
      backend: 'legacy',
      kernel: KERNEL,
      ...(random ? { random_ports: random } : {}),
      steps: this.sc.loose ? this.steps.map(loosen) : this.steps,
    }
  }

  private perform(
    step: ScenarioStep,
    kind: ReturnType<typeof kindOf>,
    rec: Fields,
    i: number,
    t: number,
    took: number,
    base: Record<(typeof STATS)[number], number>,
  ): Seen[] {
    const end = (t + took) * MS - 1
    if (step.inject) return this.inject(step.inject, rec, i, end)
    if (step.local) return this.local(step.local, rec, i, end)
    if (kind === 'cmd') {
      rec['cmd'] = step.cmd ?? ''
      const { rc, stdout, stderr } =
        step.on === '' ? this.machineCommand(step.cmd ?? '', end) : this.command(step.cmd ?? '', end)
      rec['rc'] = rc
      if (rc !== 0) rec['stderr'] = stderr
      if (this.sc.stdout) rec['stdout'] = printedLines(step.cmd ?? '', stdout)
      this.lab.runUntil(end)
    } else if (kind === 'sleep') {
      rec['seconds'] = step.sleep ?? 0
      this.lab.runUntil((this.clock + Math.floor((step.sleep ?? 0) * 1000) - 150) * MS)
      // The recorder lists the table here, so that what has expired goes in this step.
      listEntries(this.lab.kernel(this.dut))
      this.lab.runUntil(end)
    } else {
      rec['name'] = step.checkpoint ?? ''
      this.lab.runUntil((t + 40) * MS)
      this.checkpoint(rec, base)
      this.lab.runUntil(end)
    }
    return this.stories(null)
  }

  private inject(spec: PacketSpec, rec: Fields, i: number, end: number): Seen[] {
    const p = this.resolve(spec, i)
    const from = (p.from ?? '').includes(':')
      ? (p.from ?? '')
      : ([...this.peer.keys()].find((e) => e.split(':')[0] === p.from) ?? '')
    rec['from'] = from
    const [host, dev] = from.split(':')
    const net = this.lab.kernel(this.dut).net
    const entry = net.devs[this.names.indexOf(this.peer.get(from)?.split(':')[1] ?? '')] as Dev | undefined
    if (!entry) throw new Error(`no link at ${from}`)
    const source = this.lab.state.hosts[this.lab.hostIndex(host)].net.devs.find((d) => d.name === dev)
    const skb = this.skbOf(p, {
      iif: entry.ifindex,
      smac: source?.mac ?? 0,
      dmac: this.macOf(p.dmac) ?? this.gateways[entry.ifindex - 1],
    })
    const seen = this.first(skb, from, false, p)
    // The other end of a card that is down has no carrier: nothing leaves there.
    // And a card takes what its MTU allows, with the room of a VLAN's tag. Linux: is_skb_forwardable
    if (entry.up && skb.len <= entry.mtu + 4) this.lab.inject(this.dut, skb)
    this.lab.runUntil(end)
    return this.stories(seen)
  }

  private macOf(text: string | undefined): number | null {
    if (text === undefined) return null
    const plain = parseMac(text)
    if (plain !== null) return plain
    const [host, dev] = text.split(':')
    const h = this.lab.state.hosts[this.lab.hostIndex(host)]
    return h.net.devs.find((d) => d.name === dev)?.mac ?? null
  }

  private local(spec: PacketSpec, rec: Fields, i: number, end: number): Seen[] {
    const p = this.resolve(spec, i)
    const k = this.lab.kernel(this.dut)
    rec['from'] = this.sc.dut
    const service = p.proto === 'udp' && k.net.socks.some((s) => s?.proto === 'udp' && s.lport === p.sport)
    rec['via'] = service && p.socket !== false ? 'socket' : 'raw'
    const skb = this.skbOf(p, { iif: 0, smac: 0, dmac: 0 })
    const sock = newSock(k.net, rec['via'] === 'raw' ? 'raw' : 'udp', -1)
    skb.sk = sock.index
    const seen = this.first(skb, this.sc.dut, true, p)
    // A socket is told the other end and how much, nothing else.
    if (rec['via'] === 'socket')
      Object.assign(skb, {
        saddr: 0,
        ttl: isMulticast(skb.daddr) ? 1 : k.net.params.defaultTtl,
        tos: 0,
        frag: IP_DF,
        badCsum: 0,
      })
    // The kernel fills in the source of a raw packet, but not the checksum, which knew none.
    const summed = skb.protocol === IPPROTO_TCP || skb.protocol === IPPROTO_UDP
    if (rec['via'] === 'raw' && skb.saddr === 0 && summed) skb.badCsum = 1
    k.output({ ...skb, station: START_SEND })
    this.lab.runUntil(end)
    if (sock.error) rec['errno'] = ERRNO_TEXT[sock.error] ?? sock.error
    k.net.socks[sock.index] = null
    return this.stories(seen)
  }

  private skbOf(p: PacketSpec, more: Partial<Skb>): Skb {
    const k = this.lab.kernel(this.dut)
    const skb: Skb = {
      ...newSkb(),
      ...buildPacket(p),
      ...more,
      payload: p.data === undefined ? 0 : k.payload(p.data),
      serial: k.nextSerial(),
      nfTrace: this.sc.log ? 1 : 0,
    }
    return skb
  }

  private first(skb: Skb, origin: string, local: boolean, p: PacketSpec): Seen {
    const seen = newSeen(skb.serial, origin, local, this.optionsOf)
    seen.opts = p.opts ? hexOf(optionBytes(p.opts)) : null
    if (seen.opts !== null) this.options.set(segmentOf(skb), seen.opts)
    if (skb.inner && p.inner?.opts) this.options.set(segmentOf(skb.inner), hexOf(optionBytes(p.inner.opts)))
    seen.id = skb.id
    seen.protocol = skb.protocol
    seen.packet = packetFields(skb satisfies Packet, seen.opts, -1, this.optionsOf)
    if (p.badcsum) seen.packet['csum'] = 'BAD'
    seen.fragment = p.frag !== undefined && (p.frag.off !== 0 || p.frag.mf === true)
    return seen
  }

  /** The injected packet, then every packet that the host made, in the order of their first event. */
  private stories(first: Seen | null): Seen[] {
    const by = new Map(first === null ? [] : [[first.serial, first]])
    const earlier = newSeen(0, 'dut', true, this.optionsOf)
    const tracked = this.sc.conntrack === 'always'
    for (const e of this.events) {
      if (e.skb === 0) continue
      // Where the host's own log is told, TRACE is the scenario's: the recorder does not look at the rules.
      if (e.type === 'rule' && this.sc.own_log === true) continue
      // Recordings know packets by their IP id, which a copy has too.
      if (e.type === 'copy') this.copies.set(e.skb, this.copies.get(e.of) ?? e.of)
      const copyOf = this.copies.get(e.skb)
      if (copyOf !== undefined && e.type === 'make') continue
      let seen = by.get(copyOf ?? e.skb)
      if (!seen && (e.type === 'make' || (e.type === 'rcv' && !this.told.has(e.skb)))) {
        seen = newSeen(e.skb, 'dut', true, this.optionsOf)
        seen.id = e.header.id
        seen.protocol = e.header.protocol
        by.set(e.skb, seen)
      }
      if (!seen) {
        if (e.type === 'drop') this.others.push(otherDrop(e))
        seen = earlier
      }
      addEvent(seen, e, (dev) => this.behind(dev), tracked)
      if (
        e.type === 'xmit' &&
        !this.isns.includes(e.header.seq) &&
        seen !== first &&
        seen.origin === 'dut' &&
        (e.header.flags & this.opening) === this.opening
      ) {
        this.isns.push(e.header.seq)
        if (e.header.ts && isProxied(this.sc)) this.clocks.push(stampClock(e.header.tsval))
      }
    }
    for (const serial of by.keys()) this.told.add(serial)
    this.strays = (packetRecord(earlier, this.ends)['wire'] ?? []) as Fields[]
    // What had no way was never a packet.
    const packets = [...by.values()].filter(
      (s) => s === first || s.trace.length + s.wire.length + s.drops.length > 0,
    )
    moveDrops(packets)
    return packets
  }

  /** Everything that every kind of step can have. */
  private close(rec: Fields, kind: string, packets: Seen[]): Fields {
    const n = Number(rec['n'])
    if (packets.length > 0) {
      rec['packets'] = packets.map((s) => maskIsn(packetRecord(s, this.ends), this.isns, this.clocks))
    }
    this.captured[n] = [...packets.flatMap((s) => s.wire), ...this.strays][0]
    if (this.strays.length > 0) rec['unmatched_captures'] = this.strays.splice(0)
    const received = this.received()
    if (received.length > 0) rec['socket_received'] = received
    const asked = arpRequests(this.events, (dev) => this.wireEnds(dev), [...this.peer.keys()])
    if (asked.length > 0) rec['arp_requests'] = asked
    const timeouts = this.timeouts()
    const events = this.events.flatMap((e) =>
      e.type === 'ct' && e.listened ? [ctEvent(e, timeouts, this.written)] : [],
    )
    if (kind === 'cmd' || kind === 'sleep' || kind === 'checkpoint') events.sort(byTuple)
    if (events.length > MANY) rec['ct_events'] = 'many'
    else if (events.length > 0) rec['ct_events'] = events
    const log = this.events.flatMap((e) =>
      e.type === 'log' && /nf_conntrack|nf_ct/.test(e.text)
        ? [e.text.replace(/netns \d+/, 'netns N').trimEnd()]
        : [],
    )
    log.push(...this.others.splice(0))
    const said = this.said(packets, rec['via'] === 'socket')
    if (this.sc.log && said.length > 0) rec['log'] = said
    if (log.length > 0) rec['kernel_log'] = [...new Set(log)].sort()
    const own = this.events.flatMap((e) =>
      e.type === 'log' && !/nf_conntrack|nf_ct/.test(e.text) ? [maskIds(e.text, this.sc)] : [],
    )
    if (this.sc.own_log === true && own.length > 0) rec['own_log'] = own
    for (const key of ['conntrack', 'nf_conntrack_count', 'stats', 'iptables']) {
      const value = rec[key]
      if (value === undefined) continue
      // These come last.
      const moved = Object.fromEntries(Object.entries(rec).filter(([k]) => k !== key))
      rec = { ...moved, [key]: value }
    }
    return rec
  }

  /** What rules wrote of packets into the kernel's log: lines of LOG, and those of TRACE about the first packet. */
  private said(packets: readonly Seen[], fromSocket: boolean): string[] {
    return this.events.flatMap((e) => {
      if (e.type !== 'log' || !e.text.includes(' OUT=') || /nf_conntrack|nf_ct/.test(e.text)) return []
      const of = packets.find((p) => p.serial === (this.copies.get(e.skb) ?? e.skb))
      const first = of !== undefined && of.packet !== null
      if (e.text.startsWith('TRACE: ') && !first) return []
      const line = (first ? fromSocket : of?.local !== false) ? maskId(e.text) : e.text
      return [maskLogIsn(line, this.isns)]
    })
  }

  /** The timeouts that are set now, seconds. */
  private timeouts(): Map<string, number> {
    const prefix = 'net.netfilter.nf_conntrack_'
    const all = Object.entries(this.lab.kernel(this.dut).net.sysctl)
    return new Map(
      all.flatMap(([name, value]) =>
        name.startsWith(prefix) && name.includes('timeout') ? [[name.slice(prefix.length), value]] : [],
      ),
    )
  }

  /** Where what leaves by a device comes out. */
  private wireEnds(dev: string): string[] {
    return portsBehind(this.lab.kernel(this.dut).net.devs, dev).map((port) => this.behind(port))
  }

  private received(): Fields[] {
    const out: Fields[] = []
    const k = this.lab.kernel(this.dut)
    for (const s of k.net.socks) {
      if (!s || s.pid !== 0) continue
      for (const d of s.queue)
        out.push({ socket: `udp/${s.lport}`, from: `${printIpv4(d.src)}:${d.sport}`, len: d.bytes })
      s.queue = []
    }
    const { tcp } = k.net
    // Those of programs are theirs.
    for (const l of tcp.listeners.filter((s) => tcp.pid[s] === 0))
      for (let c = tcp_accept(k, l + TCP_SK); c >= 0; c = tcp_accept(k, l + TCP_SK)) {
        const { lport, raddr, rport } = tcp_ends(k.net, c)
        out.push({ socket: `tcp/${lport}`, accepted_from: `${printIpv4(raddr)}:${rport}` })
      }
    return out
  }

  private checkpoint(rec: Fields, base: Record<(typeof STATS)[number], number>): void {
    const k = this.lab.kernel(this.dut)
    const entries = listEntries(k).map((slot) => ctEntry(ctView(k.machine.ct, slot, k.now)))
    entries.sort(byTuple)
    rec['conntrack'] = entries.length > MANY ? `${entries.length} entries` : entries
    rec['nf_conntrack_count'] = k.net.ctCount
    rec['stats'] = Object.fromEntries(STATS.map((s) => [s, k.net.ctStats[s] - base[s]]))
    const tables: Record<string, Json[]> = {}
    let current: Json[] = []
    for (const line of this.command('iptables-save -c').stdout.split('\n')) {
      if (line.startsWith('*')) current = tables[line.slice(1)] = []
      else if (/^[:[]/.test(line)) current.push(line)
    }
    rec['iptables'] = Object.fromEntries(
      Object.keys(tables)
        .sort()
        .map((t) => [t, tables[t]]),
    )
  }

  /** `@3.sport` is that field of the first packet on a wire in step 3; `@3.seq+1` adds. */
  private resolve(spec: PacketSpec, i: number): PacketSpec {
    const value = (v: unknown): unknown => {
      if (Array.isArray(v))
        return v.map((x: unknown) =>
          typeof x === 'string' ? x.replace(REFERENCE, (ref) => String(value(ref))) : x,
        )
      if (typeof v === 'object' && v !== null)
        return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, value(x)]))
      if (typeof v !== 'string' || !v.startsWith('@')) return v
      const [ref = '', plus = '0'] = v.slice(1).split('+')
      const [n = '', field = ''] = ref.split('.')
      const got = capturedField(this.captured[Number(n)], field)
      if (got === undefined) throw new Error(`${v}: nothing was captured in step ${n}`)
      return typeof got === 'number' ? got + Number(plus) : this.unmask(got, Number(plus))
    }
    const out = value(spec) as PacketSpec
    return { ...out, id: out.id ?? 0x1000 + i }
  }

  /** A value that the recording masks (`ISN+1`) as the number it is. */
  private unmask(got: Json, plus: number): Json {
    const m = typeof got === 'string' ? /^ISN(\d*)(?:\+(\d+))?$/.exec(got) : null
    return m ? (this.isns[Number(m[1] || 1) - 1] + Number(m[2] ?? 0) + plus) >>> 0 : got
  }
}

/** A field of a packet captured before, as a packet's options name it. */
const REFERENCE = /@\d+\.\w+(?:\+\d+)?/g

/** What the simulator does with a scenario, in the format of the recordings. Throws where it cannot run it. */
export function replay(sc: Scenario, seed = 1): Recording {
  const run = new Replay(sc, seed)
  for (const step of sc.steps) run.step(step, step === sc.steps.at(-1) ? AFTER_MS : 0)
  return run.recording()
}
