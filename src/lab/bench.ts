/**
 * The bench: a few hosts, the links between them, one clock, one seed. `Lab` is what runs on the plain data of state.ts.
 *
 * A step is the smallest thing that happens: one station of the packet on the road, or one event of the clock.
 */
import { isGroupMac, type Ipv4, type Mac } from '../wire/address.ts'
import { kfree_skb } from '../kernel/kfree.ts'
import { part } from '../kernel/parts.ts'
import { neigh_lookup, neigh_timer, neigh_update } from '../kernel/neigh.ts'
import { gc_worker } from '../kernel/conntrack/gc.ts'
import { headerOf } from '../kernel/header.ts'
import { START_RECEIVE, START_SEND, STOLEN_END } from '../kernel/ip.ts'
import { isRegistered, walk, walkStep } from '../kernel/walk.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Dev, Machine, Netns } from '../kernel/netns.ts'
import { OLD_NAMES, periodOf } from '../kernel/period.ts'
import { freeSock } from '../kernel/socket.ts'
import { copySkb, dirOf, recycle, type Skb } from '../kernel/skb.ts'
import { tcp_local_congestion, tcp_timer } from '../kernel/tcp/send.ts'
import { SERVICES, TCP_FREE, TCP_SK } from '../kernel/tcp/table.ts'
import { tcp_exit } from '../kernel/tcp/tcp.ts'
import type { Micros, TraceBody, TraceEvent } from '../kernel/trace.ts'
import { programs } from '../userspace/programs.ts'
import { daemons } from '../userspace/daemons.ts'
import * as userspace from '../userspace/os.ts'
import type { OsContext } from '../userspace/os.ts'
import { procfs } from '../userspace/procfs.ts'
import { httpEvent } from '../userspace/services/http.ts'
import { cpus } from './cpu-part.ts'
import type { Task } from './cpus.ts'
import { push, shift, sizeOf } from './fifo.ts'
import { portsOf, receiverOf, store, takeRow, type Flight } from './inflight.ts'
import {
  ARRIVE,
  firstDue,
  put,
  take,
  TIMER_FRAG,
  TIMER_GC,
  TIMER_NEIGH,
  TIMER_PROCESS,
  TIMER_TCP,
} from './schedule.ts'
import { HostKernel, type KernelServices } from './host-kernel.ts'
import { forgetWay, way } from './way.ts'
import { MAX_PAYLOADS, type LabState, type LinkState } from './state.ts'

/** Who hears what happens. */
export interface LabListener {
  event(e: TraceEvent): void
  output(host: string, n: number, stream: 'stdout' | 'stderr' | 'prompt', text: string, by?: string): void
}

/** Work of a program, in the units of shell/fuel.ts, that a step may take: some 2 ms. */
export const SLICE = 4000

/** Nobody. */
export const SILENT: LabListener = { event: () => undefined, output: () => undefined }

/** Slices of a timer wheel, for their numbers among those of rows. Linux: WHEEL_SIZE */
const SLICES = 1024

export class Lab implements KernelServices {
  readonly state: LabState
  private readonly slice: number
  private readonly kernels: HostKernel[]
  private readonly contexts: OsContext[]
  private readonly listener: LabListener
  /** Of a frame that is being sent: filled in anew for each. */
  private readonly flight: Flight = { link: 0, sentAt: 0.5, arrivesAt: 0.5, from: 0, to: 0, dir: 0 }
  /** The task whose work is being done, and the next socket on which something has happened to it. */
  private task: Task | null = null
  private readonly nextReady = (): number => (this.task ? cpus().nextReady(this.state, this.task) : -1)
  /** Of each host's addresses and routes, as they were when its neighbours last heard of them. */
  private readonly generations: number[]
  /** Is there a host without CPUs, whose programs take no time? */
  private readonly timeless: boolean
  /** A program has had its turn: it may have said something, changed addresses, or not be done. A packet does nothing of that. */
  private stirred = true
  /** Index of a host whose program is in the middle of its work, -1: none is. */
  private unfinished = -1

