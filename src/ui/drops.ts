/** Why a packet died, as a case that the texts can explain, and the command that would have saved it. */
import type { DropView, Snapshot } from '../lab/protocol.ts'
import type { Header, TraceEvent } from '../kernel/trace.ts'
import { printIpv4 } from '../wire/address.ts'
import { IP_OFFMASK, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP } from '../wire/packet.ts'
import { setting } from './controls.ts'
import { caseOf, splitStation, type DropCase } from './drop-case.ts'

export interface Cure {
  /** Names a sentence of the texts. */
  key:
    | 'raise-max'
    | 'shorten-time-wait'
    | 'accept-this'
    | 'accept-answers'
    | 'remove-rule'
    | 'policy'
    | 'forward'
    | 'loose'
    | 'route-localnet'
    | 'accept-local'
    | 'ttl'
  line: string
}

export interface Drop {
  view: DropView
  case: DropCase
  /** The rule that decided, as the trace has it; null: none, or no longer kept. */
  rule: {
    table: string
    chain: string
    what: 'rule' | 'policy' | 'return'
    rule: number
    does: string
  } | null
  /** `PRE_ROUTING` and `conntrack` of the station `PRE_ROUTING.conntrack`; '' where the station has no such part. */
  hook: string
  table: string
  cures: Cure[]
  /** How many of them died in which second of lab time, as far as they were followed; the last second first. */
  seconds: { second: number; count: number }[]
  /** The counter that moved with it, as a tool prints it; '' for none. */
  counter: string
}

const MAX = 'net.netfilter.nf_conntrack_max'
const TIME_WAIT = 'net.netfilter.nf_conntrack_tcp_timeout_time_wait'

export function explainDrop(view: DropView, snapshot: Snapshot, trace: readonly TraceEvent[]): Drop {
  const [hook, table] = splitStation(view.station)
  const dead = deathOf(view, trace)
  const rule = decidingRule(view, trace, dead)
  const what = caseOf(view, table, rule)
  return {
    view,
    case: what,
    rule,
    hook,
    table,
    cures:
      what === 'ttl'
        ? hopCures(view, trace, dead)
        : curesOf(what, snapshot, rule, dead < 0 ? null : deadOf(trace[dead])),
    seconds: secondsOf(view, snapshot, trace),
    counter: counterOf(what, view),
  }
}

/** Index of the event of the last one's death, -1: it is no longer kept. */
function deathOf(view: DropView, trace: readonly TraceEvent[]): number {
  return trace.findLastIndex((e) => e.type === 'drop' && e.skb === view.last && e.reason === view.reason)
}

type Dead = Extract<TraceEvent, { type: 'drop' }>

function deadOf(e: TraceEvent): Dead | null {
  return e.type === 'drop' ? e : null
}

function decidingRule(view: DropView, trace: readonly TraceEvent[], dead: number): Drop['rule'] {
  for (let i = dead - 1; i >= 0; i--) {
    const e = trace[i]
    // Between the rule and the drop only the station says that it has done its work.
    if (e.skb !== view.last || (e.type === 'station' && e.station === view.station)) continue
    if (e.type !== 'rule') return null
    return /DROP|REJECT/.test(e.does)
      ? { table: e.table, chain: e.chain, what: e.what, rule: e.rule, does: e.does }
      : null
  }
  return null
}

function secondsOf(view: DropView, snapshot: Snapshot, trace: readonly TraceEvent[]): Drop['seconds'] {
  const by = new Map<number, number>()
  for (const e of trace) {
    if (e.type !== 'drop' || e.reason !== view.reason || e.where !== view.where) continue
    if (e.station !== view.station || e.host !== snapshot.kernel.host) continue
    const second = Math.floor(e.time / 1e6)
    by.set(second, (by.get(second) ?? 0) + 1)
  }
  return [...by].map(([second, count]) => ({ second, count })).sort((a, b) => b.second - a.second)
}

