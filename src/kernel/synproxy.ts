/**
 * A proxy for handshakes: the firewall answers the SYN itself, with a cookie, and only who sends that back gets to the
 * server. From then on the two sides' sequence numbers and timestamps are translated, since each side knows others.
 *
 * The hook is not a station of its own on the road: it stands directly before the last one (nf_confirm) of INPUT and
 * POSTROUTING, and runs there.
 *
 * Linux: net/netfilter/nf_synproxy_core.c
 */
import { IP_DF, IPPROTO_TCP, TH_ACK, TH_CWR, TH_ECE, TH_RST, TH_SYN } from '../wire/packet.ts'
import { nf_conntrack_event_cache, nf_conntrack_free, nf_conntrack_hold } from './conntrack/life.ts'
import { nf_ct_seqadj_init, nf_is_loopback_packet } from './conntrack/seqadj.ts'
import { ctOptional } from './conntrack/optional.ts'
import { IPCT_ASSURED } from './conntrack/table.ts'
import { CLOSE, SYN_RECV, SYN_SENT } from './conntrack/tcp.ts'
import type { CtTemplate } from './conntrack/template.ts'
import { headerOf } from './header.ts'
import { START_SEND } from './ip.ts'
import { NF_ACCEPT, NF_DROP, NF_STOLEN, type Kernel } from './kernel.ts'
import { kfree_skb } from './kfree.ts'
import { road } from './road.ts'
import { ip_route_output } from './route.ts'
import { dirOf, IP_CT_ESTABLISHED_REPLY, newSkb, type Skb } from './skb.ts'
import { __cookie_v4_check, __cookie_v4_init_sequence } from './syncookie.ts'
import { walkStep } from './walk.ts'

/** Options that a rule speaks of, and those of one segment. Linux: NF_SYNPROXY_OPT_* */
export const OPT_MSS = 1
export const OPT_WSCALE = 2
export const OPT_SACK_PERM = 4
export const OPT_TIMESTAMP = 8
export const OPT_ECN = 16

/** What a rule tells the client of the servers behind it. Linux: struct nf_synproxy_info */
export interface SynproxyInfo {
  options: number
  wscale: number
  mss: number
}

/** What a namespace has counted. Linux: struct synproxy_stats */
export interface SynproxyStats {
  syn_received: number
  cookie_invalid: number
  cookie_valid: number
  cookie_retrans: number
  conn_reopened: number
}

/** What is kept of a connection that came through. Linux: struct nf_conn_synproxy */
export interface SynproxyExt {
  /** The cookie, which the client takes for the server's first number. */
  isn: number
  /** The timestamp that the client was given, and by how much the server's are ahead of it. */
  its: number
  tsoff: number
}

interface Options {
  options: number
  wscale: number
  mss: number
  tsval: number
  tsecr: number
}

/** A namespace's proxy. Linux: struct synproxy_net */
interface SynproxyNet {
  stats: SynproxyStats
  /** Rules that need the hook, which is there while there are any. */
  hook_ref4: number
}

/** Made by the first who asks. */
function synproxyNet(k: Kernel): SynproxyNet {
  const stats = { syn_received: 0, cookie_invalid: 0, cookie_valid: 0, cookie_retrans: 0, conn_reopened: 0 }
  return (k.net.xt['SYNPROXY'] ??= { stats, hook_ref4: 0 }) as SynproxyNet
}

export const synproxyStats = (k: Kernel): SynproxyStats => synproxyNet(k).stats

/** One more rule, or one less (-1). Linux: nf_synproxy_ipv4_init, nf_synproxy_ipv4_fini */
export function nf_synproxy_ipv4(k: Kernel, by: 1 | -1): void {
  synproxyNet(k).hook_ref4 += by
}

/** Linux: synproxy_parse_options */
function parseOptions(skb: Skb): Options {
  return {
    options:
      (skb.mss !== 0 ? OPT_MSS : 0) |
      (skb.wscale >= 0 ? OPT_WSCALE : 0) |
      (skb.sackOk ? OPT_SACK_PERM : 0) |
      (skb.ts ? OPT_TIMESTAMP : 0),
    wscale: Math.min(Math.max(skb.wscale, 0), 14),
    mss: skb.mss,
    tsval: skb.tsval,
    tsecr: skb.tsecr,
  }
}

