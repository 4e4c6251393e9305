/**
 * The classifier u32: 32 bits of the packet at a time, with a mask. Linux: net/sched/cls_u32.c u32_classify
 * Left out: links between tables, offsets that the packet itself gives, marks, bytes before the IP header and in payloads
 */
import { packetBytes } from '../../wire/bytes.ts'
import { IP_OFFMASK, IPPROTO_TCP, IPPROTO_UDP, type Packet } from '../../wire/packet.ts'
import type { U32Key, U32Node } from './qdisc.ts'

/** Four bytes of the packet, -1 where it has none. Those that most filters ask for are fields of ours. */
function wordAt(p: Packet, at: number, mask: number): number {
  if (at === 12) return p.saddr
  if (at === 16) return p.daddr
  if (at === 8 && (mask & 0xffff) === 0) return ((p.ttl << 24) | (p.protocol << 16)) >>> 0
  const ported = p.protocol === IPPROTO_TCP || p.protocol === IPPROTO_UDP
  if (at === 20 && ported && (p.frag & IP_OFFMASK) === 0) return p.sport * 65536 + p.dport
  if (at < 0 || at + 4 > p.len) return -1
  const b = packetBytes(p, '')
  return ((b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]) >>> 0
}

function keyFits(p: Packet, key: U32Key): boolean {
  const word = wordAt(p, key.at, key.mask)
  if (word < 0 || ((word ^ key.value) & key.mask) !== 0) return false
  key.hits++
  return true
}

/** Does the packet fit all keys of the filter? Counts as Linux does with CONFIG_CLS_U32_PERF. */
export function u32_matches(p: Packet, node: U32Node): boolean {
  node.tried++
  for (const key of node.keys) if (!keyFits(p, key)) return false
  node.hits++
  return true
}
