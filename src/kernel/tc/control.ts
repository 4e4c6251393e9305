/**
 * Changes to qdiscs and filters, as a program asks for them by rtnetlink, and what the kernel says of them.
 *
 * Linux: net/sched/sch_api.c tc_modify_qdisc, tc_get_qdisc; cls_api.c tc_new_tfilter, tc_del_tfilter; cls_u32.c
 * u32_change, u32_delete; as Linux 6.1 was heard to answer
 */
import type { Kernel } from '../kernel.ts'
import type { Dev, Netns } from '../netns.ts'
import type { TcAction, TcProto, TcQdisc, U32Key, U32Node, U32Table } from './qdisc.ts'

/** TC_H_*. */
export const TC_H_ROOT = 0xffffffff
export const TC_H_CLSACT = 0xfffffff1
export const TC_H_INGRESS = 0xfffffff2
export const TC_H_EGRESS = 0xfffffff3
/** The handle of both qdiscs. */
export const TC_HANDLE = 0xffff0000

/** What was wrong, in the kernel's own words. '' where it has none but EINVAL. Null: nothing. */
export type TcError = string | null

const NO_FILTER = 'Filter with specified priority/protocol not found.'
const NOT_MADE = 'Need both RTM_NEWTFILTER and NLM_F_CREATE to create a new filter.'
/** Preferences that the kernel chooses: the first one, and where they end. */
const FIRST_CHOSEN = 0xc000
const LOWEST_CHOSEN = 0x8000
const NO_HANDLE = 'Specified filter handle not found.'

export function addQdisc(dev: Dev, kind: TcQdisc['kind'], replace: boolean): TcError {
  if (dev.tc !== undefined) {
    if (!replace) return 'Exclusivity flag on, cannot modify.'
    return dev.tc.kind === kind ? null : 'Invalid qdisc name.'
  }
  dev.tc = {
    kind,
    ingress: [],
    egress: [],
    tables: [],
    nextTable: 0x800,
    bytes: 0,
    packets: 0,
    drops: 0,
  }
  return null
}

/** `kind`: null where only the place was named. */
export function delQdisc(dev: Dev, kind: TcQdisc['kind'] | null): TcError {
  if (dev.tc === undefined) return 'Invalid handle.'
  if (kind !== null && dev.tc.kind !== kind) return 'Invalid qdisc name.'
  delete dev.tc
  return null
}

/** The filters below a parent. Linux: tcf_block_find */
export function filtersAt(dev: Dev, parent: number): { tc: TcQdisc; list: TcProto[] } | { error: string } {
  if (parent === 0) return { error: 'Qdisc not classful.' }
  const { tc } = dev
  if (tc === undefined || parent >>> 16 !== 0xffff) return { error: "Parent Qdisc doesn't exists." }
  if (tc.kind === 'ingress' || parent === TC_H_INGRESS) return { tc, list: tc.ingress }
  return parent === TC_H_EGRESS ? { tc, list: tc.egress } : { error: '' }
}

/** What is asked of u32. */
export interface U32Wish {
  keys: U32Key[]
  classid: number
  actions: ActionWish[]
}

/** An action to be made, or with the index of one that is there. 0: no matter which. */
export type ActionWish = Pick<TcAction, 'kind' | 'verdict' | 'egress' | 'from' | 'bits' | 'to' | 'index'>

export interface FilterWish {
  /** 0: the kernel chooses. */
  prio: number
  /** ETH_P_*, 0: not said. */
  protocol: number
  /** Whole handle of a filter, 0: not said. */
  handle: number
  kind: string
  /** Null: nothing but the classifier is asked for. */
  u32: U32Wish | null
}

/** All actions of a namespace: those of its filters, each once. */
export function actionsOf(net: Netns, kind: TcAction['kind']): TcAction[] {
  const found = new Set<TcAction>()
  for (const dev of net.devs)
    for (const table of dev.tc?.tables ?? [])
      for (const node of table.nodes) for (const a of node.actions) if (a.kind === kind) found.add(a)
  return [...found].sort((a, b) => a.index - b.index)
}

/** How many filters have the action. */
export function bindings(net: Netns, action: TcAction): number {
  let n = 0
  for (const dev of net.devs)
    for (const table of dev.tc?.tables ?? [])
      for (const node of table.nodes) if (node.actions.includes(action)) n++
  return n
}

/** Linux: tcf_idr_check_alloc */
function makeAction(k: Kernel, wish: ActionWish, others: readonly TcAction[]): TcAction {
  const all = [...actionsOf(k.net, wish.kind), ...others.filter((a) => a.kind === wish.kind)]
  const known = all.find((a) => a.index === wish.index)
  if (known) return known
  let index = wish.index || 1
  while (all.some((a) => a.index === index)) index++
  return {
    ...wish,
    index,
    bytes: 0,
    packets: 0,
    drops: 0,
    installed: k.now,
    used: k.now,
    firstUsed: -1,
  }
}

function makeActions(k: Kernel, wishes: readonly ActionWish[]): TcAction[] {
  const made: TcAction[] = []
  for (const wish of wishes) made.push(makeAction(k, wish, made))
  return made
}

