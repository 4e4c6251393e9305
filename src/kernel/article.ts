/**
 * The article's Linux: Ubuntu 18.04 with 4.15. What it has instead of what today's has, as data and as the two or three
 * functions that were written otherwise. Loaded with the programs; a lab of that period waits for it.
 *
 * Read in Linux v4.15, file and function of each in period-table.ts.
 */
import './nat/old-ports.ts'
import './conntrack/old-gc.ts'
import './conntrack/old-hash.ts'
import { OLD_ALL, periods } from './period.ts'
import { SYSCTLS, type Sysctl } from './sysctl.ts'

const CT = 'net.netfilter.nf_conntrack_'
const INT_MAX = 2147483647
const INT_MIN = -2147483648
/** HZ, by which a timeout is multiplied when it is written. Linux: do_proc_dointvec_jiffies_conv */
const HZ = 250

/** What 4.15 has not: younger than it, or of protocols whose modules nothing has loaded (IPv6, GRE). */
const MISSING = new Set([
  'net.ipv4.tcp_syn_linear_timeouts',
  `${CT}tcp_ignore_invalid_rst`,
  `${CT}gre_timeout`,
  `${CT}gre_timeout_stream`,
  `${CT}frag6_high_thresh`,
  `${CT}frag6_low_thresh`,
  `${CT}frag6_timeout`,
  `${CT}icmpv6_timeout`,
])

/** Other defaults. Shutdown timeouts of SCTP were meant as 300 s and came out as 0.3 s, which shows as 0. */
const DEFAULTS: Readonly<Record<string, number>> = {
  'net.core.somaxconn': 128,
  [`${CT}events`]: 1,
  [`${CT}sctp_timeout_established`]: 432000,
  [`${CT}sctp_timeout_shutdown_recd`]: 0,
  [`${CT}sctp_timeout_shutdown_sent`]: 0,
  [`${CT}udp_timeout_stream`]: 180,
}

/** What it has and today's has not. */
const MORE: Readonly<Record<string, number>> = {
  dccp_loose: 1,
  dccp_timeout_closereq: 64,
  dccp_timeout_closing: 64,
  dccp_timeout_open: 43200,
  dccp_timeout_partopen: 480,
  dccp_timeout_request: 240,
  dccp_timeout_respond: 480,
  dccp_timeout_timewait: 240,
  helper: 0,
  sctp_timeout_heartbeat_acked: 210,
}

/** Most of conntrack's were plain integers: nothing but timeouts, and log_invalid, has bounds. */
function ranged({ readOnly, ...s }: Sysctl): Sysctl {
  // nf_conntrack_max is one for all namespaces, and each of them may write it.
  if (/nf_conntrack_max$/.test(s.name)) return s
  if (readOnly) return { ...s, readOnly }
  if (!s.name.startsWith(CT) || s.name.endsWith('log_invalid')) return s
  const max = s.name.includes('_timeout') ? Math.floor(INT_MAX / HZ) : INT_MAX
  return { ...s, min: s.name.includes('_timeout') ? -max : INT_MIN, max }
}

const sysctls: readonly Sysctl[] = [
  ...SYSCTLS.filter((s) => !MISSING.has(s.name)).map((s) => ({
    ...s,
    default: DEFAULTS[s.name] ?? s.default,
  })),
  ...Object.entries(MORE).map(([name, value]) => ({ name: CT + name, default: value, min: 0, max: INT_MAX })),
].map(ranged)

/** Linux: nf_conntrack_init_start: a quarter of today's buckets, four entries for each. */
function sizes(memory: number): { buckets: number; max: number } {
  const gib = 1024 ** 3
  const wanted =
    memory > 4 * gib ? 65536 : memory > gib ? 16384 : Math.max(32, Math.floor(memory / 16384 / 8))
  // Heads fill whole pages.
  const buckets = Math.ceil(wanted / 512) * 512
  return { buckets, max: 4 * buckets }
}

/** Functions that had another name, or that stood where another one stands today. */
const NAMES: Readonly<Record<string, string>> = {
  nf_conntrack_in: 'ipv4_conntrack_in',
  nf_confirm: 'ipv4_confirm',
  nf_nat_ipv4_pre_routing: 'iptable_nat_ipv4_in',
  nf_nat_ipv4_local_in: 'iptable_nat_ipv4_fn',
  nf_nat_ipv4_local_fn: 'iptable_nat_ipv4_local_fn',
  nf_nat_ipv4_out: 'iptable_nat_ipv4_out',
  nf_nat_inet_fn: 'nf_nat_ipv4_fn',
  ipt_mangle_out: 'iptable_mangle_hook',
  ip_rcv_finish_core: 'ip_rcv_finish',
  ip_rcv_core: 'ip_rcv',
  ip_protocol_deliver_rcu: 'ip_local_deliver_finish',
}

/** Each table had a hook of its own, which called ipt_do_table; the local end of conntrack had one, too. */
function functionName(fn: string, station = ''): string {
  const [hook, table] = station.split('.')
  if (fn === 'ipt_do_table' && table) return `iptable_${table}_hook`
  if (fn === 'nf_conntrack_in' && hook === 'LOCAL_OUT') return 'ipv4_conntrack_local'
  return NAMES[fn] ?? fn
}

/**
 * TCP's own drops were no kfree_skb (tcp_drop called __kfree_skb, which tells nobody), and ping_rcv left it to its caller.
 * Linux: net/ipv4/tcp_input.c tcp_drop, icmp.c icmp_rcv
 */
const FREED: Readonly<Record<string, string>> = {
  tcp_rcv_state_process: '',
  tcp_validate_incoming: '',
  ping_rcv: 'icmp_rcv',
  skb_queue_purge_reason: 'skb_queue_purge',
}

/** What a match or a target said of a rule it refuses, where that was worded otherwise. */
const REFUSALS: readonly (readonly [now: RegExp, then: string])[] = [
  [
    /^(ipt_rpfilter: )only valid in 'raw' or 'mangle' table, (not '.*')$/,
    "$1match only valid in the 'raw' or 'mangle' tables, $2.",
  ],
  [
    /^(xt_(?:CONN)?SECMARK: )only valid in 'mangle' or 'security' table, (not '.*')$/,
    "$1target only valid in the 'mangle' or 'security' tables, $2.",
  ],
  [/^(xt_ecn: cannot match TCP bits) (for non-tcp packets)$/, '$1 in rule $2'],
  [/^(ipt_ECN: cannot use) operation on (non-tcp rule)$/, '$1 TCP operations on a $2'],
  [/^(xt_TPROXY: Can be used only) with (-p tcp or -p udp)$/, '$1 in combination with either $2'],
  [/^(xt_hashlimit: )(invalid (?:rate|interval))$/, '$1hashlimit $2'],
  [/^(xt_physdev: )(--physdev-out and --physdev-is-out) (only .*)$/, '$1using $2 are $3.'],
  [/^(xt_CT: You must specify a L4 protocol) and (not use inversions on it)$/, '$1, and $2.'],
  [/^(?=No such timeout policy|Timeout policy `)/, 'xt_CT: '],
]

function refusal(line: string): string {
  const known = REFUSALS.find(([form]) => form.test(line))
  return known ? line.replace(...known) : line
}

periods.article = {
  differs: OLD_ALL,
  sysctls,
  sizes,
  loaded: (buckets, max) => [`nf_conntrack version 0.5.0 (${buckets} buckets, ${max} max)`],
  functionName,
  freedAt: (_reason, at) => FREED[at] ?? NAMES[at] ?? at,
  refusal,
}
