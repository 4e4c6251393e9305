import { IP_OFFMASK } from '../../../wire/packet.ts'
import type { Match } from '../extension.ts'
import { flag, option, uintRange } from '../option.ts'

export interface IpcompData {
  min: number
  max: number
  invert: boolean
  reserved: boolean
}

const MAX = 0xffffffff

/**
 * Match the header of IP payload compression by its index.
 * Linux: net/netfilter/xt_ipcomp.c comp_mt; iptables: extensions/libxt_ipcomp.c. Left out: what the index is
 */
export const ipcomp: Match<IpcompData> = {
  name: 'ipcomp',
  proto: 108,
  init: () => ({ min: 0, max: 0, invert: false, reserved: false }),
  options: [
    option<IpcompData, number[]>(
      'ipcompspi',
      uintRange(MAX),
      (d, v, call) => {
        d.min = v[0]
        d.max = v[1] ?? v[0]
        if (call.invert) d.invert = true
      },
      { invert: true },
    ),
    flag('compres', (d) => void (d.reserved = true)),
  ],
  save(d) {
    const all = d.min === 0 && d.max === MAX && !d.invert
    const range = `${d.min}${d.min === d.max ? '' : `:${d.max}`}`
    return `${all ? '' : `${d.invert ? ' !' : ''} --ipcompspi ${range}`}${d.reserved ? ' --compres' : ''}`
  },
  print(d) {
    const not = d.invert ? '!' : ''
    let spis = ''
    if (d.min !== 0 || d.max !== MAX || d.invert)
      spis = d.min === d.max ? `spi:${not}${d.min}` : `spis:${not}${d.min}:${d.max}`
    return ` comp ${spis}${d.reserved ? ' reserved' : ''}`
  },
  // Such a packet is bytes without meaning to us: its index counts as 0.
  match: (_k, skb, d) => (skb.frag & IP_OFFMASK) === 0 && (d.min === 0) !== d.invert,
}
