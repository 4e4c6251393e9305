/**
 * What running kernel code can reach. A Kernel is made anew for every call and holds no state of its own:
 * `net` and `machine` are plain data, the rest are the lab's services.
 */
import type { Ipv4, Mac } from '../wire/address.ts'
import type { Skb } from './skb.ts'
import type { Machine, Netns } from './netns.ts'
import type { Profile } from './profile.ts'
import type { Micros, TraceBody } from './trace.ts'

/** What a timer wakes. */
export type TimerKind = 'tcp' | 'process' | 'neigh' | 'frag'

export interface Kernel {
  readonly machine: Machine
  readonly net: Netns
  /** Lab time. */
  readonly now: Micros
  /** Number of the lab's step that is under way: names the moment, of which lab time may have several. */
  readonly step: number
  /** 32 random bits, from the lab's seed. */
  random(): number
  /** True while somebody wants events: building one costs more than the packet's work does. */
  readonly tracing: boolean
  /** What the station that a watched packet is at has spent so far: kinds of work (work.ts) and how often, in turn; null: nobody asks. */
  meter: number[] | null
  /** Microseconds that the piece of work which a CPU is at has taken so far: `now` is when it began. */
  readonly worked: Micros
  /** Work was done that takes time on a CPU: WORK_* (work.ts), so many of them. */
  spend(work: number, times?: number): void
  /** Record what was done. `skb` 0: no packet caused it. */
  emit(skb: number, at: string, body: TraceBody): void
  /** Another namespace of the same machine, null: there is none of that number. */
  netns(ns: number): Kernel | null
  /** Put a frame on the link of the device, or on lo's queue. */
  xmit(skb: Skb, ifindex: number): void
  /**
   * A packet that this namespace makes itself enters at local_out, now if no packet is on the road, else after it.
   * `now`: at once, while the one on the road waits where it is.
   */
  output(skb: Skb, now?: boolean): void
  /** A packet goes on at the station that it stands at, after the one that is on the road. */
  resume(skb: Skb): void
  /** Ask on the link of a device whose card has an address; 0: nobody answers. */
  arp(ifindex: number, addr: Ipv4): Mac
  /** Wake the owner of a socket: something has changed. */
  wake(sock: number): void
  /**
   * From now on a process (or a worker of a server) takes CPU time: it is told of its sockets when it gets some.
   * `listener`: the socket at which it accepts, -1: none.
   */
  task(pid: number, service: string, listener: number, data: unknown): void
  /** What `task` was given as `data` for a process that has not ended; undefined: there is none. */
  taskData(pid: number): unknown
  /** A process records what the machine's CPUs do, until it ends; null: they take no time for anything. */
  profile(pid: number): Profile | null
  /** A process that no shell has started is gone, with its sockets. */
  exit(pid: number): void
  /** Run `kind` with `data` at a time. */
  timer(at: Micros, kind: TimerKind, data: number): void
  /** Entries of a namespace of this machine have become more or fewer. */
  countEntry(ns: number, by: number): void
  /** A number that names a new packet. */
  nextSerial(): number
  /** What the bytes of a payload are, '' where they have no meaning. */
  payloadText(id: number): string
  /** A number for such bytes. */
  payload(text: string): number
}

/** Verdicts. Linux: include/uapi/linux/netfilter.h */
export const NF_DROP = 0
export const NF_ACCEPT = 1
export const NF_STOLEN = 2
