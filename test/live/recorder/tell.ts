/** From what was seen to what a recording says (test/recorded/README.md). */
import { textOf } from '../text.ts'
import {
  isProxied,
  loosen,
  maskId,
  maskIds,
  maskIsn,
  maskLogIsn,
  maskPorts,
  stampClock,
  stampsOf,
} from '../../../src/lab/replay/mask.ts'
import type { Fields, Json } from '../../../src/lab/replay/packet.ts'
import type { Scenario } from '../../../src/lab/replay/scenario.ts'
import { parseIp } from './bytes.ts'
import { byTuple, parseEvent, settle } from './conntrack-line.ts'
import type { Drop } from './drops.ts'
import type { LogLine } from './log-line.ts'
import type { Names, StepTape } from './tape.ts'

/** More events or entries than this in a step are not listed. */
const MANY = 50

/** A packet of a step, as it is put together. */
interface Packet {
  local: boolean
  first: boolean
  id: number
  proto: string
  header: Fields | null
  trace: Fields[]
  wire: Fields[]
  drops: Drop[]
  passedInput: boolean
}

const ETHERNET = 14
const colons = (b: Buffer): string => b.toString('hex').replace(/(..)(?=.)/g, '$1:')

/** The fields of a frame's packet, with the two checksums told as one. */
function frameFields(at: string, frame: Buffer, made: boolean): Fields {
  const { ip_csum_ok, csum_ok, ...packet } = parseIp(frame.subarray(ETHERNET))
  const fields: Fields = {
    at,
    dmac: colons(frame.subarray(0, 6)),
    smac: colons(frame.subarray(6, 12)),
    ...packet,
  }
  // What the host itself numbered differs from run to run.
  if (made) fields['id'] = packet['id'] ? 'kernel' : 0
  fields['csum'] = ip_csum_ok === true && csum_ok !== false ? 'ok' : 'BAD'
  return fields
}

/**
 * A line of TRACE. The kernel calls a rule that has no conditions `policy` or `return`, as the last of a chain is
 * called: the number tells them apart.
 */
function traceEntry(line: LogLine, names: Names): Fields {
  const key = `${line.table}:${line.chain}`
  const rules = names.rules.get(key) ?? []
  const policy = names.policies.get(key) ?? '-'
  const entry = (what: string, does: string): Fields => ({
    at: `${key}:${what}:${line.rule}`,
    ...line.header,
    does,
  })
  if (line.rule <= rules.length) return entry('rule', rules[line.rule - 1])
  return policy === '-' ? entry('return', '') : entry('policy', policy)
}

function find(packets: readonly Packet[], id: number, proto: string): Packet | undefined {
  return packets.findLast((p) => p.id === id && p.proto === proto)
}

const ENDS = ['src', 'dst', 'sport', 'dport', 'flags']

/** Does a packet look like this header, as it was last seen? */
function looksLike(p: Packet, header: Fields): boolean {
  const last = p.trace.findLast((t) => 'src' in t)
  return last !== undefined && ENDS.every((key) => last[key] === header[key])
}

/** Whose line of the log it is. Several packets have id 0: it is the last that looks so. */
function findLine(packets: readonly Packet[], line: LogLine): Packet | undefined {
  const alike =
    line.id === 0
      ? packets.findLast((p) => p.id === 0 && p.proto === line.proto && looksLike(p, line.header))
      : undefined
  return alike ?? find(packets, line.id, line.proto)
}

function newPacket(local: boolean, id: number, proto: string): Packet {
  return { local, first: false, id, proto, header: null, trace: [], wire: [], drops: [], passedInput: false }
}

/** Sort what left by host; what left for one host stays in its order. */
function byHost(frames: Fields[]): Fields[] {
  const at = (f: Fields): string => JSON.stringify(f['at'])
  return frames.sort((a, b) => (at(a) < at(b) ? -1 : at(a) === at(b) ? 0 : 1))
}

