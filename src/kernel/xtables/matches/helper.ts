import { ctExt } from '../../conntrack/ext.ts'
import type { Match } from '../extension.ts'
import { option, text } from '../option.ts'
import { quote } from '../quote.ts'

export interface HelperData {
  name: string
  invert: boolean
}

/** Bytes of a helper's name, the zero at its end among them. */
const NAME = 30

/**
 * Match packets of connections that a helper's connection has announced.
 * Linux: net/netfilter/xt_helper.c helper_mt; iptables: extensions/libxt_helper.c
 */
export const helper: Match<HelperData> = {
  name: 'helper',
  needsConntrack: () => true,
  init: () => ({ name: '', invert: false }),
  options: [
    option<HelperData, string>(
      'helper',
      text,
      (d, v, call) => {
        d.name = v.slice(0, NAME - 1)
        if (call.invert) d.invert = true
      },
      { mandatory: true, invert: true },
    ),
  ],
  save: (d) => `${d.invert ? ' !' : ''} --helper ${quote(d.name)}`,
  print: (d) => ` helper match ${d.invert ? '! ' : ''}"${d.name}"`,
  match(k, skb, d) {
    const name = skb.nfct < 0 ? '' : (ctExt(k.machine.ct, skb.nfct)?.masterHelper ?? '')
    if (name === '') return d.invert
    return (d.name === '' || d.name.startsWith(name)) !== d.invert
  },
}
