/** A packet dies. Linux: net/core/skbuff.c kfree_skb_reason, the tracepoint that dropwatch reads */
import { nf_conntrack_free } from './conntrack/life.ts'
import { ctState, headerOf } from './header.ts'
import type { Kernel } from './kernel.ts'
import { OLD_NAMES, periodOf } from './period.ts'
import type { Skb } from './skb.ts'

/**
 * A packet was delivered, and its protocol frees it, as nobody wants it: no loss for the road, but dropwatch sees it.
 * A place '' is one whose free nobody is told of.
 */
export function discard(k: Kernel, reason: string, at: string): void {
  const { differs, period } = k.machine
  const where = differs & OLD_NAMES ? periodOf(period).freedAt(reason, at) : at
  if (where === '') return
  // Each connection of a load ends with one: a loop makes nothing that is thrown away.
  const { discards } = k.net
  for (let i = 0; i < discards.length; i++) {
    const known = discards[i]
    if (known.reason !== reason || known.where !== where) continue
    known.count++
    return
  }
  discards.push({ reason, where, count: 1 })
}

/** Counted by reason (SKB_DROP_REASON_*), place (the function) and station of the road; its connection is let go. */
export function kfree_skb(k: Kernel, skb: Skb, reason: string, at: string, station: string): void {
  const { differs, period } = k.machine
  const where = differs & OLD_NAMES ? periodOf(period).functionName(at) : at
  const known = k.net.drops.find((d) => d.reason === reason && d.where === where && d.station === station)
  if (known) {
    known.count++
    known.last = skb.serial
    known.time = k.now
  } else k.net.drops.push({ reason, where, station, count: 1, last: skb.serial, time: k.now })
  if (k.tracing && skb.watched)
    k.emit(skb.serial, where, {
      type: 'drop',
      reason,
      where,
      station,
      header: headerOf(k, skb),
      ct: ctState(k, skb),
    })
  nf_conntrack_free(k, skb)
}
