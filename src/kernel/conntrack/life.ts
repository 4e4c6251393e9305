/**
 * The life of an entry: made for a packet, confirmed, found again, refreshed, and removed.
 *
 * Linux: net/netfilter/nf_conntrack_core.c
 * Left out: RCU, locks, lookup restarts; two packets of one flow that are under way at once, and what resolves their clash
 */
import { IPPROTO_ICMP, IPPROTO_SCTP, IPPROTO_TCP } from '../../wire/packet.ts'
import { NF_ACCEPT, NF_DROP, type Kernel } from '../kernel.ts'
import { net_warn_ratelimited } from '../log.ts'
import {
  IP_CT_ESTABLISHED_REPLY,
  IP_CT_RELATED,
  IP_CT_RELATED_REPLY,
  IP_CT_UNTRACKED,
  type Skb,
} from '../skb.ts'
import { OLD_CONFIRM, OLD_DESTROY, OLD_EARLY, OLD_FULL } from '../period.ts'
import {
  IPS_ASSURED,
  IPS_CONFIRMED,
  IPS_DST_NAT_DONE,
  IPS_DYING,
  IPS_FIXED_TIMEOUT,
  IPS_SRC_NAT_DONE,
} from './conn.ts'
import {
  allocSlot,
  bucketOf,
  freeSlot,
  hashNode,
  IPCT_DESTROY,
  IPCT_LISTENED,
  IPCT_NEW,
  IPCT_PROTOINFO,
  IPCT_UNWATCHED,
  isExpired,
  isInTable,
  keyEqual,
  linkNode,
  unlinkNode,
  type CtTable,
} from './table.ts'
import {
  beginAct,
  EVICTION_RANGE,
  noteVictim,
  SEARCH,
  SEARCH_BUCKETS,
  SEARCH_COUNT,
  SEARCH_DROPPED,
  SEARCH_FOUND,
  SEARCH_KEPT,
  SEARCH_LOOKED,
  SEARCH_NS,
} from './acts.ts'
import { CT_EXT, ctExt, nf_ct_zones, UNBORN } from './ext.ts'
import { ctOptional } from './optional.ts'
import { ctView } from './view.ts'
import { unlinkBySource } from '../nat/bysource.ts'
import { WORK_CT_CONFIRM, WORK_CT_NEW } from '../work.ts'

/** A chain may have so many nodes, plus up to MAX_CHAINLEN_RANDOM drawn for each insertion. */
const MIN_CHAINLEN = 50
const MAX_CHAINLEN_RANDOM = 30

/** Note an event; it is delivered when the packet passes the confirm hook. Linux: nf_conntrack_event_cache */
export function nf_conntrack_event_cache(ct: CtTable, slot: number, event: number): void {
  ct.events[slot] |= event
}

const NOT_EVENTS = IPCT_LISTENED | IPCT_UNWATCHED | CT_EXT

/** Are the entry's events recorded in the trace? */
function isRecorded(k: Kernel, slot: number): boolean {
  return k.tracing && (k.machine.ct.events[slot] & IPCT_UNWATCHED) === 0
}

/** Deliver what has been noted, as one message. Linux: nf_ct_deliver_cached_events */
export function nf_ct_deliver_cached_events(k: Kernel, skb: number, slot: number): void {
  const ct = k.machine.ct
  const events = ct.events[slot] & ~NOT_EVENTS
  if (events === 0 || ct.status[slot] & IPS_DYING) return
  ct.events[slot] &= NOT_EVENTS
  const listened = (ct.events[slot] & IPCT_LISTENED) !== 0
  if (!isRecorded(k, slot) && !(listened && k.net.ctListeners > 0)) return
  // The mask decides whether it is told, not what.
  if ((events & (ctExt(ct, slot)?.ctmask ?? events)) === 0) return
  k.emit(skb, 'nf_ct_deliver_cached_events', {
    type: 'ct',
    event: events & IPCT_NEW ? 'NEW' : 'UPDATE',
    conn: ctView(ct, slot, k.now),
    events,
    listened,
  })
}

/** The packet does not carry its connection any more. Linux: nf_reset_ct, nf_ct_put */
export function nf_reset_ct(k: Kernel, skb: Skb): void {
  const { ct } = k.machine
  const slot = skb.nfct
  if (slot < 0) return
  skb.nfct = -1
  if (--ct.use[slot] === 0) destroySlot(k, slot)
}

