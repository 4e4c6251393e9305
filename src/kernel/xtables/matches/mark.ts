import type { Match, OptionSpec } from '../extension.ts'
import { hex } from '../number.ts'
import { markMask, option } from '../option.ts'

/** The mark is compared where the mask has ones. */
export interface MarkMatchData {
  mark: number
  mask: number
  invert: boolean
}

export const MARK_OPTIONS: readonly OptionSpec<MarkMatchData>[] = [
  option<MarkMatchData, { mark: number; mask: number }>(
    'mark',
    markMask,
    (d, v, call) => {
      Object.assign(d, v)
      if (call.invert) d.invert = true
    },
    { mandatory: true, invert: true },
  ),
]

export function printMark(d: MarkMatchData): string {
  return ` ${hex(d.mark)}${d.mask === 0xffffffff ? '' : `/${hex(d.mask)}`}`
}

/** Match the packet's mark. Linux: net/netfilter/xt_mark.c mark_mt; iptables: extensions/libxt_mark.c */
export const mark: Match<MarkMatchData> = {
  name: 'mark',
  init: () => ({ mark: 0, mask: 0, invert: false }),
  options: MARK_OPTIONS,
  save: (d) => `${d.invert ? ' !' : ''} --mark${printMark(d)}`,
  print: (d) => ` mark match${d.invert ? ' !' : ''}${printMark(d)}`,
  match: (_k, skb, d) => ((skb.mark & d.mask) >>> 0 === d.mark) !== d.invert,
}
