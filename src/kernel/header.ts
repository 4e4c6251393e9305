/** The header of a packet at a moment, copied out of the skb for the trace. */
import type { Kernel } from './kernel.ts'
import type { Netns } from './netns.ts'
import type { Skb } from './skb.ts'
import type { Header } from './trace.ts'
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
  return {
    ...fields(skb),
    inner: skb.inner ? fields(skb.inner) : null,
    mark: skb.mark,
    in: ifname(k.net, skb.iif),
    out: ifname(k.net, skb.oif),
    smac: skb.smac,
    dmac: skb.dmac,
  }
}
