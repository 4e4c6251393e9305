import { IP_OFFMASK, IPPROTO_UDP } from '../../../wire/packet.ts'
import type { Match } from '../extension.ts'
import { option, portRange } from '../option.ts'
import { printPorts, savePorts } from '../ports.ts'

export interface UdpData {
  spts: [number, number]
  dpts: [number, number]
  not: { spts: boolean; dpts: boolean }
}

/** Match UDP ports. Linux: net/netfilter/xt_tcpudp.c udp_mt; iptables: extensions/libxt_udp.c */
export const udp: Match<UdpData> = {
  name: 'udp',
  proto: IPPROTO_UDP,
  init: () => ({ spts: [0, 0xffff], dpts: [0, 0xffff], not: { spts: false, dpts: false } }),
  options: [
    option<UdpData, [number, number]>(
      'source-port sport',
      portRange,
      (d, v, call) => {
        d.spts = v
        if (call.invert) d.not.spts = true
      },
      { invert: true },
    ),
    option<UdpData, [number, number]>(
      'destination-port dport',
      portRange,
      (d, v, call) => {
        d.dpts = v
        if (call.invert) d.not.dpts = true
      },
      { invert: true },
    ),
  ],
  save: (d) => savePorts('sport', d.spts, d.not.spts) + savePorts('dport', d.dpts, d.not.dpts),
  print: (d, numeric) =>
    ' udp' +
    printPorts('spt', d.spts, d.not.spts, 'udp', numeric) +
    printPorts('dpt', d.dpts, d.not.dpts, 'udp', numeric),
  match(_k, skb, d) {
    if (skb.frag & IP_OFFMASK) return false
    if ((skb.sport >= d.spts[0] && skb.sport <= d.spts[1]) === d.not.spts) return false
    return (skb.dport >= d.dpts[0] && skb.dport <= d.dpts[1]) !== d.not.dpts
  },
}
