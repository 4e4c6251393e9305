/** Changes to the routing rules. Linux: net/core/fib_rules.c fib_newrule, fib_delrule, fib_default_rule_pref */
import { rt_cache_flush, type FibRule } from './fib.ts'
import type { NetlinkError } from './netlink.ts'
import type { Netns } from './netns.ts'

/** From now on nothing goes by what the first rules would have said. Linux: fib_unmerge, fib_has_custom_rules */
function hasRules(net: Netns): void {
  net.fibCustom = true
  net.fibSplit = true
}

/** The preference of a rule that names none: one before the second rule, if that leaves room. */
export function defaultPref(net: Netns): number {
  const second = net.rules[1] as FibRule | undefined
  return second !== undefined && second.pref > 0 ? second.pref - 1 : 0
}

/** What a rule says that cannot be. Linux: fib_nl2rule */
function wrong({ pref, target, sport, dport }: FibRule): NetlinkError | null {
  if ((target ?? Infinity) <= pref) return { errno: 'EINVAL', message: 'Backward goto not supported' }
  for (const [range, what] of [
    [sport, 'sport'],
    [dport, 'dport'],
  ] as const)
    if (range && (range.start === 0 || range.end === 0xffff || range.end < range.start))
      return { errno: 'EINVAL', message: `Invalid ${what} range` }
  return null
}

/** Behind those of the same preference. Linux: fib_newrule, rule_exists */
export function addRule(net: Netns, rule: FibRule): NetlinkError | null {
  const error = wrong(rule)
  if (error) return error
  const twin = JSON.stringify(rule)
  if (net.rules.some((r) => JSON.stringify(r) === twin)) return { errno: 'EEXIST' }
  hasRules(net)
  const at = net.rules.findIndex((r) => r.pref > rule.pref)
  rt_cache_flush(net)
  net.rules.splice(at < 0 ? net.rules.length : at, 0, rule)
  return null
}

/** Delete the first rule of which all that is given holds. */
export function delRule(net: Netns, given: Partial<FibRule>): NetlinkError | null {
  const same = (r: FibRule): boolean =>
    Object.entries(given).every(
      ([key, value]) => JSON.stringify(r[key as keyof FibRule]) === JSON.stringify(value),
    )
  const victim = net.rules.find(same)
  if (!victim) return { errno: 'ENOENT' }
  hasRules(net)
  net.rules = net.rules.filter((r) => r !== victim)
  rt_cache_flush(net)
  return null
}

/** All but those of preference 0, the lookup of `main` included. Linux: iproute2, ip/iprule.c flush_rule */
export function flushRules(net: Netns): void {
  hasRules(net)
  net.rules = net.rules.filter((r) => r.pref === 0)
  rt_cache_flush(net)
}
