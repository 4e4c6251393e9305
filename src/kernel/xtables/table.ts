/**
 * A packet's way through the chains of one table. It registers itself with the first table that is made (ruleset.ts), as Linux
 * loads ip_tables.ko.
 */
import { IP_OFFMASK } from '../../wire/packet.ts'
import { ctStateBits } from '../conntrack/state-bits.ts'
import { headerOf, ifname } from '../header.ts'
import { NF_ACCEPT, NF_DROP, type Kernel } from '../kernel.ts'
import type { Netns } from '../netns.ts'
import { parts } from '../parts.ts'
import type { Skb } from '../skb.ts'
import { HOOK_NUMBER, XT_CONTINUE, type MatchResult } from './extension.ts'
import {
  ACTION,
  asksFor,
  ASKS_DST,
  ASKS_FRAGMENT,
  ASKS_IN,
  ASKS_MATCHES,
  ASKS_OUT,
  ASKS_PROTOCOL,
  ASKS_SRC,
  ASKS_STATE,
  DO_GOTO,
  DO_JUMP,
  DO_NEXT,
  DO_RETURN,
  DO_TARGET,
  DST,
  DST_MASK,
  IN_DEVS,
  MAX_DEVS,
  NOT_DST,
  NOT_FRAGMENT,
  NOT_PROTOCOL,
  NOT_SRC,
  NOT_STATE,
  OUT_DEVS,
  PROTOCOL,
  rowsOf,
  SRC,
  SRC_MASK,
  STATE,
  STRIDE,
  TO,
  type Row,
  type Rows,
} from './rows.ts'
import type { Hook, Table } from './rule.ts'
import { nfTracer, written } from './modules.ts'
import { WORK_RULE, WORK_TABLE } from '../work.ts'

/** Where to go on after a chain returns. Nested calls (a target that sends a packet) use it above each other. */
const jumpstack: number[] = []
let depth = 0

/** Is the device one that the row asks for? `column`: IN_DEVS or OUT_DEVS. */
function isAsked(net: Netns, t: Rows, r: number, column: number, ifindex: number): boolean {
  if (ifindex <= MAX_DEVS) return ((t.code[r * STRIDE + column] >>> ifindex) & 1) !== 0
  const ip = t.rows[r].rule?.ip
  const name = ifname(net, ifindex)
  if (ip === undefined) return true
  return column === IN_DEVS
    ? asksFor(ip.iniface, ip.not.iniface, name)
    : asksFor(ip.outiface, ip.not.outiface, name)
}

/**
 * The conditions that every rule can have, and the state of the connection. `cond`: what the row asks for.
 * Linux: ip_packet_match
 */
function ip_packet_match(
  k: Kernel,
  skb: Skb,
  t: Rows,
  r: number,
  cond: number,
  iif: number,
  oif: number,
): boolean {
  const { code } = t
  const at = r * STRIDE
  if (cond & ASKS_IN && !isAsked(k.net, t, r, IN_DEVS, iif)) return false
  if (cond & ASKS_OUT && !isAsked(k.net, t, r, OUT_DEVS, oif)) return false
  if (cond & ASKS_SRC) {
    const differs = ((skb.saddr ^ code[at + SRC]) & code[at + SRC_MASK]) !== 0
    if (differs !== ((cond & NOT_SRC) !== 0)) return false
  }
  if (cond & ASKS_DST) {
    const differs = ((skb.daddr ^ code[at + DST]) & code[at + DST_MASK]) !== 0
    if (differs !== ((cond & NOT_DST) !== 0)) return false
  }
  if (cond & ASKS_PROTOCOL) {
    const differs = skb.protocol !== code[at + PROTOCOL]
    if (differs !== ((cond & NOT_PROTOCOL) !== 0)) return false
  }
  if (cond & ASKS_FRAGMENT) {
    const differs = (skb.frag & IP_OFFMASK) === 0
    if (differs !== ((cond & NOT_FRAGMENT) !== 0)) return false
  }
  if (cond & ASKS_STATE) {
    const hit = (ctStateBits(k, skb) & code[at + STATE]) !== 0
    if (hit !== ((cond & NOT_STATE) === 0)) return false
  }
  return true
}