  /** `slice`: the work a program may do in one step, where somebody waits for the page; see Lab.working. */
  constructor(state: LabState, listener: LabListener = SILENT, slice = Infinity) {
    this.state = state
    this.slice = slice
    this.listener = listener
    this.generations = state.hosts.map((h) => h.net.fibGeneration)
    this.timeless = state.pools.some((pool) => pool < 0)
    this.unfinished = midway(state)
    this.kernels = state.hosts.map((_, host) => new HostKernel(state, host, this))
    this.contexts = state.hosts.map((_, host) => this.makeContext(host))
  }

  kernel(host: number): Kernel {
    return this.kernels[host]
  }

  /** Index of a host, -1: none of that name. */
  hostIndex(name: string): number {
    return this.state.hosts.findIndex((h) => h.name === name)
  }

  /** Is something on the way that will go on by itself: a packet, or a program in a terminal's foreground? */
  get quiet(): boolean {
    const s = this.state
    if (this.working || this.onRoad || s.flying.count > 0 || s.cpus.some((c) => sizeOf(c.queue) > 0))
      return false
    // Behind a terminal, too, a load waits for what it has lost to be sent again.
    if (this.loaded) return false
    return s.hosts.every((h) => userspace.foreground(h.os) === null)
  }

  get nextDue(): Micros {
    const s = this.state
    if (this.working || this.onRoad || this.hasFreeTask()) return s.now
    const due = firstDue(s.schedule)
    return s.cpus.length > 0 ? Math.min(due, cpus().nextStart(s)) : due
  }

  /**
   * Is a program in the middle of its work? Then the next step is the next slice of it, before anything else can
   * happen: for the lab it is one thing at one moment.
   */
  get working(): boolean {
    return this.unfinished >= 0
  }

  /** Does a program send so many packets that nobody follows them one by one? */
  get loaded(): boolean {
    for (const t of this.state.tasks) if (t.data === 'load') return true
    return false
  }

  /** Type a line into a host's terminal. */
  exec(host: number, line: string, by?: string): void {
    const h = this.state.hosts[host]
    this.state.position++
    this.emit(host, 0, 'bash', { type: 'command', line })
    this.listener.output(h.name, h.output++, 'prompt', line, by)
    userspace.exec(h.os, this.contexts[host], line)
    this.settleAll()
  }

  /** Run a line with its output captured. It may run on: call `result` after further steps. */
  execCaptured(host: number, line: string): number {
    const job = userspace.execCaptured(this.state.hosts[host].os, this.contexts[host], line)
    this.settleAll()
    return job
  }

  result(host: number, job: number): userspace.RunResult | 'running' {
    return userspace.runResult(this.state.hosts[host].os, job)
  }

  interrupt(host: number): void {
    this.state.position++
    userspace.interrupt(this.state.hosts[host].os, this.contexts[host])
    this.settleAll()
  }

  complete(host: number, line: string, cursor: number): { from: number; words: string[] } {
    return userspace.complete(this.state.hosts[host].os, this.contexts[host], line, cursor)
  }

  /** A frame comes in at a device, from outside the lab. For replays. */
  inject(host: number, skb: Skb): void {
    this.state.current = { host, skb: copySkb(skb, { station: START_RECEIVE }) }
  }

  /** One step, if there is one until `time`. False: there is none; without a time: nothing is left to do, ever. */
  step(time = Infinity): boolean {
    const s = this.state
    if (s.now > time) return false
    s.position++
    if (this.unfinished >= 0) {
      userspace.resume(s.hosts[this.unfinished].os, this.contexts[this.unfinished])
      this.settleAll()
      return true
    }
    if (s.current === null) {
      const waiting = s.suspended.length > 0 ? s.suspended.pop() : shift(s.backlog)
      if (waiting) {
        s.current = waiting
        if (waiting.skb.station === START_SEND && waiting.skb.watched !== 0)
          this.emit(waiting.host, waiting.skb.serial, 'ip_queue_xmit', {
            type: 'make',
            header: headerOf(this.kernels[waiting.host], waiting.skb),
            program: '',
          })
      } else if (!this.nextEvent(time)) {
        s.position--
        return false
      }
    }
    const { current } = s
    if (current !== null && this.walks(current.host, current.skb)) {
      s.current = null
      if (current.skb.watched === 0) forgetWay(current)
    }
    if (s.interjected.length > 0) {
      const [made] = s.interjected.splice(0, 1)
      if (s.current) s.suspended.push(s.current)
      s.current = null
      s.suspended.push(made)
    }
    this.settle()
    if (s.running >= 0 && !this.onRoad) cpus().finishWork(s)
    return true
  }

