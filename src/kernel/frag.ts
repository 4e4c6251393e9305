/**
 * Fragments: collected until the datagram is whole, and cut again where it leaves.
 *
 * Linux: net/ipv4/ip_fragment.c ip_defrag, ip_frag_queue, ip_frag_reasm, ip_expire; net/ipv4/ip_output.c ip_do_fragment
 * Left out: IP options, the limits of memory and of distance between fragments, ECN
 */
import { IP_DF, IP_MF, IP_OFFMASK, IPPROTO_UDP } from '../wire/packet.ts'
import { nf_conntrack_free } from './conntrack/life.ts'
import { icmp_send } from './icmp.ts'
import { kfree_skb } from './kfree.ts'
import type { Kernel } from './kernel.ts'
import * as mib from './snmp.ts'
import type { FragQueue } from './netns.ts'
import { parts } from './parts.ts'
import { isLocal } from './route.ts'
import { copySkb, isFragment, longestPiece, type Skb } from './skb.ts'

const STATION = {
  PRE_ROUTING: 'PRE_ROUTING.defrag',
  LOCAL_OUT: 'LOCAL_OUT.defrag',
  LOCAL_IN: 'route_in',
} as const satisfies Record<FragQueue['user'], string>

const offsetOf = (p: Skb): number => (p.frag & IP_OFFMASK) * 8
const endOf = (p: Skb): number => offsetOf(p) + p.len - 20

/**
 * Collect a fragment. `whole`: it was the last that was missing, and the packet has become the datagram; `held`: the
 * queue has it; `dropped`: it did not fit in.
 */
function ip_defrag(k: Kernel, skb: Skb, user: FragQueue['user']): 'whole' | 'held' | 'dropped' {
  const { net } = k
  net.mib[mib.IpReasmReqds]++
  const same = (q: FragQueue): boolean =>
    q.user === user &&
    q.saddr === skb.saddr &&
    q.daddr === skb.daddr &&
    q.ipId === skb.id &&
    q.protocol === skb.protocol
  let q = net.frags.find(same)
  if (q === undefined) {
    q = {
      id: net.nextTimer++,
      saddr: skb.saddr,
      daddr: skb.daddr,
      ipId: skb.id,
      protocol: skb.protocol,
      user,
      pieces: [],
      runs: [],
      total: -1,
    }
    net.frags.push(q)
    k.timer(k.now + net.sysctl['net.ipv4.ipfrag_time'] * 1_000_000, 'frag', q.id)
  }
  return insert(k, q, skb)
}

/** Linux: ip_frag_queue, inet_frag_queue_insert */
function insert(k: Kernel, q: FragQueue, skb: Skb): 'whole' | 'held' | 'dropped' {
  const start = offsetOf(skb)
  const last = (skb.frag & IP_MF) === 0
  // All but the last are multiples of eight bytes: what is over is cut off.
  if (!last) skb.len -= (skb.len - 20) & 7
  const end = endOf(skb)
  const furthest = q.pieces.reduce((n, p) => Math.max(n, endOf(p)), 0)
  if (
    last
      ? end < furthest || (q.total >= 0 && end !== q.total)
      : end === start || (q.total >= 0 && end > q.total)
  ) {
    forget(k, q)
    kfree_skb(k, skb, 'NOT_SPECIFIED', 'ip_defrag', STATION[q.user])
    return 'dropped'
  }
  if (last) q.total = end
  if (q.runs.some(([from, to]) => from <= start && end <= to)) {
    kfree_skb(k, skb, 'DUP_FRAG', 'ip_defrag', STATION[q.user])
    return 'dropped'
  }
  if (q.runs.some(([from, to]) => from < end && start < to)) {
    forget(k, q)
    kfree_skb(k, skb, 'NOT_SPECIFIED', 'ip_defrag', STATION[q.user])
    return 'dropped'
  }
  // What comes behind all the others goes on with the last of them, if it touches it.
  const run = start === furthest ? q.runs.find(([, to]) => to === start) : undefined
  if (run) run[1] = end
  else q.runs.push([start, end])
  q.pieces.push(copySkb(skb))
  q.pieces.sort((a, b) => offsetOf(a) - offsetOf(b))
  const there = q.pieces.reduce((n, p) => n + p.len - 20, 0)
  if (there !== q.total) return 'held'
  k.net.frags = k.net.frags.filter((other) => other !== q)
  reassemble(q, skb)
  k.net.mib[mib.IpReasmOKs]++
  return 'whole'
}

