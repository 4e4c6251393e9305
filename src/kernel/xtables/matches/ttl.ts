import { problem } from '../error.ts'
import type { Match, OptionSpec } from '../extension.ts'
import { option, uint } from '../option.ts'

export interface TtlMatchData {
  mode: 'eq' | 'ne' | 'lt' | 'gt'
  ttl: number
}

const NAMES = ['ttl-eq', 'ttl-lt', 'ttl-gt']
const SIGNS = { eq: '==', ne: '!=', lt: '<', gt: '>' }

function compare(names: string, mode: 'eq' | 'lt' | 'gt', id: number): OptionSpec<TtlMatchData> {
  return option<TtlMatchData, number>(
    names,
    uint(0, 255),
    (d, v, call) => {
      d.mode = call.invert ? 'ne' : mode
      d.ttl = v
    },
    { excludes: NAMES, invert: mode === 'eq', id },
  )
}

/** Match the time to live. Linux: net/netfilter/xt_hl.c ttl_mt; iptables: extensions/libipt_ttl.c */
export const ttl: Match<TtlMatchData> = {
  name: 'ttl',
  init: () => ({ mode: 'eq', ttl: 0 }),
  options: [compare('ttl-lt', 'lt', 1), compare('ttl-gt', 'gt', 2), compare('ttl-eq ttl', 'eq', 0)],
  finalCheck(_d, used) {
    if (used.size === 0) problem("TTL match: You must specify one of `--ttl-eq', `--ttl-lt', `--ttl-gt")
  },
  save: (d) => (d.mode === 'ne' ? ` ! --ttl-eq ${d.ttl}` : ` --ttl-${d.mode} ${d.ttl}`),
  print: (d) => ` TTL match TTL ${SIGNS[d.mode]} ${d.ttl}`,
  match(_k, skb, d) {
    switch (d.mode) {
      case 'eq':
        return skb.ttl === d.ttl
      case 'ne':
        return skb.ttl !== d.ttl
      case 'lt':
        return skb.ttl < d.ttl
      case 'gt':
        return skb.ttl > d.ttl
    }
  },
}
