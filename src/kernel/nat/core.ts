/**
 * NAT: choosing a mapping for a connection, once, and applying it to each of its packets.
 *
 * Linux: net/netfilter/nf_nat_core.c nf_nat_setup_info, get_unique_tuple, nf_nat_l4proto_unique_tuple,
 * find_best_ips_proto, find_appropriate_src, nf_nat_packet
 * Left out: the keys of PPTP's GRE
 */
import { IPPROTO_ICMP, IPPROTO_TCP } from '../../wire/packet.ts'
import {
  IPS_CONFIRMED,
  IPS_DST_NAT,
  IPS_DST_NAT_DONE,
  IPS_FIXED_TIMEOUT,
  IPS_SEQ_ADJUST,
  IPS_SRC_NAT,
  IPS_SRC_NAT_DONE,
} from '../conntrack/conn.ts'
import { nf_ct_zones, zoneId } from '../conntrack/ext.ts'
import { addressWord, hashAgain, jhash2, reciprocal_scale } from '../conntrack/hash.ts'
import { nf_conntrack_find_get } from '../conntrack/find.ts'
import { allowsClash, nf_ct_gc_expired, nf_ct_kill } from '../conntrack/life.ts'
import { bucketOf, isExpired, keyEqual, net_hash_mix, setTuple } from '../conntrack/table.ts'
import { SYN_SENT, TIME_WAIT } from '../conntrack/tcp.ts'
import { hasPorts, invertedDport, invertedSport, invertIcmpType } from '../conntrack/tuple.ts'
import { NF_ACCEPT, NF_DROP, type Kernel } from '../kernel.ts'
import { part } from '../parts.ts'
import { OLD_PORTS } from '../period.ts'
import type { Skb } from '../skb.ts'
import { WORK_NAT_SETUP } from '../work.ts'
import { linkBySource, sourceBucket } from './bysource.ts'
import {
  NF_NAT_RANGE_MAP_IPS,
  NF_NAT_RANGE_PERSISTENT,
  NF_NAT_RANGE_PROTO_OFFSET,
  NF_NAT_RANGE_PROTO_RANDOM,
  NF_NAT_RANGE_PROTO_RANDOM_FULLY,
  NF_NAT_RANGE_PROTO_SPECIFIED,
  type NatRange,
} from './range.ts'

export type Manip = 'SRC' | 'DST'

/** A tuple while a mapping is being looked for. */
export interface Candidate {
  proto: number
  src: number
  dst: number
  sport: number
  dport: number
}

const RANDOM_ALL = NF_NAT_RANGE_PROTO_RANDOM | NF_NAT_RANGE_PROTO_RANDOM_FULLY
/** Ports tried in one window, at most. */
const MAX_ATTEMPTS = 128
/** In so many last ones of them it looks harder. Linux: NF_NAT_HARDER_THRESH */
const HARDER = 32

/** Has this kind of translation been decided for the connection? Linux: nf_nat_initialized */
export function nf_nat_initialized(status: number, manip: Manip): boolean {
  return (status & (manip === 'SRC' ? IPS_SRC_NAT_DONE : IPS_DST_NAT_DONE)) !== 0
}

/** Decide the mapping of a new connection. NF_DROP when there is no connection to decide for. */
export function nf_nat_setup_info(k: Kernel, skb: Skb, range: NatRange, maniptype: Manip): number {
  const ct = k.machine.ct
  const slot = skb.nfct
  if (slot < 0) return NF_DROP
  if (ct.status[slot] & IPS_CONFIRMED) return NF_ACCEPT
  k.spend(WORK_NAT_SETUP)
  if (nf_nat_initialized(ct.status[slot], maniptype)) return NF_DROP

  // What the packet looks like now: the inverse of the reply that is expected so far.
  const reply = slot * 2 + 1
  const proto = ct.protonum[slot]
  const current: Candidate = {
    proto,
    src: ct.dst[reply],
    dst: ct.src[reply],
    sport: invertedSport(proto, ct.sport[reply], ct.dport[reply]),
    dport: invertedDport(proto, ct.sport[reply], ct.dport[reply]),
  }
  const wanted = get_unique_tuple(k, slot, current, range, maniptype)
  const changed =
    wanted.src !== current.src ||
    wanted.dst !== current.dst ||
    wanted.sport !== current.sport ||
    wanted.dport !== current.dport
  if (changed) {
    setTuple(
      ct,
      reply,
      wanted.dst,
      wanted.src,
      invertedSport(proto, wanted.sport, wanted.dport),
      invertedDport(proto, wanted.sport, wanted.dport),
    )
    ct.status[slot] |= maniptype === 'SRC' ? IPS_SRC_NAT : IPS_DST_NAT
  }
  if (maniptype === 'SRC') linkBySource(ct, slot)
  ct.status[slot] |= maniptype === 'SRC' ? IPS_SRC_NAT_DONE : IPS_DST_NAT_DONE
  return NF_ACCEPT
}

