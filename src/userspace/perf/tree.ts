/** Call chains as trees, as perf makes them for its report. Linux: tools/perf/util/callchain.c, hist.c */
import { dsoOf, type Recorded } from './data.ts'
import type { Frame } from './stacks.ts'

/** A function in a tree of calls, with what it has cost, itself and all that it called. */
export interface Node {
  fn: string
  station: string
  total: number
  self: number
  children: Node[]
}

export interface Row {
  comm: string
  dso: string
  fn: string
  total: number
  self: number
  /** Below it: where it calls, and, where it was itself found at work, who called it. */
  roots: Node[]
}

export function addChain(list: Node[], frames: readonly Frame[], samples: number): void {
  let level = list
  frames.forEach(({ fn, station }, i) => {
    let node = level.find((n) => n.fn === fn)
    if (!node) level.push((node = { fn, station, total: 0, self: 0, children: [] }))
    node.total += samples
    if (i === frames.length - 1) node.self += samples
    level = node.children
  })
}

/** The heaviest first; of equal ones the earlier name. */
export function sortTree(list: Node[]): Node[] {
  list.sort((a, b) => b.total - a.total || (a.fn < b.fn ? -1 : 1))
  for (const n of list) sortTree(n.children)
  return list
}

/** All that was recorded as one tree, by who called whom. */
export function treeOf(recorded: Recorded): Node[] {
  const list: Node[] = []
  for (const s of recorded.stacks) addChain(list, s.frames, s.samples)
  return sortTree(list)
}

export const samplesOf = (recorded: Recorded): number => recorded.stacks.reduce((n, s) => n + s.samples, 0)

/** The rows of a report, by program and function; each sample counts once in a row, however often the function is on its stack. */
export function rowsOf(recorded: Recorded, children: boolean): Row[] {
  const rows = new Map<string, Row>()
  const row = (comm: string, fn: string): Row => {
    const name = `${comm};${fn}`
    let known = rows.get(name)
    if (!known) {
      known = { comm, dso: dsoOf(fn, recorded.period), fn, total: 0, self: 0, roots: [] }
      rows.set(name, known)
    }
    return known
  }
  for (const { comm, frames, samples } of recorded.stacks) {
    const leaf = frames[frames.length - 1]
    const own = row(comm, leaf.fn)
    own.self += samples
    own.total += samples
    addChain(own.roots, frames, samples)
    if (!children) continue
    const seen = new Set([leaf.fn])
    frames.forEach(({ fn }, i) => {
      if (seen.has(fn)) return
      seen.add(fn)
      const caller = row(comm, fn)
      caller.total += samples
      addChain(caller.roots, frames.slice(i), samples)
    })
  }
  for (const r of rows.values()) sortTree(r.roots)
  const by = (r: Row): number => (children ? r.total : r.self)
  return [...rows.values()].sort((a, b) => by(b) - by(a) || b.self - a.self || (a.fn < b.fn ? -1 : 1))
}

/** Functions that were called by nobody else, as one: perf writes them below each other without a branch. */
export function chainOf(node: Node): { names: string[]; last: Node } {
  const names = [node.fn]
  let last = node
  while (last.children.length === 1 && last.children[0].total === last.total) {
    last = last.children[0]
    names.push(last.fn)
  }
  return { names, last }
}