/** Lines of the log, frames and drops of a step, brought together packet by packet. */
function gather(step: StepTape): { packets: Packet[]; strays: Fields[]; notes: string[]; said: string[] } {
  const packets: Packet[] = []
  const said: string[] = []
  const notes: string[] = []
  if (step.injected) {
    const p = newPacket(step.kind === 'local', Number(step.injected['id']), textOf(step.injected['proto']))
    packets.push({ ...p, first: true, header: step.injected })
  }
  for (const line of step.logs) {
    if (typeof line === 'string') notes.push(line)
    else follow(line, packets, step, said)
  }
  const strays: Fields[] = []
  for (const { at, bytes } of step.frames) {
    const header = parseIp(bytes.subarray(ETHERNET))
    const { id, proto } = header
    let p = find(packets, Number(id), textOf(proto))
    // Several have id 0: those that look alike left in the order in which they were made.
    if (p && id === 0) {
      const left = packets.filter((q) => q.id === 0 && q.proto === proto && q.wire.length === 0)
      p = left.find((q) => looksLike(q, header)) ?? left[0] ?? p
    }
    ;(p ? p.wire : strays).push(frameFields(at, bytes, p?.local ?? true))
  }
  for (const drop of step.drops) {
    // `ip route get` asks with a packet that is none.
    if (drop.where === 'inet_rtm_getroute') continue
    const p = find(packets, drop.id, drop.proto)
    if (p) p.drops.push(drop)
    else
      notes.push(
        `drop of another packet ${drop.src}>${drop.dst} ${drop.proto}: ${drop.reason} at ${drop.where}`,
      )
  }
  return { packets, strays: byHost(strays), notes, said }
}

/** `said` takes what the kernel's log has of packets: lines of LOG, and those of TRACE about the first. */
function follow(line: LogLine, packets: Packet[], step: StepTape, said: string[]): void {
  let p = findLine(packets, line)
  if (line.kind === 'new') {
    const first = packets[0]
    if (step.head['via'] === 'socket' && line.at === '@OUTPUT' && first.trace.length === 0) {
      // The kernel numbered it.
      first.id = line.id
      p = first
    } else if (!p || (line.id === 0 && line.at === '@OUTPUT')) {
      p = newPacket(line.at === '@OUTPUT', line.id, line.proto)
      packets.push(p)
    }
    p.trace.push({ at: line.at, ...line.header })
    return
  }
  if (!p) return
  if (line.kind === 'log' || (line.kind === 'trace' && p.first)) {
    const own = p.first ? step.head['via'] === 'socket' : p.local
    said.push(own ? maskId(line.line) : line.line)
  }
  if (line.kind === 'log') return
  if (line.kind === 'trace') p.trace.push(traceEntry(line, step.names))
  else if (line.kind === 'ct') p.trace.push({ at: line.at, ct: line.ct, dir: line.dir, ...line.header })
  else p.trace.push({ at: line.at, ...line.header })
  if (line.at === '@passed:INPUT') p.passedInput = true
}

function story(p: Packet, step: StepTape, dut: string): Fields {
  const o: Fields = { origin: p.first ? (step.head['from'] ?? '') : p.local ? 'dut' : 'wire' }
  if (p.header) {
    const { ip_csum_ok: _, csum_ok, ...packet } = p.header
    o['packet'] = csum_ok === false ? { ...packet, csum: 'BAD' } : packet
  }
  if (o['origin'] === '') o['origin'] = dut
  const short = ({ reason, where }: Drop): Fields => ({ reason, where })
  // What was delivered is freed in the end, too.
  const hard = p.drops.filter((d) => d.reason === 'NETFILTER_DROP' || !p.passedInput)
  const soft = p.drops.filter((d) => !hard.includes(d))
  const last = p.trace.at(-1)
  if (p.wire.length > 0) {
    o['verdict'] = p.local ? 'sent' : 'forwarded'
    o['wire'] = byHost(p.wire)
  }
  if (hard.length > 0) {
    if (p.wire.length === 0) o['verdict'] = 'dropped'
    o['drop'] = hard.map(short)
    o['last'] = last?.['at'] ?? null
    if (last && 'does' in last) o['last_does'] = last['does']
  } else if (p.passedInput) {
    o['verdict'] = 'delivered'
    if (soft.length > 0) o['stack'] = soft.map(short)
  }
  o['verdict'] ??= p.header && 'frag' in p.header ? 'held' : 'not seen'
  o['trace'] = p.trace
  return o
}

