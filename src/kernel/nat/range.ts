/** What a NAT rule allows: addresses and ports to choose from. Left out: NF_NAT_RANGE_NETMAP, which only nft sets. */
import type { Ipv4 } from '../../wire/address.ts'

/** The addresses of the range are meant. Linux: include/uapi/linux/netfilter/nf_nat.h */
export const NF_NAT_RANGE_MAP_IPS = 1
/** The ports of the range are meant. */
export const NF_NAT_RANGE_PROTO_SPECIFIED = 2
/** `--random`. */
export const NF_NAT_RANGE_PROTO_RANDOM = 4
/** `--persistent`. */
export const NF_NAT_RANGE_PERSISTENT = 8
/** `--random-fully`. */
export const NF_NAT_RANGE_PROTO_RANDOM_FULLY = 16
/** DNAT's shifted port map: the port moves by as much as it lies above `basePort`. */
export const NF_NAT_RANGE_PROTO_OFFSET = 32

/** Linux: struct nf_nat_range2. Bounds are inclusive; what its flag does not name is 0. */
export interface NatRange {
  /** NF_NAT_RANGE_* bits. */
  flags: number
  minAddr: Ipv4
  maxAddr: Ipv4
  minPort: number
  maxPort: number
  basePort: number
}

/** A range that asks for nothing. */
export function noRange(): NatRange {
  return { flags: 0, minAddr: 0, maxAddr: 0, minPort: 0, maxPort: 0, basePort: 0 }
}
