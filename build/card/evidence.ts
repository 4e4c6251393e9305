/** A recorded scenario, read so that a rule can ask what is in it. */
import type { PacketSpec } from '../../src/lab/replay/scenario.ts'
import { rulesOf, type XtRule } from './words.ts'

export interface RecordedPacket {
  origin: string
  packet?: { proto: string; src: string; dst: string; sport?: number; dport?: number; type?: number }
  verdict: string
  drop?: { reason: string; where: string }[]
  stack?: { reason: string; where: string }[]
  trace: TraceEntry[]
  wire?: WireFrame[]
}

export interface TraceEntry {
  at: string
  ct?: string
  dir?: string
  in?: string
  out?: string
  src: string
  dst: string
  does?: string
  mark?: number
}

export interface WireFrame {
  at: string
  dmac: string
  proto: string
  src: string
  dst: string
  sport?: number
  dport?: number
  flags?: string
  seq?: number | string
  type?: number
  code?: number
  icmp_id?: number
  ttl: number
  frag?: unknown
  df?: boolean
}

export interface CtEvent {
  ev: 'NEW' | 'UPDATE' | 'DESTROY'
  proto: string
  timeout?: number
  state?: string
  mark?: number
  zone?: number
  orig: string
  reply: string
  flags: string[]
}

export interface RecordedStep {
  kind: 'inject' | 'local' | 'cmd' | 'sleep' | 'checkpoint'
  cmd?: string
  rc?: number
  stderr?: string
  packets?: RecordedPacket[]
  ct_events?: CtEvent[]
  kernel_log?: string[]
  errno?: string
  arp_requests?: unknown[]
  socket_received?: unknown[]
  conntrack?: {
    proto: string
    state?: string
    timeout: number
    orig: string
    reply: string
    flags: string[]
  }[]
  stats?: Record<string, number>
  iptables?: Record<string, unknown>
  early_drop_happened?: boolean
}

export interface ScenarioFile {
  name: string
  title: string
  dut: string
  hosts: Record<string, { ifaces?: Record<string, unknown>; bridges?: Record<string, unknown> }>
  setup?: string[]
  services?: string[]
  conntrack?: string
  global?: Record<string, number>
  loose?: boolean
  steps: { inject?: PacketSpec; local?: PacketSpec; cmd?: string; sleep?: number; checkpoint?: string }[]
}

export interface Recording {
  kernel: string
  steps: RecordedStep[]
}

/** A packet that the scenario sends, with what came of it. */
export interface Shot {
  local: boolean
  spec: PacketSpec
  /** The packet itself, then what the host made in answer. */
  packets: RecordedPacket[]
  events: CtEvent[]
  log: string[]
  errno: string
  received: boolean
  arp: boolean
  /** State of the packet's TCP connection when it came; '' for none that is known. */
  before: string
  /** What conntrack said of it: NEW, ESTABLISHED, INVALID ..; '' where it was not asked. */
  ct: string
}

export class Scenario {
  readonly file: ScenarioFile
  readonly steps: readonly RecordedStep[]
  /** Every command line, those of the setup first. */
  readonly lines: readonly string[]
  readonly rules: readonly XtRule[]
  readonly shots: readonly Shot[]
  readonly packets: readonly RecordedPacket[]
  readonly events: readonly CtEvent[]

  constructor(file: ScenarioFile, recording: Recording) {
    this.file = file
    // A loose recording has verdicts only.
    for (const step of recording.steps) for (const p of step.packets ?? []) p.trace ??= []
    this.steps = recording.steps
    this.lines = [...(file.setup ?? []), ...file.steps.flatMap((step) => step.cmd ?? [])]
    this.rules = this.lines.flatMap(rulesOf)
    this.shots = shotsOf(file, recording)
    this.packets = recording.steps.flatMap((step) => step.packets ?? [])
    this.events = recording.steps.flatMap((step) => step.ct_events ?? [])
  }

  /** Is there a command line like this? */
  types(line: RegExp): boolean {
    return this.lines.some((one) => line.test(one))
  }

  /** Is there a rule like this, in this table? */
  rule(text: RegExp, table?: string): boolean {
    return this.rules.some((r) => text.test(r.text) && (table === undefined || r.table === table))
  }

  /** Is there a command of a step that the host refuses? */
  refuses(line: RegExp): boolean {
    return this.steps.some((step) => (step.rc ?? 0) !== 0 && line.test(step.cmd ?? ''))
  }

  /** Has a packet met this place: `nat:PREROUTING`, `@passed:INPUT`? */
  meets(at: RegExp): boolean {
    return this.packets.some((p) => p.trace.some((entry) => at.test(entry.at)))
  }

  /** Has a packet died for this reason? */
  dies(reason: RegExp, where = /./): boolean {
    return this.packets.some(
      (p) => p.drop?.some((d) => reason.test(d.reason) && where.test(d.where)) ?? false,
    )
  }

  /** Has a frame like this left? */
  sends(frame: (f: WireFrame, p: RecordedPacket) => boolean): boolean {
    return this.packets.some((p) => p.wire?.some((f) => frame(f, p)) ?? false)
  }

  shot(is: (s: Shot) => boolean): boolean {
    return this.shots.some(is)
  }

  event(is: (e: CtEvent) => boolean): boolean {
    return this.events.some(is)
  }

  /** Does the kernel log say this? */
  logs(line: RegExp): boolean {
    return this.steps.some((step) => step.kernel_log?.some((one) => line.test(one)) ?? false)
  }

  /** Is a counter of `conntrack -S` above zero at a checkpoint? */
  counts(name: string): boolean {
    return this.steps.some((step) => (step.stats?.[name] ?? 0) > 0)
  }
}

function shotsOf(file: ScenarioFile, recording: Recording): Shot[] {
  const states = new Map<string, string>()
  const shots: Shot[] = []
  recording.steps.forEach((step, i) => {
    const spec = file.steps[i].inject ?? file.steps[i].local
    const events = step.ct_events ?? []
    if (spec !== undefined) {
      const packets = step.packets ?? []
      const p = packets.at(0)?.packet
      const seen = p === undefined ? '' : `${p.src}:${p.sport}>${p.dst}:${p.dport}`
      shots.push({
        local: step.kind === 'local',
        spec,
        packets,
        events,
        log: step.kernel_log ?? [],
        errno: step.errno ?? '',
        received: step.socket_received !== undefined,
        arp: step.arp_requests !== undefined,
        before: states.get(seen) ?? '',
        ct: packets.at(0)?.trace.find((entry) => entry.at.startsWith('@conntrack'))?.ct ?? '',
      })
    }
    for (const event of events)
      for (const tuple of [event.orig, event.reply]) {
        if (event.ev === 'DESTROY') states.delete(tuple)
        else if (event.state !== undefined) states.set(tuple, event.state)
      }
  })
  return shots
}