/** The packet that came last becomes the datagram; all but its length is the first fragment's. Linux: ip_frag_reasm */
function reassemble(q: FragQueue, skb: Skb): void {
  const first = q.pieces[0]
  const { serial, watched, iif, smac, dmac, mark, station, physIn } = skb
  const sizes = q.pieces.map((p) => p.len - 20)
  const largest = Math.max(...sizes)
  // Whoever forbids it of small pieces only has not said it of the large ones.
  const dontFragment = q.pieces.some((p) => p.frag & IP_DF && p.len - 20 === largest)
  Object.assign(skb, first, { serial, watched, iif, smac, dmac, mark, station, physIn })
  skb.len = 20 + q.total
  skb.frag = dontFragment ? IP_DF : 0
  skb.fragSizes = sizes
}

/** Nobody waits for the rest any more: no drop is told. Linux: inet_frag_kill, inet_frag_destroy */
function forget(k: Kernel, q: FragQueue): void {
  k.net.frags = k.net.frags.filter((other) => other !== q)
  for (const piece of q.pieces) nf_conntrack_free(k, piece)
}

/**
 * The rest has not come in time. The sender is told where this host is the destination, and the first fragment has come.
 * Linux: ip_expire
 */
function frag_timer(k: Kernel, id: number): void {
  const q = k.net.frags.find((other) => other.id === id)
  if (!q) return
  const [first, ...rest] = q.pieces
  const begun = offsetOf(first) === 0
  k.net.mib[mib.IpReasmTimeout]++
  k.net.mib[mib.IpReasmFails]++
  if (begun && isLocal(k.net, first.daddr)) icmp_send(k, first, 11, 1, 0)
  k.net.frags = k.net.frags.filter((other) => other !== q)
  // Linux calls only the first one's end a drop.
  if (begun) kfree_skb(k, first, 'FRAG_REASM_TIMEOUT', 'ip_expire', STATION[q.user])
  for (const piece of begun ? rest : q.pieces) nf_conntrack_free(k, piece)
}

/**
 * What the packet is cut into to leave by a device of this MTU. One that was put together here leaves in the pieces in
 * which it came, if they fit.
 *
 * Linux: ip_finish_output, ip_fragment, ip_do_fragment
 */
function ip_fragment(skb: Skb, mtu: number): Skb[] {
  const { fragSizes } = skb
  const room = (mtu - 20) & ~7
  const total = skb.len - 20
  const sizes =
    fragSizes !== null && longestPiece(skb) <= mtu
      ? fragSizes
      : Array.from({ length: Math.ceil(total / room) }, (_, i) => Math.min(room, total - i * room))
  let offset = 0
  return sizes.map((size) => {
    const more = offset + size < total || (skb.frag & IP_MF) !== 0
    const piece = copySkb(skb, {
      len: 20 + size,
      // Whoever lets it be cut does not forbid it again.
      frag: (more ? IP_MF : 0) | ((skb.frag & IP_OFFMASK) + (offset >> 3)),
      fragSizes: null,
    })
    if (skb.protocol === IPPROTO_UDP && offset === 0 && !isFragment(skb)) piece.win = total
    offset += size
    return piece
  })
}

parts.frag = { defrag: ip_defrag, cut: ip_fragment, timer: frag_timer }
