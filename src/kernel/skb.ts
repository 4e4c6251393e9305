/** A packet inside a kernel: the packet itself and what the kernel has noted on it. Linux: struct sk_buff */
import { IP_DF, IP_MF, IP_OFFMASK, type Packet } from '../wire/packet.ts'
import type { Mac } from '../wire/address.ts'
import type { CtTemplate } from './conntrack/template.ts'

/** How a packet relates to its connection. Linux: enum ip_conntrack_info, uapi/linux/netfilter/nf_conntrack_common.h */
export const IP_CT_ESTABLISHED = 0
export const IP_CT_RELATED = 1
export const IP_CT_NEW = 2
export const IP_CT_ESTABLISHED_REPLY = 3
export const IP_CT_RELATED_REPLY = 4
export const IP_CT_UNTRACKED = 7
/** Ours: conntrack has not looked at the packet yet. */
export const IP_CT_UNSEEN = 8

/** The direction of a packet's connection that it goes in. Linux: CTINFO2DIR */
export function dirOf(ctinfo: number): number {
  return ctinfo === IP_CT_ESTABLISHED_REPLY || ctinfo === IP_CT_RELATED_REPLY ? 1 : 0
}

/** In `sk`: it is of no socket; and, of no socket, too, a reset of REJECT. */
export const NO_SOCKET = -1
export const OF_REJECT = -2

/** In `redirect`: this host, too, is to hear what it sends; and the copy that it hears. Linux: RTCF_LOCAL of an output route */
export const OWN_FOR_MANY = 2
export const OWN_HEARD = 3
/** In `redirect`: it came by lo, and NAT has given it another destination. Linux: skb_dst_drop in nf_nat_ipv4_pre_routing */
export const LOST_WAY = 4
/** In `redirect`: it has waited for the card of its next hop. */
export const WAITED = 5

export interface Skb extends Packet {
  /** Names the packet in the whole lab: the same packet keeps it from host to host. */
  serial: number
  /** Interface indexes of the namespace it is in; 0: none. */
  iif: number
  oif: number
  /** Ethernet header. 0: none (locally made, or on lo). */
  smac: Mac
  dmac: Mac
  mark: number
  /** What the CT target asks of the connection that will be found or made. Linux: a template in _nfct */
  tmpl: CtTemplate | null
  /** Slot of its connection in the conntrack table, -1: none. */
  nfct: number
  /** IP_CT_*; only meaningful with nfct >= 0 or when IP_CT_UNTRACKED. */
  ctinfo: number
  /** 1: found by `nf_trace` (TRACE target); the rules it meets are logged. */
  nfTrace: number
  /** Where on the road it is: a station of path.machine.ts, compiled. */
  station: number
  /** Set while the packet is made by a local sender: index of its socket, -1: none. */
  sk: number
  /** 1: the lab records every step of this packet. 0: only counts. */
  watched: number
  /** Device chosen when the packet was routed again in LOCAL_OUT; the hook goes on with the first one. 0: none. */
  rerouted: number
  /** Next hop chosen by routing. */
  nexthop: number
  /** Ports of a bridge by which the frame came in and goes out, as the IPv4 hooks see them (physdev); 0: none. */
  physIn: number
  physOut: number
  /** 1: it leaves by the way it came, and its sender shall be told. OWN_FOR_MANY, OWN_HEARD: made here, for many hosts. LOST_WAY. WAITED. */
  redirect: number
  /** 1: a frame in a bridge, not yet or never a packet of this host. 2: its copy for the host. */
  bridged: number
  /** Sizes (payload, bytes) of the fragments that it was put together from. */
  fragSizes: number[] | null
  /** Why it died, where the station that drops it is not netfilter's: set with the verdict DROP. */
  dropReason: string
  dropAt: string
}

export function isFragment(skb: Skb): boolean {
  return (skb.frag & (IP_MF | IP_OFFMASK)) !== 0
}

/** Its bytes, or where it was put together those of the longest piece in which it came. Linux: IPCB(skb)->frag_max_size */
export function longestPiece({ len, fragSizes }: Skb): number {
  return fragSizes === null ? len : Math.max(...fragSizes) + 20
}

