/** Who does what on the CPUs, noted while perf records it. See kernel/profile.ts. */
import {
  ENTRY_CALL,
  ENTRY_CARD,
  ENTRY_TIMER,
  ENTRY_VETH,
  FLAG_BRIDGED,
  FLAG_OWN,
  FLAG_UP,
  keyOf,
  type Profile,
} from '../kernel/profile.ts'
import type { Skb } from '../kernel/skb.ts'
import { WORK_AB_CONNECT, WORK_FRAME } from '../kernel/work.ts'
import type { LabState } from './state.ts'

/** What a CPU has begun with: LabState.origin. */
export const ORIGIN_TASK = 0
export const ORIGIN_TIMER = 1
export const ORIGIN_FRAME = 2

const recorder = (host: number, pid: number): number => host * 2 ** 20 + pid

/** A process of a host begins to record; null: the host has no CPUs that work takes time on. */
export function beginProfile(s: LabState, host: number, pid: number): Profile | null {
  const pool = s.pools[host]
  if (pool < 0) return null
  const fresh: Profile = {
    recorders: [],
    cpus: s.cpus.filter((c) => c.pool === pool).length,
    ns: new Map(),
    comms: ['swapper'],
    entry: 0,
  }
  const profile = (s.profiles[pool] ??= fresh)
  profile.recorders.push(recorder(host, pid))
  return profile
}

/** A process has ended: it records nothing any more. */
export function endProfile(s: LabState, host: number, pid: number): void {
  s.profiles.forEach((p, pool) => {
    if (!p) return
    p.recorders = p.recorders.filter((r) => r !== recorder(host, pid))
    if (p.recorders.length === 0) s.profiles[pool] = null
  })
  if (s.profiles.every((p) => !p)) s.profiles = []
}

function flagsOf(s: LabState, host: number, skb: Skb): number {
  if (skb.bridged !== 0) return FLAG_BRIDGED
  if (skb.iif === 0) return FLAG_OWN
  return s.hosts[host].net.devs[skb.iif - 1]?.bridge ? FLAG_UP : 0
}

/** A frame has come in: did a card bring it, or another namespace of the machine? */
function entryOf(s: LabState, host: number, skb: Skb): number {
  const link = s.hosts[host].net.devs[skb.iif - 1]?.link ?? -1
  return link >= 0 && s.links[link].delay > 0 ? ENTRY_CARD : ENTRY_VETH
}

function commOf(s: LabState, p: Profile): number {
  const { task } = s.cpus[s.running]
  if (task < 0) return 0
  const { service, host, pid } = s.tasks[task]
  const name = service || (s.hosts[host].os.processes.get(pid)?.program ?? 'sh')
  const known = p.comms.indexOf(name)
  return known >= 0 ? known : p.comms.push(name) - 1
}

/** Work has been done on the CPU that runs. */
export function sample(s: LabState, host: number, work: number, ns: number): void {
  const p = s.profiles[s.pools[host]]
  if (!p || s.running < 0) return
  const skb = s.current?.skb
  if (s.origin === ORIGIN_TIMER) p.entry = ENTRY_TIMER
  else if (s.origin === ORIGIN_TASK) {
    if (work >= WORK_AB_CONNECT) p.entry = ENTRY_CALL + work
  } else if (work === WORK_FRAME && skb) p.entry = entryOf(s, host, skb)
  const key = keyOf({
    comm: commOf(s, p),
    entry: p.entry,
    station: skb ? skb.station : -1,
    flags: skb ? flagsOf(s, host, skb) : 0,
    work,
  })
  p.ns.set(key, (p.ns.get(key) ?? 0) + ns)
}