/** The last reference has gone, and only now it is not counted any more. Linux: nf_ct_destroy, nf_conntrack_free */
function destroySlot(k: Kernel, slot: number): void {
  const { ct } = k.machine
  const master = ctExt(ct, slot)?.master ?? -1
  k.countEntry(ct.ns[slot], -1)
  if (ct.status[slot] & IPS_SRC_NAT_DONE) unlinkBySource(ct, slot)
  freeSlot(ct, slot)
  if (master >= 0 && --ct.use[master] === 0) destroySlot(k, master)
}

/** Another packet carries the same connection. Linux: nf_conntrack_get */
export function nf_conntrack_hold(ct: CtTable, skb: Skb): void {
  if (skb.nfct >= 0) ct.use[skb.nfct]++
}

/** A packet made because of another one belongs to its connection, as RELATED in the other direction. Linux: nf_conntrack_attach */
export function nf_ct_attach(ct: CtTable, skb: Skb, old: Skb): void {
  if (old.nfct < 0) {
    // Of an untracked packet it gets nothing, but not as if nobody had looked: NOTRACK passes it over.
    if (old.ctinfo === IP_CT_UNTRACKED) skb.ctinfo = IP_CT_RELATED
    return
  }
  skb.nfct = old.nfct
  skb.ctinfo = isReply(old.ctinfo) ? IP_CT_RELATED : IP_CT_RELATED_REPLY
  ct.use[old.nfct]++
}

/** Room for a new connection, or -1 when the packet must be dropped. Linux: __nf_conntrack_alloc */
export function nf_conntrack_alloc(k: Kernel, hash: number): number {
  const { machine, net } = k
  k.spend(WORK_CT_NEW)
  const max = machine.nfConntrackMax
  net.ctCount++
  if (max !== 0 && net.ctCount > max) {
    if (!early_drop(k, hash)) {
      machine.gcEarlyDrop = true
      net.ctCount--
      net_warn_ratelimited(
        k,
        net.inum === 0 || machine.differs & OLD_FULL
          ? 'nf_conntrack: nf_conntrack: table full, dropping packet'
          : `nf_conntrack: nf_conntrack: table full in netns ${net.inum}, dropping packet`,
      )
      return -1
    }
  }
  const slot = allocSlot(machine.ct)
  if (slot < 0) {
    net.ctCount--
    return -1
  }
  machine.ct.ns[slot] = net.index
  const listened = net.params.events
  if (listened === 1 || (listened === 2 && net.ctListeners > 0)) machine.ct.events[slot] = IPCT_LISTENED
  return slot
}

/** An entry that was never confirmed goes with its packet. Linux: nf_conntrack_free */
export function nf_conntrack_free(k: Kernel, skb: Skb): void {
  nf_reset_ct(k, skb)
}

/** An entry that was made and cannot be put into the table. */
export function nf_ct_discard(k: Kernel, slot: number): void {
  destroySlot(k, slot)
}

/**
 * Make room: look at up to eight buckets from the new flow's own, and remove every entry that is not assured from the
 * first bucket that has one. Linux: early_drop, early_drop_list
 */
function early_drop(k: Kernel, hash: number): boolean {
  const ct = k.machine.ct
  let bucket = bucketOf(ct, hash)
  const old = (k.machine.differs & OLD_EARLY) !== 0
  const { acts } = ct
  beginAct(k, SEARCH)
  acts[SEARCH_COUNT]++
  acts[SEARCH_NS] = k.net.index
  acts[SEARCH_KEPT] = acts[SEARCH_DROPPED] = 0
  for (let i = 0; i < EVICTION_RANGE; i++) {
    let drops = 0
    acts[SEARCH_LOOKED] = i + 1
    acts[SEARCH_BUCKETS + i] = bucket
    let node = ct.heads[bucket]
    while (node >= 0) {
      const after = ct.next[node]
      const slot = node >> 1
      if (isExpired(ct, slot, k.now)) {
        nf_ct_gc_expired(k, slot)
        // Both nodes of the entry may lie in this chain: begin again.
        node = ct.heads[bucket]
        continue
      }
      const keep = ct.status[slot] & IPS_ASSURED || ct.ns[slot] !== k.net.index
      if (!keep) {
        noteVictim(ct, slot)
        nf_ct_delete(k, slot)
        drops++
        node = ct.heads[bucket]
        continue
      }
      acts[SEARCH_KEPT]++
      node = after
    }
    if (drops > 0) {
      acts[SEARCH_FOUND]++
      k.net.ctStats.early_drop += drops
      return true
    }
    bucket = old ? bucketOf(ct, (hash + i + 1) >>> 0) : (bucket + 1) % ct.buckets
  }
  return false
}

