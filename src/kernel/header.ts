/** The header of a packet at a moment, copied out of the skb for the trace. */
import type { Kernel } from './kernel.ts'
import type { Netns } from './netns.ts'
import {
  dirOf,
  IP_CT_NEW,
  IP_CT_RELATED,
  IP_CT_RELATED_REPLY,
  IP_CT_UNSEEN,
  IP_CT_UNTRACKED,
  type Skb,
} from './skb.ts'
import type { CtState, Header } from './trace.ts'
import type { Packet } from '../wire/packet.ts'

/** Name of an interface of the namespace, '' for index 0 and for one that is gone. */
export function ifname(net: Netns, ifindex: number): string {
  if (ifindex === 0) return ''
  const devs = net.devs
  for (let i = 0; i < devs.length; i++) if (devs[i].ifindex === ifindex) return devs[i].name
  return ''
}

function fields(p: Packet): Omit<Packet, 'inner'> {
  return {
    protocol: p.protocol,
    saddr: p.saddr,
    daddr: p.daddr,
    tos: p.tos,
    ttl: p.ttl,
    id: p.id,
    frag: p.frag,
    len: p.len,
    thl: p.thl,
    sport: p.sport,
    dport: p.dport,
    seq: p.seq,
    ack: p.ack,
    flags: p.flags,
    win: p.win,
    mss: p.mss,
    wscale: p.wscale,
    sackOk: p.sackOk,
    ts: p.ts,
    tsval: p.tsval,
    tsecr: p.tsecr,
    type: p.type,
    code: p.code,
    icmpId: p.icmpId,
    icmpSeq: p.icmpSeq,
    icmpInfo: p.icmpInfo,
    badCsum: p.badCsum,
    payload: p.payload,
  }
}

/** A copy of the header as it is now. */
export function headerOf(k: Kernel, skb: Skb): Header {
  const h = fields(skb) as Header
  h.inner = skb.inner ? fields(skb.inner) : null
  h.mark = skb.mark
  h.in = ifname(k.net, skb.iif)
  h.out = ifname(k.net, skb.oif)
  h.physin = ifname(k.net, skb.physIn)
  h.physout = ifname(k.net, skb.physOut)
  h.smac = skb.smac
  h.dmac = skb.dmac
  return h
}

/** How the packet stands to a connection, as `--ctstate` sees it. Null while nothing tracks. */
export function ctState(k: Kernel, skb: Skb): CtState | null {
  if (skb.ctinfo === IP_CT_UNTRACKED) return { state: 'UNTRACKED', dir: '-', id: 0 }
  if (skb.nfct < 0) return skb.ctinfo === IP_CT_UNSEEN ? null : { state: 'INVALID', dir: '-', id: 0 }
  const state =
    skb.ctinfo === IP_CT_NEW
      ? 'NEW'
      : skb.ctinfo === IP_CT_RELATED || skb.ctinfo === IP_CT_RELATED_REPLY
        ? 'RELATED'
        : 'ESTABLISHED'
  return { state, dir: dirOf(skb.ctinfo) === 0 ? 'original' : 'reply', id: k.machine.ct.id[skb.nfct] }
}