/** The options become those of a segment of ours. Linux: synproxy_options_size, synproxy_build_options */
function buildOptions(skb: Skb, o: Options): void {
  const has = (bit: number): boolean => (o.options & bit) !== 0
  skb.mss = has(OPT_MSS) ? o.mss : 0
  skb.wscale = has(OPT_WSCALE) ? o.wscale : -1
  skb.sackOk = has(OPT_SACK_PERM) ? 1 : 0
  if (has(OPT_TIMESTAMP)) {
    skb.ts = 1
    skb.tsval = o.tsval
    skb.tsecr = o.tsecr
  }
  const stamps = skb.ts ? 12 : skb.sackOk ? 4 : 0
  skb.thl = 20 + (skb.mss ? 4 : 0) + stamps + (skb.wscale >= 0 ? 4 : 0)
  skb.len = 20 + skb.thl
}

const CLOCK_MASK = 0x3f
const NO_SCALE = 0xf
const TS_SACK = 0x10
const TS_ECN = 0x20

/** What the cookie has no room for goes into the lowest bits of the clock. Linux: synproxy_init_timestamp_cookie */
function initTimestampCookie(k: Kernel, info: SynproxyInfo, o: Options): void {
  const clock = Math.floor((k.machine.bootOffset + k.now) / 1000)
  o.tsecr = o.tsval
  o.tsval = (clock & ~CLOCK_MASK) >>> 0
  if (o.options & OPT_WSCALE) {
    o.tsval += o.wscale
    o.wscale = info.wscale
  } else o.tsval += NO_SCALE
  if (o.options & OPT_SACK_PERM) o.tsval += TS_SACK
  if (o.options & OPT_ECN) o.tsval += TS_ECN
}

/** Linux: synproxy_check_timestamp_cookie */
function checkTimestampCookie(o: Options): void {
  o.wscale = o.tsecr & NO_SCALE
  if (o.wscale !== NO_SCALE) o.options |= OPT_WSCALE
  if (o.tsecr & TS_SACK) o.options |= OPT_SACK_PERM
  if (o.tsecr & TS_ECN) o.options |= OPT_ECN
}

/** A segment of ours on account of another one: in its direction, or `back` to its sender. Linux: synproxy_build_ip */
function segment(k: Kernel, of: Skb, back: boolean): Skb {
  const skb = newSkb()
  skb.serial = k.nextSerial()
  skb.watched = of.watched
  skb.protocol = IPPROTO_TCP
  skb.saddr = back ? of.daddr : of.saddr
  skb.daddr = back ? of.saddr : of.daddr
  skb.sport = back ? of.dport : of.sport
  skb.dport = back ? of.sport : of.dport
  skb.ttl = k.net.params.defaultTtl
  skb.frag = IP_DF
  return skb
}

/** It gets its options. False: no way leads there, and it is freed, by `at`. Linux: synproxy_send_tcp */
function mayLeave(k: Kernel, skb: Skb, options: Options, of: Skb, at: string): boolean {
  buildOptions(skb, options)
  const { saddr, sport, dport } = skb
  if (!('errno' in ip_route_output(k.net, skb.daddr, { saddr, proto: IPPROTO_TCP, sport, dport })))
    return true
  kfree_skb(k, skb, 'NOT_SPECIFIED', at, road.states[of.station])
  return false
}

/** It belongs to the connection of another packet, as one of the reply direction. */
function attach(k: Kernel, skb: Skb, to: Skb): void {
  if (to.nfct < 0) return
  skb.nfct = to.nfct
  skb.ctinfo = IP_CT_ESTABLISHED_REPLY
  nf_conntrack_hold(k.machine.ct, skb)
}