/** Remove an entry whose time is over. Linux: nf_ct_gc_expired */
export function nf_ct_gc_expired(k: Kernel, slot: number): void {
  nf_ct_delete(k, slot)
}

/** Kill an entry. Linux: nf_ct_kill */
export function nf_ct_kill(k: Kernel, slot: number): void {
  nf_ct_delete(k, slot)
}

/** Kill an entry after its last packet has been counted. Linux: nf_ct_kill_acct */
export function nf_ct_kill_acct(k: Kernel, slot: number, skb: Skb): void {
  if (k.machine.ct.events[slot] & CT_EXT) ctOptional.acct?.(k, slot, skb)
  nf_ct_delete(k, slot)
}

/**
 * Remove an entry, which must be in the table, and say so; `portid` is the netlink port of the program that asks for it.
 * Linux: nf_ct_delete
 */
export function nf_ct_delete(k: Kernel, slot: number, portid = 0): void {
  const ct = k.machine.ct
  // A reset may have done it, and MASQUERADE, whose packet leaves by another device now, wants it too.
  if (ct.status[slot] & IPS_DYING) return
  ct.status[slot] |= IPS_DYING
  const listened = (ct.events[slot] & IPCT_LISTENED) !== 0
  const told = ((ctExt(ct, slot)?.ctmask ?? IPCT_DESTROY) & IPCT_DESTROY) !== 0
  if (told && (isRecorded(k, slot) || (listened && k.net.ctListeners > 0)))
    k.emit(0, 'nf_ct_delete', {
      type: 'ct',
      event: 'DESTROY',
      conn: ctView(ct, slot, k.now),
      events: k.machine.differs & OLD_DESTROY ? 0 : IPCT_PROTOINFO,
      listened,
      portid,
    })
  if (ct.events[slot] & CT_EXT) ctOptional.destroy?.(k, slot)
  unlinkNode(ct, slot * 2)
  unlinkNode(ct, slot * 2 + 1)
  if (--ct.use[slot] === 0) destroySlot(k, slot)
}

/** Set the time at which the entry dies, counted from now, and count the packet. Linux: __nf_ct_refresh_acct */
export function nf_ct_refresh(k: Kernel, slot: number, timeout: number, skb: Skb): void {
  const ct = k.machine.ct
  const status = ct.status[slot]
  if (ct.events[slot] & CT_EXT) ctOptional.acct?.(k, slot, skb)
  if (status & IPS_FIXED_TIMEOUT) return
  ct.timeout[slot] = status & IPS_CONFIRMED ? k.now + timeout : timeout
}

function isReply(ctinfo: number): boolean {
  return ctinfo === IP_CT_ESTABLISHED_REPLY || ctinfo === IP_CT_RELATED_REPLY
}

/** How long the chains may be that the next entry goes into. */
export function longestChain(k: Kernel): number {
  return k.machine.differs & OLD_CONFIRM ? Infinity : MIN_CHAINLEN + (k.random() % MAX_CHAINLEN_RANDOM)
}

/** Does another entry hold the tuple of this node? -2: the chain is too long. */
export function clashing(k: Kernel, node: number, hash: number, longest: number): number {
  const ct = k.machine.ct
  const zones = nf_ct_zones(ct, node >> 1)
  let length = 0
  for (let at = ct.heads[bucketOf(ct, hash)]; at >= 0; at = ct.next[at]) {
    const same =
      ct.hash[at] === hash &&
      keyEqual(
        ct,
        at,
        ct.ns[node >> 1],
        ct.src[node],
        ct.dst[node],
        ct.sport[node],
        ct.dport[node],
        ct.protonum[node >> 1],
        zones,
      )
    if (same) return at
    if (length++ > longest) return -2
  }
  return -1
}

/**
 * The packet has come through: its connection goes into the table, and the events that were noted are delivered. NF_DROP
 * when another one holds a tuple of it. Linux: nf_confirm, nf_conntrack_confirm
 */
