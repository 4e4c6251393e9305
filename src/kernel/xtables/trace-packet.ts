/** The kernel log's lines about a packet that the TRACE target has marked. */
import type { Kernel } from '../kernel.ts'
import type { Skb } from '../skb.ts'
import { NF_LOG_DEFAULT_MASK, nf_log_packet } from './log-packet.ts'
import type { Row } from './rows.ts'
import type { Hook, Table } from './rule.ts'
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
}
