import { maskBits, printIpv4 } from '../../../wire/address.ts'
import { nf_nat_setup_info } from '../../nat/core.ts'
import { NF_NAT_RANGE_MAP_IPS, noRange, type NatRange } from '../../nat/range.ts'
import type { Target } from '../extension.ts'
import { hostMask, option } from '../option.ts'

/** The network of the range, as address/length, or with a dotted mask where that has holes. */
function network(r: NatRange): string {
  const mask = ~(r.minAddr ^ r.maxAddr) >>> 0
  return `${printIpv4(r.minAddr)}/${maskBits(mask) ?? printIpv4(mask)}`
}

/**
 * Move the address into another network: the host bits stay. The destination at PREROUTING and OUTPUT, the source at
 * POSTROUTING and INPUT.
 *
 * Linux: net/netfilter/xt_NETMAP.c netmap_tg4; iptables: extensions/libipt_NETMAP.c
 */
export const NETMAP: Target<NatRange> = {
  name: 'NETMAP',
  table: 'nat',
  hooks: ['PRE_ROUTING', 'POST_ROUTING', 'LOCAL_OUT', 'LOCAL_IN'],
  needsConntrack: () => true,
  init: noRange,
  options: [
    option<NatRange, { addr: number; mask: number }>(
      'to',
      hostMask,
      (r, v) => {
        r.flags |= NF_NAT_RANGE_MAP_IPS
        r.minAddr = (v.addr & v.mask) >>> 0
        r.maxAddr = (r.minAddr | ~v.mask) >>> 0
      },
      { mandatory: true },
    ),
  ],
  save: (r) => ` --to ${network(r)}`,
  print: (r) => ` to:${network(r)}`,
  target(k, skb, r, hook) {
    const dst = hook === 'PRE_ROUTING' || hook === 'LOCAL_OUT'
    const mask = ~(r.minAddr ^ r.maxAddr)
    const addr = (((dst ? skb.daddr : skb.saddr) & ~mask) | (r.minAddr & mask)) >>> 0
    return nf_nat_setup_info(k, skb, { ...r, minAddr: addr, maxAddr: addr }, dst ? 'DST' : 'SRC')
  },
}
