/**
 * A table being changed: a copy of the kernel's, put back as a whole by commit. Errors are the C library's errno; what
 * they mean depends on the function that failed last (iptc_strerror).
 *
 * Linux: iptables, libiptc/libiptc.c. Rules are shared with the kernel's table and never changed in place.
 */
import type { Kernel } from '../../kernel/kernel.ts'
import type { Errno } from '../../kernel/xtables/extension.ts'
import type { Chain, IpSpec, Rule, RuleTarget, Table, Use } from '../../kernel/xtables/rule.ts'
import { do_replace, getTable } from '../../kernel/xtables/ruleset.ts'

export interface Handle {
  table: Table
  chains: Chain[]
  changed: boolean
  /** Built-in chains whose policy was given counters: those of all others begin at 0 again with any change. */
  counted: Set<string>
  /** The function that was called last, for iptc_strerror. */
  fn: string
}

export interface Counters {
  pkts: number
  bytes: number
}

/** Null: no such table. */
export function iptc_init(k: Kernel, name: string): Handle | null {
  const table = getTable(k.net, name)
  if (!table) return null
  const chains = table.chains.map((c) => ({ ...c, rules: [...c.rules] }))
  return { table, chains, changed: false, counted: new Set(), fn: 'TC_INIT' }
}

export function findChain(h: Handle, name: string): Chain | null {
  return h.chains.find((c) => c.name === name) ?? null
}

export function iptc_is_chain(h: Handle, name: string): boolean {
  return findChain(h, name) !== null
}

export function iptc_builtin(h: Handle, name: string): boolean {
  const c = findChain(h, name)
  return c !== null && c.hook !== null
}

/** Rules that jump or go to the chain. */
export function references(h: Handle, name: string): number {
  let n = 0
  for (const c of h.chains) for (const r of c.rules) if (chainOf(r.target) === name) n++
  return n
}

/** References of all chains at once, by name. */
export function allReferences(h: Handle): Map<string, number> {
  const out = new Map<string, number>()
  for (const c of h.chains)
    for (const r of c.rules) {
      const to = chainOf(r.target)
      if (to !== null) out.set(to, (out.get(to) ?? 0) + 1)
    }
  return out
}

function chainOf(target: RuleTarget): string | null {
  return target.kind === 'jump' || target.kind === 'goto' ? target.chain : null
}

/** Nobody can jump to a built-in chain. */
function map_target(h: Handle, rule: Rule): Errno | null {
  const to = chainOf(rule.target)
  if (to === null) return null
  const chain = findChain(h, to)
  return chain && chain.hook === null ? null : 'EINVAL'
}

/** `at` counts from 0. */
export function iptc_insert_entry(h: Handle, name: string, rule: Rule, at: number): Errno | null {
  h.fn = 'TC_INSERT_ENTRY'
  const c = findChain(h, name)
  if (!c) return 'ENOENT'
  if (at > c.rules.length) return 'E2BIG'
  const errno = map_target(h, rule)
  if (errno) return mapped(h, errno)
  c.rules.splice(at, 0, rule)
  h.changed = true
  return null
}

export function iptc_replace_entry(h: Handle, name: string, rule: Rule, at: number): Errno | null {
  h.fn = 'TC_REPLACE_ENTRY'
  const c = findChain(h, name)
  if (!c) return 'ENOENT'
  if (at >= c.rules.length) return 'E2BIG'
  const errno = map_target(h, rule)
  if (errno) return mapped(h, errno)
  c.rules[at] = rule
  h.changed = true
  return null
}

export function iptc_append_entry(h: Handle, name: string, rule: Rule): Errno | null {
  h.fn = 'TC_APPEND_ENTRY'
  const c = findChain(h, name)
  if (!c) return 'ENOENT'
  const errno = map_target(h, rule)
  if (errno) return mapped(h, errno)
  c.rules.push(rule)
  h.changed = true
  return null
}

