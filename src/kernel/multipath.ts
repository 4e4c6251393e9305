/**
 * Routes with several next hops: flow by flow one of them is taken, by a hash of the flow and in proportion to their weights.
 *
 * Linux: net/ipv4/fib_semantics.c fib_select_multipath, fib_rebalance; route.c fib_multipath_hash
 * Left out: the kernel's hash and its random key (any flow may go another way there), fields of fib_multipath_hash_fields,
 * fib_multipath_use_neigh
 */
import type { Flow } from './fib.ts'
import type { Hop, Netns, Route } from './netns.ts'
import { parts } from './parts.ts'
import { inet_select_addr } from './route.ts'

/** 31 bits of a flow: both directions have the same. With the policy 1 ports count, too. */
function hashOf(net: Netns, f: Flow): number {
  const mix = (h: number, x: number): number => {
    const m = Math.imul(h ^ x, 0x9e3779b1)
    return m ^ (m >>> 15)
  }
  const [a, b] = f.saddr < f.daddr ? [f.saddr, f.daddr] : [f.daddr, f.saddr]
  let h = mix(mix(0x2545f491, a | 0), b | 0)
  if (net.sysctl['net.ipv4.fib_multipath_hash_policy'] === 1) {
    const [low, high] = [f.sport ?? 0, f.dport ?? 0].sort((x, y) => x - y)
    h = mix(mix(h, (high << 16) | low), f.proto ?? 0)
  }
  return mix(h, h >>> 16) >>> 1
}

/** A local sender that has an address goes by the hop that this address is for, if there is one. Linux: fib_select_multipath */
function choose(net: Netns, route: Route, f: Flow): Route | null {
  const alive = (route.hops ?? []).filter((h) => !h.dead && net.devs[h.ifindex - 1]?.up)
  if (f.oif !== 0) {
    const bound = alive.find((h) => h.ifindex === f.oif)
    return bound ? { ...route, via: bound.via, ifindex: bound.ifindex } : null
  }
  const saddr = f.iif === 1 ? f.saddr : 0
  const hash = hashOf(net, f)
  const total = alive.reduce((sum, h) => sum + h.weight, 0)
  let sum = 0
  let best: Hop | null = null
  let most = -1
  for (const hop of alive) {
    sum += hop.weight
    const own = inet_select_addr(net, hop.ifindex, hop.via, 0) === saddr ? 2 : 0
    const score = own + (hash <= Math.round((sum * 2 ** 31) / total) - 1 ? 1 : 0)
    if (score <= most) continue
    best = hop
    most = score
  }
  return best ? { ...route, via: best.via, ifindex: best.ifindex } : null
}

parts.multipath = choose
