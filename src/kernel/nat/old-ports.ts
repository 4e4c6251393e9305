/**
 * How a port was looked for up to Linux 4.20: one after another from where the last search had ended, through the whole
 * range if need be. The last one is taken though it is not free: confirmation then refuses it.
 *
 * Linux: net/netfilter/nf_nat_proto_common.c nf_nat_l4proto_unique_tuple, net/ipv4/netfilter/nf_nat_proto_icmp.c
 * icmp_unique_tuple
 */
import { IPPROTO_ICMP } from '../../wire/packet.ts'
import { addressWord, jhash2 } from '../conntrack/hash.ts'
import type { Kernel } from '../kernel.ts'
import { parts } from '../parts.ts'
import type { Candidate, Manip } from './core.ts'
import {
  NF_NAT_RANGE_PROTO_RANDOM,
  NF_NAT_RANGE_PROTO_RANDOM_FULLY,
  NF_NAT_RANGE_PROTO_SPECIFIED,
  type NatRange,
} from './range.ts'

/** `--random`: the same for the same two ends, as TCP chooses its own ports. Linux: secure_ipv4_port_ephemeral */
function securePort(k: Kernel, t: Candidate, manip: Manip): number {
  const port = manip === 'SRC' ? t.dport : t.sport
  return jhash2([addressWord(t.src), addressWord(t.dst), port], k.machine.ct.key[0]) & 0xffff
}

function search(
  k: Kernel,
  t: Candidate,
  range: NatRange,
  manip: Manip,
  room: { min: number; size: number },
  used: (port: number) => boolean,
): number {
  const { rovers } = k.machine
  const icmp = t.proto === IPPROTO_ICMP
  // Of all identifiers, one is never reached.
  const size = icmp && (range.flags & NF_NAT_RANGE_PROTO_SPECIFIED) === 0 ? 65535 : room.size
  const random = !icmp && (range.flags & (NF_NAT_RANGE_PROTO_RANDOM | NF_NAT_RANGE_PROTO_RANDOM_FULLY)) !== 0
  let offset = rovers[t.proto] ?? 0
  if (random) offset = range.flags & NF_NAT_RANGE_PROTO_RANDOM ? securePort(k, t, manip) : k.random() & 0xffff
  const at = (): number => (room.min + (offset % size)) & 0xffff
  for (let i = 1; i < size && used(at()); i++) offset = (offset + 1) & 0xffff
  if (!random) rovers[t.proto] = offset
  return at()
}

parts.oldPorts = { search }