/** The range of a null binding, filled in for each. */
const OWN_ADDRESS: NatRange = {
  flags: NF_NAT_RANGE_MAP_IPS,
  minAddr: 0,
  maxAddr: 0,
  minPort: 0,
  maxPort: 0,
  basePort: 0,
}

/** No rule wants anything: keep the address, and the port where it is free. Linux: nf_nat_alloc_null_binding */
export function nf_nat_alloc_null_binding(k: Kernel, skb: Skb, maniptype: Manip): number {
  const ct = k.machine.ct
  const reply = skb.nfct * 2 + 1
  const address = maniptype === 'SRC' ? ct.dst[reply] : ct.src[reply]
  OWN_ADDRESS.minAddr = OWN_ADDRESS.maxAddr = address
  return nf_nat_setup_info(k, skb, OWN_ADDRESS, maniptype)
}

/**
 * Does another connection hold the reply that this tuple would get? Counts `found`. Linux: nf_nat_used_tuple
 * One of the same flow never does: its first two packets would have to be on their way at once, on two processors.
 */
function nf_nat_used_tuple(k: Kernel, t: Candidate, self: number): boolean {
  const ct = k.machine.ct
  const ns = k.net.index
  const sport = invertedSport(t.proto, t.sport, t.dport)
  const dport = invertedDport(t.proto, t.sport, t.dport)
  const zones = nf_ct_zones(ct, self)
  const hash = hashAgain(ct.key, zoneId(zones, 1), net_hash_mix(ns), t.dst, t.src, sport, dport, t.proto)
  let node = ct.heads[bucketOf(ct, hash)]
  while (node >= 0) {
    const slot = node >> 1
    if (slot !== self) {
      if (isExpired(ct, slot, k.now)) {
        nf_ct_gc_expired(k, slot)
        node = ct.heads[bucketOf(ct, hash)]
        continue
      }
      if (keyEqual(ct, node, ns, t.dst, t.src, sport, dport, t.proto, zones)) {
        k.net.ctStats.found++
        return true
      }
    }
    node = ct.next[node]
  }
  return false
}

/**
 * The same of a tuple that may stay as it is. Another connection does not count that is the same flow seen from its other
 * end where neither is translated: the packet is then lost when it is confirmed. On one processor the flow's entry would
 * have been found, but for zones. Linux: nf_nat_used_tuple_new
 */
function nf_nat_used_tuple_new(k: Kernel, t: Candidate, self: number): boolean {
  if (!nf_nat_used_tuple(k, t, self)) return false
  const ct = k.machine.ct
  const zones = nf_ct_zones(ct, self)
  const translated = IPS_SRC_NAT | IPS_DST_NAT | IPS_SEQ_ADJUST
  if (!allowsClash(t.proto) || ct.status[self] & translated || k.machine.differs & OLD_PORTS) return true
  const sport = invertedSport(t.proto, t.sport, t.dport)
  const dport = invertedDport(t.proto, t.sport, t.dport)
  let node = nf_conntrack_find_get(k, t.src, t.dst, t.sport, t.dport, t.proto, zones)
  if (node < 0) node = nf_conntrack_find_get(k, t.dst, t.src, sport, dport, t.proto, zones)
  if (node < 0) return false // gone meanwhile
  // What begins with our answer is the same flow; what is answered with it is another one.
  return (node & 1) === 1 || (ct.status[node >> 1] & translated) !== 0
}

