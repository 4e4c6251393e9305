import { problem } from '../error.ts'
import { XT_CONTINUE, type OptionSpec, type Target } from '../extension.ts'
import { option, uint } from '../option.ts'

export interface TtlTargetData {
  mode: 'set' | 'dec' | 'inc'
  ttl: number
}

const NAMES = ['ttl-set', 'ttl-dec', 'ttl-inc']
const WORDS = { set: 'set to', dec: 'decrement by', inc: 'increment by' }

function change(mode: TtlTargetData['mode'], min: number, id: number): OptionSpec<TtlTargetData> {
  return option<TtlTargetData, number>(
    `ttl-${mode}`,
    uint(min, 255),
    (d, v) => Object.assign(d, { mode, ttl: v }),
    {
      excludes: NAMES,
      id,
    },
  )
}

/** Change the time to live, between 0 and 255. Linux: net/netfilter/xt_HL.c ttl_tg; iptables: extensions/libipt_TTL.c */
export const TTL: Target<TtlTargetData> = {
  name: 'TTL',
  table: 'mangle',
  init: () => ({ mode: 'set', ttl: 0 }),
  options: [change('set', 0, 0), change('dec', 1, 2), change('inc', 1, 1)],
  finalCheck(_d, used) {
    if (used.size === 0) problem('TTL: You must specify an action')
  },
  save: (d) => ` --ttl-${d.mode} ${d.ttl}`,
  print: (d) => ` TTL ${WORDS[d.mode]} ${d.ttl}`,
  target(_k, skb, d) {
    if (d.mode === 'set') skb.ttl = d.ttl
    else if (d.mode === 'inc') skb.ttl = Math.min(255, skb.ttl + d.ttl)
    else skb.ttl = Math.max(0, skb.ttl - d.ttl)
    return XT_CONTINUE
  },
}
