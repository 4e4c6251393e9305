import { IPPROTO_TCP } from '../../../wire/packet.ts'
import {
  OPT_ECN,
  OPT_MSS,
  OPT_SACK_PERM,
  OPT_TIMESTAMP,
  OPT_WSCALE,
  nf_synproxy_ipv4,
  synproxy_tg4,
  type SynproxyInfo,
} from '../../synproxy.ts'
import type { Target } from '../extension.ts'
import { flag, option, uint } from '../option.ts'

/** In the order in which they are written. */
const NAMES: readonly [string, number, ((d: SynproxyInfo) => number) | null][] = [
  ['sack-perm', OPT_SACK_PERM, null],
  ['timestamp', OPT_TIMESTAMP, null],
  ['wscale', OPT_WSCALE, (d) => d.wscale],
  ['mss', OPT_MSS, (d) => d.mss],
  ['ecn', OPT_ECN, null],
]

const words = (d: SynproxyInfo): string[] =>
  NAMES.flatMap(([name, bit, value]) => (d.options & bit ? [value ? `${name} ${value(d)}` : name] : []))

/**
 * Answer a SYN in the server's name, and ask the server only for who sends the cookie back. Everything else goes on.
 * Linux: net/ipv4/netfilter/ipt_SYNPROXY.c synproxy_tg4; iptables: extensions/libxt_SYNPROXY.c
 */
export const SYNPROXY: Target<SynproxyInfo> = {
  name: 'SYNPROXY',
  hooks: ['LOCAL_IN', 'FORWARD'],
  init: () => ({ options: 0, wscale: 0, mss: 0 }),
  options: [
    flag('sack-perm', (d) => void (d.options |= OPT_SACK_PERM)),
    flag('timestamp', (d) => void (d.options |= OPT_TIMESTAMP)),
    option<SynproxyInfo, number>('wscale', uint(0, 0xffffffff), (d, v) => {
      d.options |= OPT_WSCALE
      d.wscale = v & 0xff
    }),
    option<SynproxyInfo, number>('mss', uint(0, 0xffffffff), (d, v) => {
      d.options |= OPT_MSS
      d.mss = v & 0xffff
    }),
    flag('ecn', (d) => void (d.options |= OPT_ECN)),
  ],
  needsConntrack: () => true,
  checkentry: (_d, ip) =>
    ip.protocol === IPPROTO_TCP && !ip.not.protocol ? null : { errno: 'EINVAL', log: '' },
  newPriv(_d, k) {
    nf_synproxy_ipv4(k, 1)
    return null
  },
  destroy(_d, k) {
    nf_synproxy_ipv4(k, -1)
  },
  save: (d) =>
    words(d)
      .map((word) => ` --${word}`)
      .join(''),
  print: (d) =>
    ` SYNPROXY ${words(d)
      .map((word) => `${word} `)
      .join('')}`,
  target: synproxy_tg4,
}