  /** One station on; all the way where nobody watches. True when it has ended. */
  private walks(host: number, skb: Skb): boolean {
    const k = this.kernels[host]
    if (skb.watched !== 0) return walkStep(k, skb)
    if (!walk(k, skb, this.state.interjected)) return false
    if (skb.station !== STOLEN_END) recycle(skb)
    return true
  }

  /** Is a packet on the road, or waits for it? */
  private get onRoad(): boolean {
    const s = this.state
    return s.current !== null || s.suspended.length > 0 || sizeOf(s.backlog) > 0
  }

  /** Steps until the clock shows `time`; then it does, even where nothing happened. At most `limit` steps. */
  runUntil(time: Micros, limit = Infinity): number {
    let steps = 0
    while (steps < limit && this.step(time)) steps++
    if (this.nextDue > time && this.state.now < time) this.state.now = time
    return steps
  }

  /** Is the station where the packet stands one that does something? */
  get atIdleStation(): boolean {
    const c = this.state.current
    return c !== null && !isRegistered(this.state.hosts[c.host].net, c.skb.station)
  }

  /** Take the next event of the clock until `time`. False: there is none. */
  private nextEvent(time: Micros): boolean {
    const s = this.state
    if (this.hasFreeTask()) {
      const free = s.tasks.find((t) => t.pool < 0 && t.runnable)
      if (free) this.runTask(free)
      return true
    }
    const first = firstDue(s.schedule)
    const cpu = s.cpus.length > 0 ? cpus().nextCpu(s) : -1
    if (cpu >= 0 && Math.max(s.cpus[cpu].free, s.now) <= first) {
      if (s.cpus[cpu].free > time) return false
      this.runCpu(cpu)
      return true
    }
    if (s.schedule.size === 0 || first > time) return false
    const due = take(s.schedule)
    s.spent = 0
    s.now = Math.max(s.now, due.time)
    const pool = s.pools[due.host]
    if (due.kind === ARRIVE) {
      if (pool < 0) this.receive(due.host, due.data)
      else {
        const flow = portsOf(s.flying, due.data)
        push(s.cpus[cpus().cpuFor(s, pool, flow)].queue, due.data)
      }
    } else if (due.kind === TIMER_TCP) {
      if (pool < 0) tcp_timer(this.kernels[due.host], due.data)
      else push(s.cpus[cpus().cpuForTimers(s, pool, due.host)].queue, ~(due.host * SLICES + due.data))
    } else if (due.kind === TIMER_PROCESS) {
      this.stirred = true
      userspace.timer(s.hosts[due.host].os, this.contexts[due.host], due.data)
    } else if (due.kind === TIMER_GC) this.collect(due.host)
    else if (due.kind === TIMER_NEIGH) neigh_timer(this.kernels[due.host], due.data)
    else if (due.kind === TIMER_FRAG) part('frag').timer(this.kernels[due.host], due.data)
    return true
  }

  /** A frame that was on its way is received. */
  private receive(host: number, row: number): void {
    const s = this.state
    const skb = takeRow(s.flying, row)
    skb.station = START_RECEIVE
    s.current = way(host, skb)
  }

  /** A task that needs no CPU can go on. */
  private hasFreeTask(): boolean {
    if (!this.timeless) return false
    const { tasks } = this.state
    for (const t of tasks) if (t.pool < 0 && t.runnable) return true
    return false
  }

  /** A CPU takes what is next: a frame or timers, else a task. */
  private runCpu(index: number): void {
    const s = this.state
    const c = s.cpus[index]
    s.now = Math.max(s.now, c.free)
    s.running = index
    s.spent = 0
    const first = shift(c.queue)
    s.origin = first === undefined ? 0 : first < 0 ? 1 : 2
    if (first === undefined) {
      const task = cpus().pickTask(s, c)
      if (task >= 0) this.runTask(s.tasks[task])
    } else if (first < 0) tcp_timer(this.kernels[Math.floor(~first / SLICES)], ~first % SLICES)
    else this.receive(receiverOf(s.flying, first), first)
  }

