/**
 * netem: a queue at a card that lets what leaves wait, and loses some of it. The frame that waits arrives later. What tc says
 * of it is recorded (test/recorded/tc.txt), and waits, losses and the limit were seen on a 6.1 kernel; the recorded 6.18 has no
 * netem. The reason of the drop was not seen.
 *
 * Linux: net/sched/sch_netem.c netem_enqueue, loss_event, tabledist
 * Left out: that a sender of this host is told of a full queue (ENOBUFS), that tcpdump at the card hears a frame only when it
 * leaves the queue (here it hears it when it enters), correlation, loss models, distributions, duplicates, corruption, reordering, rates, slots, waiting at lo and at bridges
 */
import type { Kernel } from '../kernel.ts'
import { kfree_skb } from '../kfree.ts'
import type { Dev, Netns } from '../netns.ts'
import { parts } from '../parts.ts'
import type { Micros } from '../trace.ts'

export interface Netem {
  /** Major number. */
  handle: number
  /** Packets that may wait. */
  limit: number
  latency: Micros
  /** Waits are drawn evenly from latency - jitter to latency + jitter. */
  jitter: Micros
  /** Of 2^32 - 1. */
  loss: number
  bytes: number
  packets: number
  drops: number
  /** When those that wait leave. */
  waiting: Micros[]
  /** How long the packet waits that is being sent. */
  wait: Micros
}

export type NetemWish = Partial<Pick<Netem, 'limit' | 'latency' | 'jitter' | 'loss'>>

const LIMIT = 1000
/** The first handle that the kernel chooses itself, and the next ones. Linux: qdisc_alloc_handle */
const FIRST_HANDLE = 0x8001

/** What was wrong, in the kernel's words; null: nothing. Linux: tc_modify_qdisc */
export function setNetem(
  net: Netns,
  dev: Dev,
  how: 'add' | 'change' | 'replace',
  wish: NetemWish,
): string | null {
  if (dev.netem === undefined) {
    if (how === 'change') return 'Qdisc not found. To create specify NLM_F_CREATE flag.'
    net.qdiscs = (net.qdiscs ?? FIRST_HANDLE - 1) + 1
    dev.netem = {
      handle: net.qdiscs,
      limit: LIMIT,
      latency: 0,
      jitter: 0,
      loss: 0,
      bytes: 0,
      packets: 0,
      drops: 0,
      waiting: [],
      wait: 0,
      ...wish,
    }
    return null
  }
  if (how === 'add') return 'Exclusivity flag on, cannot modify.'
  // What is not said is what it is without a word.
  Object.assign(dev.netem, { limit: LIMIT, latency: 0, jitter: 0, loss: 0, ...wish })
  return null
}

/**
 * A packet leaves by a device with netem: with a share of luck it is lost, else it waits as long as was asked for. False: it
 * is lost here, or the queue is full (QDISC_DROP).
 * Linux: net/sched/sch_netem.c netem_enqueue
 */
parts.netem = (k: Kernel, skb, dev: Dev) => {
  const q = dev.netem
  if (q === undefined) return true
  q.waiting = q.waiting.filter((at) => at > k.now)
  const lost = q.loss > 0 && k.random() <= q.loss
  if (lost || q.waiting.length >= q.limit) {
    q.drops++
    kfree_skb(k, skb, 'QDISC_DROP', '__dev_queue_xmit', 'transmit')
    return false
  }
  q.packets++
  q.bytes += skb.len + 14
  const spread = q.jitter > 0 ? (k.random() % (2 * q.jitter)) - q.jitter : 0
  q.wait = Math.max(0, q.latency + spread)
  if (q.wait > 0) q.waiting.push(k.now + q.wait)
  return true
}
