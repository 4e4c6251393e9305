import { IP_OFFMASK, IPPROTO_TCP, IPPROTO_UDP, TH_ACK, TH_SYN } from '../../../wire/packet.ts'
import { printIpv4, type Ipv4 } from '../../../wire/address.ts'
import { NF_ACCEPT, NF_DROP } from '../../kernel.ts'
import { devByIndex } from '../../route.ts'
import { lookup } from '../../socket.ts'
import { lookupEstablished, lookupListener } from '../../tcp/table.ts'
import type { Target } from '../extension.ts'
import { hex } from '../number.ts'
import { host, markMask, option, portNumber } from '../option.ts'

export interface TproxyData {
  port: number
  /** 0: the address of the device that the packet came in by. */
  addr: Ipv4
  mark: number
  mask: number
}

/**
 * Mark a packet that a local proxy shall get with its own addresses, if the proxy's socket is there; else drop it.
 * Linux: net/netfilter/xt_TPROXY.c tproxy_tg4; iptables: extensions/libxt_TPROXY.c
 * Left out: a socket being set on the packet: only the mark, by which routing delivers it, is
 */
export const TPROXY: Target<TproxyData> = {
  name: 'TPROXY',
  table: 'mangle',
  hooks: ['PRE_ROUTING'],
  init: () => ({ port: 0, addr: 0, mark: 0, mask: 0 }),
  options: [
    option<TproxyData, number>('on-port', portNumber, (d, v) => void (d.port = v), { mandatory: true }),
    option<TproxyData, Ipv4>('on-ip', host, (d, v) => void (d.addr = v)),
    option<TproxyData, { mark: number; mask: number }>('tproxy-mark', markMask, (d, v) => {
      d.mark = v.mark
      d.mask = v.mask
    }),
  ],
  checkentry(_d, ip) {
    if ((ip.protocol === IPPROTO_TCP || ip.protocol === IPPROTO_UDP) && !ip.not.protocol) return null
    return { errno: 'EINVAL', log: 'xt_TPROXY: Can be used only with -p tcp or -p udp' }
  },
  save: (d) =>
    ` --on-port ${d.port} --on-ip ${printIpv4(d.addr)} --tproxy-mark ${hex(d.mark)}/${hex(d.mask)}`,
  print: (d) => ` TPROXY redirect ${printIpv4(d.addr)}:${d.port} mark ${hex(d.mark)}/${hex(d.mask)}`,
  target(k, skb, d) {
    if (skb.frag & IP_OFFMASK) return NF_DROP
    const tcp = skb.protocol === IPPROTO_TCP
    const own = tcp
      ? lookupEstablished(k.net.tcp, skb.daddr, skb.dport, skb.saddr, skb.sport) >= 0
      : (lookup(k.net, 'udp', skb.daddr, skb.dport, skb.saddr, skb.sport)?.raddr ?? 0) !== 0
    const first = !tcp || (skb.flags & (TH_SYN | TH_ACK)) === TH_SYN
    const addr = d.addr || (devByIndex(k.net, skb.iif)?.addrs[0]?.addr ?? skb.daddr)
    const port = d.port || skb.dport
    const proxy = (): boolean =>
      tcp
        ? lookupEstablished(k.net.tcp, addr, port, skb.saddr, skb.sport) >= 0 ||
          lookupListener(k.net.tcp, addr, port) >= 0
        : lookup(k.net, 'udp', addr, port, skb.saddr, skb.sport) !== null
    if (!own && !(first && proxy())) return NF_DROP
    skb.mark = ((skb.mark & ~d.mask) ^ d.mark) >>> 0
    return NF_ACCEPT
  },
}
