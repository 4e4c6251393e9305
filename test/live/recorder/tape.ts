/** What was seen during each step of a scenario, before it is told as a recording. */
import type { Fields } from '../../../src/lab/replay/packet.ts'
import type { Drop } from './drops.ts'
import type { LogLine } from './log-line.ts'

/** What rules are called, and the timeouts that entries may be given. */
export interface Names {
  /** `table:chain` → its rules. */
  rules: Map<string, string[]>
  /** `table:chain` → its policy, `-` of a user's chain. */
  policies: Map<string, string>
  /** The sysctls of timeouts, by their names behind nf_conntrack_: seconds. */
  timeouts: Map<string, number>
  /** Timeouts that the scenario itself writes. */
  written: ReadonlySet<number>
}

export interface StepTape {
  n: number
  t: number
  kind: 'inject' | 'local' | 'cmd' | 'sleep' | 'checkpoint'
  /** CLOCK_MONOTONIC when it began, in nanoseconds. */
  begin: bigint
  /** The same moment by the clock on the wall, milliseconds. */
  wall: number
  /** What the recording says of the step itself: note, command, its result, what a checkpoint read. */
  head: Fields
  read: Fields
  injected: Fields | null
  logs: (LogLine | string)[]
  /** What the host itself wrote into the kernel's log, where the scenario asks for it. */
  own: string[]
  events: string[]
  frames: { at: string; bytes: Buffer }[]
  got: Fields[]
  drops: Drop[]
  names: Names
}

/** Rules of `iptables-save`, and timeouts as `grep -H` prints those of /proc/sys/net/netfilter. */
export function parseNames(saved: string, timeouts: string, written: ReadonlySet<number>): Names {
  const names: Names = { rules: new Map(), policies: new Map(), timeouts: new Map(), written }
  let table = ''
  for (const line of saved.split('\n')) {
    const chain = /^:(\S+) (\S+)/.exec(line)
    const rule = /^-A (\S+) ?(.*)$/.exec(line)
    if (line.startsWith('*')) table = line.slice(1)
    else if (chain) {
      names.policies.set(`${table}:${chain[1]}`, chain[2])
      names.rules.set(`${table}:${chain[1]}`, [])
    } else if (rule) names.rules.get(`${table}:${rule[1]}`)?.push(rule[2].trim())
  }
  for (const [, name, seconds] of timeouts.matchAll(/^nf_conntrack_(\w+):(\d+)$/gm))
    names.timeouts.set(name, Number(seconds))
  return names
}
