/**
 * The extensions that are loaded, by the name that rules use. They register themselves (matches/index.ts,
 * targets/index.ts) when a program that writes rules is loaded, as Linux loads xt_* modules for the first rule that
 * names them.
 *
 * Linux: net/netfilter/x_tables.c xt_register_matches, xt_register_targets
 */
import type { Kernel } from '../kernel.ts'
import type { Skb } from '../skb.ts'
import type { Row } from './rows.ts'
import type { Hook, Rule, Table } from './rule.ts'
import type { Match, Target } from './extension.ts'

const matches = new Map<string, Match>()
const targets = new Map<string, Target>()

/** Who writes down the rules that a marked packet meets: comes with the TRACE target, without which none is marked. */
export const nfTracer: {
  rule: ((k: Kernel, skb: Skb, table: Table, r: Row, hook: Hook) => void) | null
} = { rule: null }

/** How a rule is written, for the trace and the page: comes with the programs that write rules. */
export const written: { rule: (rule: Rule) => string } = { rule: () => '' }

export const MATCHES: ReadonlyMap<string, Match> = matches
export const TARGETS: ReadonlyMap<string, Target> = targets

export function xt_register_matches(list: readonly Match[]): void {
  for (const m of list) matches.set(m.name, m)
}

export function xt_register_targets(list: readonly Target[]): void {
  for (const t of list) targets.set(t.name, t)
}
