import { IP_CT_UNTRACKED } from '../../skb.ts'
import { problem } from '../error.ts'
import { XT_CONTINUE, type OptionSpec, type Target } from '../extension.ts'
import { flag, option, text } from '../option.ts'

export interface CtData {
  notrack: boolean
  /** Written as `-j NOTRACK`. */
  alias: boolean
}

function later(name: string): OptionSpec<CtData> {
  return option<CtData, string>(name, text, () => problem(`CT: option "--${name}" is not simulated`))
}

/**
 * Decide how connection tracking treats the packet: here, that it does not (`--notrack`).
 * A packet that has a connection already (it came over lo) keeps it.
 *
 * Linux: net/netfilter/xt_CT.c xt_ct_target; iptables: extensions/libxt_CT.c
 * Left out: helpers, timeout policies, event masks, zones: refused
 */
export const CT: Target<CtData> = {
  name: 'CT',
  alias: (d) => (d.alias ? 'NOTRACK' : 'CT'),
  table: 'raw',
  init: () => ({ notrack: false, alias: false }),
  options: [
    flag('notrack', (d) => {
      d.notrack = true
    }),
    later('helper'),
    later('timeout'),
    later('ctevents'),
    later('expevents'),
    later('zone-orig'),
    later('zone-reply'),
    later('zone'),
  ],
  needsConntrack: (d) => !d.notrack,
  save: (d) => (d.notrack && !d.alias ? ' --notrack' : ''),
  print: (d) => (d.alias ? ' NOTRACK' : d.notrack ? ' CT notrack' : ' CT'),
  target(_k, skb, d) {
    if (skb.nfct >= 0 || skb.ctinfo === IP_CT_UNTRACKED) return XT_CONTINUE
    if (d.notrack) skb.ctinfo = IP_CT_UNTRACKED
    return XT_CONTINUE
  },
}

/** The older spelling of `CT --notrack`. */
export const NOTRACK: Target<CtData> = {
  ...CT,
  name: 'NOTRACK',
  realName: 'CT',
  init: () => ({ notrack: true, alias: true }),
  options: [],
}
