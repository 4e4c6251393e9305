import { netmask } from '../../../wire/address.ts'
import { IPPROTO_TCP } from '../../../wire/packet.ts'
import { IPS_DYING } from '../../conntrack/conn.ts'
import { nf_ct_zones, zoneId } from '../../conntrack/ext.ts'
import { CLOSE, TIME_WAIT } from '../../conntrack/tcp.ts'
import type { Kernel } from '../../kernel.ts'
import { problem } from '../error.ts'
import type { Match, MatchResult, OptionSpec } from '../extension.ts'
import { flag, option, plenMask, uint } from '../option.ts'

export interface ConnlimitData {
  limit: number
  /** Match while there are no more than that. */
  upto: boolean
  mask: number
  /** The bits as they were written, -1 for none: even 32 is another rule than none. */
  written: number
  daddr: boolean
}

/** By address and zone: the connections that have been seen, as slot and the entry's own number. Linux: struct nf_conncount_rb */
type Counted = Map<number, Map<number, number>>

function limit(name: string, upto: boolean, excludes: string): OptionSpec<ConnlimitData> {
  return option<ConnlimitData, number>(
    name,
    uint(0, 0xffffffff),
    (d, v, call) => {
      d.limit = v
      d.upto = upto !== call.invert
    },
    { invert: true, excludes: [excludes] },
  )
}

/** Is the connection still there, and not at its end? Linux: nf_conncount.c find_or_evict, already_closed */
function alive(k: Kernel, slot: number, id: number): boolean {
  const ct = k.machine.ct
  if (ct.use[slot] === 0 || ct.id[slot] !== id || ct.status[slot] & IPS_DYING) return false
  if (ct.protonum[slot] !== IPPROTO_TCP) return true
  return ct.state[slot] !== TIME_WAIT && ct.state[slot] !== CLOSE
}

/**
 * Match by how many connections an address or a network has, the packet's own among them.
 * Linux: net/netfilter/xt_connlimit.c connlimit_mt, nf_conncount.c; iptables: extensions/libxt_connlimit.c
 */
export const connlimit: Match<ConnlimitData> = {
  name: 'connlimit',
  needsConntrack: () => true,
  init: () => ({ limit: 0, upto: false, mask: 32, written: -1, daddr: false }),
  options: [
    limit('connlimit-upto', true, 'connlimit-above'),
    limit('connlimit-above', false, 'connlimit-upto'),
    option<ConnlimitData, number>('connlimit-mask', plenMask, (d, v) => {
      d.mask = Math.min(v, 32)
      d.written = v
    }),
    flag('connlimit-saddr', (d) => void (d.daddr = false), { excludes: ['connlimit-daddr'] }),
    flag('connlimit-daddr', (d) => void (d.daddr = true), { excludes: ['connlimit-saddr'] }),
  ],
  finalCheck(_d, used) {
    if (!used.has('connlimit-upto') && !used.has('connlimit-above'))
      problem('You must specify "--connlimit-above" or "--connlimit-upto".')
  },
  save: (d) =>
    ` --connlimit-${d.upto ? 'upto' : 'above'} ${d.limit} --connlimit-mask ${d.mask} --connlimit-${d.daddr ? 'd' : 's'}addr`,
  print: (d) => ` #conn ${d.daddr ? 'dst' : 'src'}/${d.mask} ${d.upto ? '<=' : '>'} ${d.limit}`,
  newPriv: (): Counted => new Map(),
  match(k, skb, d, _hook, priv): MatchResult {
    const counted = priv as Counted
    // Each zone has counts of its own.
    const zones = skb.nfct < 0 ? 0 : nf_ct_zones(k.machine.ct, skb.nfct)
    const zone = zoneId(zones, 0) || zoneId(zones, 1)
    const key = (((d.daddr ? skb.daddr : skb.saddr) & netmask(d.mask)) >>> 0) + zone * 2 ** 32
    let list = counted.get(key)
    if (!list) counted.set(key, (list = new Map<number, number>()))
    for (const [slot, id] of list) if (!alive(k, slot, id)) list.delete(slot)
    // A packet without a connection counts as one that is gone at once, the last of a connection not at all.
    const id = k.machine.ct.id[skb.nfct]
    if (skb.nfct >= 0 && alive(k, skb.nfct, id)) list.set(skb.nfct, id)
    const n = list.size + (skb.nfct < 0 ? 1 : 0)
    return n > d.limit !== d.upto
  },
}
