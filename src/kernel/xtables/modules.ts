/**
 * The extensions that are loaded, by the name that rules use. They register themselves (matches/index.ts,
 * targets/index.ts) when a program that writes rules is loaded, as Linux loads xt_* modules for the first rule that
 * names them.
 *
 * Linux: net/netfilter/x_tables.c xt_register_matches, xt_register_targets
 */
import type { Match, Target } from './extension.ts'

const matches = new Map<string, Match>()
const targets = new Map<string, Target>()

export const MATCHES: ReadonlyMap<string, Match> = matches
export const TARGETS: ReadonlyMap<string, Target> = targets

export function xt_register_matches(list: readonly Match[]): void {
  for (const m of list) matches.set(m.name, m)
}

export function xt_register_targets(list: readonly Target[]): void {
  for (const t of list) targets.set(t.name, t)
}
