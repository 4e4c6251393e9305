/**
 * Stateless NAT: an address is exchanged for another one, packet by packet. Nothing is remembered, so each direction needs
 * a rule of its own, ports stay what they are, and no connection tracking is asked.
 *
 * Linux: net/sched/act_nat.c tcf_nat_act
 * Left out: the checksum in the IP header that an ICMP error quotes, which Linux does not correct either
 */
import { IP_OFFMASK } from '../../wire/packet.ts'
import { netmask, printIpv4 } from '../../wire/address.ts'
import type { Skb } from '../skb.ts'
import type { TcAction } from './qdisc.ts'

/** Destination unreachable, time exceeded, parameter problem. */
const ERRORS = [3, 11, 12]

function exchanged(a: TcAction, addr: number): number | null {
  const mask = netmask(a.bits)
  if (((addr ^ a.from) & mask) !== 0) return null
  return ((a.to & mask) | (addr & ~mask)) >>> 0
}

/** The address of a packet, and in an ICMP error that of the packet it quotes, which went the other way. */
export function tcf_nat_act(skb: Skb, a: TcAction): void {
  const to = exchanged(a, a.egress ? skb.saddr : skb.daddr)
  if (to !== null) {
    if (a.egress) skb.saddr = to
    else skb.daddr = to
  }
  if ((skb.frag & IP_OFFMASK) !== 0) return
  const { inner } = skb
  if (inner === null || !ERRORS.includes(skb.type)) return
  const quoted = exchanged(a, a.egress ? inner.daddr : inner.saddr)
  if (quoted === null) return
  skb.inner = a.egress ? { ...inner, daddr: quoted } : { ...inner, saddr: quoted }
}

/** `nat ingress 192.168.0.30/32 172.17.0.2`: what an action does, as it was typed. */
export function actionText({ kind, egress, from, bits, to, verdict }: TcAction): string {
  if (kind === 'gact') return verdict
  const direction = egress ? 'egress' : 'ingress'
  const after = verdict === 'pass' ? '' : ` ${verdict}`
  return `nat ${direction} ${printIpv4(from)}/${bits} ${printIpv4(to)}${after}`
}
