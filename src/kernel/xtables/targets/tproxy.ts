import { IPPROTO_TCP, IPPROTO_UDP } from '../../../wire/packet.ts'
import { printIpv4, type Ipv4 } from '../../../wire/address.ts'
import { NF_DROP } from '../../kernel.ts'
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
 * Give a packet to a local proxy whose socket has asked for such (IP_TRANSPARENT); where there is none it is dropped. No
 * program of a lab asks for it.
 * Linux: net/netfilter/xt_TPROXY.c tproxy_tg4; iptables: extensions/libxt_TPROXY.c. Left out: transparent sockets
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
  target: () => NF_DROP,
}
