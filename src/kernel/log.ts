/** The kernel log (dmesg), with the rate limit of network messages. Linux: lib/ratelimit.c ___ratelimit, net/core/utils.c */
import type { Kernel } from './kernel.ts'

/** Lines kept; the oldest go first, as in the ring buffer of a real kernel. */
const LINES = 2000

/** Write a line into the kernel log. `skb`: the packet that caused it; `at`: the Linux function that says it. */
export function printk(k: Kernel, text: string, skb = 0, at = 'printk'): void {
  k.machine.log.push({ time: k.now, text })
  if (k.machine.log.length > LINES) k.machine.log.shift()
  k.emit(skb, at, { type: 'log', text })
}

/** May another such line be printed now? Says how many were not, when it may again. Linux: net_ratelimit, ___ratelimit */
export function net_ratelimit(k: Kernel): boolean {
  const interval = (k.net.sysctl['net.core.message_cost'] ?? 5) * 1_000_000
  const burst = k.net.sysctl['net.core.message_burst'] ?? 10
  const limit = k.machine.ratelimit
  if (interval <= 0) return true
  if (limit.begin < 0) limit.begin = k.now
  if (k.now > limit.begin + interval) {
    if (limit.missed > 0) printk(k, `net_ratelimit: ${limit.missed} callbacks suppressed`)
    limit.missed = 0
    limit.begin = k.now
    limit.printed = 0
  }
  if (limit.printed < burst) {
    limit.printed++
    return true
  }
  limit.missed++
  return false
}

/**
 * Write a line unless too many came lately: net.core.message_burst lines in net.core.message_cost seconds, counted from
 * the first one. The first line of the next window is preceded by the number that was left out.
 */
export function net_warn_ratelimited(k: Kernel, text: string): void {
  if (net_ratelimit(k)) printk(k, text)
}