  /** One piece of a task's work. */
  private runTask(t: Task): void {
    const s = this.state
    this.stirred = true
    const ctx = this.contexts[t.host]
    const { os } = s.hosts[t.host]
    this.task = t
    const daemon = daemons.get(t.service)
    const more = daemon ? daemon.work(ctx, t, this.nextReady) : userspace.work(os, ctx, t.pid, this.nextReady)
    if (more || sizeOf(t.ready) > 0 || !s.tasks.includes(t)) return
    cpus().sleep(s, t)
    if (!daemon) userspace.idle(os, ctx, t.pid)
  }

  /** A process has ended: its sockets are closed, and it needs no CPU any more. */
  gone(host: number, pid: number): void {
    const s = this.state
    const { net } = s.hosts[host]
    for (const sock of net.socks) if (sock?.pid === pid) freeSock(net, sock)
    tcp_exit(this.kernels[host], pid)
    if (s.profiles.length > 0) cpus().endProfile(s, host, pid)
    const i = s.tasks.findIndex((t) => t.host === host && t.pid === pid)
    if (i < 0) return
    cpus().sleep(s, s.tasks[i])
    s.tasks.splice(i, 1)
    for (const c of s.cpus) if (c.task > i) c.task--
  }

  private collect(host: number): void {
    const k = this.kernels[host]
    const wait = gc_worker(k, (ns) => this.kernelOf(k.machine, ns) ?? k)
    put(this.state.schedule, this.state.now + wait, TIMER_GC, host, 0)
  }

  kernelOf(machine: Machine, ns: number): Kernel | null {
    const i = this.state.hosts.findIndex((h) => h.machine === machine && h.net.index === ns)
    return i < 0 ? null : this.kernels[i]
  }

  /** Tell owners of sockets, listeners and the terminal what a program has brought. */
  private settleAll(): void {
    this.stirred = true
    this.settle()
  }

  /** The same after a step. */
  private settle(): void {
    const s = this.state
    const before = this.stirred
    this.stirred = false
    if (before) this.announceChanges()
    for (let n = 0; (s.wakes.length > 0 || s.listened.length > 0) && n < 10_000; n++) {
      // A queue of one is the rule, and popping it costs nothing.
      const wake = s.wakes.length === 1 ? s.wakes.pop() : s.wakes.shift()
      if (wake) this.wakeOwner(wake.host, wake.sock)
      const heard = s.listened.length > 0 ? s.listened.shift() : undefined
      if (heard) this.tellListeners(heard.host, heard.event)
    }
    if (before || this.stirred) this.hearPrograms()
  }

  private announceChanges(): void {
    const { generations, kernels } = this
    for (let i = 0; i < generations.length; i++) {
      const { fibGeneration } = kernels[i].net
      if (fibGeneration === generations[i]) continue
      generations[i] = fibGeneration
      this.announce(i)
    }
  }

  /** What programs have said; and is one of them not done? */
  private hearPrograms(): void {
    const { hosts } = this.state
    for (let i = 0; i < hosts.length; i++) {
      const h = hosts[i]
      if (h.os.output.length === 0) continue
      for (const chunk of h.os.output) this.listener.output(h.name, h.output++, chunk.stream, chunk.text)
      h.os.output = []
    }
    this.unfinished = midway(this.state)
  }

  private wakeOwner(host: number, index: number): void {
    const h = this.state.hosts[host]
    const { tcp, socks } = h.net
    const s = index - TCP_SK
    if (s < 0) {
      if (this.state.tasks.length > 0 && cpus().tellTask(this.state, host, index)) return
      const pid = socks[index]?.pid ?? 0
      this.stirred = true
      if (pid !== 0) userspace.socketEvent(h.os, this.contexts[host], pid, index)
    } else if (tcp.state[s] !== TCP_FREE) {
      if (this.state.tasks.length > 0 && cpus().tellTask(this.state, host, index)) return
      this.stirred = true
      if (SERVICES[tcp.service[s]] === 'http') httpEvent(this.contexts[host], index)
      else if (tcp.pid[s] !== 0) userspace.socketEvent(h.os, this.contexts[host], tcp.pid[s], index)
    }
  }

