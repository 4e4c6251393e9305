/** What a host's course over lab time is told as, and the measures that it is told in. */
import {
  WORK_BRIDGE,
  WORK_CT_CONFIRM,
  WORK_CT_FIND,
  WORK_FORWARD,
  WORK_FRAME,
  WORK_NAT_MANIP,
  WORK_NAT_SETUP,
  WORK_RULE,
  WORK_TABLE,
  WORK_TCP_RCV,
  WORK_TCP_TIMER,
} from '../kernel/work.ts'

/** Steps of the latencies' histogram: eight in an octave of microseconds, up to two minutes. */
export const LATENCIES = 200
const MOST = 2 ** 27 - 1

/** The step that so many microseconds belong to. */
export function stepOf(us: number): number {
  const whole = Math.min(MOST, Math.max(0, Math.floor(us)))
  if (whole < 8) return whole
  const octave = 31 - Math.clz32(whole)
  return (octave - 2) * 8 + ((whole >> (octave - 3)) & 7)
}

/** The middle of a step, microseconds. */
export function middleOf(step: number): number {
  if (step < 8) return step
  const unit = 2 ** (Math.floor(step / 8) - 1)
  return (8 + (step % 8) + 0.5) * unit
}

/** Parts of the work that a CPU does, as the picture has them. */
export const PARTS = ['frame', 'tables', 'conntrack', 'nat', 'tcp', 'programs'] as const
export type Part = (typeof PARTS)[number]

export interface CoursePoint {
  time: number
  position: number
  count: number
  /** From here on they count from the beginning; absent where they were not noted. */
  made?: number
  drops?: Record<string, number>
  states?: Record<string, number>
  /** Nanoseconds of CPU by part of the work; absent where the host has no CPUs of its own. */
  cpu?: Record<Part, number>
  /** Completed requests by the steps of their latency (series.ts). */
  latency?: Uint32Array
  /** The same of the time that their connections took to open. */
  connect?: Uint32Array
}

export interface Course {
  host: string
  points: CoursePoint[]
  /** The last moment that is known. */
  end: number
  max: number
  /** CPUs that the host has, 0: it is infinitely fast. */
  cpus: number
}

export function partOf(work: number): Part {
  if (work === WORK_FRAME || work === WORK_FORWARD || work === WORK_BRIDGE) return 'frame'
  if (work === WORK_TABLE || work === WORK_RULE) return 'tables'
  if (work >= WORK_CT_FIND && work <= WORK_CT_CONFIRM) return 'conntrack'
  if (work === WORK_NAT_SETUP || work === WORK_NAT_MANIP) return 'nat'
  return work >= WORK_TCP_RCV && work <= WORK_TCP_TIMER ? 'tcp' : 'programs'
}