function newTable(tc: TcQdisc, prio: number): U32Table {
  const table: U32Table = { handle: tc.nextTable++, prio, nodes: [] }
  tc.tables.unshift(table)
  return table
}

/** A filter by its whole handle, of whatever preference. Linux: u32_get */
export function nodeOf(tc: TcQdisc, handle: number): U32Node | undefined {
  return tc.tables.find((t) => t.handle === handle >>> 20)?.nodes.find((n) => n.handle === handle)
}

/** May it be there already, may it be made? */
export type FilterHow = 'add' | 'change' | 'replace'

/**
 * The classifier of a preference, made if need be. One whose preference the kernel chooses gets the number below the first
 * that it has chosen itself. Linux: tcf_chain_tp_find, tcf_auto_prio
 */
function protoFor(tc: TcQdisc, list: TcProto[], wish: FilterWish, how: FilterHow): TcProto | string {
  if (wish.prio === 0 && how === 'change') return 'Invalid filter command with priority of zero.'
  const from = wish.prio || LOWEST_CHOSEN
  const next = list.find((p) => p.prio >= from)
  if (next?.prio === from) {
    const fits = wish.prio !== 0 && (wish.protocol === 0 || wish.protocol === next.protocol)
    return fits ? next : NO_FILTER
  }
  if (wish.kind === '' || wish.protocol === 0) return 'Filter kind and protocol must be specified.'
  if (how === 'change') return NOT_MADE
  if (wish.kind !== 'u32') return 'TC classifier not found.'
  const prio = wish.prio || (next ? next.prio - 1 : FIRST_CHOSEN)
  const proto: TcProto = { prio, protocol: wish.protocol, table: newTable(tc, prio).handle }
  list.splice(next ? list.indexOf(next) : list.length, 0, proto)
  return proto
}

/** Linux: tc_new_tfilter */
export function addFilter(k: Kernel, dev: Dev, parent: number, wish: FilterWish, how: FilterHow): TcError {
  const at = filtersAt(dev, parent)
  if ('error' in at) return at.error
  const { tc, list } = at
  const before = list.length
  const proto = protoFor(tc, list, wish, how)
  if (typeof proto === 'string') return proto
  const why = changeFilter(k, tc, proto, wish, how)
  if (why !== null && list.length > before) removeProto(tc, list, proto)
  return why
}

/** Linux: u32_change */
function changeFilter(k: Kernel, tc: TcQdisc, proto: TcProto, wish: FilterWish, how: FilterHow): TcError {
  const known = nodeOf(tc, wish.handle)
  if (known && how === 'add') return 'Filter already exists.'
  if (!known && how === 'change') return NOT_MADE
  if (!wish.u32) return wish.handle === 0 ? null : 'cls_u32: Filter handle requires options.'
  const { keys, classid, actions } = wish.u32
  if (known) {
    // Only what is done is exchanged; what it is done to stays.
    known.actions = makeActions(k, actions)
    return null
  }
  const table = tc.tables.find((t) => t.handle === proto.table)
  if (!table || (wish.handle !== 0 && wish.handle >>> 20 !== proto.table))
    return 'cls_u32: Handle specified hash table address mismatch.'
  let handle = wish.handle || proto.table * 0x100000 + 0x800
  while (table.nodes.some((n) => n.handle === handle)) handle++
  table.nodes.push({ handle, keys, classid, actions: makeActions(k, actions), tried: 0, hits: 0 })
  table.nodes.sort((a, b) => a.handle - b.handle)
  return null
}

function removeProto(tc: TcQdisc, list: TcProto[], proto: TcProto): void {
  list.splice(list.indexOf(proto), 1)
  tc.tables = tc.tables.filter((t) => t.handle !== proto.table)
  // With the last one goes what the others have shared.
  if (tc.ingress.length + tc.egress.length === 0) tc.nextTable = 0x800
}

/** Without preference: all of them. Linux: tc_del_tfilter, u32_delete */
export function delFilter(dev: Dev, parent: number, wish: FilterWish): TcError {
  const at = filtersAt(dev, parent)
  if ('error' in at) return at.error
  const { tc, list } = at
  if (wish.prio === 0) {
    if (wish.protocol !== 0 || wish.kind !== '')
      return 'Cannot flush filters with protocol, handle or kind set.'
    for (const proto of [...list]) removeProto(tc, list, proto)
    return null
  }
  if (list.length === 0) return 'Cannot find specified filter chain.'
  const proto = list.find((p) => p.prio === wish.prio)
  if (!proto || (wish.protocol !== 0 && proto.protocol !== wish.protocol)) return NO_FILTER
  if (wish.handle === 0) {
    removeProto(tc, list, proto)
    return null
  }
  const node = nodeOf(tc, wish.handle)
  if (!node) return NO_HANDLE
  for (const table of tc.tables) table.nodes = table.nodes.filter((n) => n !== node)
  // The classifier goes with it where nobody else shares what u32 keeps.
  const [table, ...others] = tc.tables
  if (others.length === 0 && table.nodes.length === 0) removeProto(tc, list, proto)
  return null
}