function curesOf(what: DropCase, snapshot: Snapshot, rule: Drop['rule'], dead: Dead | null): Cure[] {
  const { sysctl, conntrack } = snapshot.kernel
  const dev = dead?.header.in ?? ''
  switch (what) {
    case 'table-full': {
      const cures: Cure[] = [
        { key: 'raise-max', line: setting(MAX, roomier(conntrack.count, conntrack.max)) },
      ]
      if ((sysctl[TIME_WAIT] ?? 0) > 10)
        cures.push({ key: 'shorten-time-wait', line: setting(TIME_WAIT, 10) })
      return cures
    }
    case 'not-forwarding':
      return [{ key: 'forward', line: 'sysctl -w net.ipv4.ip_forward=1' }]
    case 'rp-filter':
      // The larger of the two counts: loose for this device whatever `all` says.
      return dev === '' ? [] : [{ key: 'loose', line: setting(`net.ipv4.conf.${dev}.rp_filter`, 2) }]
    case 'martian':
      if (dev === '') return []
      if (dead?.reason === 'IP_LOCALNET')
        return [{ key: 'route-localnet', line: setting(`net.ipv4.conf.${dev}.route_localnet`, 1) }]
      return dead?.reason === 'IP_LOCAL_SOURCE'
        ? [{ key: 'accept-local', line: setting(`net.ipv4.conf.${dev}.accept_local`, 1) }]
        : []
    case 'policy':
      return rule === null
        ? []
        : [
            ...exceptions(rule, dead, `-A ${rule.chain}`),
            { key: 'policy', line: `iptables -t ${rule.table} -P ${rule.chain} ACCEPT` },
          ]
    case 'rule':
    case 'reject':
      return rule === null
        ? []
        : [
            ...exceptions(rule, dead, `-I ${rule.chain} ${rule.rule}`),
            { key: 'remove-rule', line: `iptables -t ${rule.table} -D ${rule.chain} ${rule.rule}` },
          ]
    default:
      return []
  }
}

/** Where a rule has left the packet so few hops, that rule is deleted; else it gets one more, after what other rules do. */
function hopCures(view: DropView, trace: readonly TraceEvent[], dead: number): Cure[] {
  const more: Cure = { key: 'ttl', line: 'iptables -t mangle -A PREROUTING -j TTL --ttl-inc 1' }
  for (let i = dead - 1; i >= 0; i--) {
    const e = trace[i]
    if (e.skb !== view.last || e.type === 'rcv') break
    if (e.type === 'rule' && e.what === 'rule' && /-j TTL --ttl-(set|dec) /.test(e.does))
      return [{ key: 'remove-rule', line: `iptables -t ${e.table} -D ${e.chain} ${e.rule}` }, more]
  }
  return [more]
}

/** The smallest rule that lets the packet pass: for an answer one for all answers, else one for what goes where it went. */
function exceptions(rule: NonNullable<Drop['rule']>, dead: Dead | null, at: string): Cure[] {
  if (dead === null) return []
  const begin = `iptables -t ${rule.table} ${at}`
  const { header, ct } = dead
  if (ct !== null && (ct.state === 'RELATED' || (ct.state === 'ESTABLISHED' && ct.dir === 'reply')))
    return [{ key: 'accept-answers', line: `${begin} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT` }]
  const ends = `-s ${printIpv4(header.saddr)} -d ${printIpv4(header.daddr)}`
  return [{ key: 'accept-this', line: `${begin} ${ends}${protocolOf(header)} -j ACCEPT` }]
}

/** Fragments after the first have no ports. */
function protocolOf({ protocol, dport, type, frag }: Header): string {
  if (protocol === IPPROTO_TCP || protocol === IPPROTO_UDP) {
    const name = protocol === IPPROTO_TCP ? 'tcp' : 'udp'
    return (frag & IP_OFFMASK) === 0 ? ` -p ${name} --dport ${dport}` : ` -p ${name}`
  }
  return protocol === IPPROTO_ICMP ? ` -p icmp --icmp-type ${type}` : ` -p ${protocol}`
}

/** The next power of two that leaves as much room again. */
function roomier(count: number, max: number): number {
  const want = 2 * Math.max(count, max, 1)
  let n = 16
  while (n < want) n *= 2
  return n
}

function counterOf(what: DropCase, view: DropView): string {
  switch (what) {
    case 'table-full':
      return 'conntrack -S: drop'
    case 'clash':
      return 'conntrack -S: insert_failed, drop'
    case 'policy':
    case 'rule':
    case 'reject':
      return 'iptables -L -v: pkts'
    case 'not-forwarding':
      return 'nstat: IpInAddrErrors'
    case 'no-route':
      return 'nstat: IpExtInNoRoutes'
    case 'ttl':
      return 'nstat: IpInHdrErrors'
    case 'no-socket':
      return view.where.startsWith('__udp') ? 'nstat: UdpNoPorts' : 'nstat: TcpOutRsts'
    case 'rp-filter':
      return 'nstat: TcpExtIPReversePathFilter'
    case 'too-big':
      return 'nstat: IpFragFails'
    default:
      return ''
  }
}
