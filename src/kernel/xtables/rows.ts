/**
 * A table as rows that the traversal runs through, one after another: made once for every generation of the rules.
 * The kernel's blob is the same: entries in one block of memory, jumps as offsets into it.
 */
import { NF_ACCEPT, NF_DROP } from '../kernel.ts'
import type { Match, Target } from './extension.ts'
import { HOOK_NUMBER } from './extension.ts'
import { MATCHES, TARGETS } from './modules.ts'
import type { Chain, Rule, Table } from './rule.ts'

/** What a row does with a packet that it matches. */
export const DO_NEXT = 0
export const DO_VERDICT = 1
export const DO_RETURN = 2
export const DO_JUMP = 3
export const DO_GOTO = 4
export const DO_TARGET = 5

export interface Row {
  kind: 'rule' | 'policy' | 'return'
  /** Where it counts: the rule, or the built-in chain for its policy. */
  counter: { pkts: number; bytes: number }
  chain: Chain
  rule: Rule | null
  /** From 1; rules + 1 for what ends a chain. */
  number: number
  /** 0: no basic condition at all. */
  conditions: number
  src: number
  srcMask: number
  notSrc: boolean
  dst: number
  dstMask: number
  notDst: boolean
  inName: string
  inPrefix: boolean
  notIn: boolean
  outName: string
  outPrefix: boolean
  notOut: boolean
  protocol: number
  notProtocol: boolean
  fragment: boolean
  notFragment: boolean
  matches: Match[]
  matchData: unknown[]
  matchPriv: unknown[]
  action: number
  /** DO_VERDICT: NF_*. DO_JUMP, DO_GOTO: the row to go to. */
  to: number
  target: Target | null
  targetData: unknown
}

export interface Rows {
  generation: number
  rows: Row[]
  /** By hook number: the first row of the hook's chain and its policy; -1: the table has no such chain. */
  entry: Int32Array
  underflow: Int32Array
}

const NOWHERE = { pkts: 0, bytes: 0 }

function row(kind: Row['kind'], chain: Chain, rule: Rule | null, number: number): Row {
  const ip = rule?.ip
  const prefix = (name: string): boolean => name.endsWith('+')
  const base = (name: string): string => (prefix(name) ? name.slice(0, -1) : name)
  const inName = ip?.iniface ?? ''
  const outName = ip?.outiface ?? ''
  const conditions =
    ip &&
    (ip.srcMask ||
      ip.not.src ||
      ip.dstMask ||
      ip.not.dst ||
      ip.protocol ||
      ip.not.protocol ||
      ip.fragment ||
      ip.not.fragment ||
      inName ||
      outName ||
      ip.not.iniface ||
      ip.not.outiface)
      ? 1
      : 0
  return {
    kind,
    counter: rule ?? (kind === 'policy' ? chain : NOWHERE),
    chain,
    rule,
    number,
    conditions,
    src: ip?.src ?? 0,
    srcMask: ip?.srcMask ?? 0,
    notSrc: ip?.not.src ?? false,
    dst: ip?.dst ?? 0,
    dstMask: ip?.dstMask ?? 0,
    notDst: ip?.not.dst ?? false,
    inName: base(inName),
    inPrefix: prefix(inName) || inName === '',
    notIn: ip?.not.iniface ?? false,
    outName: base(outName),
    outPrefix: prefix(outName) || outName === '',
    notOut: ip?.not.outiface ?? false,
    protocol: ip?.protocol ?? 0,
    notProtocol: ip?.not.protocol ?? false,
    fragment: ip?.fragment ?? false,
    notFragment: ip?.not.fragment ?? false,
    matches: [],
    matchData: [],
    matchPriv: [],
    action: DO_NEXT,
    to: 0,
    target: null,
    targetData: null,
  }
}

function act(r: Row, rule: Rule, first: Map<string, number>): void {
  for (const use of rule.matches) {
    const m = MATCHES.get(use.name)
    if (!m) throw new Error(`no match ${use.name}`)
    r.matches.push(m)
    r.matchData.push(use.data)
    r.matchPriv.push(use.priv)
  }
  const t = rule.target
  switch (t.kind) {
    case 'none':
      break
    case 'verdict':
      r.action = t.verdict === 'RETURN' ? DO_RETURN : DO_VERDICT
      r.to = t.verdict === 'DROP' ? NF_DROP : NF_ACCEPT
      break
    case 'jump':
    case 'goto':
      r.action = t.kind === 'jump' ? DO_JUMP : DO_GOTO
      r.to = first.get(t.chain) ?? -1
      if (r.to < 0) throw new Error(`no chain ${t.chain}`)
      break
    case 'target': {
      r.action = DO_TARGET
      r.target = TARGETS.get(t.use.name) ?? null
      if (!r.target) throw new Error(`no target ${t.use.name}`)
      r.targetData = t.use.data
    }
  }
}

function compile(table: Table): Rows {
  const first = new Map<string, number>()
  let n = 0
  for (const chain of table.chains) {
    first.set(chain.name, n)
    n += chain.rules.length + 1
  }
  const out: Rows = {
    generation: table.generation,
    rows: [],
    entry: new Int32Array(5).fill(-1),
    underflow: new Int32Array(5).fill(-1),
  }
  for (const chain of table.chains) {
    if (chain.hook) out.entry[HOOK_NUMBER[chain.hook]] = out.rows.length
    chain.rules.forEach((rule, i) => {
      const r = row('rule', chain, rule, i + 1)
      act(r, rule, first)
      out.rows.push(r)
    })
    const end = row(chain.hook ? 'policy' : 'return', chain, null, chain.rules.length + 1)
    end.action = chain.hook ? DO_VERDICT : DO_RETURN
    end.to = chain.policy === 'DROP' ? NF_DROP : NF_ACCEPT
    if (chain.hook) out.underflow[HOOK_NUMBER[chain.hook]] = out.rows.length
    out.rows.push(end)
  }
  return out
}

const compiled = new WeakMap<Table, Rows>()

/** The rows of a table as it is now. */
export function rowsOf(table: Table): Rows {
  let rows = compiled.get(table)
  if (!rows || rows.generation !== table.generation) {
    rows = compile(table)
    compiled.set(table, rows)
  }
  return rows
}
