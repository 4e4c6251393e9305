/** Finding a match or a target by the name that was typed. Linux: iptables, libxtables/xtables.c xtables_find_match */
import { problem } from '../../kernel/xtables/error.ts'
import type { Match, Target } from '../../kernel/xtables/extension.ts'
import { MATCHES } from '../../kernel/xtables/matches/index.ts'
import { TARGETS } from '../../kernel/xtables/targets/index.ts'

/** Names that are verdicts: no extension is needed for them. */
const STANDARD: readonly string[] = ['', 'ACCEPT', 'DROP', 'QUEUE', 'RETURN']

export function isStandard(name: string): boolean {
  return STANDARD.includes(name)
}

export function findMatch(name: string): Match | null {
  if (name.length >= 29) problem(`Invalid match name "${name}" (28 chars max)`)
  return MATCHES.get(name) ?? null
}

export function mustFindMatch(name: string): Match {
  return findMatch(name) ?? problem(`Couldn't load match \`${name}':No such file or directory\n`)
}

export function findTarget(name: string): Target | null {
  return TARGETS.get(name) ?? null
}

export function mustFindTarget(name: string): Target {
  return findTarget(name) ?? problem(`Couldn't load target \`${name}':No such file or directory\n`)
}
