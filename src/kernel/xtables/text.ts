/** A rule as iptables-save writes it. Linux: iptables, iptables/iptables.c print_rule4, xshared.c save_rule_details */
import { maskBits, printIpv4, type Ipv4 } from '../../wire/address.ts'
import { MATCHES, TARGETS } from './modules.ts'
import { protocolText } from './names.ts'
import type { Chain, IpSpec, Rule, RuleTarget } from './rule.ts'

function address(letter: string, addr: Ipv4, mask: number, invert: boolean): string {
  if (mask === 0 && addr === 0 && !invert) return ''
  return `${invert ? ' !' : ''} -${letter} ${printIpv4(addr)}/${maskBits(mask) ?? printIpv4(mask)}`
}

/** A name that matches every interface is not worth saying. */
function iface(letter: string, name: string, invert: boolean): string {
  return name === '' || name === '+' ? '' : `${invert ? ' !' : ''} -${letter} ${name}`
}

/** The basic conditions, each with a blank before it. */
export function ipText(ip: IpSpec): string {
  let out = address('s', ip.src, ip.srcMask, ip.not.src) + address('d', ip.dst, ip.dstMask, ip.not.dst)
  out += iface('i', ip.iniface, ip.not.iniface) + iface('o', ip.outiface, ip.not.outiface)
  if (ip.protocol > 0)
    out += `${ip.not.protocol ? ' !' : ''} -p ${protocolText(ip.protocol, false) ?? ip.protocol}`
  if (ip.fragment) out += `${ip.not.fragment ? ' !' : ''} -f`
  return out
}

/** How another version of iptables would write the options of an extension. */
export type Saying = (ext: string, text: string) => string

const AS_IT_IS: Saying = (_ext, text) => text

/** `-m name options` for every match. */
function matchesText(rule: Rule, say = AS_IT_IS): string {
  let out = ''
  for (const use of rule.matches) {
    const m = MATCHES.get(use.name)
    if (m) out += ` -m ${m.alias ? m.alias(use.data) : m.name}${say(m.name, m.save(use.data, rule.ip))}`
  }
  return out
}

/** `-j ..`, `-g ..`, with a blank before it; nothing for a rule that only counts. */
export function targetText(target: RuleTarget, ip: IpSpec, say = AS_IT_IS): string {
  switch (target.kind) {
    case 'none':
      return ''
    case 'verdict':
      return ` -j ${target.verdict}`
    case 'jump':
      return ` -j ${target.chain}`
    case 'goto':
      return ` -g ${target.chain}`
    case 'target': {
      const t = TARGETS.get(target.use.name)
      if (!t) return ` -j ${target.use.name}`
      return ` -j ${t.alias ? t.alias(target.use.data) : t.name}${say(t.name, t.save(target.use.data, ip))}`
    }
  }
}

/** The rule without its chain, as in the trace: `-p tcp -m tcp --dport 80 -j ACCEPT`. */
export function ruleText(rule: Rule): string {
  return (ipText(rule.ip) + matchesText(rule) + targetText(rule.target, rule.ip)).slice(1)
}

/** `-A CHAIN ..`. `counters`: as `-c packets bytes` before the target, which is how -S -v shows them. */
export function appendText(chain: Chain, rule: Rule, counters: boolean, say = AS_IT_IS): string {
  const counts = counters ? ` -c ${rule.pkts} ${rule.bytes}` : ''
  return `-A ${chain.name}${ipText(rule.ip)}${matchesText(rule, say)}${counts}${targetText(rule.target, rule.ip, say)}`
}
