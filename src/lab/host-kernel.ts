/** What the kernel of one host gets from its lab: the clock, randomness, the links, and somebody who listens. */
import type { Kernel } from '../kernel/kernel.ts'
import type { Machine, Netns } from '../kernel/netns.ts'
import type { Skb } from '../kernel/skb.ts'
import type { Micros, TraceBody } from '../kernel/trace.ts'
import type { LabState } from './bench.ts'
import { nextRandom } from './random.ts'
import { put, TIMER_PROCESS, TIMER_TCP } from './schedule.ts'

/** A class, not literals: all kernels then have one shape, which the packet path reads several times faster. */
export class HostKernel implements Kernel {
  readonly machine: Machine
  readonly net: Netns
  readonly tracing = true
  private readonly state: LabState
  private readonly host: number
  private readonly tell: (host: number, skb: number, at: string, body: TraceBody) => void
  private readonly send: (host: number, skb: Skb, ifindex: number) => void

  constructor(state: LabState, host: number, tell: HostKernel['tell'], send: HostKernel['send']) {
    this.state = state
    this.host = host
    this.machine = state.hosts[host].machine
    this.net = state.hosts[host].net
    this.tell = tell
    this.send = send
  }

  get now(): Micros {
    return this.state.now
  }

  random(): number {
    return nextRandom(this.state.random)
  }

  emit(skb: number, at: string, body: TraceBody): void {
    this.tell(this.host, skb, at, body)
  }

  xmit(skb: Skb, ifindex: number): void {
    this.send(this.host, skb, ifindex)
  }

  output(skb: Skb): void {
    this.state.backlog.push({ host: this.host, skb })
  }

  wake(sock: number): void {
    const { wakes } = this.state
    if (!wakes.some((w) => w.host === this.host && w.sock === sock)) wakes.push({ host: this.host, sock })
  }

  timer(at: Micros, kind: string, data: number): void {
    put(this.state.schedule, at, kind === 'tcp' ? TIMER_TCP : TIMER_PROCESS, this.host, data)
  }

  countEntry(ns: number, by: number): void {
    for (const h of this.state.hosts)
      if (h.machine === this.machine && h.net.index === ns) h.net.ctCount += by
  }

  nextSerial(): number {
    return this.state.nextSerial++
  }
}
