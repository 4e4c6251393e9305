/**
 * What the helpers do alike: they find a port for what they expect, write other bytes into a packet, translate what was
 * expected as its master is, and say why they drop.
 *
 * Linux: net/netfilter/nf_nat_helper.c, nf_conntrack_helper.c
 */
import { NF_DROP, type Kernel } from '../kernel.ts'
import { nf_nat_setup_info } from '../nat/core.ts'
import { NF_NAT_RANGE_MAP_IPS, NF_NAT_RANGE_PROTO_SPECIFIED } from '../nat/range.ts'
import { OLD_PORTS } from '../period.ts'
import { dirOf, type Skb } from '../skb.ts'
import { NF_LOG_DEFAULT_MASK, nf_log_packet } from '../xtables/log-packet.ts'
import { expectationClash, nf_ct_expect_related } from './expect.ts'
import type { Expectation } from './expectation.ts'
import { nf_ct_seqadj_set } from './seqadj.ts'

/** Ports that are tried besides the one that was announced. */
const MOST_ATTEMPTS = 128

/** Bytes of a payload, from its start. */
export interface Place {
  from: number
  length: number
}

/** Write other bytes in the place of some of the payload. */
export function nf_nat_mangle_tcp_packet(
  k: Kernel,
  skb: Skb,
  text: string,
  place: Place,
  written: string,
): void {
  skb.payload = k.payload(text.slice(0, place.from) + written + text.slice(place.from + place.length))
  skb.len += written.length - place.length
  nf_ct_seqadj_set(k.machine.ct, skb.nfct, dirOf(skb.ctinfo), skb.seq, written.length - place.length)
}

/** Say why a packet is dropped, and drop it. */
export function nf_ct_helper_log(k: Kernel, skb: Skb, helper: string, why: string): number {
  nf_log_packet(k, skb, null, `nf_ct_${helper}: dropping packet: ${why} `, NF_LOG_DEFAULT_MASK)
  return NF_DROP
}

/**
 * Expect a translated connection at the same port where it is free, else at another above it that chance picks; 4.15
 * tries all of those one after another. null: there is none, or too much is expected already.
 */
export function nf_nat_exp_find_port(k: Kernel, expectation: Expectation, wanted: number): number | null {
  expectation.savedPort = wanted
  const old = (k.machine.differs & OLD_PORTS) !== 0
  const above = 65535 - wanted
  const more = old ? above : Math.min(above, MOST_ATTEMPTS)
  for (let n = 0; n <= more; n++) {
    const port = n === 0 ? wanted : wanted + (old ? n : k.random() % above)
    expectation.tuple.dport = port
    if (!expectationClash(k, expectation)) return nf_ct_expect_related(k, expectation) ? port : null
  }
  return null
}

/** What was expected is translated as its master is. */
export function nf_nat_follow_master(k: Kernel, skb: Skb, e: Expectation): void {
  if (e.savedPort === 0) return
  const { ct } = k.machine
  const master = e.slot * 2 + (1 - e.dir)
  const range = { flags: NF_NAT_RANGE_MAP_IPS, minPort: 0, maxPort: 0, basePort: 0 }
  nf_nat_setup_info(k, skb, { ...range, minAddr: ct.dst[master], maxAddr: ct.dst[master] }, 'SRC')
  nf_nat_setup_info(
    k,
    skb,
    {
      ...range,
      flags: NF_NAT_RANGE_MAP_IPS | NF_NAT_RANGE_PROTO_SPECIFIED,
      minAddr: ct.src[master],
      maxAddr: ct.src[master],
      minPort: e.savedPort,
      maxPort: e.savedPort,
    },
    'DST',
  )
}
