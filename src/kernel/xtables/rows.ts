/**
 * A table as rows that the traversal runs through, one after another: made once for every generation of the rules.
 * The kernel's blob is the same: entries in one block of memory, jumps as offsets into it.
 */
import { NF_ACCEPT, NF_DROP } from '../kernel.ts'
import type { Match, Target } from './extension.ts'
import { HOOK_NUMBER } from './extension.ts'
import { MATCHES, TARGETS } from './modules.ts'
import type { Dev } from '../netns.ts'
import type { Chain, IpSpec, Rule, Table } from './rule.ts'

/** What a row does with a packet that it matches. */
export const DO_NEXT = 0
export const DO_VERDICT = 1
export const DO_RETURN = 2
export const DO_JUMP = 3
export const DO_GOTO = 4
export const DO_TARGET = 5

/** Bits of COND: what of the packet a row asks for; the last says that it has matches. */
export const ASKS_SRC = 1
export const ASKS_DST = 2
export const ASKS_IN = 4
export const ASKS_OUT = 8
export const ASKS_PROTOCOL = 16
export const ASKS_FRAGMENT = 32
export const ASKS_STATE = 64
export const ASKS_MATCHES = 128
/** And which of it is inverted (`!`). */
export const NOT_SRC = 256
export const NOT_DST = 512
export const NOT_PROTOCOL = 1024
export const NOT_FRAGMENT = 2048
export const NOT_STATE = 4096

/** Columns of Rows.code, STRIDE numbers a row. */
export const COND = 0
export const SRC = 1
export const SRC_MASK = 2
export const DST = 3
export const DST_MASK = 4
/** Bit i: the device with index i is one that the row asks for; bit 0: no device at all. */
export const IN_DEVS = 5
export const OUT_DEVS = 6
export const PROTOCOL = 7
export const STATE = 8
export const ACTION = 9
/** DO_VERDICT: NF_*. DO_JUMP, DO_GOTO: the row to go to. */
export const TO = 10
export const STRIDE = 11

export interface Row {
  kind: 'rule' | 'policy' | 'return'
  /** Where it counts: the rule, or the built-in chain for its policy. */
  counter: { pkts: number; bytes: number }
  chain: Chain
  rule: Rule | null
  /** From 1; rules + 1 for what ends a chain. */
  number: number
  matches: Match[]
  matchData: unknown[]
  matchPriv: unknown[]
  target: Target | null
  targetData: unknown
}

export interface Rows {
  table: Table
  generation: number
  /** Devices that IN_DEVS and OUT_DEVS know. */
  devs: number
  rows: Row[]
  /** What the traversal reads of each row, as numbers in a block: see the columns above. */
  code: Int32Array
  /** By hook number: the first row of the hook's chain and its policy; -1: the table has no such chain. */
  entry: Int32Array
  underflow: Int32Array
}

/** Devices that fit into the bits of IN_DEVS, and the bit for none. */
export const MAX_DEVS = 31

const NOWHERE = { pkts: 0, bytes: 0 }

function row(kind: Row['kind'], chain: Chain, rule: Rule | null, number: number): Row {
  return {
    kind,
    counter: rule ?? (kind === 'policy' ? chain : NOWHERE),
    chain,
    rule,
    number,
    matches: [],
    matchData: [],
    matchPriv: [],
    target: null,
    targetData: null,
  }
}

/** Is a device of this name (`''`: none) one that the rule asks for? Linux: ifname_compare_aligned */
export function asksFor(want: string, inverted: boolean, name: string): boolean {
  const hit = want.endsWith('+') ? name.startsWith(want.slice(0, -1)) : name === want
  return hit !== inverted
}

function devsOf(want: string, inverted: boolean, devs: readonly Dev[]): number {
  let bits = asksFor(want, inverted, '') ? 1 : 0
  for (const dev of devs)
    if (dev.ifindex <= MAX_DEVS && asksFor(want, inverted, dev.name)) bits |= 1 << dev.ifindex
  return bits
}

/** The basic conditions of a rule, as numbers. */
function conditions(code: Int32Array, at: number, ip: IpSpec, devs: readonly Dev[]): void {
  const bit = (asked: boolean, bits: number): number => (asked ? bits : 0)
  const { not } = ip
  code[at + COND] =
    bit(ip.srcMask !== 0 || not.src, ASKS_SRC) |
    bit(ip.dstMask !== 0 || not.dst, ASKS_DST) |
    bit(ip.iniface !== '', ASKS_IN) |
    bit(ip.outiface !== '', ASKS_OUT) |
    bit(ip.protocol !== 0, ASKS_PROTOCOL) |
    bit(ip.fragment, ASKS_FRAGMENT) |
    bit(not.src, NOT_SRC) |
    bit(not.dst, NOT_DST) |
    bit(not.protocol, NOT_PROTOCOL) |
    bit(not.fragment, NOT_FRAGMENT)
  code[at + SRC] = ip.src
  code[at + SRC_MASK] = ip.srcMask
  code[at + DST] = ip.dst
  code[at + DST_MASK] = ip.dstMask
  code[at + IN_DEVS] = devsOf(ip.iniface, not.iniface, devs)
  code[at + OUT_DEVS] = devsOf(ip.outiface, not.outiface, devs)
  code[at + PROTOCOL] = ip.protocol
}

