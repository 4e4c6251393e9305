/**
 * What is noted of a lab now and then, so that its course can be drawn: all figures count from the beginning, so that of
 * samples in between none is missed when they are thinned out. It comes with the programs; until then only the entries
 * are counted.
 */
import { isInTable } from '../kernel/conntrack/table.ts'
import { tcpStateName } from '../kernel/conntrack/tcp.ts'
import { IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP } from '../wire/packet.ts'
import type { HostState, LabState } from './state.ts'
import { LATENCIES, stepOf } from './course-view.ts'
import { seriesPart, type HostNotes, type Notes } from './series-part.ts'

function note(state: LabState, before: Notes | undefined): Notes {
  return {
    hosts: state.hosts.map((h, i) => notesOf(h, before?.hosts[i])),
    busy: state.cpus.map((c) => c.busy),
  }
}

function notesOf(host: HostState, before: HostNotes | undefined): HostNotes {
  const { net, machine } = host
  return {
    // Of a machine with several namespaces the entries of all.
    made: machine.ct.nextId - 1,
    states: statesOf(host),
    drops: Object.fromEntries(net.drops.map((d) => [d.reason, d.count])),
    work: net.work.some((n) => n > 0) ? [...net.work] : [],
    ...latencyOf(host, before),
  }
}

/** Entries by TCP state, else by protocol. */
function statesOf({ net, machine: { ct } }: HostState): Record<string, number> {
  if (net.ctCount === 0) return {}
  const by = new Map<number, number>()
  for (let slot = 0; slot < ct.used; slot++) {
    if (ct.ns[slot] !== net.index || !isInTable(ct, slot)) continue
    const kind = ct.protonum[slot] * 32 + (ct.protonum[slot] === IPPROTO_TCP ? ct.state[slot] : 0)
    by.set(kind, (by.get(kind) ?? 0) + 1)
  }
  const states: Record<string, number> = {}
  for (const [kind, n] of by) {
    const name = nameOf(kind >> 5, kind & 31)
    states[name] = (states[name] ?? 0) + n
  }
  return states
}

function nameOf(protocol: number, state: number): string {
  if (protocol === IPPROTO_TCP) return tcpStateName(state)
  return protocol === IPPROTO_UDP ? 'udp' : protocol === IPPROTO_ICMP ? 'icmp' : 'other'
}

/** How long the requests have taken that loads have completed, and the opening of their connections. */
function latencyOf(
  host: HostState,
  before: HostNotes | undefined,
): Pick<HostNotes, 'latency' | 'connect' | 'seen'> {
  let { latency, connect, seen }: Pick<HostNotes, 'latency' | 'connect' | 'seen'> = before ?? {
    latency: null,
    connect: null,
    seen: {},
  }
  for (const [pid, process] of host.os.processes) {
    if (process.program !== 'ab' || process.data === null || process.data === undefined) continue
    const { times } = process.data as { times?: Times }
    const from = seen[pid] ?? 0
    if (times === undefined || times.done <= from) continue
    latency = counted(latency, times.total, from, times.done)
    connect = counted(connect, times.connect, from, times.done)
    seen = { ...seen, [pid]: times.done }
  }
  return { latency, connect, seen }
}

/** What ab remembers of its requests, microseconds. */
interface Times {
  total: Float64Array
  connect: Float64Array
  done: number
}

function counted(before: Uint32Array | null, us: Float64Array, from: number, to: number): Uint32Array {
  const steps = before === null ? new Uint32Array(LATENCIES) : before.slice()
  for (let i = from; i < to; i++) steps[stepOf(us[i])]++
  return steps
}

seriesPart.note = note