/**
 * The last attempts of a search look harder: a SYN of TCP may take the place of a translated connection that is over, if
 * its sequence numbers are beyond that one's, so that stragglers are not taken for its own. Does not count `found`.
 * Linux: nf_nat_used_tuple_harder, nf_nat_may_kill, nf_seq_has_advanced
 */
function nf_nat_used_tuple_harder(k: Kernel, t: Candidate, self: number, attemptsLeft: number): boolean {
  const ct = k.machine.ct
  if (attemptsLeft > HARDER || t.proto !== IPPROTO_TCP || ct.state[self] !== SYN_SENT)
    return nf_nat_used_tuple(k, t, self)
  const node = nf_conntrack_find_get(k, t.dst, t.src, t.dport, t.sport, t.proto, nf_ct_zones(ct, self))
  if (node < 0) return false
  const old = node >> 1
  const isReply = (node & 1) === 1
  const over = ct.state[old] >= TIME_WAIT
  const needed = (ct.status[old] & (IPS_SRC_NAT | IPS_FIXED_TIMEOUT)) === IPS_SRC_NAT
  const advanced = ((ct.tdEnd[self * 2] - ct.tdEnd[old * 2]) | 0) > 0
  if (!isReply || !over || !needed || !advanced) return true
  nf_ct_kill(k, old)
  return false
}

/** Is the source of the tuple what the range asks for? Linux: nf_in_range */
function inRange(t: Candidate, range: NatRange): boolean {
  if (range.flags & NF_NAT_RANGE_MAP_IPS && (t.src < range.minAddr || t.src > range.maxAddr)) return false
  if ((range.flags & NF_NAT_RANGE_PROTO_SPECIFIED) === 0) return true
  return portInRange(t, 'SRC', range)
}

/** Linux: l4proto_in_range. A rule that names ports is one for a protocol that has them. */
function portInRange(t: Candidate, manip: Manip, range: NatRange): boolean {
  const port = manip === 'SRC' || t.proto === IPPROTO_ICMP ? t.sport : t.dport
  return port >= range.minPort && port <= range.maxPort
}

/** Another flow of the same source that is translated already: use its mapping. Linux: find_appropriate_src */
function find_appropriate_src(k: Kernel, slot: number, t: Candidate, range: NatRange): Candidate | null {
  const ct = k.machine.ct
  const src = ct.src[slot * 2]
  const sport = ct.sport[slot * 2]
  const zone = zoneId(nf_ct_zones(ct, slot), 0)
  const bucket = sourceBucket(ct, k.net.index, t.proto, src, sport)
  for (let other = ct.natHeads[bucket]; other >= 0; other = ct.natNext[other]) {
    const same =
      ct.src[other * 2] === src &&
      ct.sport[other * 2] === sport &&
      ct.protonum[other] === t.proto &&
      ct.ns[other] === k.net.index &&
      zoneId(nf_ct_zones(ct, other), 0) === zone
    if (!same) continue
    const reply = other * 2 + 1
    const candidate: Candidate = {
      proto: t.proto,
      src: ct.dst[reply],
      dst: t.dst,
      sport: invertedSport(t.proto, ct.sport[reply], ct.dport[reply]),
      dport: t.dport,
    }
    if (inRange(candidate, range)) return candidate
  }
  return null
}

/** The address of the range for this pair of ends; the same pair gets the same one. Linux: find_best_ips_proto */
function bestAddress(t: Candidate, range: NatRange, zones: number): number {
  if (range.minAddr === range.maxAddr) return range.minAddr
  const zone = zones & 0xffff || zones >>> 16
  const initval = range.flags & NF_NAT_RANGE_PERSISTENT ? 0 : addressWord(t.dst) ^ zone
  const j = jhash2([addressWord(t.src), 0, 0, 0], initval)
  return (range.minAddr + reciprocal_scale(j, range.maxAddr - range.minAddr + 1)) >>> 0
}

