/** REDIRECT: DNAT to this host itself. Linux: net/netfilter/nf_nat_redirect.c nf_nat_redirect_ipv4 */
import { NF_DROP, type Kernel } from '../kernel.ts'
import { devByIndex } from '../route.ts'
import type { Skb } from '../skb.ts'
import type { Hook } from '../xtables/rule.ts'
import { nf_nat_setup_info } from './core.ts'
import { NF_NAT_RANGE_MAP_IPS, type NatRange } from './range.ts'

const INADDR_LOOPBACK = 0x7f000001

/** To 127.0.0.1 from OUTPUT, else to the first address of the device that the packet came in by (none: NF_DROP). */
export function nf_nat_redirect_ipv4(k: Kernel, skb: Skb, range: NatRange, hook: Hook): number {
  const address = hook === 'LOCAL_OUT' ? INADDR_LOOPBACK : (devByIndex(k.net, skb.iif)?.addrs[0]?.addr ?? 0)
  if (address === 0) return NF_DROP
  return nf_nat_setup_info(
    k,
    skb,
    { ...range, flags: range.flags | NF_NAT_RANGE_MAP_IPS, minAddr: address, maxAddr: address },
    'DST',
  )
}
