/** What the kernel of one host gets from its lab: the clock, randomness, the links, and somebody who listens. */
import { START_SEND } from '../kernel/ip.ts'
import type { Ipv4, Mac } from '../wire/address.ts'
import type { Kernel, TimerKind } from '../kernel/kernel.ts'
import type { Machine, Netns } from '../kernel/netns.ts'
import type { Profile } from '../kernel/profile.ts'
import type { Skb } from '../kernel/skb.ts'
import type { Micros, TraceBody } from '../kernel/trace.ts'
import { MAX_PAYLOADS, type LabState } from './state.ts'
import { cpus } from './cpu-part.ts'
import type { Task } from './cpus.ts'
import { newFifo, push } from './fifo.ts'
import { nextRandom } from './random.ts'
import { put, TIMER_FRAG, TIMER_NEIGH, TIMER_PROCESS, TIMER_TCP } from './schedule.ts'
import { way } from './way.ts'

const TIMERS = { tcp: TIMER_TCP, process: TIMER_PROCESS, neigh: TIMER_NEIGH, frag: TIMER_FRAG } as const

/**
 * What a lab does for the kernels of its hosts. An object with methods, not functions that are bound to it: those would be
 * others for every lab, and a call of one of many functions is never compiled into its caller.
 */
export interface KernelServices {
  emit(host: number, skb: number, at: string, body: TraceBody): void
  xmit(host: number, skb: Skb, ifindex: number): void
  arp(host: number, ifindex: number, addr: Ipv4): Mac
  kernelOf(machine: Machine, ns: number): Kernel | null
  /** A process has ended: its sockets are closed, and it needs no CPU any more. */
  gone(host: number, pid: number): void
}

/** A class, not literals: all kernels then have one shape, which the packet path reads several times faster. */
export class HostKernel implements Kernel {
  readonly machine: Machine
  readonly net: Netns
  tracing = true
  meter: number[] | null = null
  private readonly state: LabState
  private readonly host: number
  /** What work costs; null: it costs nothing here. */
  private readonly costs: readonly number[] | null
  private readonly lab: KernelServices

  constructor(state: LabState, host: number, lab: KernelServices) {
    this.state = state
    this.host = host
    this.machine = state.hosts[host].machine
    this.net = state.hosts[host].net
    this.costs = state.pools[host] < 0 ? null : state.costs
    this.lab = lab
  }

  get now(): Micros {
    return this.state.now
  }

  get step(): number {
    return this.state.position
  }

  random(): number {
    return nextRandom(this.state.random)
  }

  emit(skb: number, at: string, body: TraceBody): void {
    this.lab.emit(this.host, skb, at, body)
  }

  get worked(): Micros {
    const { running, spent } = this.state
    return running < 0 ? 0 : Math.floor(spent / 1000)
  }

  spend(work: number, times = 1): void {
    // What is rare is apart: this is called so often that it must be short to be compiled into its callers.
    if (this.meter !== null) this.note(work, times)
    if (this.costs === null) return
    const { state } = this
    state.spent += this.costs[work] * times
    if (state.profiles.length > 0) this.sample(work, times)
    this.net.work[work] += times
  }

  private note(work: number, times: number): void {
    this.meter?.push(work, times)
  }

  private sample(work: number, times: number): void {
    if (this.costs) cpus().sample(this.state, this.host, work, this.costs[work] * times)
  }

  netns(ns: number): Kernel | null {
    return this.lab.kernelOf(this.machine, ns)
  }

  task(pid: number, service: string, listener: number, data: unknown): void {
    const { tasks, pools } = this.state
    const pool = pools[this.host]
    const task: Task = {
      host: this.host,
      pool,
      pid,
      service,
      listener,
      ready: newFifo(0),
      data,
      runnable: true,
      cpu: -1,
      home: -1,
      // It will be more than 31 bits: see newSkb.
      vruntime: 0.5,
      turn: 0,
    }
    task.vruntime = 0
    tasks.push(task)
  }

  taskData(pid: number): unknown {
    return this.state.tasks.find((t) => t.host === this.host && t.pid === pid)?.data
  }

  profile(pid: number): Profile | null {
    return cpus().beginProfile(this.state, this.host, pid)
  }

  exit(pid: number): void {
    this.lab.gone(this.host, pid)
  }

  xmit(skb: Skb, ifindex: number): void {
    this.lab.xmit(this.host, skb, ifindex)
  }

  output(skb: Skb, now = false): void {
    skb.station = START_SEND
    const made = way(this.host, skb)
    if (now) this.state.interjected.push(made)
    else push(this.state.backlog, made)
  }

  resume(skb: Skb): void {
    push(this.state.backlog, way(this.host, skb))
  }

  arp(ifindex: number, addr: Ipv4): Mac {
    return this.lab.arp(this.host, ifindex, addr)
  }

  wake(sock: number): void {
    const { wakes } = this.state
    for (const w of wakes) if (w.host === this.host && w.sock === sock) return
    wakes.push({ host: this.host, sock })
  }

  timer(at: Micros, kind: TimerKind, data: number): void {
    put(this.state.schedule, at, TIMERS[kind], this.host, data)
  }

  countEntry(ns: number, by: number): void {
    for (const h of this.state.hosts)
      if (h.machine === this.machine && h.net.index === ns) h.net.ctCount += by
  }

  payloadText(id: number): string {
    return this.state.payloads[id] ?? ''
  }

  payload(text: string): number {
    return this.state.payloads.length >= MAX_PAYLOADS ? 0 : this.state.payloads.push(text) - 1
  }

  nextSerial(): number {
    return this.state.nextSerial++
  }
}
