/**
 * Entries that a program makes. Linux: net/netfilter/nf_conntrack_netlink.c ctnetlink_create_conntrack,
 * nf_conntrack_hash_check_insert
 * Left out: helpers, synproxy, sequence adjustment, a master
 */
import { IPPROTO_SCTP, IPPROTO_TCP } from '../../wire/packet.ts'
import type { Kernel } from '../kernel.ts'
import { nf_nat_alloc_null_binding, nf_nat_setup_info, type Manip } from '../nat/core.ts'
import { NF_NAT_RANGE_MAP_IPS, NF_NAT_RANGE_PROTO_SPECIFIED, type NatRange } from '../nat/range.ts'
import { newSkb, type Skb } from '../skb.ts'
import { IPS_CONFIRMED, IPS_EXPECTED, type Tuple } from './conn.ts'
import { ctExtAdd, zoneId } from './ext.ts'
import { hashTuple } from './hash.ts'
import { labelsUsed } from './labels.ts'
import { clashing, longestChain, nf_conntrack_alloc, nf_ct_discard } from './life.ts'
import {
  hashNode,
  IPCT_LISTENED,
  IPCT_MARK,
  IPCT_NEW,
  IPCT_PROTOINFO,
  linkNode,
  net_hash_mix,
  setTuple,
  type CtTable,
} from './table.ts'
import { TIME_WAIT } from './tcp.ts'
import { FLAG_BE_LIBERAL, FLAG_CLOSE_INIT } from './tcp-window.ts'
import { ctView } from './view.ts'

/** A timeout is as many jiffies of 4 ms as fit into 31 bits, at most. Linux: ctnetlink_change_timeout */
export const MOST_SECONDS = Math.floor(0x7fffffff / 250)

export interface NewConntrack {
  orig: Tuple
  reply: Tuple
  /** Seconds. */
  timeout: number
  /** IPS_* beside CONFIRMED. */
  status: number
  mark: number
  /** Of the two directions: original | reply << 16. */
  zones: number
  /** TCP, SCTP: number of the state. */
  state: number
  /** SCTP: the verification tags of both directions. */
  vtags: [number, number]
  /** Bits of its labels. */
  labels: number[]
  /** The address (and port) that the source, or the destination, gets. */
  srcNat: { addr: number; port: number | null } | null
  dstNat: { addr: number; port: number | null } | null
}

function natRange({ addr, port }: { addr: number; port: number | null }): NatRange {
  return {
    flags: NF_NAT_RANGE_MAP_IPS | (port === null ? 0 : NF_NAT_RANGE_PROTO_SPECIFIED),
    minAddr: addr,
    maxAddr: addr,
    minPort: port ?? 0,
    maxPort: port ?? 0,
    basePort: 0,
  }
}

/** Linux: ctnetlink_parse_nat_setup */
function bind(k: Kernel, skb: Skb, to: NewConntrack['srcNat'], manip: Manip): void {
  if (to) nf_nat_setup_info(k, skb, natRange(to), manip)
  else nf_nat_alloc_null_binding(k, skb, manip)
}

/**
 * What conntrack asks for with every TCP entry that it makes or changes: nobody knows the windows, so they are not judged;
 * and one whose new state is TIME_WAIT or a later one may be reopened. Linux: nlattr_to_tcp
 */
export function setTcpFlags(ct: CtTable, slot: number, state: number): void {
  const flags = FLAG_BE_LIBERAL | (state >= TIME_WAIT ? FLAG_CLOSE_INIT : 0)
  ct.tdFlags[slot * 2] |= flags
  ct.tdFlags[slot * 2 + 1] |= flags
}

/** Make an entry and put it into the table; `portid` is the netlink port of whoever asks. */
export function ctnetlink_create_conntrack(
  k: Kernel,
  wanted: NewConntrack,
  portid: number,
): null | 'EEXIST' | 'ENOMEM' | 'ENOSPC' | 'EBUSY' {
  const { orig, reply } = wanted
  // Nobody but the kernel says that an entry was expected. Linux: ctnetlink_change_status
  if (wanted.status & IPS_EXPECTED) return 'EBUSY'
  const hash = hashTuple(
    k.machine.ct.key,
    zoneId(wanted.zones, 0),
    net_hash_mix(k.net.index),
    orig.src,
    orig.dst,
    orig.sport,
    orig.dport,
    orig.protonum,
  )
  const slot = nf_conntrack_alloc(k, hash)
  if (slot < 0) return 'ENOMEM'
  const { ct } = k.machine
  if (wanted.zones !== 0) ctExtAdd(ct, slot).zones = wanted.zones
  if (k.net.params.acct) ctExtAdd(ct, slot).acct = [0, 0, 0, 0]
  if (k.net.params.timestamp) ctExtAdd(ct, slot).start = k.now
  if (labelsUsed(k) > 0) ctExtAdd(ct, slot).labels = [...wanted.labels]
  ct.protonum[slot] = orig.protonum
  setTuple(ct, slot * 2, orig.src, orig.dst, orig.sport, orig.dport)
  setTuple(ct, slot * 2 + 1, reply.src, reply.dst, reply.sport, reply.dport)
  const skb = { ...newSkb(), nfct: slot }
  // Whoever asks for one of them decides both. Linux: ctnetlink_setup_nat
  if (wanted.dstNat || wanted.srcNat) {
    bind(k, skb, wanted.dstNat, 'DST')
    bind(k, skb, wanted.srcNat, 'SRC')
  }
  const origHash = hashNode(ct, slot * 2)
  const replyHash = hashNode(ct, slot * 2 + 1)
  const longest = longestChain(k)
  let clash = clashing(k, slot * 2, origHash, longest)
  if (clash === -1) clash = clashing(k, slot * 2 + 1, replyHash, longest)
  if (clash !== -1) {
    if (clash === -2) k.net.ctStats.chaintoolong++
    nf_ct_discard(k, slot)
    return clash === -2 ? 'ENOSPC' : 'EEXIST'
  }
  ct.status[slot] |= IPS_CONFIRMED | wanted.status
  ct.timeout[slot] = k.now + Math.min(wanted.timeout, MOST_SECONDS) * 1_000_000
  ct.mark[slot] = wanted.mark
  ct.state[slot] = wanted.state
  if (orig.protonum === IPPROTO_SCTP) {
    ct.tdEnd[slot * 2] = wanted.vtags[0]
    ct.tdEnd[slot * 2 + 1] = wanted.vtags[1]
  }
  if (orig.protonum === IPPROTO_TCP) setTcpFlags(ct, slot, wanted.state)
  linkNode(ct, slot * 2, origHash)
  linkNode(ct, slot * 2 + 1, replyHash)
  k.net.ctStats.insert++
  const listened = (ct.events[slot] & IPCT_LISTENED) !== 0
  if (k.tracing || listened)
    k.emit(0, 'nf_conntrack_eventmask_report', {
      type: 'ct',
      event: 'NEW',
      conn: ctView(ct, slot, k.now),
      events: IPCT_NEW | IPCT_MARK | IPCT_PROTOINFO,
      listened,
      portid,
    })
  return null
}
