/**
 * What packetPath says to the eye: its leaves are stations, its compound states are hooks, its transitions are roads.
 * Everything that is drawn of the machine is read here.
 */
import { nameOf, nodesOf } from '../../kernel/compile.ts'
import { packetPath, type StationMeta } from '../../kernel/path.machine.ts'
import { HOOK_CHAIN, type Hook } from '../../kernel/xtables/rule.ts'

export interface Station {
  state: string
  meta: StationMeta
  /** The hook's state in whose box it is drawn. */
  group: string | null
  /** Last part of its name: `raw`, `conntrack`, `confirm`. */
  label: string
  final: boolean
}

export interface Edge {
  from: string
  to: string
  verdict: string
}

/** Verdicts that lead off the road. */
const FALLS = new Set(['DROP', 'STOLEN'])

/** The leaves of the machine, in the order of its definition. */
export const STATIONS: readonly Station[] = [...nodesOf(packetPath.root)]
  .filter((n) => Object.keys(n.states).length === 0)
  .map((n) => ({
    state: nameOf(n),
    meta: n.meta as StationMeta,
    group: n.parent && n.parent !== packetPath.root ? nameOf(n.parent) : null,
    label: n.key,
    final: n.type === 'final',
  }))

/** The hooks, in the order of the machine. */
export const HOOKS: readonly Hook[] = [
  ...new Set(STATIONS.flatMap((s) => (s.group ? [s.group as Hook] : []))),
]

/** All ways from station to station, falls left out. */
export const EDGES: readonly Edge[] = [...nodesOf(packetPath.root)].flatMap((n) => {
  if (Object.keys(n.states).length > 0) return []
  const from = nameOf(n)
  return [...n.transitions].flatMap(([verdict, [t]]) => {
    let target = t?.target?.[0]
    if (target === undefined || FALLS.has(verdict)) return []
    while (Object.keys(target.states).length > 0) target = target.initial.target[0] ?? target
    return [{ from, to: nameOf(target), verdict }]
  })
})

export const stationOf: Readonly<Record<string, Station>> = Object.fromEntries(
  STATIONS.map((s) => [s.state, s]),
)

export function priorityText(priority: number, last: string): string {
  return priority === 2147483647 ? last : String(priority).replace('-', '−')
}

export function chainOf(hook: Hook): string {
  return HOOK_CHAIN[hook]
}
