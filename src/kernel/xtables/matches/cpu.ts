import type { Match } from '../extension.ts'
import { option, uint } from '../option.ts'

export interface CpuData {
  cpu: number
  invert: boolean
}

/** Match the processor that handles the packet: here all is done by number 0. Linux: net/netfilter/xt_cpu.c; iptables: libxt_cpu.c */
export const cpu: Match<CpuData> = {
  name: 'cpu',
  init: () => ({ cpu: 0, invert: false }),
  options: [
    option<CpuData, number>(
      'cpu',
      uint(0, 0xffffffff),
      (d, v, call) => {
        d.cpu = v
        if (call.invert) d.invert = true
      },
      { mandatory: true, invert: true },
    ),
  ],
  save: (d) => `${d.invert ? ' !' : ''} --cpu ${d.cpu}`,
  print: (d) => ` cpu ${d.invert ? '! ' : ''}${d.cpu}`,
  match: (_k, _skb, d) => (d.cpu === 0) !== d.invert,
}
