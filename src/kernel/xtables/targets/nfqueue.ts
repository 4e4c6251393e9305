import { NF_ACCEPT, NF_DROP } from '../../kernel.ts'
import { problem } from '../error.ts'
import type { OptionCall, Target } from '../extension.ts'
import { flag, option, uint, uintRange } from '../option.ts'

export interface NfqueueData {
  queue: number
  /** Queues in all, from `queue` on. */
  total: number
  bypass: boolean
  fanout: boolean
}

function range(d: NfqueueData, [first, last]: number[], call: OptionCall): void {
  if (!call.arg.includes(':')) problem(`Bad range "${call.arg}"`)
  if (first >= last) problem(`${first} should be less than ${last}`)
  d.queue = first
  // Sixteen bits: of all queues none is left.
  d.total = (last - first + 1) & 0xffff
}

function show(d: NfqueueData, dashes: string): string {
  const name = dashes === '' ? '' : `${dashes}queue-`
  let out = d.total > 1 ? ` ${name}balance ${d.queue}:${d.queue + d.total - 1}` : ` ${name}num ${d.queue}`
  if (d.bypass) out += ` ${name}bypass`
  return d.fanout ? `${out} ${name}cpu-fanout` : out
}

/**
 * Give the packet to a program that decides. None listens here: the packet is dropped, or with `--queue-bypass` let through.
 * Left out: programs that listen to a queue
 * Linux: net/netfilter/xt_NFQUEUE.c nfqueue_tg_v3, nf_queue.c nf_queue; iptables: extensions/libxt_NFQUEUE.c
 */
export const NFQUEUE: Target<NfqueueData> = {
  name: 'NFQUEUE',
  init: () => ({ queue: 0, total: 1, bypass: false, fanout: false }),
  options: [
    option<NfqueueData, number>('queue-num', uint(0, 0xffff), (d, v) => void (d.queue = v), {
      excludes: ['queue-balance'],
    }),
    option<NfqueueData, number[]>('queue-balance', uintRange(0xffff), range, { excludes: ['queue-num'] }),
    flag('queue-bypass', (d) => void (d.bypass = true)),
    flag('queue-cpu-fanout', (d) => void (d.fanout = true), { needs: ['queue-balance'] }),
  ],
  checkentry: (d) =>
    d.total === 0 ? { errno: 'EINVAL', log: 'xt_NFQUEUE: number of total queues is 0' } : null,
  save: (d) => show(d, '--'),
  print: (d) => ` NFQUEUE${show(d, '')}`,
  target(_k, skb, d) {
    if (d.bypass) return NF_ACCEPT
    skb.dropReason = 'NOT_SPECIFIED'
    skb.dropAt = 'nf_queue'
    // A local sender does not hear of it.
    skb.sk = -1
    return NF_DROP
  },
}
