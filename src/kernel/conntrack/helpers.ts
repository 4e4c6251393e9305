/** The helpers that are loaded, by name. Linux: net/netfilter/nf_conntrack_helper.c nf_ct_helper_hash */
import type { Kernel } from '../kernel.ts'
import type { Skb } from '../skb.ts'
import type { Expectation } from './expectation.ts'

export interface Helper {
  name: string
  protonum: number
  /** Where its protocol is at home. */
  port: number
  /** How much of it a connection may expect at once. Linux: max_expected */
  most: number
  /** Look into a packet with payload. NF_DROP: it must be sent again. */
  help(k: Kernel, skb: Skb): number
  /** A connection that it announced begins. */
  expected(k: Kernel, skb: Skb, expectation: Expectation): void
}

const table = new Map<string, Helper>()

export const helpers: ReadonlyMap<string, Helper> = table

export function nf_conntrack_helper_register(helper: Helper): void {
  table.set(helper.name, helper)
}
