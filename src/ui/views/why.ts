/**
 * Who decided at a step of a packet's journey: the rule, the settings that had a say, the kernel's function, and the
 * docstrings of the model that say what it does. Read out of the same events as the step; what the docstrings say comes
 * out of the source (virtual:docstrings).
 */
import { IP_MF, IP_OFFMASK, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP } from '../../wire/packet.ts'
import { splitStation } from '../drop-case.ts'
import { decidedBy, type RuleEvent, type Step } from './journey.ts'
import { stationOf } from './stations.ts'

export interface Why {
  /** The rule or the policy that decided, as `iptables -S` prints it; null: none was read. */
  rule: { line: string; table: string; chain: string; number: number; what: RuleEvent['what'] } | null
  /** The filter of traffic control that decided, as its actions are; null: none. */
  filter: { prio: number; dev: string; does: string } | null
  /** No rule was read at a nat station: the connection's entry decides. */
  entry: boolean
  /** Settings that had a say. */
  sysctls: string[]
  /** SKB_DROP_REASON_* of a drop, '' otherwise. */
  reason: string
  /** The kernel's function, as the kernel of the step's host has it. */
  fn: string
  /** What is asked of the docstrings, the nearest to the decision first. */
  docs: string[]
}

const CT = 'net.netfilter.nf_conntrack_'

export function whyOf(step: Step): Why {
  const event = decidedBy(step)
  const rule = event === null ? null : ruleOf(event)
  const tc = step.tc.at(-1)
  const filter = tc === undefined ? null : { prio: tc.prio, dev: tc.dev, does: tc.does }
  const reason =
    step.drop?.reason ?? (step.verdict === 'DROP' ? 'NETFILTER_DROP' : (step.deliver?.what ?? ''))
  const fn = step.drop?.where ?? step.fn
  const meta = stationOf[step.station]?.meta
  const entry = meta?.table === 'nat' && rule === null && step.ct !== null && step.ct.state !== 'UNTRACKED'
  return {
    rule,
    filter,
    entry,
    sysctls: sysctlsOf(step, reason),
    reason,
    fn,
    docs: docsOf(step, rule, reason),
  }
}

function ruleOf(e: RuleEvent): NonNullable<Why['rule']> {
  const { table, chain, rule: number, what, does } = e
  const line = what === 'rule' ? `-A ${chain} ${does}` : what === 'policy' ? `-P ${chain} ${does}` : ''
  return { line, table, chain, number, what }
}

/** Matches and the target of the rule, then what was done to the packet, then the function that did it. */
function docsOf(step: Step, rule: Why['rule'], reason: string): string[] {
  const docs: string[] = []
  if (rule?.what === 'rule') {
    for (const [, name] of rule.line.matchAll(/ -m (\w+)/g)) docs.push(`match:${name}`)
    const target = / -j (\w+)/.exec(rule.line)?.[1]
    if (target !== undefined) docs.push(`target:${target}`)
  }
  docs.push(...(OF_REASON[reason] ?? []))
  if (step.tc.length > 0) docs.push('tcf_classify')
  if (step.rewritten && step.tc.length === 0) docs.push('nf_nat_manip_pkt')
  if (step.station === 'transmit' && step.verdict === 'STOLEN') docs.push('neigh_resolve')
  const station = stationOf[step.station]?.meta.fn
  const own = step.kind === 'deliver' && step.deliver !== null ? placeOf(step) : station
  // In 4.15 functions had other names: the station's own is today's.
  const fn = step.drop?.where ?? own ?? step.fn
  docs.push(fn)
  if (fn === 'nf_hook_slow' && station !== undefined) docs.push(station)
  if (step.station === '' && step.kind === 'make') docs.push('ip_route_output_key')
  return [...new Set(docs)]
}

/** What explains a drop more nearly than the function in which it happened. */
const OF_REASON: Readonly<Record<string, readonly string[]>> = {
  IP_RPFILTER: ['fib_validate_source'],
  IP_LOCAL_SOURCE: ['fib_validate_source'],
  IP_INVALID_SOURCE: ['fib_validate_source'],
  QDISC_DROP: ['netem_enqueue'],
}

/** The function of the protocol that took the packet. */
function placeOf(step: Step): string {
  if (step.deliver?.where) return step.deliver.where
  switch (step.header.protocol) {
    case IPPROTO_TCP:
      return 'tcp_v4_rcv'
    case IPPROTO_UDP:
      return '__udp4_lib_rcv'
    case IPPROTO_ICMP:
      return 'icmp_rcv'
    default:
      return 'ip_protocol_deliver_rcu'
  }
}

function sysctlsOf(step: Step, reason: string): string[] {
  const dev = step.header.in || 'all'
  const conf = (name: string): string[] => [`net.ipv4.conf.all.${name}`, `net.ipv4.conf.${dev}.${name}`]
  switch (reason) {
    case '':
      return settingsOf(step)
    case 'NETFILTER_DROP':
      return splitStation(step.station)[1] === 'conntrack' ? [`${CT}max`] : []
    case 'IP_INADDRERRORS':
      return ['net.ipv4.ip_forward', `net.ipv4.conf.${dev}.forwarding`]
    case 'IP_RPFILTER':
      return conf('rp_filter')
    case 'IP_LOCALNET':
      return conf('route_localnet')
    case 'IP_LOCAL_SOURCE':
      return conf('accept_local')
    case 'FRAG_REASM_TIMEOUT':
      return ['net.ipv4.ipfrag_time']
    default:
      return []
  }
}

/** Settings that had a say in a step that went well. */
function settingsOf(step: Step): string[] {
  const label = stationOf[step.station]?.label
  if (step.station === 'route_in' && step.route?.to === 'forward') return ['net.ipv4.ip_forward']
  if (label === 'defrag' || (step.header.frag & (IP_MF | IP_OFFMASK)) !== 0) return ['net.ipv4.ipfrag_time']
  if (label === 'conntrack' && step.ct !== null) {
    if (step.ct.state === 'NEW') return [`${CT}max`]
    if (step.ct.state === 'INVALID' && step.header.protocol === IPPROTO_TCP)
      return [`${CT}tcp_loose`, `${CT}tcp_be_liberal`]
  }
  if (label === 'confirm') {
    const made = step.ctEvents.find((e) => e.event === 'NEW')
    if (made !== undefined) return timeoutOf(step, made.conn.state)
  }
  if (step.kind === 'deliver' && step.header.protocol === IPPROTO_ICMP && step.header.type === 8)
    return ['net.ipv4.icmp_echo_ignore_all']
  return []
}

/** How long the entry stays that has just been made. */
function timeoutOf(step: Step, state: string): string[] {
  switch (step.header.protocol) {
    case IPPROTO_TCP:
      return state === '' || state === 'NONE' ? [] : [`${CT}tcp_timeout_${state.toLowerCase()}`]
    case IPPROTO_UDP:
      return [`${CT}udp_timeout`]
    case IPPROTO_ICMP:
      return [`${CT}icmp_timeout`]
    default:
      return []
  }
}
