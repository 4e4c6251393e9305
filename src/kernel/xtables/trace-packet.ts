/** The kernel log's lines about a packet that the TRACE target has marked. */
import { headerOf } from '../header.ts'
import type { Kernel } from '../kernel.ts'
import type { Skb } from '../skb.ts'
import { NF_LOG_DEFAULT_MASK, nf_log_packet } from './log-packet.ts'
import type { Row } from './rows.ts'
import type { Chain, Hook, Rule, Table } from './rule.ts'
import { ruleText } from './text.ts'
import { unconditional } from './unconditional.ts'

/**
 * `TRACE: table:chain:what:number ` and the packet. What Linux takes for the end of a chain is any unconditional ACCEPT,
 * DROP or RETURN, so that such a rule is called `policy` or `return`, with its own number.
 *
 * Linux: net/ipv4/netfilter/ip_tables.c trace_packet, get_chainname_rulenum
 */
export function trace_packet(k: Kernel, skb: Skb, table: Table, r: Row, hook: Hook): void {
  const ends = r.rule !== null && r.rule.target.kind === 'verdict' && unconditional(r.rule)
  const what = r.rule === null || ends ? (r.chain.hook ? 'policy' : 'return') : 'rule'
  nf_log_packet(
    k,
    skb,
    hook,
    `TRACE: ${table.name}:${r.chain.name}:${what}:${r.number} `,
    NF_LOG_DEFAULT_MASK,
  )
  // The end of a user chain has no line of its own there.
  if (k.net.taps > 0 && r.kind !== 'return') tellMonitors(k, skb, table, r.chain, r.rule, hook)
}

const NAT: readonly string[] = ['SNAT', 'DNAT', 'MASQUERADE', 'REDIRECT', 'NETMAP']

/** What nft says that a rule does. A RETURN has no name there. Linux: net/netfilter/nf_tables_trace.c */
function verdictOf(rule: Rule): string {
  const t = rule.target
  switch (t.kind) {
    case 'none':
      return 'CONTINUE'
    case 'verdict':
      return t.verdict === 'RETURN' ? '0xfffffffb' : t.verdict
    case 'jump':
      return `JUMP:${t.chain}`
    case 'goto':
      return `GOTO:${t.chain}`
    case 'target':
      if (t.use.name === 'REJECT') return 'DROP'
      return NAT.includes(t.use.name) ? 'ACCEPT' : 'CONTINUE'
  }
}

/** The number that nft would have given to a rule, had the chains been made one after the other with their rules. */
function handleOf(table: Table, wanted: Rule): number {
  let handle = 0
  for (const chain of table.chains) {
    if (chain.hook !== null && chain.rules.length === 0) continue
    handle++
    const at = chain.rules.indexOf(wanted)
    if (at >= 0) return handle + at + 1
    handle += chain.rules.length
  }
  return 0
}

/** For xtables-monitor. */
export function tellMonitors(
  k: Kernel,
  skb: Skb,
  table: Table,
  chain: Chain,
  rule: Rule | null,
  hook: Hook,
): void {
  k.emit(skb.serial, 'nft_trace_notify', {
    type: 'trace',
    table: table.name,
    hook,
    chain: chain.name,
    handle: rule ? handleOf(table, rule) : 0,
    verdict: rule ? verdictOf(rule) : (chain.policy ?? ''),
    does: rule ? ruleText(rule) : '',
    header: headerOf(k, skb),
  })
}