  private tellListeners(host: number, event: TraceEvent): void {
    const h = this.state.hosts[host]
    this.stirred = true
    for (const task of [...h.os.processes.values()])
      if (event.type !== 'ct') userspace.programFrame(h.os, this.contexts[host], task.pid, event)
      else if (programs.get(task.program)?.event)
        userspace.programEvent(h.os, this.contexts[host], task.pid, event)
  }

  emit(host: number, skb: number, at: string, body: TraceBody): void {
    const s = this.state
    const heard = body.type === 'tap' || body.type === 'trace'
    const { differs, period } = s.hosts[host].machine
    const by =
      differs & OLD_NAMES
        ? periodOf(period).functionName(at, body.type === 'station' ? body.station : undefined)
        : at
    const e: TraceEvent = {
      seq: heard ? s.events : s.events++,
      time: s.now,
      host: s.hosts[host].name,
      skb,
      at: by,
      position: s.position,
      ...body,
    }
    if (heard || (e.type === 'ct' ? e.listened : e.type === 'arp' && s.hosts[host].net.taps > 0))
      s.listened.push({ host, event: e })
    if (!heard) this.listener.event(e)
  }

  /**
   * Whose card has an address on the link of a device; 0: nobody's. What answers may be a bridge behind its port, or
   * somebody on another port of that bridge.
   */
  arp(host: number, ifindex: number, addr: Ipv4): Mac {
    const s = this.state
    const asked = new Set<Dev>()
    const cards = linkEndsOf(s.hosts[host].net, ifindex).map((dev) => ({ at: host, dev }))
    for (const { at, dev } of cards) {
      if (asked.has(dev)) continue
      asked.add(dev)
      for (const end of farEnds(s, at, dev)) {
        if (end.host === host && dev.peer === undefined) continue
        const { net } = s.hosts[end.host]
        const port = net.devs[end.ifindex - 1]
        const owner = port.master === 0 ? port : net.devs[port.master - 1]
        if (!port.up || !owner.up) continue
        if (owner.addrs.some((a) => a.addr === addr)) return owner.mac
        if (owner !== port)
          cards.push(...linkEndsOf(net, owner.ifindex).map((card) => ({ at: end.host, dev: card })))
      }
    }
    return 0
  }

  /**
   * A host's addresses have changed: whoever on the link has one of them under the card that has lost it learns of the
   * new one, as from a gratuitous ARP. (Entries do not age here, so nobody would find out by himself.)
   */
  private announce(host: number): void {
    const s = this.state
    const { net } = s.hosts[host]
    for (const dev of net.devs)
      for (const card of dev.up ? linkEndsOf(net, dev.ifindex) : [])
        for (const end of farEnds(s, host, card)) {
          const theirs = s.hosts[end.host].net
          const by = theirs.devs[end.ifindex - 1].master || end.ifindex
          for (const { addr } of dev.addrs) {
            const known = end.host === host ? null : neigh_lookup(theirs, by, addr)
            if (known === null || known.mac === 0 || known.mac === dev.mac) continue
            if (this.arp(end.host, by, addr) === dev.mac)
              neigh_update(this.kernels[end.host], known, dev.mac, known.state)
          }
        }
  }