/**
 * Packets that are no more, whose memory new ones may use: a load makes a few million. They hold nothing that anybody
 * reads, so a lab does not notice where its packets come from. Linux: napi_skb_cache
 */
const spare: Skb[] = []
const SPARES = 64

/** Nobody will look at this packet again. */
export function recycle(skb: Skb): void {
  if (spare.length < SPARES) spare.push(skb)
}

/** A packet to be written over, null: there is none. What is not in its header is as new. */
export function reuse(): Skb | null {
  const skb = spare.pop()
  if (skb === undefined) return null
  skb.inner = skb.tmpl = skb.fragSizes = null
  skb.oif = skb.station = skb.rerouted = skb.nexthop = skb.physIn = skb.physOut = 0
  skb.redirect = skb.bridged = 0
  skb.sk = -1
  skb.dropReason = skb.dropAt = ''
  return skb
}

/**
 * A packet like another one but for what differs. A literal that spreads it would have a shape of its own, and be used again as
 * such: the code of all packets would have to tell those shapes apart.
 */
export function copySkb(skb: Skb, differs: Partial<Skb> = {}): Skb {
  return Object.assign(newSkb(), skb, differs)
}

/** An empty packet, of memory that was used before if there is any. */
export function cleanSkb(): Skb {
  const skb = reuse()
  if (skb === null) return newSkb()
  skb.protocol = skb.saddr = skb.daddr = skb.tos = skb.id = skb.thl = skb.sport = skb.dport = 0
  skb.ttl = 64
  skb.frag = IP_DF
  skb.len = 20
  skb.seq = skb.ack = skb.flags = skb.win = skb.mss = skb.sackOk = skb.ts = skb.tsval = skb.tsecr = 0
  skb.wscale = -1
  skb.type = skb.code = skb.icmpId = skb.icmpSeq = skb.icmpInfo = skb.badCsum = skb.payload = 0
  skb.serial = skb.iif = skb.smac = skb.dmac = skb.mark = skb.nfTrace = 0
  skb.nfct = -1
  skb.ctinfo = IP_CT_UNSEEN
  skb.watched = 1
  return skb
}

/**
 * An empty packet. Written out in full: spreading a literal costs more than the packet's whole walk. Fields that may hold
 * more than 31 bits begin with a fraction: V8 forgets what it has compiled for a shape when the first large number comes
 * into a field that has only held small ones, and now and then it then goes on making packets of the old shape, is never done
 * with learning the new one, and the road is not compiled again: packets take four times as long.
 */
export function newSkb(): Skb {
  const skb: Skb = {
    protocol: 0,
    saddr: 0.5,
    daddr: 0.5,
    tos: 0,
    ttl: 64,
    id: 0,
    frag: IP_DF,
    len: 20,
    thl: 0,
    sport: 0,
    dport: 0,
    seq: 0.5,
    ack: 0.5,
    flags: 0,
    win: 0,
    mss: 0,
    wscale: -1,
    sackOk: 0,
    ts: 0,
    tsval: 0.5,
    tsecr: 0.5,
    type: 0,
    code: 0,
    icmpId: 0,
    icmpSeq: 0,
    icmpInfo: 0.5,
    badCsum: 0,
    payload: 0,
    inner: null,
    serial: 0,
    iif: 0,
    oif: 0,
    smac: 0.5,
    dmac: 0.5,
    mark: 0.5,
    tmpl: null,
    nfct: -1,
    ctinfo: IP_CT_UNSEEN,
    nfTrace: 0,
    station: 0,
    sk: -1,
    watched: 1,
    rerouted: 0,
    nexthop: 0.5,
    physIn: 0,
    physOut: 0,
    redirect: 0,
    bridged: 0,
    fragSizes: null,
    dropReason: '',
    dropAt: '',
  }
  skb.saddr = skb.daddr = skb.seq = skb.ack = skb.tsval = skb.tsecr = skb.icmpInfo = 0
  skb.smac = skb.dmac = skb.mark = skb.nexthop = 0
  return skb
}
