/** The matches of IPsec's two headers, by their security parameter index. */
import { IP_OFFMASK } from '../../../wire/packet.ts'
import type { Match } from '../extension.ts'
import { option, uintRange } from '../option.ts'

export interface SpiData {
  min: number
  max: number
  invert: boolean
}

const MAX = 0xffffffff

function spi(name: string, proto: number, empty: string): Match<SpiData> {
  return {
    name,
    proto,
    init: () => ({ min: 0, max: MAX, invert: false }),
    options: [
      option<SpiData, number[]>(
        `${name}spi`,
        uintRange(MAX),
        (d, v, call) => {
          d.min = v[0]
          d.max = v[1] ?? v[0]
          if (call.invert) d.invert = true
        },
        { invert: true },
      ),
    ],
    save(d) {
      if (d.min === 0 && d.max === MAX) return ''
      return `${d.invert ? ' !' : ''} --${name}spi ${d.min}${d.min === d.max ? '' : `:${d.max}`}`
    },
    print(d) {
      const not = d.invert ? '!' : ''
      if (d.min === 0 && d.max === MAX && !d.invert) return empty
      return ` ${name} ${d.min === d.max ? `spi:${not}${d.min}` : `spis:${not}${d.min}:${d.max}`}`
    },
    // Such a packet is bytes without meaning to us: its index counts as 0.
    match: (_k, skb, d) => (skb.frag & IP_OFFMASK) === 0 && (d.min === 0) !== d.invert,
  }
}

/** Linux: net/netfilter/xt_esp.c esp_mt; iptables: extensions/libxt_esp.c. Left out: the index in the packet, which counts as 0 */
export const esp = spi('esp', 50, ' esp')

/** Linux: net/ipv4/netfilter/ipt_ah.c ah_mt; iptables: extensions/libipt_ah.c. Left out: the index in the packet, which counts as 0 */
export const ah = spi('ah', 51, ' ah ')