function act(r: Row, code: Int32Array, at: number, rule: Rule, first: Map<string, number>): void {
  for (const use of rule.matches) {
    const m = MATCHES.get(use.name)
    if (!m) throw new Error(`no match ${use.name}`)
    const state = m.stateOnly?.(use.data) ?? null
    // A second one is asked as any other match is.
    if (state !== null && (code[at + COND] & (ASKS_STATE | ASKS_MATCHES)) === 0) {
      code[at + COND] |= ASKS_STATE | (state.not ? NOT_STATE : 0)
      code[at + STATE] = state.bits
      continue
    }
    code[at + COND] |= ASKS_MATCHES
    r.matches.push(m)
    r.matchData.push(use.data)
    r.matchPriv.push(use.priv)
  }
  const t = rule.target
  switch (t.kind) {
    case 'none':
      code[at + ACTION] = DO_NEXT
      break
    case 'verdict':
      if (t.verdict === 'QUEUE') {
        // The first queue is the one that has no number.
        code[at + ACTION] = DO_TARGET
        r.target = TARGETS.get('NFQUEUE') ?? null
        r.targetData = r.target?.init()
        break
      }
      code[at + ACTION] = t.verdict === 'RETURN' ? DO_RETURN : DO_VERDICT
      code[at + TO] = t.verdict === 'DROP' ? NF_DROP : NF_ACCEPT
      break
    case 'jump':
    case 'goto': {
      const to = first.get(t.chain)
      if (to === undefined) throw new Error(`no chain ${t.chain}`)
      code[at + ACTION] = t.kind === 'jump' ? DO_JUMP : DO_GOTO
      code[at + TO] = to
      break
    }
    case 'target': {
      code[at + ACTION] = DO_TARGET
      r.target = TARGETS.get(t.use.name) ?? null
      if (!r.target) throw new Error(`no target ${t.use.name}`)
      r.targetData = t.use.data
    }
  }
}

function compile(table: Table, devs: readonly Dev[]): Rows {
  const first = new Map<string, number>()
  let n = 0
  for (const chain of table.chains) {
    first.set(chain.name, n)
    n += chain.rules.length + 1
  }
  const rows: Row[] = []
  const code = new Int32Array(n * STRIDE)
  const entry = new Int32Array(5).fill(-1)
  const underflow = new Int32Array(5).fill(-1)
  for (const chain of table.chains) {
    if (chain.hook) entry[HOOK_NUMBER[chain.hook]] = rows.length
    chain.rules.forEach((rule, i) => {
      const r = row('rule', chain, rule, i + 1)
      const at = rows.length * STRIDE
      conditions(code, at, rule.ip, devs)
      act(r, code, at, rule, first)
      rows.push(r)
    })
    const at = rows.length * STRIDE
    code[at + ACTION] = chain.hook ? DO_VERDICT : DO_RETURN
    code[at + TO] = chain.policy === 'DROP' ? NF_DROP : NF_ACCEPT
    if (chain.hook) underflow[HOOK_NUMBER[chain.hook]] = rows.length
    rows.push(row(chain.hook ? 'policy' : 'return', chain, null, chain.rules.length + 1))
  }
  return { table, generation: table.generation, devs: devs.length, rows, code, entry, underflow }
}

const compiled = new WeakMap<Table, Rows>()
/** Those asked for last, one for each table name: the third letter tells the five names apart. */
const recent: (Rows | undefined)[] = Array.from({ length: 16 }, () => undefined)

/** The rows of a table as it is now, in a namespace with these devices. */
export function rowsOf(table: Table, devs: readonly Dev[]): Rows {
  const rows = recent[table.name.charCodeAt(2) & 15]
  if (
    rows !== undefined &&
    rows.table === table &&
    rows.generation === table.generation &&
    rows.devs === devs.length
  )
    return rows
  return foundRows(table, devs)
}

function foundRows(table: Table, devs: readonly Dev[]): Rows {
  let rows = compiled.get(table)
  if (rows === undefined || rows.generation !== table.generation || rows.devs !== devs.length) {
    rows = compile(table, devs)
    compiled.set(table, rows)
  }
  return (recent[table.name.charCodeAt(2) & 15] = rows)
}
