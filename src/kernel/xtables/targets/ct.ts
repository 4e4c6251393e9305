import {
  IPPROTO_GRE,
  IPPROTO_ICMP,
  IPPROTO_SCTP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPPROTO_UDPLITE,
} from '../../../wire/packet.ts'
import {
  IPCT_ASSURED,
  IPCT_DESTROY,
  IPCT_MARK,
  IPCT_NEW,
  IPCT_PROTOINFO,
  IPCT_REPLY,
} from '../../conntrack/table.ts'
import { helpers } from '../../conntrack/helpers.ts'
import { IP_CT_RELATED, IP_CT_UNTRACKED } from '../../skb.ts'
import { problem } from '../error.ts'
import { XT_CONTINUE, type CheckPoint, type OptionSpec, type Refusal, type Target } from '../extension.ts'
import { flag, option, text } from '../option.ts'
import { strictNumber } from '../number.ts'
import type { IpSpec } from '../rule.ts'

export interface CtData {
  notrack: boolean
  /** Written as `-j NOTRACK`. */
  alias: boolean
  helper: string
  timeout: string
  /** The whole name of a policy that the kernel gives back cut, else empty. */
  policy: string
  /** Bits in the order of EVENTS. */
  ctEvents: number
  expEvents: number
  zone: number
  /** The zone is the packet's mark. */
  zoneMark: boolean
  /** Directions that were named: 1 original, 2 reply. */
  zoneDir: number
}

/** Linux: enum ip_conntrack_events; ours beside it, 0 where there is none. */
const EVENTS: readonly [string, number][] = [
  ['new', IPCT_NEW],
  ['related', IPCT_NEW],
  ['destroy', IPCT_DESTROY],
  ['reply', IPCT_REPLY],
  ['assured', IPCT_ASSURED],
  ['protoinfo', IPCT_PROTOINFO],
  ['helper', 0],
  ['mark', IPCT_MARK],
  ['natseqinfo', 0],
  ['secmark', 0],
]
const EXP_EVENTS: readonly string[] = ['new']

/** Bytes of a name that the kernel reads, without the zero at its end. */
const HELPER_NAME = 15
const TIMEOUT_NAME = 31
/** Linux: usersize of xt_ct_tg_reg[1], which is that of revision 0 */
const TIMEOUT_SHOWN = 4

function readEvents(names: readonly string[], arg: string): number {
  let bits = 0
  for (const word of arg.split(',')) {
    const i = names.indexOf(word)
    if (i < 0) problem(`Unknown event type "${word}"`)
    bits |= 1 << i
  }
  return bits
}

const writeEvents = (names: readonly string[], bits: number): string =>
  names.filter((_, i) => bits & (1 << i)).join(',')

const EVENT_NAMES = EVENTS.map(([name]) => name)

function zone(name: string, dir: number): OptionSpec<CtData> {
  return option<CtData, string>(name, text, (d, arg) => {
    const id =
      arg === 'mark' ? null : (strictNumber(arg, 0, 65535) ?? problem(`Cannot parse ${arg} as a zone ID`))
    d.zoneMark ||= id === null
    d.zone = id ?? d.zone
    d.zoneDir |= dir
  })
}

/** The options behind a dash or without one, each with a blank before it. */
function words(d: CtData, dash: string): string {
  let out = ''
  if (d.notrack && !d.alias) out += ` ${dash}notrack`
  if (d.helper !== '') out += ` ${dash}helper ${d.helper}`
  if (d.timeout !== '') out += ` ${dash}timeout ${d.timeout}`
  if (d.ctEvents !== 0) out += ` ${dash}ctevents ${writeEvents(EVENT_NAMES, d.ctEvents)}`
  if (d.expEvents !== 0) out += ` ${dash}expevents ${writeEvents(EXP_EVENTS, d.expEvents)}`
  const name = d.zoneDir === 1 ? 'zone-orig' : d.zoneDir === 2 ? 'zone-reply' : 'zone'
  if (d.zoneMark) out += ` ${dash}${name} mark`
  else if (d.zone !== 0) out += ` ${dash}${name} ${d.zone}`
  return out
}

/** Protocols that have a tracker of their own; the others share the generic one. Linux: nf_ct_l4proto_find */
const TRACKED: ReadonlySet<number> = new Set([
  IPPROTO_ICMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPPROTO_GRE,
  58, // ICMPv6
  IPPROTO_SCTP,
  IPPROTO_UDPLITE,
])
const GENERIC = 255