/** Linux: synproxy_send_client_synack */
function sendClientSynack(k: Kernel, syn: Skb, o: Options, mss: number): void {
  const skb = segment(k, syn, true)
  skb.seq = __cookie_v4_init_sequence(k, syn, mss)
  skb.ack = (syn.seq + 1) >>> 0
  skb.flags = TH_SYN | TH_ACK | (o.options & OPT_ECN ? TH_ECE : 0)
  if (!mayLeave(k, skb, o, syn, 'synproxy_send_client_synack')) return
  attach(k, skb, syn)
  k.output(skb)
}

/** Whose connection shall be found to be one of the proxy's. Linux: synproxy_net.tmpl */
const TEMPLATE: CtTemplate = {
  zones: 0,
  zoneMark: 0,
  helper: '',
  timeout: '',
  ctmask: 0,
  expmask: 0,
  synproxy: true,
}

/** The field for acknowledgements, which means nothing in a SYN, takes the cookie to the hook. Linux: synproxy_send_server_syn */
function sendServerSyn(k: Kernel, ack: Skb, o: Options, seq: number): void {
  const skb = segment(k, ack, false)
  skb.seq = (seq - 1) >>> 0
  skb.ack = (ack.ack - 1) >>> 0
  skb.flags = TH_SYN | (o.options & OPT_ECN ? TH_ECE | TH_CWR : 0)
  skb.win = ack.win
  skb.tmpl = TEMPLATE
  if (mayLeave(k, skb, o, ack, 'synproxy_recv_client_ack')) k.output(skb)
}

/** In the client's name. It goes all its way before anything else is done. Linux: synproxy_send_server_ack */
function sendServerAck(k: Kernel, synack: Skb, o: Options): void {
  const skb = segment(k, synack, true)
  skb.seq = synack.ack
  skb.ack = (synack.seq + 1) >>> 0
  skb.flags = TH_ACK
  skb.win = k.machine.ct.tdMaxwin[synack.nfct * 2] & 0xffff
  if (!mayLeave(k, skb, o, synack, 'ipv4_synproxy_hook')) return
  if (k.tracing && skb.watched)
    k.emit(skb.serial, 'ip_queue_xmit', { type: 'make', header: headerOf(k, skb), program: '' })
  skb.station = START_SEND
  const { meter } = k
  while (!walkStep(k, skb));
  k.meter = meter
}

/** In the server's name: its window is open now. Linux: synproxy_send_client_ack */
function sendClientAck(k: Kernel, synack: Skb, o: Options): void {
  const skb = segment(k, synack, false)
  skb.seq = (synack.seq + 1) >>> 0
  skb.ack = synack.ack
  skb.flags = TH_ACK
  skb.win = synack.win >> o.wscale
  if (!mayLeave(k, skb, o, synack, 'ipv4_synproxy_hook')) return
  attach(k, skb, synack)
  k.output(skb)
}

/** Where the ACK brings a cookie of ours, the server is asked. Linux: synproxy_recv_client_ack */
function recvClientAck(k: Kernel, ack: Skb, o: Options, seq: number): boolean {
  const mss = __cookie_v4_check(k, ack)
  const stats = synproxyStats(k)
  if (mss === 0) {
    stats.cookie_invalid++
    return false
  }
  stats.cookie_valid++
  o.mss = mss
  o.options |= OPT_MSS
  if (o.options & OPT_TIMESTAMP) checkTimestampCookie(o)
  sendServerSyn(k, ack, o, seq)
  return true
}

/** Taken over: the packet is no more. Linux: consume_skb */
function consume(k: Kernel, skb: Skb): number {
  nf_conntrack_free(k, skb)
  return NF_STOLEN
}