/** Asking whether the target is a built-in chain was the last thing done. */
function mapped(h: Handle, errno: Errno): Errno {
  h.fn = 'TC_BUILTIN'
  return errno
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function sameUse(a: Use, b: Use): boolean {
  return a.name === b.name && same(a.data, b.data)
}

function sameTarget(a: RuleTarget, b: RuleTarget): boolean {
  if (a.kind === 'target' && b.kind === 'target') return sameUse(a.use, b.use)
  return same(a, b)
}

/** An interface `+` leaves nothing to compare. */
function masked(ip: IpSpec): IpSpec {
  if (ip.iniface !== '+' && ip.outiface !== '+') return ip
  const name = (n: string): string => (n === '+' ? '' : n)
  return { ...ip, iniface: name(ip.iniface), outiface: name(ip.outiface) }
}

/** The same conditions and the same target; counters do not matter. */
export function sameRule(a: Rule, b: Rule): boolean {
  return (
    same(masked(a.ip), masked(b.ip)) &&
    a.matches.length === b.matches.length &&
    a.matches.every((use, i) => sameUse(use, b.matches[i])) &&
    sameTarget(a.target, b.target)
  )
}

/** Delete the first rule like this one. `dryRun`: only say whether there is one. */
export function iptc_delete_entry(h: Handle, name: string, rule: Rule, dryRun: boolean): Errno | null {
  h.fn = 'TC_DELETE_ENTRY'
  const c = findChain(h, name)
  if (!c) return 'ENOENT'
  const errno = map_target(h, rule)
  if (errno) return mapped(h, errno)
  const at = c.rules.findIndex((r) => sameRule(r, rule))
  // Mapping the target asks TC_BUILTIN first where it is a chain or an extension: the error is then another one.
  if (rule.target.kind !== 'none' && rule.target.kind !== 'verdict') h.fn = 'TC_BUILTIN'
  if (at < 0) return 'ENOENT'
  if (dryRun) return null
  c.rules.splice(at, 1)
  h.changed = true
  return null
}

/** `at` counts from 0. */
export function iptc_delete_num_entry(h: Handle, name: string, at: number): Errno | null {
  h.fn = 'TC_DELETE_NUM_ENTRY'
  const c = findChain(h, name)
  if (!c) return 'ENOENT'
  if (at >= c.rules.length) return 'E2BIG'
  c.rules.splice(at, 1)
  h.changed = true
  return null
}

export function iptc_flush_entries(h: Handle, name: string): Errno | null {
  h.fn = 'TC_FLUSH_ENTRIES'
  const c = findChain(h, name)
  if (!c) return 'ENOENT'
  c.rules = []
  h.changed = true
  return null
}

function zeroed(rule: Rule): Rule {
  return { ...rule, pkts: 0, bytes: 0 }
}

export function iptc_zero_entries(h: Handle, name: string): Errno | null {
  h.fn = 'TC_ZERO_ENTRIES'
  const c = findChain(h, name)
  if (!c) return 'ENOENT'
  c.pkts = 0
  c.bytes = 0
  c.rules = c.rules.map(zeroed)
  h.changed = true
  return null
}

/** `num` counts from 1. */
export function iptc_zero_counter(h: Handle, name: string, num: number): Errno | null {
  h.fn = 'TC_ZERO_COUNTER'
  const c = findChain(h, name)
  if (!c) return 'ENOENT'
  if (num > c.rules.length) return 'E2BIG'
  c.rules[num - 1] = zeroed(c.rules[num - 1])
  h.changed = true
  return null
}

const LABELS: readonly string[] = ['DROP', 'ACCEPT', 'QUEUE', 'RETURN']

/** User chains stand sorted after the built-in ones. */
function insertSorted(h: Handle, chain: Chain): void {
  const at = h.chains.findIndex((c) => c.hook === null && c.name >= chain.name)
  h.chains.splice(at < 0 ? h.chains.length : at, 0, chain)
}

export function iptc_create_chain(h: Handle, name: string): Errno | null {
  h.fn = 'TC_CREATE_CHAIN'
  if (findChain(h, name) || LABELS.includes(name)) return 'EEXIST'
  insertSorted(h, { name, hook: null, policy: null, pkts: 0, bytes: 0, rules: [] })
  h.changed = true
  return null
}

export function iptc_delete_chain(h: Handle, name: string): Errno | null {
  h.fn = 'TC_DELETE_CHAIN'
  const c = findChain(h, name)
  if (!c) return 'ENOENT'
  h.fn = 'TC_BUILTIN'
  if (c.hook !== null) return 'EINVAL'
  h.fn = 'TC_GET_REFERENCES'
  if (references(h, name) > 0) return 'EMLINK'
  if (c.rules.length > 0) return 'ENOTEMPTY'
  h.chains.splice(h.chains.indexOf(c), 1)
  h.changed = true
  return null
}

/** Rules that jump to the chain follow it to its new name. */
export function iptc_rename_chain(h: Handle, oldname: string, newname: string): Errno | null {
  h.fn = 'TC_RENAME_CHAIN'
  if (findChain(h, newname) || LABELS.includes(newname)) return 'EEXIST'
  const c = findChain(h, oldname)
  if (!c) return 'ENOENT'
  h.fn = 'TC_BUILTIN'
  if (c.hook !== null) return 'ENOENT'
  h.chains.splice(h.chains.indexOf(c), 1)
  insertSorted(h, { ...c, name: newname })
  for (const chain of h.chains) {
    chain.rules = chain.rules.map((r) =>
      chainOf(r.target) === oldname ? { ...r, target: { ...r.target, chain: newname } as RuleTarget } : r,
    )
  }
  h.changed = true
  return null
}

/** Without counters the policy's begin at 0 again. */
export function iptc_set_policy(
  h: Handle,
  name: string,
  policy: string,
  counters: Counters | null,
): Errno | null {
  h.fn = 'TC_SET_POLICY'
  const c = findChain(h, name)
  if (!c || c.hook === null) return 'ENOENT'
  if (policy !== 'ACCEPT' && policy !== 'DROP') return 'EINVAL'
  c.policy = policy
  c.pkts = counters?.pkts ?? 0
  c.bytes = counters?.bytes ?? 0
  if (counters) h.counted.add(name)
  else h.counted.delete(name)
  h.changed = true
  return null
}

/**
 * Put the copy in the table's place. The rules that stay keep their counters; the policies do not: libiptc maps them as
 * zeroed whatever was changed (__iptcc_p_del_policy).
 */
export function iptc_commit(k: Kernel, h: Handle): Errno | null {
  h.fn = 'TC_COMMIT'
  if (!h.changed) return null
  for (const c of h.chains) if (!h.counted.has(c.name)) c.pkts = c.bytes = 0
  return do_replace(k, h.table, h.chains)
}

const TEXTS: Record<Errno, string> = {
  EINVAL: 'Invalid argument',
  ENOENT: 'No such file or directory',
  ELOOP: 'Too many levels of symbolic links',
  EEXIST: 'File exists',
  E2BIG: 'Argument list too long',
  EMLINK: 'Too many links',
  ENOTEMPTY: 'Directory not empty',
  ERANGE: 'Numerical result out of range',
  EOPNOTSUPP: 'Operation not supported',
  ENOMEM: 'Cannot allocate memory',
  EDOM: 'Numerical argument out of domain',
}

const MESSAGES: readonly [string | null, Errno, string][] = [
  ['TC_CREATE_CHAIN', 'EEXIST', 'Chain already exists'],
  ['TC_INSERT_ENTRY', 'E2BIG', 'Index of insertion too big'],
  ['TC_REPLACE_ENTRY', 'E2BIG', 'Index of replacement too big'],
  ['TC_DELETE_NUM_ENTRY', 'E2BIG', 'Index of deletion too big'],
  ['TC_ZERO_COUNTER', 'E2BIG', 'Index of counter too big'],
  ['TC_DELETE_ENTRY', 'ENOENT', 'Bad rule (does a matching rule exist in that chain?)'],
  ['TC_SET_POLICY', 'ENOENT', 'Bad built-in chain name'],
  ['TC_SET_POLICY', 'EINVAL', 'Bad policy name'],
  [null, 'ENOENT', 'No chain/target/match by that name'],
]

/** What an error of the last function means. */
export function iptc_strerror(fn: string, errno: Errno): string {
  const known = MESSAGES.find(([f, e]) => (f === null || f === fn) && e === errno)
  return known ? known[2] : strerror(errno)
}

/** Linux: the C library's strerror */
export function strerror(errno: Errno): string {
  return TEXTS[errno]
}
