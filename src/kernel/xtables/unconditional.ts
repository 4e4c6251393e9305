import type { Rule } from './rule.ts'

/** Does the rule hold for every packet? Linux: net/ipv4/netfilter/ip_tables.c unconditional */
export function unconditional(rule: Rule): boolean {
  const { ip, matches } = rule
  return (
    matches.length === 0 &&
    ip.srcMask === 0 &&
    ip.dstMask === 0 &&
    ip.iniface === '' &&
    ip.outiface === '' &&
    ip.protocol === 0 &&
    !ip.fragment &&
    !Object.values(ip.not).includes(true)
  )
}