/** What the rule does: -1 is "go on with the next rule". Linux: net/ipv4/netfilter/ipt_SYNPROXY.c synproxy_tg4 */
export function synproxy_tg4(k: Kernel, skb: Skb, info: SynproxyInfo): number {
  if (skb.badCsum !== 0 || skb.len < 40) return NF_DROP
  const o = parseOptions(skb)
  const kind = skb.flags & ~(TH_ECE | TH_CWR)
  if (skb.flags & TH_SYN && (kind & 0x15) === 0) {
    synproxyStats(k).syn_received++
    if ((skb.flags & (TH_ECE | TH_CWR)) === (TH_ECE | TH_CWR)) o.options |= OPT_ECN
    o.options &= info.options
    const { mss } = o
    o.mss = info.mss
    if (o.options & OPT_TIMESTAMP) initTimestampCookie(k, info, o)
    else o.options &= ~(OPT_WSCALE | OPT_SACK_PERM | OPT_ECN)
    sendClientSynack(k, skb, o, mss)
    return consume(k, skb)
  }
  if ((kind & 0x17) === TH_ACK) return recvClientAck(k, skb, o, skb.seq) ? consume(k, skb) : NF_DROP
  return -1
}

/** Linux: synproxy_tstamp_adjust */
function adjustTimestamps(skb: Skb, { tsoff }: SynproxyExt): void {
  if (tsoff === 0 || !skb.ts) return
  if (dirOf(skb.ctinfo) === 1) skb.tsval = (skb.tsval - tsoff) >>> 0
  else skb.tsecr = (skb.tsecr + tsoff) >>> 0
}

/** Both sides are there: each hears what it waits for. Linux: case TCP_CONNTRACK_SYN_RECV of ipv4_synproxy_hook */
function join(k: Kernel, synack: Skb, own: SynproxyExt): number {
  const { ct } = k.machine
  const o = parseOptions(synack)
  if (o.options & OPT_TIMESTAMP) {
    own.tsoff = (o.tsval - own.its) >>> 0
    nf_conntrack_event_cache(ct, synack.nfct, IPCT_ASSURED)
  }
  o.options &= ~(OPT_MSS | OPT_WSCALE | OPT_SACK_PERM)
  const turned = { ...o, tsval: o.tsecr, tsecr: o.tsval }
  sendServerAck(k, synack, turned)
  nf_ct_seqadj_init(ct, synack.nfct, 1, (own.isn - synack.seq) | 0)
  nf_conntrack_event_cache(ct, synack.nfct, IPCT_ASSURED)
  sendClientAck(k, synack, o)
  return consume(k, synack)
}

/** The hook, for a connection that the proxy has made. Linux: ipv4_synproxy_hook */
function synproxyHook(k: Kernel, skb: Skb, own: SynproxyExt): number {
  const { ct } = k.machine
  const slot = skb.nfct
  if (synproxyNet(k).hook_ref4 === 0) return NF_ACCEPT
  if (skb.protocol !== IPPROTO_TCP || nf_is_loopback_packet(k, skb)) return NF_ACCEPT
  const dir = dirOf(skb.ctinfo)
  const syn = (skb.flags & TH_SYN) !== 0
  const ack = (skb.flags & TH_ACK) !== 0
  const state = ct.state[slot]
  if (state === SYN_RECV && syn && ack) return join(k, skb, own)
  // Whatever the server's reset says: the client knows no number but the one behind the cookie.
  if (state === CLOSE && skb.flags & TH_RST && dir === 1)
    nf_ct_seqadj_init(ct, slot, dir, (own.isn - skb.seq + 1) | 0)
  else if (state === SYN_SENT || (state === CLOSE && syn && !ack && dir === 0)) {
    if (state === CLOSE) {
      own.tsoff = 0
      synproxyStats(k).conn_reopened++
    }
    const o = parseOptions(skb)
    if (!syn && ack && dir === 0) {
      // A keepalive: it repeats the last number.
      if (!recvClientAck(k, skb, o, (skb.seq + 1) >>> 0)) return NF_DROP
      synproxyStats(k).cookie_retrans++
      return consume(k, skb)
    }
    own.isn = skb.ack
    if (o.options & OPT_TIMESTAMP) own.its = o.tsecr
    nf_conntrack_event_cache(ct, slot, IPCT_ASSURED)
  }
  adjustTimestamps(skb, own)
  return NF_ACCEPT
}

ctOptional.synproxy = synproxyHook