export function nf_conntrack_confirm(k: Kernel, skb: Skb): number {
  const ct = k.machine.ct
  const slot = skb.nfct
  if (slot < 0) return NF_ACCEPT
  if (ct.events[slot] & CT_EXT && ctOptional.confirm) {
    const verdict = ctOptional.confirm(k, skb)
    if (verdict !== NF_ACCEPT) return verdict
  }
  if ((ct.status[slot] & IPS_CONFIRMED) === 0) {
    if (isReply(skb.ctinfo)) return NF_ACCEPT
    const verdict = nf_conntrack_insert(k, skb)
    if (verdict !== NF_ACCEPT || skb.nfct !== slot) return verdict
  }
  nf_ct_deliver_cached_events(k, skb.serial, slot)
  return NF_ACCEPT
}

/**
 * Put a new connection into the table; nobody is told yet. NF_DROP when another one holds a tuple of it.
 * Linux: __nf_conntrack_confirm, nf_ct_resolve_clash
 */
export function nf_conntrack_insert(k: Kernel, skb: Skb): number {
  const ct = k.machine.ct
  const slot = skb.nfct
  const stats = k.net.ctStats
  k.spend(WORK_CT_CONFIRM)
  const orig = ct.hash[slot * 2]
  const reply = hashNode(ct, slot * 2 + 1)
  const longest = longestChain(k)
  let clash = clashing(k, slot * 2, orig, longest)
  if (clash === -1) clash = clashing(k, slot * 2 + 1, reply, longest)
  if (clash === -2) {
    stats.chaintoolong++
    stats.insert_failed++
    return NF_DROP
  }
  if (clash >= 0) return resolveClash(k, skb, clash >> 1)
  ct.timeout[slot] += k.now
  ct.status[slot] |= IPS_CONFIRMED
  if (ct.events[slot] & CT_EXT) noteStart(k, slot)
  ct.use[slot]++
  linkNode(ct, slot * 2, orig)
  linkNode(ct, slot * 2 + 1, reply)
  nf_conntrack_event_cache(ct, slot, IPCT_NEW)
  return NF_ACCEPT
}

/** Linux: nf_conntrack_tstamp, set by __nf_conntrack_insert_prepare */
function noteStart(k: Kernel, slot: number): void {
  const ext = ctExt(k.machine.ct, slot)
  if (ext?.start === UNBORN) ext.start = k.now
}

/** Protocols in which of two packets of one flow that are under way at once neither is lost. Linux: allow_clash */
export function allowsClash(proto: number): boolean {
  return proto !== IPPROTO_TCP && proto !== IPPROTO_ICMP && proto !== IPPROTO_SCTP
}

/**
 * The packet is lost. 4.15 does not compare both tuples: where its tracker lets it (allow_clash), the packet goes on with
 * the winner's entry, unless NAT has seen that one.
 */
function resolveClash(k: Kernel, skb: Skb, winner: number): number {
  const { ct, differs } = k.machine
  k.net.ctStats.insert_failed++
  const protonum = ct.protonum[winner]
  const untranslated = (ct.status[winner] & (IPS_SRC_NAT_DONE | IPS_DST_NAT_DONE)) === 0
  if (differs & OLD_CONFIRM && allowsClash(protonum) && untranslated) {
    nf_conntrack_free(k, skb)
    skb.nfct = winner
    ct.use[winner]++
    return NF_ACCEPT
  }
  k.net.ctStats.drop++
  return NF_DROP
}

/** Remove every entry for which `which` says so. Linux: nf_ct_iterate_cleanup */
export function nf_ct_iterate_cleanup(
  k: Kernel,
  which: (ct: CtTable, slot: number) => boolean,
  portid = 0,
): void {
  const ct = k.machine.ct
  for (let slot = 0; slot < ct.used; slot++) {
    if (!isInTable(ct, slot) || ct.ns[slot] !== k.net.index || !which(ct, slot)) continue
    nf_ct_delete(k, slot, portid)
  }
}

/** The entries of this namespace in the order in which Linux lists them: by bucket, then along the chain. Expired ones are removed. */
export function listEntries(k: Kernel): number[] {
  const ct = k.machine.ct
  const slots: number[] = []
  const expired: number[] = []
  for (let bucket = 0; bucket < ct.buckets; bucket++)
    for (let node = ct.heads[bucket]; node >= 0; node = ct.next[node]) {
      if (node & 1 || ct.ns[node >> 1] !== k.net.index) continue
      if (isExpired(ct, node >> 1, k.now)) expired.push(node >> 1)
      else slots.push(node >> 1)
    }
  for (const slot of expired) nf_ct_gc_expired(k, slot)
  return slots
}
