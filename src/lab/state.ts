/** What a lab consists of: plain data, so that a copy of it is a checkpoint, a fork and a save file. */
import type { Machine, Netns } from '../kernel/netns.ts'
import type { PeriodName } from '../kernel/period.ts'
import type { Profile } from '../kernel/profile.ts'
import type { Micros, TraceEvent } from '../kernel/trace.ts'
import type { Os } from '../userspace/os.ts'
import type { Cpu, Task } from './cpus.ts'
import type { Fifo } from './fifo.ts'
import type { InFlight } from './inflight.ts'
import type { Schedule } from './schedule.ts'
import type { Way } from './way.ts'

export interface HostState {
  name: string
  net: Netns
  machine: Machine
  os: Os
  /** Terminal chunks so far. */
  output: number
}

export interface LinkState {
  /** Index of the host and of its device (ifindex). */
  ends: { host: number; ifindex: number }[]
  delay: Micros
}

export interface LabState {
  name: string
  /** Which Linux its hosts run, where they do not say otherwise. */
  period: PeriodName
  seed: number
  random: Uint32Array
  now: Micros
  /** Steps so far: the position in history. */
  position: number
  /** Number of the next trace event. */
  events: number
  nextSerial: number
  hosts: HostState[]
  links: LinkState[]
  schedule: Schedule
  flying: InFlight
  /** The packet on the road. */
  current: Way | null
  /** Packets that hosts have made and that wait for the road. */
  backlog: Fifo<Way | null>
  /** Packets made in the middle of another one's way, and those that wait for them. */
  interjected: Way[]
  suspended: Way[]
  /** Sockets whose owners must be told, and conntrack events for listeners, after the step. */
  wakes: { host: number; sock: number }[]
  listened: { host: number; event: TraceEvent }[]
  /** The CPUs; for each host the pool of them that it works on (-1: it is infinitely fast); what takes CPU time. */
  cpus: Cpu[]
  pools: number[]
  tasks: Task[]
  /** What each kind of work costs, nanoseconds. */
  costs: readonly number[]
  /** The CPU whose work is being done (-1: none), and nanoseconds that it has taken so far. */
  running: number
  spent: number
  /** What it has begun with: ORIGIN_* (profile.ts); and what is recorded of the CPUs of each pool, if anybody does. */
  origin: number
  profiles: (Profile | null | undefined)[]
  /** Meanings of payloads; number 0 is "bytes without meaning". */
  payloads: string[]
  names: Record<string, number>
}

/** Payloads that a lab remembers; later ones have no meaning. */
export const MAX_PAYLOADS = 100_000
