/**
 * The only words that cross a thread or a frame: what a page asks of a lab, and what it hears of it.
 * Everything here is a copy (structured clone); times are microseconds of lab time.
 *
 * A lab's history is a line of positions: position n is the state after n steps, where a step is one station of one
 * packet, or one event of the clock (an arrival, a timer). Same lab, same seed, same commands: same state at each
 * position. Looking at an earlier position changes nothing; acting there begins another run (the old one is kept).
 */
import type { ConnView } from '../kernel/conntrack/conn.ts'
import type { CtStats } from '../kernel/netns.ts'
import type { PeriodName } from '../kernel/period.ts'
import type { CtState, Header, Micros, TraceEvent } from '../kernel/trace.ts'
import type { Hook, TableName } from '../kernel/xtables/rule.ts'

export type Request =
  /** Begin a lab from its name in labs/index.ts. `commands` are run first, outside history. */
  | {
      type: 'open'
      lab: string
      seed: number
      commands?: { on: string; line: string }[]
      /** Which Linux its hosts run; else as the lab has it. */
      period?: PeriodName
    }
  /**
   * Type a line into a host's terminal. At an earlier position: begins a new run there. `by` names the control of the
   * page that says itself as this command; it comes back with the line's `prompt` chunk.
   */
  | { type: 'exec'; host: string; line: string; by?: string }
  /** Ctrl-C. */
  | { type: 'interrupt'; host: string }
  /** Tab. Answered by `completion`. */
  | { type: 'complete'; host: string; line: string; cursor: number }
  /** Go on. See Advance. */
  | { type: 'advance'; by: Advance }
  /** Show another position (0 .. end). With `steps`, go so many towards it: asked again, it goes on. */
  | { type: 'seek'; position: number; steps?: number }
  /** Keep this run as it is and go on in a copy of it from the position shown. */
  | { type: 'fork' }
  /** Show another run. */
  | { type: 'switch'; run: number }
  /** Run a line on a copy of the lab and answer its exit status (`checked`); the lab itself does not notice. */
  | { type: 'check'; host: string; line: string }
  /** What the snapshots shall show of the kernel. */
  | { type: 'view'; view: View }
  /** One of the tools that come later (tools.ts); what it wants and answers is its own. */
  | { type: 'use'; tool: string; argument: unknown }

export interface View {
  /** The host whose kernel is shown. */
  host: string
  /** Entries of the table to list at most (the newest first). */
  entries: number
  /** A bucket whose chain is listed beside, -1 for none. */
  bucket: number
}

export type Advance =
  /** One station of the packet on the road (stations that are not registered are passed at once); with no packet on the road: to the next event. */
  | { kind: 'hook' }
  /** Until the packet on the road has left this host (sent, delivered, dropped), or, with none, the next arrival. */
  | { kind: 'packet' }
  /** Let at most so much lab time pass, and at most `steps` steps. */
  | { kind: 'time'; us: number; steps?: number }
  /** Let a program go on that is in the middle of its work: see Snapshot.working. Nothing else happens. */
  | { kind: 'work' }
  /** Until nothing is on the road, on a link or in a terminal's foreground, but at most so much lab time. */
  | { kind: 'quiet'; us: number }

/** Sent by the page. `id` comes back with the answer. */
export interface Ask {
  id: number
  request: Request
}

export type Answer =
  | { type: 'update'; id: number; update: Update }
  | { type: 'completion'; id: number; from: number; words: string[] }
  | { type: 'checked'; id: number; status: number; stdout: string; stderr: string }
  /** `update` null: no lab is open, or the tool has only looked. */
  | { type: 'used'; id: number; result: unknown; update: Update | null }
  /** Our own mistake or a request that cannot be done. `code` names a sentence of the text files. */
  | { type: 'failed'; id: number; code: FailureCode; detail: string }

export type FailureCode = 'unknown-lab' | 'unknown-host' | 'bad-request' | 'internal'

export interface Update {
  snapshot: Snapshot
  /** Events that the page does not have yet: append by seq (an event with a seq that is known replaces from there). */
  trace: TraceEvent[]
  /** Terminal text that the page does not have yet, per host, the same way. */
  output: OutputChunk[]
  /** What perf has recorded on the host that is shown (its perf.data, '' for none), when it is another than before. */
  profile?: string
}

export interface OutputChunk {
  host: string
  /** Number of the chunk on its host, from 0. */
  n: number
  stream: 'stdout' | 'stderr' | 'prompt'
  /** `prompt`: the line that was typed. */
  text: string
  /** Where the command came from: typed, or a control of the page that says itself as a command. */
  by?: string
}