/** Do all matches of the row hold? The first that does not decides. */
function askMatches(k: Kernel, skb: Skb, { matches, matchData, matchPriv }: Row, hook: Hook): MatchResult {
  for (let i = 0; i < matches.length; i++) {
    const hit = matches[i].match(k, skb, matchData[i], hook, matchPriv[i])
    if (hit !== true) return hit
  }
  return true
}

/** Tell the trace which rule decided, with the header before it did. */
function record(k: Kernel, skb: Skb, table: Table, r: Row): void {
  k.emit(skb.serial, 'ipt_do_table', {
    type: 'rule',
    table: table.name,
    chain: r.chain.name,
    what: r.kind,
    rule: r.number,
    does: r.rule ? written.rule(r.rule) : (r.chain.policy ?? ''),
    header: headerOf(k, skb),
  })
}

/**
 * Run a packet through the chain of a hook. A rule counts when all its conditions hold, before its target acts.
 * `-j CHAIN` comes back, `-g CHAIN` comes back to where the last `-j` left from; with no `-j` on the way, and on RETURN in
 * a built-in chain, the policy decides. Answers NF_ACCEPT, NF_DROP or what the target answered.
 *
 * Linux: net/ipv4/netfilter/ip_tables.c ipt_do_table
 * Left out: the limit of the jump stack (a table with a loop is refused when it is loaded)
 */
export function ipt_do_table(k: Kernel, skb: Skb, table: Table, hook: Hook): number {
  const t = rowsOf(table, k.net.devs)
  const { rows, code } = t
  const hookNumber = HOOK_NUMBER[hook]
  const iif = hook === 'LOCAL_OUT' ? 0 : skb.iif
  // Before PRE_ROUTING nobody has chosen one yet.
  const oif = hook === 'LOCAL_IN' ? 0 : skb.oif
  const base = depth
  let r = t.entry[hookNumber]
  if (r < 0) return NF_ACCEPT
  k.spend(WORK_TABLE)
  let looked = 0

  for (;;) {
    const cond = code[r * STRIDE]
    looked++
    if (cond !== 0) {
      if (!ip_packet_match(k, skb, t, r, cond, iif, oif)) {
        r++
        continue
      }
      if (cond & ASKS_MATCHES) {
        const hit = askMatches(k, skb, rows[r], hook)
        if (hit === 'hotdrop') {
          k.spend(WORK_RULE, looked)
          depth = base
          return NF_DROP
        }
        if (!hit) {
          r++
          continue
        }
      }
    }
    const { counter } = rows[r]
    counter.pkts++
    counter.bytes += skb.len
    if (k.tracing && skb.watched !== 0) record(k, skb, table, rows[r])
    if (skb.nfTrace !== 0) nfTracer.rule?.(k, skb, table, rows[r], hook)

    switch (code[r * STRIDE + ACTION]) {
      case DO_NEXT:
        r++
        break
      case DO_JUMP:
        jumpstack[depth++] = r + 1
        r = code[r * STRIDE + TO]
        break
      case DO_GOTO:
        r = code[r * STRIDE + TO]
        break
      case DO_RETURN:
        r = depth === base ? t.underflow[hookNumber] : jumpstack[--depth]
        break
      case DO_TARGET: {
        const { target, targetData } = rows[r]
        k.spend(WORK_RULE, looked)
        looked = 0
        const verdict = target!.target(k, skb, targetData, hook)
        if (verdict !== XT_CONTINUE) {
          depth = base
          return verdict
        }
        r++
        break
      }
      default:
        k.spend(WORK_RULE, looked)
        depth = base
        return code[r * STRIDE + TO]
    }
  }
}

parts.tables = ipt_do_table
