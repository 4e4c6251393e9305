/** A packet's way through the chains of one table. */
import { IP_OFFMASK } from '../../wire/packet.ts'
import { headerOf, ifname } from '../header.ts'
import { NF_ACCEPT, NF_DROP, type Kernel } from '../kernel.ts'
import type { Skb } from '../skb.ts'
import { HOOK_NUMBER, XT_CONTINUE } from './extension.ts'
import { DO_GOTO, DO_JUMP, DO_NEXT, DO_RETURN, DO_TARGET, rowsOf, type Row } from './rows.ts'
import type { Hook, Table } from './rule.ts'
import { ruleText } from './text.ts'
import { nfTracer } from './modules.ts'

/** Where to go on after a chain returns. Nested calls (a target that sends a packet) use it above each other. */
const jumpstack: number[] = []
let depth = 0

function nameDiffers(name: string, want: string, prefix: boolean): boolean {
  return prefix ? !name.startsWith(want) : name !== want
}

/** The conditions that every rule can have. Linux: ip_packet_match */
function ip_packet_match(r: Row, skb: Skb, indev: string, outdev: string): boolean {
  if ((((skb.saddr ^ r.src) & r.srcMask) !== 0) !== r.notSrc) return false
  if ((((skb.daddr ^ r.dst) & r.dstMask) !== 0) !== r.notDst) return false
  if (nameDiffers(indev, r.inName, r.inPrefix) !== r.notIn) return false
  if (nameDiffers(outdev, r.outName, r.outPrefix) !== r.notOut) return false
  if (r.protocol !== 0 && (skb.protocol !== r.protocol) !== r.notProtocol) return false
  return (r.fragment && (skb.frag & IP_OFFMASK) === 0) === r.notFragment
}

/** Tell the trace which rule decided, with the header before it did. */
function record(k: Kernel, skb: Skb, table: Table, r: Row): void {
  k.emit(skb.serial, 'ipt_do_table', {
    type: 'rule',
    table: table.name,
    chain: r.chain.name,
    what: r.kind,
    rule: r.number,
    does: r.rule ? ruleText(r.rule) : r.kind === 'policy' ? (r.chain.policy ?? '') : '',
    header: headerOf(k, skb),
  })
}

/**
 * Run a packet through the chain of a hook. A rule counts when all its conditions hold, before its target acts.
 * `-j CHAIN` comes back, `-g CHAIN` comes back to where the last `-j` left from; with no `-j` on the way, and on RETURN in
 * a built-in chain, the policy decides. Answers NF_ACCEPT, NF_DROP or what the target answered.
 *
 * Linux: net/ipv4/netfilter/ip_tables.c ipt_do_table
 * Left out: the limit of the jump stack (a table with a loop is refused when it is loaded), NFQUEUE
 */
export function ipt_do_table(k: Kernel, skb: Skb, table: Table, hook: Hook): number {
  const t = rowsOf(table)
  const rows = t.rows
  const hookNumber = HOOK_NUMBER[hook]
  const indev = hook === 'LOCAL_OUT' ? '' : ifname(k.net, skb.iif)
  const outdev = hook === 'PRE_ROUTING' || hook === 'LOCAL_IN' ? '' : ifname(k.net, skb.oif)
  const base = depth
  let at = t.entry[hookNumber]
  if (at < 0) return NF_ACCEPT

  rules: for (;;) {
    const r = rows[at]
    if (r.conditions !== 0 && !ip_packet_match(r, skb, indev, outdev)) {
      at++
      continue
    }
    for (let i = 0; i < r.matches.length; i++) {
      const hit = r.matches[i].match(k, skb, r.matchData[i], hook, r.matchPriv[i])
      if (hit === true) continue
      if (hit === 'hotdrop') {
        depth = base
        return NF_DROP
      }
      at++
      continue rules
    }
    r.counter.pkts++
    r.counter.bytes += skb.len
    if (k.tracing && skb.watched !== 0) record(k, skb, table, r)
    if (skb.nfTrace !== 0) nfTracer.rule?.(k, skb, table, r, hook)

    switch (r.action) {
      case DO_NEXT:
        at++
        break
      case DO_JUMP:
        jumpstack[depth++] = at + 1
        at = r.to
        break
      case DO_GOTO:
        at = r.to
        break
      case DO_RETURN:
        at = depth === base ? t.underflow[hookNumber] : jumpstack[--depth]
        break
      case DO_TARGET: {
        const verdict = r.target!.target(k, skb, r.targetData, hook)
        if (verdict !== XT_CONTINUE) {
          depth = base
          return verdict
        }
        at++
        break
      }
      default:
        depth = base
        return r.to
    }
  }
}