export interface Snapshot {
  lab: string
  period: PeriodName
  seed: number
  time: Micros
  /** The position shown, and the last one known of this run. */
  position: number
  end: number
  run: number
  runs: RunView[]
  /** Number of trace events up to here: those with seq >= events are the future. */
  events: number
  /** No packet on the road or on a link, no program in a foreground. Timers may be pending. */
  quiet: boolean
  /**
   * A program sends so many packets that they pass uncounted by the eye, or its last ones are still under way: lab time passes
   * as time does.
   */
  load: boolean
  /** A program is in the middle of its work and wants more of the page's time; for the lab no time passes. */
  working: boolean
  /** Lab time until the next event of the clock, null: nothing is due. */
  nextIn: Micros | null
  hosts: HostView[]
  links: LinkView[]
  flying: FlyingView[]
  /** The packet on the road, null: none. */
  current: CurrentView | null
  kernel: KernelView
}

export interface RunView {
  run: number
  /** The run it was forked from and where; -1: the first. */
  from: number
  at: number
  end: number
}

/** A run as it stands, seen from one of its hosts: what was set, what was done, what came of it. */
export interface RunSummary extends Omit<RunView, 'end'> {
  /** Lab time at which it was forked off, and now. */
  begun: Micros
  time: Micros
  host: string
  /** Every sysctl that can be set. */
  sysctl: Record<string, number>
  /** Policies and rules, each as the options that iptables takes. */
  rules: string[]
  /** Entries of the table: now, and at most so far. */
  count: number
  most: number
  /** Packets refused by a full table, and entries that had to make room. */
  refused: number
  earlyDropped: number
  drops: { reason: string; count: number }[]
  /** Entries over lab time. */
  course: { time: Micros; count: number }[]
  /** The last lines that were typed, with the end of what each has printed. `own`: in this run, not in what it was forked from. */
  typed: { host: string; line: string; said: string; own: boolean }[]
}

export interface HostView {
  name: string
  /** How the topology shows it: what kind of machine. */
  role: 'client' | 'gateway' | 'server'
  /** Other names (`baidu.com`). */
  names: string[]
  devs: { name: string; addrs: string[]; mac: string; up: boolean }[]
  /** A program is running in its terminal. */
  busy: boolean
  /** Chunks of terminal text up to here. */
  output: number
  ctCount: number
}

export interface LinkView {
  /** Ends as host and device. */
  a: { host: string; dev: string }
  b: { host: string; dev: string }
  delay: Micros
}

/** A frame on a link. */
export interface FlyingView {
  serial: number
  link: number
  from: string
  to: string
  sentAt: Micros
  arrivesAt: Micros
  header: Header
  /** Direction of its flow as the last conntrack that saw it said. */
  dir: 'original' | 'reply' | '-'
}

export interface CurrentView {
  host: string
  serial: number
  /** The station that acts next, as path.machine.ts names it. */
  station: string
  header: Header
  ct: CtState | null
}

export interface KernelView {
  host: string
  /** Is one of its devices a bridge? */
  bridge: boolean
  /** Stations that are registered in this namespace; the others are passed without doing anything. */
  registered: Record<string, boolean>
  tables: TableView[]
  conntrack: ConntrackView
  /** Every sysctl that a control can set, by its name. */
  sysctl: Record<string, number>
  /** Defaults of the same. */
  defaults: Record<string, number>
  drops: DropView[]
  dropped: number
  log: { time: Micros; text: string }[]
}

export interface TableView {
  name: TableName
  chains: {
    name: string
    hook: Hook | null
    policy: string | null
    pkts: number
    bytes: number
    rules: { text: string; pkts: number; bytes: number }[]
  }[]
}

export interface ConntrackView {
  active: boolean
  count: number
  max: number
  buckets: number
  /** Length of each bucket's chain, capped at 255 (two nodes for each entry). */
  heat: Uint8Array
  longest: number
  /** Entries, the newest first, at most View.entries. */
  entries: ConnView[]
  /** Entries of View.bucket. */
  chain: ConnView[]
  /** Packets' connections that are not in the table yet. */
  unconfirmed: ConnView[]
  states: Record<string, number>
  stats: CtStats
  /** What the table has done of its own accord last, up to the position shown (kernel/conntrack/acts.ts). */
  acts: Float64Array
  /** Index of the namespace that is shown. */
  ns: number
}

export interface DropView {
  reason: string
  where: string
  station: string
  count: number
  /** The last packet that died so. */
  last: number
  time: Micros
}
