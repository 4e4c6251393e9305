import { ALL_EVENTS, ctExt } from '../../conntrack/ext.ts'
import { nf_connlabels } from '../../conntrack/labels.ts'
import { nf_conntrack_event_cache } from '../../conntrack/life.ts'
import { IPCT_ASSURED } from '../../conntrack/table.ts'
import { problem } from '../error.ts'
import type { Match, OptionCall } from '../extension.ts'
import { flag, option, text } from '../option.ts'
import { leadingNumber } from '../number.ts'

export interface ConnlabelData {
  bit: number
  /** What the file of names calls it. */
  name?: string
  invert: boolean
  set: boolean
}

const LABELS = 128
const NO_NAMES = 'Warning: cannot open /etc/xtables/connlabel.conf: No such file or directory\n'

/** A number, or a name of /etc/xtables/connlabel.conf. */
function readBit(arg: string, call: OptionCall): number {
  if (arg === '') problem('Argument must have a minimum length of 1 characters\n')
  const names = call.names.labels?.() ?? null
  const named = names?.get(arg)
  if (named !== undefined) return named
  const n = leadingNumber(arg, 0, 0x7fffffff)
  if (n?.rest === '') return n.value
  if (names === null) call.warn(NO_NAMES)
  return problem(`label '${arg}' not found or invalid value`)
}

/**
 * Match by the labels of a connection, of which it can have 128, and give it one.
 * Linux: net/netfilter/xt_connlabel.c connlabel_mt, nf_conntrack_labels.c; iptables: extensions/libxt_connlabel.c
 * Left out: the warning in listings where there is no file of names; an event of their own: it counts as one of a
 * connection that became assured, and as none where CT --ctevents chooses, which does not know it
 */
export const connlabel: Match<ConnlabelData> = {
  name: 'connlabel',
  needsConntrack: () => true,
  init: () => ({ bit: 0, invert: false, set: false }),
  options: [
    option<ConnlabelData, string>(
      'label',
      text,
      (d, v, call) => {
        d.bit = readBit(v, call) & 0xffff
        for (const [name, bit] of call.names.labels?.() ?? []) if (bit === d.bit) d.name = name
        if (call.invert) d.invert = true
      },
      { mandatory: true, invert: true },
    ),
    flag('set', (d) => void (d.set = true)),
  ],
  checkentry: (d) => (d.bit < LABELS ? null : { errno: 'ERANGE', log: '' }),
  newPriv(_d, k) {
    nf_connlabels(k, 1)
    return null
  },
  destroy(_d, k) {
    nf_connlabels(k, -1)
  },
  save: (d) => `${d.invert ? ' !' : ''} --label "${d.name ?? d.bit}"${d.set ? ' --set' : ''}`,
  print(d, numeric) {
    const label = numeric || d.name === undefined ? String(d.bit) : `'${d.name}'`
    return ` connlabel${d.invert ? ' !' : ''} ${label}${d.set ? ' set' : ''}`
  },
  match(k, skb, d) {
    const { ct } = k.machine
    const ext = skb.nfct < 0 ? undefined : ctExt(ct, skb.nfct)
    const labels = ext?.labels
    if (!labels) return d.invert
    if (labels.includes(d.bit)) return !d.invert
    if (!d.set) return d.invert
    labels.push(d.bit)
    if (ext.ctmask === ALL_EVENTS) nf_conntrack_event_cache(ct, skb.nfct, IPCT_ASSURED)
    return !d.invert
  },
}
