/**
 * The tables of a namespace and how they are changed: only ever as a whole, as the setsockopt interface does it. A
 * program reads a table, changes its copy and puts that in its place; the kernel checks all of it first.
 */
import type { Kernel } from '../kernel.ts'
import type { Netns } from '../netns.ts'
import '../nat/hook.ts'
import { nf_ct_netns_get, nf_ct_netns_put } from '../conntrack/register.ts'
import { printk } from '../log.ts'
import { periodOf } from '../period.ts'
import { HOOK_NUMBER, type Errno, type Match, type Target } from './extension.ts'
import { MATCHES, TARGETS } from './modules.ts'
import { HOOK_CHAIN, newTable, TABLE_HOOKS } from './rule.ts'
import type { Chain, Hook, Rule, Table, TableName, Use } from './rule.ts'
import './table.ts'
import { unconditional } from './unconditional.ts'

export function isTableName(name: string): name is TableName {
  return Object.hasOwn(TABLE_HOOKS, name)
}

/**
 * The table, made on first touch as loading its module does; null: there is no such table. From then on its hooks are
 * registered in this namespace. Linux: net/netfilter/x_tables.c xt_find_table_lock
 */
export function getTable(net: Netns, name: string): Table | null {
  if (!isTableName(name)) return null
  let table = net.tables[name]
  if (!table) {
    table = newTable(name)
    net.tables[name] = table
    net.tableOrder.push(name)
  }
  return table
}

interface Walk {
  chains: Map<string, Chain>
  /** From which hooks a rule is reached: bit 1 << hook number. */
  comefrom: Map<Rule, number>
  visited: Set<Chain>
  /** Chains on the way from the hook to here. */
  open: Set<Chain>
}

/** False: a loop. What follows an unconditional verdict is not reached. */
function walk(w: Walk, chain: Chain, hook: number): boolean {
  if (w.open.has(chain)) return false
  if (w.visited.has(chain)) return true
  w.visited.add(chain)
  w.open.add(chain)
  for (const rule of chain.rules) {
    w.comefrom.set(rule, (w.comefrom.get(rule) ?? 0) | (1 << hook))
    const t = rule.target
    if (t.kind === 'verdict' && unconditional(rule)) break
    if (t.kind === 'jump' || t.kind === 'goto') {
      const to = w.chains.get(t.chain)
      if (to && !walk(w, to, hook)) return false
    }
  }
  w.open.delete(chain)
  return true
}

/** From which hooks each rule is reached, or null for a loop. Linux: net/ipv4/netfilter/ip_tables.c mark_source_chains */
export function mark_source_chains(chains: readonly Chain[]): Map<Rule, number> | null {
  const comefrom = new Map<Rule, number>()
  const byName = new Map(chains.map((c) => [c.name, c]))
  for (const chain of chains) {
    if (!chain.hook) continue
    const w: Walk = { chains: byName, comefrom, visited: new Set(), open: new Set() }
    if (!walk(w, chain, HOOK_NUMBER[chain.hook])) return null
  }
  return comefrom
}

/** `PREROUTING/INPUT`. Linux: net/netfilter/x_tables.c textify_hooks */
function textify_hooks(mask: number): string {
  const hooks = Object.keys(HOOK_CHAIN) as Hook[]
  return hooks
    .filter((h) => mask & (1 << HOOK_NUMBER[h]))
    .map((h) => HOOK_CHAIN[h])
    .join('/')
}

/** May this match or target stand here? Linux: net/netfilter/x_tables.c xt_check_match, xt_check_target */
function check(
  k: Kernel,
  kind: 'match' | 'target',
  ext: Match | Target,
  use: Use,
  table: TableName,
  rule: Rule,
  hooks: number,
): Errno | null {
  const what = `x_tables: ip_tables: ${ext.name} ${kind}: `
  if (ext.table && ext.table !== table) {
    printk(k, `${what}only valid in ${ext.table} table, not ${table}`)
    return 'EINVAL'
  }
  if (ext.hooks) {
    const allowed = ext.hooks.reduce((mask, h) => mask | (1 << HOOK_NUMBER[h]), 0)
    if (hooks & ~allowed) {
      const only = kind === 'match' ? 'valid' : 'usable'
      printk(
        k,
        `${what}used from hooks ${textify_hooks(hooks)}, but only ${only} from ${textify_hooks(allowed)}`,
      )
      return 'EINVAL'
    }
  }
  if (ext.proto !== undefined && (rule.ip.protocol !== ext.proto || rule.ip.not.protocol)) {
    printk(k, `${what}only valid for protocol ${ext.proto}`)
    return 'EINVAL'
  }
  const refusal = ext.checkentry?.(use.data, rule.ip, hooks, { k, table, rule })
  if (!refusal) return null
  if (refusal.log !== '') printk(k, periodOf(k.machine.period).refusal(refusal.log))
  return refusal.errno
}

/** The matches and the target of a rule, as far as they are extensions. */
function* extensions(rule: Rule): Generator<['match' | 'target', Match | Target, Use]> {
  for (const use of rule.matches) {
    const m = MATCHES.get(use.name)
    if (m) yield ['match', m, use]
  }
  if (rule.target.kind === 'target') {
    const t = TARGETS.get(rule.target.use.name)
    if (t) yield ['target', t, rule.target.use]
  }
}

/** How many parts of these rules keep connection tracking on. */
function users(chains: readonly Chain[]): number {
  let n = 0
  for (const chain of chains)
    for (const rule of chain.rules)
      for (const [, ext, use] of extensions(rule)) if (ext.needsConntrack?.(use.data)) n++
  return n
}

/** The extensions of these rules with what they keep, which they will have to give back. */
function* kept(chains: readonly Chain[]): Generator<[Match | Target, Use, unknown]> {
  for (const chain of chains)
    for (const rule of chain.rules) for (const [, ext, use] of extensions(rule)) yield [ext, use, use.priv]
}

/**
 * Put these chains in the place of the table's, if all their rules may stand where they do. What the extensions keep
 * between packets begins anew. Connection tracking is told of the new rules before it is told that the old ones are gone.
 *
 * Linux: net/ipv4/netfilter/ip_tables.c do_replace, translate_table, find_check_entry
 * Left out: sizes and offsets of the blob, 32-bit callers
 */
export function do_replace(k: Kernel, table: Table, chains: Chain[]): Errno | null {
  const comefrom = mark_source_chains(chains)
  if (!comefrom) return 'ELOOP'
  const privs: [Match | Target, Use, unknown][] = []
  for (const chain of chains) {
    for (const rule of chain.rules) {
      const hooks = comefrom.get(rule) ?? 0
      for (const [kind, ext, use] of extensions(rule)) {
        const errno = check(k, kind, ext, use, table.name, rule, hooks)
        if (errno) {
          for (const [made, of, priv] of privs) made.destroy?.(of.data, k, priv)
          return errno
        }
        if (ext.newPriv) privs.push([ext, use, ext.newPriv(use.data, k)])
      }
    }
  }
  const gone = [...kept(table.chains)]
  for (const [, use, priv] of privs) use.priv = priv
  const before = users(table.chains)
  for (let n = users(chains); n > 0; n--) nf_ct_netns_get(k)
  table.chains = chains
  table.generation++
  for (const [ext, use, priv] of gone) ext.destroy?.(use.data, k, priv)
  for (let n = before; n > 0; n--) nf_ct_netns_put(k)
  return null
}
