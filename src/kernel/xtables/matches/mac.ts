import { printMac, type Mac } from '../../../wire/address.ts'
import type { Match } from '../extension.ts'
import { etherMac, option } from '../option.ts'

export interface MacData {
  addr: Mac
  invert: boolean
}

/** Match the Ethernet source address of what came in. Linux: net/netfilter/xt_mac.c mac_mt; iptables: libxt_mac.c */
export const mac: Match<MacData> = {
  name: 'mac',
  hooks: ['PRE_ROUTING', 'LOCAL_IN', 'FORWARD'],
  init: () => ({ addr: 0, invert: false }),
  options: [
    option<MacData, Mac>(
      'mac-source',
      etherMac,
      (d, v, call) => {
        d.addr = v
        if (call.invert) d.invert = true
      },
      { mandatory: true, invert: true },
    ),
  ],
  save: (d) => `${d.invert ? ' !' : ''} --mac-source ${printMac(d.addr)}`,
  print: (d) => ` MAC ${d.invert ? '! ' : ''}${printMac(d.addr)}`,
  match(k, skb, d) {
    const dev = k.net.devs.find((e) => e.ifindex === skb.iif)
    if (!dev || dev.loopback) return false
    return (skb.smac === d.addr) !== d.invert
  },
}
