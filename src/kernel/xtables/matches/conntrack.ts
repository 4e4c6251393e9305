import { maskBits, printIpv4 } from '../../../wire/address.ts'
import { IPS_CONFIRMED } from '../../conntrack/conn.ts'
import { ctStateBits } from '../../conntrack/state-bits.ts'
import { IP_CT_ESTABLISHED_REPLY, IP_CT_UNSEEN, type Skb } from '../../skb.ts'
import type { Kernel } from '../../kernel.ts'
import { problem } from '../error.ts'
import type { Match, Names, OptionCall, OptionSpec } from '../extension.ts'
import { hostMask, option, portRange, protocol, text, uintRange } from '../option.ts'
import { parseStates, parseStatuses, printStates, printStatuses } from './conntrack-words.ts'

interface Net {
  addr: number
  mask: number
  written?: true
}
type Pair = [number, number]

/** What was asked for; null: not asked. Linux: struct xt_conntrack_mtinfo3 */
export interface ConntrackData {
  /** Written as `-m state`. */
  alias: boolean
  state: number | null
  proto: number | null
  origsrc: Net | null
  origdst: Net | null
  replsrc: Net | null
  repldst: Net | null
  origsrcport: Pair | null
  origdstport: Pair | null
  replsrcport: Pair | null
  repldstport: Pair | null
  status: number | null
  expire: Pair | null
  dir: 'ORIGINAL' | 'REPLY' | null
  /** Anything beside the state is asked for: the connection itself must be looked at. */
  more: boolean
  /** Names of the conditions that are inverted. */
  not: string[]
}

type NetField = 'origsrc' | 'origdst' | 'replsrc' | 'repldst'
type PortField = 'origsrcport' | 'origdstport' | 'replsrcport' | 'repldstport'
const NETS: readonly NetField[] = ['origsrc', 'origdst', 'replsrc', 'repldst']
const PORTS: readonly PortField[] = ['origsrcport', 'origdstport', 'replsrcport', 'repldstport']

function asked(d: ConntrackData, field: string, call: OptionCall): void {
  if (field !== 'state') d.more = true
  if (call.invert) d.not = [...d.not, field].sort()
}

function net(field: NetField): OptionSpec<ConntrackData> {
  return option<ConntrackData, Net>(
    `ct${field}`,
    hostMask,
    (d, v, call) => {
      d[field] = v
      asked(d, field, call)
    },
    { invert: true },
  )
}

function port(field: PortField): OptionSpec<ConntrackData> {
  return option<ConntrackData, Pair>(
    `ct${field}`,
    portRange,
    (d, v, call) => {
      d[field] = v
      asked(d, field, call)
    },
    { invert: true },
  )
}

const OPTIONS: readonly OptionSpec<ConntrackData>[] = [
  option<ConntrackData, string>(
    'ctstate',
    text,
    (d, v, call) => {
      d.state = (d.state ?? 0) | parseStates(v)
      asked(d, 'state', call)
    },
    { invert: true },
  ),
  option<ConntrackData, number>(
    'ctproto',
    protocol,
    (d, v, call) => {
      d.proto = v
      asked(d, 'proto', call)
    },
    { invert: true },
  ),
  ...NETS.map(net),
  option<ConntrackData, string>(
    'ctstatus',
    text,
    (d, v, call) => {
      d.status = parseStatuses(v)
      asked(d, 'status', call)
    },
    { invert: true },
  ),
  option<ConntrackData, number[]>(
    'ctexpire',
    uintRange(0xffffffff),
    (d, v, call) => {
      d.expire = [v[0], v[1] ?? v[0]]
      asked(d, 'expire', call)
    },
    { invert: true },
  ),
  ...PORTS.map(port),
  option<ConntrackData, string>('ctdir', text, (d, v, call) => {
    const dir = v.toUpperCase()
    if (dir !== 'ORIGINAL' && dir !== 'REPLY') problem(`conntrack: Bad value for "--ctdir" option: "${v}"`)
    d.dir = dir
    asked(d, 'dir', call)
  }),
]

function printNet(n: Net, numeric: boolean, names: Names | null): string {
  if (!numeric && n.addr === 0) return 'anywhere'
  const host = (numeric ? null : names?.nameOf(n.addr)) ?? printIpv4(n.addr)
  const bits = maskBits(n.mask)
  return host + (bits === 32 ? '' : `/${bits ?? printIpv4(n.mask)}`)
}

function printPair([low, high]: Pair): string {
  return low === high ? String(low) : `${low}:${high}`
}

/** `dashes`: before the name of each condition. */
function dump(d: ConntrackData, dashes: string, numeric: boolean, names: Names | null): string {
  let out = ''
  const say = (field: string, value: string): void => {
    const name = field === 'state' && d.alias ? 'state' : `ct${field}`
    out += `${d.not.includes(field) ? ' !' : ''} ${dashes}${name} ${value}`
  }
  if (d.state !== null) say('state', printStates(d.state))
  if (d.proto !== null) say('proto', String(d.proto))
  for (const f of NETS) {
    const n = d[f]
    if (n) say(f, printNet(n, numeric, names))
  }
  for (const f of PORTS) {
    const p = d[f]
    // An upper end of 0 is taken for none.
    if (p) say(f, p[1] === 0 ? String(p[0]) : printPair(p))
  }
  if (d.status !== null) say('status', printStatuses(d.status))
  if (d.expire !== null) say('expire', printPair(d.expire))
  if (d.dir !== null) say('dir', d.dir)
  return out
}

