/**
 * Where the kernel of a machine has freed packets that nobody wanted, as the tracepoint kfree_skb tells it: by the
 * function that did it. All namespaces count, as the kernel is one.
 *
 * Linux: include/trace/events/skb.h TRACE_EVENT(kfree_skb)
 */
import type { Kernel } from '../../kernel/kernel.ts'

export interface Site {
  where: string
  reason: string
  count: number
}

/** All that has been freed so far. */
export function sitesOf(k: Kernel): Site[] {
  const sites = new Map<string, Site>()
  for (let ns = 0, one: Kernel | null; (one = ns === k.net.index ? k : k.netns(ns)) !== null; ns++)
    for (const { where, reason, count } of [...one.net.drops, ...one.net.discards]) {
      const known = sites.get(`${where} ${reason}`)
      if (known) known.count += count
      else sites.set(`${where} ${reason}`, { where, reason, count })
    }
  return [...sites.values()]
}

/** What has been added since, given what was known; notes it there. */
export function news(k: Kernel, known: Record<string, number>): Site[] {
  return sitesOf(k).flatMap((site) => {
    const name = `${site.where} ${site.reason}`
    const count = site.count - (known[name] ?? 0)
    known[name] = site.count
    return count > 0 ? [{ ...site, count }] : []
  })
}

/** An address for a function: where a kernel has its text. */
export function addressOf(fn: string): number {
  let h = 0
  for (const c of fn) h = (Math.imul(h, 31) + c.charCodeAt(0)) >>> 0
  // What is left of 0xffffffff81000000 in 53 bits, so that a script can calculate with it.
  return 0x81000000 + (h % 0x1000000)
}