const L4 = 'xt_CT: You must specify a L4 protocol and not use inversions on it'

/** Linux: xt_ct_tg_check, xt_ct_set_helper, xt_ct_set_timeout */
function checkentry(d: CtData, ip: IpSpec, _hooks: number, { k }: CheckPoint): Refusal | null {
  if (d.notrack) return null
  const named = ip.protocol !== 0 && !ip.not.protocol
  if (d.helper !== '') {
    if (!named) return { errno: 'ENOENT', log: L4 }
    if (helpers.get(d.helper)?.protonum !== ip.protocol)
      return { errno: 'ENOENT', log: `xt_CT: No such helper "${d.helper}"` }
  }
  if (d.timeout !== '') {
    if (!named) return { errno: 'EINVAL', log: L4 }
    const name = d.timeout
    const policy = k.net.timeoutPolicies.find((p) => p.name === name)
    if (!policy) return { errno: 'ENOENT', log: `No such timeout policy "${name}"` }
    if (policy.l4proto !== (TRACKED.has(ip.protocol) ? ip.protocol : GENERIC))
      return {
        errno: 'EINVAL',
        log: `Timeout policy \`${name}' can only be used by L4 protocol number ${policy.l4proto}`,
      }
    // The kernel gives only so much of it back: the next program that changes the table asks for a name that is cut.
    d.timeout = name.slice(0, TIMEOUT_SHOWN)
    d.policy = name === d.timeout ? '' : name
  }
  return null
}

/** Events of the kernel's numbering as the bits that entries note. */
function mask(bits: number): number {
  return EVENTS.reduce((sum, [, event], i) => (bits & (1 << i) ? sum | event : sum), 0)
}

/**
 * Decide how connection tracking treats the packet: not at all (`--notrack`), in a zone, with a helper, with a timeout
 * policy, telling only some events. A packet that has a connection already (it came over lo) keeps it.
 *
 * Linux: net/netfilter/xt_CT.c xt_ct_target; iptables: extensions/libxt_CT.c
 */
export const CT: Target<CtData> = {
  name: 'CT',
  alias: (d) => (d.alias ? 'NOTRACK' : 'CT'),
  table: 'raw',
  init: () => ({
    notrack: false,
    alias: false,
    helper: '',
    timeout: '',
    policy: '',
    ctEvents: 0,
    expEvents: 0,
    zone: 0,
    zoneMark: false,
    zoneDir: 0,
  }),
  options: [
    flag('notrack', (d) => {
      d.notrack = true
    }),
    option<CtData, string>('helper', text, (d, v) => void (d.helper = v.slice(0, HELPER_NAME))),
    option<CtData, string>('timeout', text, (d, v) => void (d.timeout = v.slice(0, TIMEOUT_NAME))),
    option<CtData, string>('ctevents', text, (d, v) => void (d.ctEvents = readEvents(EVENT_NAMES, v))),
    option<CtData, string>('expevents', text, (d, v) => void (d.expEvents = readEvents(EXP_EVENTS, v))),
    zone('zone-orig', 1),
    zone('zone-reply', 2),
    zone('zone', 0),
  ],
  needsConntrack: (d) => !d.notrack,
  checkentry,
  save: (d) => words(d, '--'),
  print: (d) => (d.alias ? ' NOTRACK' : ` CT${words(d, '')}`),
  target(_k, skb, d) {
    const looked = skb.ctinfo === IP_CT_UNTRACKED || skb.ctinfo === IP_CT_RELATED
    if (skb.nfct >= 0 || looked || skb.tmpl !== null) return XT_CONTINUE
    if (d.notrack) {
      skb.ctinfo = IP_CT_UNTRACKED
      return XT_CONTINUE
    }
    const dir = d.zoneDir || 3
    skb.tmpl = {
      zones: ((dir & 1 ? d.zone : 0) | (dir & 2 ? d.zone << 16 : 0)) >>> 0,
      zoneMark: d.zoneMark ? dir : 0,
      helper: d.helper,
      timeout: d.policy || d.timeout,
      ctmask: mask(d.ctEvents),
      expmask: d.expEvents,
    }
    return XT_CONTINUE
  },
}

/** The older spelling of `CT --notrack`. Linux: net/netfilter/xt_CT.c notrack_tg */
export const NOTRACK: Target<CtData> = {
  ...CT,
  name: 'NOTRACK',
  realName: 'CT',
  init: () => ({ ...CT.init(), notrack: true, alias: true }),
  options: [],
}
