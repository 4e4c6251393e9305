/** What perf has recorded, for the eye: functions with what they call, found by their names; and the flame graph's boxes. */
import { hierarchy, partition } from 'd3-hierarchy'
import type { Recorded } from '../userspace/perf/data.ts'
import { addChain, sortTree, type Node } from '../userspace/perf/tree.ts'

/** The recording without what idle CPUs did, if they shall not be seen. */
export function without(recorded: Recorded, idle: boolean): Recorded {
  if (idle) return recorded
  const rests = (fn: string): boolean => fn === 'do_idle'
  return { ...recorded, stacks: recorded.stacks.filter(({ frames }) => !frames.some((f) => rests(f.fn))) }
}

/** Every function once, the one with the largest share first; below it what it has called, whoever called it. */
export function functionsOf(recorded: Recorded): Node[] {
  const list = new Map<string, Node & { at: Map<string, number> }>()
  for (const { frames, samples } of recorded.stacks) {
    const seen = new Set<string>()
    frames.forEach(({ fn, station }, i) => {
      if (seen.has(fn)) return
      seen.add(fn)
      let node = list.get(fn)
      if (!node) list.set(fn, (node = { fn, station: '', total: 0, self: 0, children: [], at: new Map() }))
      node.total += samples
      if (station !== '') node.at.set(station, (node.at.get(station) ?? 0) + samples)
      addChain(node.children, frames.slice(i + 1), samples)
    })
    const leaf = list.get(frames[frames.length - 1].fn)
    if (leaf) leaf.self += samples
  }
  const nodes = [...list.values()].map(({ at, ...node }) => ({
    ...node,
    // Where it has most to do.
    station: [...at].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '',
  }))
  return sortTree(nodes)
}

/** A line of the tree that is to be seen. */
export interface Line {
  /** The functions from the line's own row on, joined: names it as long as the recording is there. */
  id: string
  depth: number
  node: Node
  open: boolean
}

/** Lines of the functions whose names contain what is looked for, with what has been unfolded. */
export function linesOf(functions: readonly Node[], open: ReadonlySet<string>, query: string): Line[] {
  const lines: Line[] = []
  const wanted = query.trim().toLowerCase()
  const add = (node: Node, depth: number, above: string): void => {
    const id = above === '' ? node.fn : `${above};${node.fn}`
    const unfolded = open.has(id) && node.children.length > 0
    lines.push({ id, depth, node, open: unfolded })
    if (unfolded) for (const child of node.children) add(child, depth + 1, id)
  }
  for (const node of functions) if (node.fn.toLowerCase().includes(wanted)) add(node, 0, '')
  return lines
}

/** All lines below one, as far as `depth`, for "unfold it all". */
export function idsBelow(node: Node, id: string): string[] {
  if (node.children.length === 0) return []
  return [id, ...node.children.flatMap((child) => idsBelow(child, `${id};${child.fn}`))]
}

/** A box of the flame graph: parts of the width, 0..1, and the level, counted from the root. */
export interface Flame {
  id: string
  node: Node
  /** Its caller's box, '' for a program's. */
  above: string
  x: number
  w: number
  depth: number
}

/** Boxes that are wide enough to be seen at all. */
export function flamesOf(recorded: Recorded, narrowest = 0.0015): Flame[] {
  const programs: Node[] = []
  for (const { comm, frames, samples } of recorded.stacks)
    addChain(programs, [{ fn: comm, station: '' }, ...frames], samples)
  const root: Node = { fn: '', station: '', total: 0, self: 0, children: sortTree(programs) }
  const layout = partition<Node>()(hierarchy(root, (n) => n.children).sum((n) => n.self))
  const ids = new Map<unknown, string>()
  return layout.descendants().flatMap((d) => {
    const above = d.parent ? (ids.get(d.parent) ?? '') : ''
    const id = d.depth === 0 ? '' : above === '' ? d.data.fn : `${above};${d.data.fn}`
    ids.set(d, id)
    if (d.depth === 0 || d.x1 - d.x0 < narrowest) return []
    return { id, node: d.data, above, x: d.x0, w: d.x1 - d.x0, depth: d.depth - 1 }
  })
}

/** Which part of the kernel a function belongs to: how it is coloured. */
export function partOf(fn: string, station: string): 'conntrack' | 'nat' | 'table' | 'bridge' | 'other' {
  if (/^br_|br_nf|ip_sabotage/.test(fn)) return 'bridge'
  if (/conntrack|_confirm$|nf_ct_/.test(fn)) return 'conntrack'
  if (/^nf_nat|^iptable_nat/.test(fn)) return 'nat'
  if (/^ipt_do_table|^iptable_/.test(fn)) return station.endsWith('.nat') ? 'nat' : 'table'
  return 'other'
}

/** The box that a key leads to: up to the caller, down to the widest callee, aside along the level. */
export function stepTo(flames: readonly Flame[], from: string, key: string): string {
  const here = flames.find((f) => f.id === from) ?? flames[0]
  if (key === 'ArrowUp') return flames.some((f) => f.id === here.above) ? here.above : here.id
  if (key === 'ArrowDown') {
    const below = flames.filter((f) => f.above === here.id).sort((a, b) => b.w - a.w)
    return below[0]?.id ?? here.id
  }
  const level = flames.filter((f) => f.depth === here.depth).sort((a, b) => a.x - b.x)
  const at = level.indexOf(here) + (key === 'ArrowRight' ? 1 : -1)
  return (level[at] ?? here).id
}
