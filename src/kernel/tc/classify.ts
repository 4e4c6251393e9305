/**
 * Filters at a device: of what comes in, before PREROUTING and whatever else is done with it; of what goes out, after
 * POSTROUTING and everything else but the cable. tcpdump stands outside of both.
 *
 * Linux: net/core/dev.c sch_handle_ingress, sch_handle_egress; net/sched/cls_api.c tcf_classify, act_api.c tcf_action_exec
 * Left out: actions other than nat and gact, what leaves by lo, frames other than IPv4 (they are not packets here, so
 * nothing counts them)
 */
import { headerOf } from '../header.ts'
import { drop } from '../ip.ts'
import type { Kernel } from '../kernel.ts'
import { kfree_skb } from '../kfree.ts'
import type { Dev } from '../netns.ts'
import { parts } from '../parts.ts'
import type { Skb } from '../skb.ts'
import { WORK_TC } from '../work.ts'
import { actionText, tcf_nat_act } from './act-nat.ts'
import {
  ETH_P_ALL,
  ETH_P_IP,
  type TcAction,
  type TcProto,
  type TcQdisc,
  type TcVerdict,
  type U32Node,
} from './qdisc.ts'
import { u32_matches } from './u32.ts'

/** A packet that is sent back to the first filter more often is dropped. */
const MAX_RECLASSIFY = 16
const ETH_HLEN = 14

/** Linux: tcf_action_exec */
function exec(k: Kernel, skb: Skb, actions: readonly TcAction[], bytes: number): TcVerdict {
  let verdict: TcVerdict = 'pass'
  for (const a of actions) {
    k.spend(WORK_TC)
    a.packets++
    a.bytes += bytes
    a.used = k.now
    if (a.firstUsed < 0) a.firstUsed = k.now
    if (a.verdict === 'drop') a.drops++
    else if (a.kind === 'nat') tcf_nat_act(skb, a)
    verdict = a.verdict
    if (verdict !== 'pipe') break
  }
  return verdict
}

/** The first filter that fits and does not say `continue` decides. */
function classify(
  k: Kernel,
  skb: Skb,
  { tables }: TcQdisc,
  protos: readonly TcProto[],
  bytes: number,
  fits: (node: U32Node, prio: number) => void,
): TcVerdict {
  for (const proto of protos) {
    if (proto.protocol !== ETH_P_IP && proto.protocol !== ETH_P_ALL) continue
    for (const node of tables.find((t) => t.handle === proto.table)?.nodes ?? []) {
      k.spend(WORK_TC)
      if (!u32_matches(skb, node)) continue
      fits(node, proto.prio)
      const verdict = exec(k, skb, node.actions, bytes)
      if (verdict !== 'continue') return verdict
    }
  }
  return 'continue'
}

/**
 * The filters of a device, in order of preference: the first that fits decides, its actions are done. Does the packet
 * pass? Without a filter it does.
 * Linux: net/sched/cls_api.c tcf_classify
 */
function tcf_classify(k: Kernel, skb: Skb, dev: Dev, tc: TcQdisc, egress: boolean): boolean {
  const protos = egress ? tc.egress : tc.ingress
  const bytes = egress ? skb.len + ETH_HLEN : skb.len
  tc.packets++
  tc.bytes += bytes
  const before = k.tracing && skb.watched !== 0 ? headerOf(k, skb) : null
  const fits = (node: U32Node, prio: number): void => {
    if (before === null) return
    k.emit(skb.serial, 'tcf_classify', {
      type: 'tc',
      dev: dev.name,
      egress,
      prio,
      handle: node.handle,
      does: node.actions.map(actionText).join(', '),
      header: before,
    })
  }
  for (let again = 0; ; again++) {
    const verdict = classify(k, skb, tc, protos, bytes, fits)
    if (verdict === 'reclassify' && again < MAX_RECLASSIFY) continue
    if (verdict !== 'drop' && verdict !== 'reclassify') return true
    tc.drops++
    return false
  }
}

/**
 * Filters of traffic control, where a packet comes in at a device or leaves by it: before PREROUTING, after POSTROUTING.
 * What an action drops dies there: TC_INGRESS, TC_EGRESS.
 * Linux: net/core/dev.c sch_handle_ingress, sch_handle_egress, called by __netif_receive_skb_core and __dev_queue_xmit
 */
parts.tc = (k, skb, dev, egress) => {
  const { tc } = dev
  if (tc === undefined || (egress && tc.kind === 'ingress')) return true
  if (egress) {
    if (tcf_classify(k, skb, dev, tc, true)) return true
    kfree_skb(k, skb, 'TC_EGRESS', '__dev_queue_xmit', 'transmit')
    return false
  }
  // A port's frames are told of by its bridge.
  if (k.tracing && skb.watched !== 0 && dev.master === 0)
    k.emit(skb.serial, 'ip_rcv', { type: 'rcv', dev: dev.name, header: headerOf(k, skb) })
  if (tcf_classify(k, skb, dev, tc, false)) return true
  drop(skb, 'TC_INGRESS', '__netif_receive_skb_core')
  return false
}
