import { addressWord, jhash2, reciprocal_scale } from '../../conntrack/hash.ts'
import { problem } from '../error.ts'
import type { Match } from '../extension.ts'
import { option, uint } from '../option.ts'

/** Linux: struct xt_cluster_match_info */
export interface ClusterData {
  total: number
  mask: number
  seed: number
  invert: boolean
}

const MAX_NODES = 32

function hex8(n: number): string {
  return `0x${n.toString(16).padStart(8, '0')}`
}

/**
 * Match the connections of one node of a cluster, by a hash of their original source address.
 * Linux: net/netfilter/xt_cluster.c xt_cluster_mt; iptables: extensions/libxt_cluster.c
 */
export const cluster: Match<ClusterData> = {
  name: 'cluster',
  needsConntrack: () => true,
  init: () => ({ total: 0, mask: 0, seed: 0, invert: false }),
  options: [
    option<ClusterData, number>('cluster-total-nodes', uint(1, MAX_NODES), (d, v) => void (d.total = v), {
      mandatory: true,
    }),
    option<ClusterData, number>(
      'cluster-local-node',
      uint(1, MAX_NODES),
      (d, v, call) => {
        d.mask = (1 << (v - 1)) >>> 0
        if (call.invert) d.invert = true
      },
      { invert: true, excludes: ['cluster-local-nodemask'] },
    ),
    option<ClusterData, number>(
      'cluster-local-nodemask',
      // Taken for a number of nodes, like the others: the upper bits cannot be asked for this way.
      uint(1, MAX_NODES),
      (d, v, call) => {
        d.mask = v
        if (call.invert) d.invert = true
      },
      { invert: true, excludes: ['cluster-local-node'] },
    ),
    option<ClusterData, number>('cluster-hash-seed', uint(0, 0xffffffff), (d, v) => void (d.seed = v), {
      mandatory: true,
    }),
  ],
  finalCheck(d, used) {
    if (!used.has('cluster-local-node') && !used.has('cluster-local-nodemask'))
      problem("cluster match: `--cluster-local-node' or`--cluster-local-nodemask' is missing")
    if (d.total === 0 || !used.has('cluster-hash-seed') || d.mask < 2 ** d.total) return
    if (used.has('cluster-local-node'))
      problem("cluster match: `--cluster-local-node' must be <= `--cluster-total-nodes'")
    problem("cluster match: `--cluster-local-nodemask' too big for `--cluster-total-nodes'")
  },
  save: (d) =>
    `${d.invert ? ' !' : ''} --cluster-local-nodemask ${hex8(d.mask)} --cluster-total-nodes ${d.total} --cluster-hash-seed ${hex8(d.seed)}`,
  print: (d) =>
    ` cluster ${d.invert ? '!' : ''}node_mask=${hex8(d.mask)} total_nodes=${d.total} hash_seed=${hex8(d.seed)}`,
  match(k, skb, d) {
    if (skb.nfct < 0) return false
    const src = k.machine.ct.src[skb.nfct * 2]
    const node = reciprocal_scale(jhash2([addressWord(src)], d.seed), d.total)
    return (((d.mask >>> node) & 1) === 1) !== d.invert
  },
}