/** The tuple with that address. Linux: find_best_ips_proto */
function find_best_ips_proto(t: Candidate, range: NatRange, manip: Manip, zones: number): Candidate {
  if ((range.flags & NF_NAT_RANGE_MAP_IPS) === 0) return t
  const address = bestAddress(t, range, zones)
  const { proto, src, dst, sport, dport } = t
  return manip === 'SRC'
    ? { proto, src: address, dst, sport, dport }
    : { proto, src, dst: address, sport, dport }
}

/** The tuple that the packet gets: within the range, and if possible one whose reply nobody else has. */
function get_unique_tuple(k: Kernel, slot: number, t: Candidate, range: NatRange, manip: Manip): Candidate {
  const random = (range.flags & RANDOM_ALL) !== 0
  if (manip === 'SRC' && !random) {
    if (inRange(t, range)) {
      if (!nf_nat_used_tuple_new(k, t, slot)) return t
    } else {
      const sticky = find_appropriate_src(k, slot, t, range)
      if (sticky && !nf_nat_used_tuple(k, sticky, slot)) return sticky
    }
  }
  const found = find_best_ips_proto(t, range, manip, nf_ct_zones(k.machine.ct, slot))
  if (!random) {
    if (range.flags & NF_NAT_RANGE_PROTO_SPECIFIED) {
      const fits =
        (range.flags & NF_NAT_RANGE_PROTO_OFFSET) === 0 &&
        portInRange(found, manip, range) &&
        (range.minPort === range.maxPort || !nf_nat_used_tuple(k, found, slot))
      if (fits) return found
    } else if (!nf_nat_used_tuple(k, found, slot)) return found
  }
  return nf_nat_l4proto_unique_tuple(k, slot, found, range, manip)
}

/** Search a free port (or ICMP id). Linux: nf_nat_l4proto_unique_tuple */
function nf_nat_l4proto_unique_tuple(
  k: Kernel,
  slot: number,
  t: Candidate,
  range: NatRange,
  manip: Manip,
): Candidate {
  const icmp = t.proto === IPPROTO_ICMP
  if (!icmp && !hasPorts(t.proto)) return t
  const field = icmp || manip === 'SRC' ? 'sport' : 'dport'
  const specified = (range.flags & NF_NAT_RANGE_PROTO_SPECIFIED) !== 0
  let min: number
  let size: number
  if (icmp) {
    if (invertIcmpType(t.dport >> 8) < 0) return t
    min = specified ? range.minPort : 0
    size = specified ? range.maxPort - range.minPort + 1 : 65536
  } else if (specified) {
    min = Math.min(range.minPort, range.maxPort)
    size = Math.abs(range.maxPort - range.minPort) + 1
  } else if (manip === 'DST') {
    return t
  } else if (t.sport < 1024) {
    // Ports below 512 stay there, those up to 1023 do not go below 600 (rlogin and its like trusted such ports).
    min = t.sport < 512 ? 1 : 600
    size = t.sport < 512 ? 511 : 1023 - 600 + 1
  } else {
    min = 1024
    size = 65535 - 1024 + 1
  }

  const candidate = { ...t }
  if (k.machine.differs & OLD_PORTS) {
    candidate[field] = part('oldPorts').search(k, t, range, manip, { min, size }, (port) => {
      candidate[field] = port
      return nf_nat_used_tuple(k, candidate, slot)
    })
    return candidate
  }
  let offset: number
  if (range.flags & NF_NAT_RANGE_PROTO_OFFSET) offset = t.dport - range.basePort
  else if (range.flags & RANDOM_ALL || manip === 'SRC') offset = k.random() & 0xffff
  else offset = 0
  let attempts = Math.min(size, MAX_ATTEMPTS)
  for (;;) {
    for (let i = 0; i < attempts; i++, offset = (offset + 1) & 0xffff) {
      candidate[field] = (min + (offset % size)) & 0xffff
      if (!nf_nat_used_tuple_harder(k, candidate, slot, attempts - i)) return candidate
    }
    // Nothing free: the last one is taken anyway, and confirmation will refuse it.
    if (attempts >= size || attempts < 16) return candidate
    attempts = Math.floor(attempts / 2)
    offset = k.random() & 0xffff
  }
}