function eventsOf(step: StepTape): Fields[] {
  const events = step.events.flatMap((line) => {
    const event = parseEvent(line)
    return event ? [settle(event, step.names.timeouts, step.names.written)] : []
  })
  return ['cmd', 'sleep', 'checkpoint'].includes(step.kind) ? events.sort(byTuple) : events
}

/** One step as the recording tells it, initial sequence numbers and random ports still as they were. */
function tellStep(step: StepTape, sc: Scenario, ends: readonly string[]): Fields {
  const { packets, strays, notes, said } = gather(step)
  const s: Fields = { n: step.n, t_ms: step.t, kind: step.kind, ...step.head }
  if (packets.length > 0) s['packets'] = packets.map((p) => story(p, step, sc.dut))
  if (strays.length > 0) s['unmatched_captures'] = strays
  const got = step.got.filter((g) => 'socket' in g)
  if (got.length > 0) s['socket_received'] = got
  // What a bridge asks behind every port is told in the order of the links.
  const at = (g: Fields): number => ends.indexOf(textOf(g['at']))
  const asked = step.got.filter((g) => 'who_has' in g).sort((a, b) => at(a) - at(b))
  if (asked.length > 0) s['arp_requests'] = [...new Map(asked.map((a) => [JSON.stringify(a), a])).values()]
  const events = eventsOf(step)
  if (events.length > MANY) s['ct_events'] = 'many'
  else if (events.length > 0) s['ct_events'] = events
  if (sc.log && said.length > 0) s['log'] = said
  if (notes.length > 0) s['kernel_log'] = [...new Set(notes)].sort()
  if (step.own.length > 0) s['own_log'] = step.own.map((line) => maskIds(line, sc))
  const { conntrack, ...read } = step.read
  if (conntrack !== undefined)
    s['conntrack'] =
      Array.isArray(conntrack) && conntrack.length > MANY ? `${conntrack.length} entries` : conntrack
  return { ...s, ...read }
}

/** The initial sequence numbers that the host's own ends of connections drew, in their order, and the clocks they tell. */
function ownIsns(steps: readonly StepTape[], sc: Scenario): { isns: number[]; clocks: number[] } {
  const made = steps.flatMap((s) => gather(s).packets.filter((p) => p.local && !p.first))
  // SYNPROXY begins with the number of its client's.
  const form = isProxied(sc) ? /^SAE?$/ : /S/
  const syns = made.flatMap((p) => p.wire.filter((w) => form.test(textOf(w['flags']))))
  const first = syns.filter((w, i) => syns.findIndex((v) => v['seq'] === w['seq']) === i)
  const clocks = first.flatMap((w) => stampsOf(w['opts'])?.tsval ?? []).map(stampClock)
  return { isns: first.map((w) => Number(w['seq'])), clocks: isProxied(sc) ? clocks : [] }
}

export function tell(tape: readonly StepTape[], sc: Scenario, kernel: string): { [key: string]: Json } {
  const { isns, clocks } = ownIsns(tape, sc)
  const ends = sc.links.map(([a, b]) => (a.startsWith(`${sc.dut}:`) ? b : a))
  const steps = tape.map((step): Fields => {
    const told = tellStep(step, sc, ends)
    const { packets, log } = told
    return {
      ...told,
      ...(Array.isArray(packets) ? { packets: packets.map((p) => maskIsn(p as Fields, isns, clocks)) } : {}),
      ...(Array.isArray(log) ? { log: log.map((l) => maskLogIsn(textOf(l), isns)) } : {}),
    }
  })
  const random = sc.random_ports ? maskPorts(steps, sc) : null
  return {
    scenario: sc.name,
    title: sc.title,
    backend: 'legacy',
    kernel,
    ...(random ? { random_ports: random } : {}),
    steps: sc.loose ? steps.map(loosen) : steps,
  }
}
