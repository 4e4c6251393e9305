/**
 * What the CPUs of a machine spend their time on, while somebody records it: nanoseconds by what was done, where on the
 * road, how the kernel came to do it, and which program had the CPU. Linux has a timer that looks who is running; the lab
 * knows what each piece of work takes, and adds that up.
 *
 * Linux: kernel/events/core.c perf_swevent_hrtimer (cpu-clock), as perf-record(1) reads it
 */

export interface Profile {
  /** Processes that record: index of the host * 2^20 + pid. */
  recorders: number[]
  /** How many CPUs there are. */
  cpus: number
  /** Nanoseconds by keyOf(). */
  ns: Map<number, number>
  /** Names of programs; the first one is that of a CPU without any. */
  comms: string[]
  /** How the kernel was entered for what is being done: ENTRY_*. */
  entry: number
}

/** By a card's interrupt, for a frame that another namespace has sent, by a timer; and by system calls, ENTRY_CALL + work. */
export const ENTRY_NONE = 0
export const ENTRY_CARD = 1
export const ENTRY_VETH = 2
export const ENTRY_TIMER = 3
export const ENTRY_CALL = 4

/** A bridged frame; a packet that came in by a bridge's own card; one that was made here. */
export const FLAG_BRIDGED = 1
export const FLAG_UP = 2
export const FLAG_OWN = 4

export interface Spot {
  comm: number
  entry: number
  /** Index of path.machine.ts, -1: no packet was on the road. */
  station: number
  flags: number
  work: number
}

/** A spot as one number. */
export function keyOf({ comm, entry, station, flags, work }: Spot): number {
  return (((comm * 32 + entry) * 64 + station + 1) * 8 + flags) * 32 + work
}

export function spotOf(key: number): Spot {
  const work = key % 32
  const flags = Math.floor(key / 32) % 8
  const station = (Math.floor(key / 256) % 64) - 1
  const entry = Math.floor(key / 16384) % 32
  return { comm: Math.floor(key / 524288), entry, station, flags, work }
}