  xmit(host: number, skb: Skb, ifindex: number): void {
    const s = this.state
    const dev = s.hosts[host].net.devs[ifindex - 1]
    const dir = skb.nfct >= 0 ? dirOf(skb.ctinfo) : -1
    const { flight } = this
    flight.link = dev.link
    flight.sentAt = flight.arrivesAt = s.now
    flight.from = flight.to = host
    flight.dir = dir
    const own = s.running >= 0 ? s.cpus[s.running] : null
    // What is sent now leaves when the work so far has been done.
    const done = own ? Math.floor(s.spent / 1000) : 0
    if (dev.loopback) {
      // On lo a packet comes back with its connection: the reference goes with it.
      put(s.schedule, s.now, ARRIVE, host, store(s.flying, skb, flight, ifindex, false))
      return
    }
    const ends = farEnds(s, host, dev)
    const delay = s.links[dev.link]?.delay ?? 0
    const wait = dev.netem?.wait ?? 0
    flight.arrivesAt = s.now + done + delay + wait
    for (const end of ends) {
      const peer = s.hosts[end.host].net.devs[end.ifindex - 1]
      if ((end.host === host && end.ifindex === ifindex) || !peer.up) continue
      if (peer.master === 0 && peer.mac !== skb.dmac && !isGroupMac(skb.dmac)) continue
      flight.to = end.host
      // On a wire without length the CPU that sends has it in its own queue.
      const here = own && delay + wait === 0 && s.pools[end.host] === own.pool ? own.queue : null
      if (here && sizeOf(here) > this.maxBacklog(end.host)) {
        this.overrun(host, skb, end.host)
        continue
      }
      const row = store(s.flying, skb, flight, end.ifindex, true)
      if (here) push(here, row)
      else put(s.schedule, flight.arrivesAt, ARRIVE, end.host, row)
    }
  }

  /** Linux: net.core.netdev_max_backlog */
  private maxBacklog(host: number): number {
    return this.kernels[host].net.params.maxBacklog
  }

  /**
   * A frame finds the queue of the CPU full (net.core.netdev_max_backlog) and dies; its sender notices.
   * Linux: net/core/dev.c enqueue_to_backlog; drivers/net/veth.c veth_xmit
   */
  private overrun(host: number, skb: Skb, to: number): void {
    const lost = copySkb(skb, { nfct: -1 })
    kfree_skb(this.kernels[to], lost, 'CPU_BACKLOG', 'enqueue_to_backlog', 'receive')
    if (skb.sk >= TCP_SK) tcp_local_congestion(this.kernels[host], skb.sk)
  }

  private makeContext(host: number): OsContext {
    const s = this.state
    const h = s.hosts[host]
    const k = this.kernels[host]
    return {
      k,
      hostname: h.name,
      resolve: (name) => s.names[name] ?? null,
      payload: (text) => {
        if (s.payloads.length >= MAX_PAYLOADS) return 0
        return s.payloads.push(text) - 1
      },
      payloadText: (id) => s.payloads[id] ?? '',
      procfs: procfs(k),
      setTimer: (pid, at) => {
        put(s.schedule, Math.max(at, s.now), TIMER_PROCESS, host, pid)
      },
      programs,
      slice: this.slice,
      exited: (pid) => {
        // After a load there are many sockets to look through: only for who can have some.
        const program = programs.get(h.os.processes.get(pid)?.program ?? '')
        if (!program || program.socket || program.work) this.gone(host, pid)
        // However it has ended: conntrack -E listens no more.
        const left = [...h.os.processes.values()].filter((task) => task.pid !== pid && task.status === null)
        const listening = left.filter((task) => 'event' in (programs.get(task.program) ?? {})).length
        h.net.ctListeners = listening + (h.net.ctWatched ? 1 : 0)
        h.net.taps = left.filter((task) => 'frame' in (programs.get(task.program) ?? {})).length
      },
    }
  }
}

/** Index of a host whose program is in the middle of its work, -1: none is. */
function midway({ hosts }: LabState): number {
  for (let i = 0; i < hosts.length; i++) if (hosts[i].os.unfinished.length > 0) return i
  return -1
}

/** What is on the wire of a card, itself too; of a veth that a program has made, its other end. */
function farEnds({ links }: LabState, host: number, dev: Dev): LinkState['ends'] {
  if (dev.peer !== undefined) return [{ host, ifindex: dev.peer }]
  return links[dev.link]?.ends ?? []
}

/** The cards by which a device speaks: itself, or the ports of a bridge. */
function linkEndsOf(net: Netns, ifindex: number): Dev[] {
  const dev = net.devs[ifindex - 1]
  return dev.bridge === null ? [dev] : dev.bridge.ports.map((p) => net.devs[p - 1])
}
