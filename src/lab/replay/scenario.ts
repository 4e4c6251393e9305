/**
 * A scenario: what is done to one host, packet by packet, with mute wire ends around it. The format is that of the
 * recordings of a real kernel (test/recorded), so that the same file can be given to Linux and to the simulator.
 */
import * as v from 'valibot'

const Port = v.union([v.number(), v.string()])

export interface PacketSpec {
  from?: string | undefined
  dmac?: string | undefined
  proto: string
  src: string
  dst: string
  sport?: number | string | undefined
  dport?: number | string | undefined
  flags?: string | undefined
  seq?: number | string | undefined
  ack?: number | string | undefined
  win?: number | undefined
  opts?: string[] | undefined
  type?: number | undefined
  code?: number | undefined
  icmp_id?: number | string | undefined
  icmp_seq?: number | undefined
  inner?: PacketSpec | undefined
  inner_bytes?: number | undefined
  mtu?: number | undefined
  gw?: string | undefined
  len?: number | undefined
  data?: string | undefined
  ttl?: number | undefined
  id?: number | undefined
  df?: boolean | undefined
  tos?: number | undefined
  badcsum?: boolean | undefined
  /** `df`: it must not be cut further. */
  frag?:
    { off: number; size?: number | undefined; mf?: boolean | undefined; df?: boolean | undefined } | undefined
  socket?: boolean | undefined
  /** SCTP: its chunks, `INIT=5` with the tag that it brings, `ABORT:T` with its flag; and the packet's own tag. */
  chunks?: string[] | undefined
  vtag?: number | undefined
}

const Packet: v.GenericSchema<PacketSpec> = v.object({
  from: v.optional(v.string()),
  dmac: v.optional(v.string()),
  proto: v.string(),
  src: v.string(),
  dst: v.string(),
  sport: v.optional(Port),
  dport: v.optional(Port),
  flags: v.optional(v.string()),
  seq: v.optional(Port),
  ack: v.optional(Port),
  win: v.optional(v.number()),
  opts: v.optional(v.array(v.string())),
  type: v.optional(v.number()),
  code: v.optional(v.number()),
  icmp_id: v.optional(Port),
  icmp_seq: v.optional(v.number()),
  inner: v.optional(v.lazy(() => Packet)),
  inner_bytes: v.optional(v.number()),
  mtu: v.optional(v.number()),
  gw: v.optional(v.string()),
  len: v.optional(v.number()),
  data: v.optional(v.string()),
  ttl: v.optional(v.number()),
  id: v.optional(v.number()),
  df: v.optional(v.boolean()),
  tos: v.optional(v.number()),
  badcsum: v.optional(v.boolean()),
  frag: v.optional(
    v.object({
      off: v.number(),
      size: v.optional(v.number()),
      mf: v.optional(v.boolean()),
      df: v.optional(v.boolean()),
    }),
  ),
  socket: v.optional(v.boolean()),
  chunks: v.optional(v.array(v.string())),
  vtag: v.optional(v.number()),
})

const Step = v.object({
  note: v.optional(v.string()),
  inject: v.optional(Packet),
  local: v.optional(Packet),
  cmd: v.optional(v.string()),
  on: v.optional(v.string()),
  sleep: v.optional(v.number()),
  checkpoint: v.optional(v.string()),
})

const Device = v.object({ addr: v.optional(v.array(v.string()), []), mac: v.optional(v.string()) })
const BridgeDevice = v.object({ ...Device.entries, ports: v.optional(v.array(v.string()), []) })

export const Scenario = v.object({
  name: v.string(),
  title: v.optional(v.string(), ''),
  dut: v.string(),
  hosts: v.record(
    v.string(),
    v.object({
      ifaces: v.optional(v.record(v.string(), Device), {}),
      bridges: v.optional(v.record(v.string(), BridgeDevice), {}),
    }),
  ),
  links: v.array(v.tuple([v.string(), v.string()])),
  setup: v.optional(v.array(v.string()), []),
  services: v.optional(v.array(v.string()), []),
  conntrack: v.optional(v.picklist(['always', 'auto']), 'always'),
  global: v.optional(
    v.object({ nf_conntrack_max: v.optional(v.number()), nf_conntrack_buckets: v.optional(v.number()) }),
    {},
  ),
  random_ports: v.optional(v.boolean(), false),
  loose: v.optional(v.boolean(), false),
  /** What its commands print is recorded, too. */
  stdout: v.optional(v.boolean()),
  /** Its packets are traced, and what the kernel's log says of them is recorded, word for word. */
  log: v.optional(v.boolean()),
  /** The host's own lines of that log are recorded (LOG, TRACE, martians), in place of the rules that a packet met. */
  own_log: v.optional(v.boolean()),
  steps: v.array(Step),
})

export type Scenario = v.InferOutput<typeof Scenario>
export type ScenarioStep = v.InferOutput<typeof Step>

/** Read a scenario. Throws an Error that names the field which is wrong. */
export function parseScenario(json: string): Scenario {
  const result = v.safeParse(Scenario, JSON.parse(json))
  if (result.success) return result.output
  const issue = result.issues[0]
  throw new Error(`${v.getDotPath(issue) ?? 'scenario'}: ${issue.message}`)
}

/** Of which kind a step is, by what it has. */
export function kindOf(step: ScenarioStep): 'inject' | 'local' | 'cmd' | 'sleep' | 'checkpoint' {
  if (step.inject) return 'inject'
  if (step.local) return 'local'
  if (step.cmd !== undefined) return 'cmd'
  return step.sleep !== undefined ? 'sleep' : 'checkpoint'
}