function inside(value: number, [low, high]: Pair): boolean {
  return value >= low && value <= high
}

/** All that is asked beside the state. */
function connectionMatches(k: Kernel, skb: Skb, d: ConntrackData): boolean {
  const ct = k.machine.ct
  const orig = skb.nfct * 2
  const repl = orig + 1
  const is = (field: string, hit: boolean): boolean => hit !== d.not.includes(field)
  const addr = (field: NetField, at: number): boolean => {
    const n = d[field]
    return n === null || is(field, ((at ^ n.addr) & n.mask) === 0)
  }
  const within = (field: PortField, at: number): boolean => {
    const p = d[field]
    return p === null || is(field, inside(at, p))
  }
  if (d.dir !== null && skb.ctinfo < IP_CT_ESTABLISHED_REPLY !== (d.dir === 'ORIGINAL')) return false
  if (!addr('origsrc', ct.src[orig]) || !addr('origdst', ct.dst[orig])) return false
  if (!addr('replsrc', ct.src[repl]) || !addr('repldst', ct.dst[repl])) return false
  if (d.proto !== null && !is('proto', ct.protonum[skb.nfct] === d.proto)) return false
  if (!within('origsrcport', ct.sport[orig]) || !within('origdstport', ct.dport[orig])) return false
  if (!within('replsrcport', ct.sport[repl]) || !within('repldstport', ct.dport[repl])) return false
  if (d.status !== null && !is('status', (ct.status[skb.nfct] & d.status) !== 0)) return false
  if (d.expire !== null) {
    // Until an entry is confirmed its timeout is a span and no time, which lies behind a kernel that has been up a while.
    const confirmed = (ct.status[skb.nfct] & IPS_CONFIRMED) !== 0
    const left = confirmed ? Math.max(0, Math.floor((ct.timeout[skb.nfct] - k.now) / 1_000_000)) : 0
    if (!is('expire', inside(left, d.expire))) return false
  }
  return true
}

/**
 * What is asked of a packet for which the CT target has asked for something: its template is an entry, confirmed and
 * without a single address. Linux: nf_ct_tmpl_alloc, xt_ct_tg_check
 */
function templateMatches(d: ConntrackData): boolean {
  const is = (field: string, hit: boolean): boolean => hit !== d.not.includes(field)
  if (d.dir === 'REPLY') return false
  for (const field of ['origsrc', 'origdst', 'replsrc', 'repldst'] as const) {
    const n = d[field]
    if (n !== null && !is(field, (n.addr & n.mask) === 0)) return false
  }
  if (d.proto !== null && !is('proto', d.proto === 0)) return false
  for (const field of ['origsrcport', 'origdstport', 'replsrcport', 'repldstport'] as const) {
    const p = d[field]
    if (p !== null && !is(field, inside(0, p))) return false
  }
  if (d.status !== null && !is('status', (IPS_CONFIRMED & d.status) !== 0)) return false
  return d.expire === null || is('expire', inside(0, d.expire))
}

/**
 * Match what connection tracking knows of the packet: the state of its connection, the addresses before and after
 * translation, the seconds it has left. A packet without a connection is INVALID (or UNTRACKED) and matches as soon as
 * its state does: the other conditions are not looked at.
 *
 * Linux: net/netfilter/xt_conntrack.c conntrack_mt_v3; iptables: extensions/libxt_conntrack.c
 */
export const conntrack: Match<ConntrackData> = {
  name: 'conntrack',
  alias: (d) => (d.alias ? 'state' : 'conntrack'),
  needsConntrack: () => true,
  init: () => ({
    alias: false,
    state: null,
    proto: null,
    origsrc: null,
    origdst: null,
    replsrc: null,
    repldst: null,
    origsrcport: null,
    origdstport: null,
    replsrcport: null,
    repldstport: null,
    status: null,
    expire: null,
    dir: null,
    more: false,
    not: [],
  }),
  options: OPTIONS,
  finalCheck(_d, used) {
    if (used.size === 0) problem('conntrack: At least one option is required')
  },
  save: (d) => dump(d, '--', true, null),
  print: (d, numeric, _ip, names) => dump(d, '', numeric, names),
  stateOnly: (d) => (d.state === null || d.more ? null : { bits: d.state, not: d.not.includes('state') }),
  match(k, skb, d) {
    const has = skb.nfct >= 0
    if (d.state !== null) {
      if (((d.state & ctStateBits(k, skb)) !== 0) === (d.not.length > 0 && d.not.includes('state')))
        return false
      if (!d.more) return true
    }
    if (has) return connectionMatches(k, skb, d)
    const early = skb.tmpl !== null && skb.ctinfo === IP_CT_UNSEEN
    return early ? templateMatches(d) : d.state !== null
  },
}

/** The older spelling of `conntrack --ctstate`. Linux: net/netfilter/xt_state.c state_mt */
export const state: Match<ConntrackData> = {
  ...conntrack,
  name: 'state',
  realName: 'conntrack',
  finalCheck: () => undefined,
  options: [
    option<ConntrackData, string>(
      'state',
      text,
      (d, v, call) => {
        d.alias = true
        d.state = parseStates(v, true)
        if (call.invert) d.not.push('state')
      },
      { mandatory: true, invert: true },
    ),
  ],
}
