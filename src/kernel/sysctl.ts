/**
 * Every sysctl that a host has: name, default, unit, range and what a change does.
 *
 * Linux: net/netfilter/nf_conntrack_standalone.c nf_ct_sysctl_table, net/ipv4/sysctl_net_ipv4.c, devinet.c;
 * Documentation/networking/nf_conntrack-sysctl.rst
 */
export interface Sysctl {
  name: string
  default: number
  min: number
  max: number
  /** Read-only everywhere, or only outside the first namespace of a machine. */
  readOnly?: 'always' | 'namespace'
  /** It is two numbers, kept as one: the first times 65536 plus the second, which is not smaller. */
  pair?: true
}

const INT_MAX = 2147483647
const INT_MIN = -2147483648

const flag = (name: string, value: number): Sysctl => ({ name, default: value, min: 0, max: 1 })
/** Seconds. Linux takes any integer, negative ones too. */
const seconds = (name: string, value: number): Sysctl => ({
  name,
  default: value,
  min: INT_MIN,
  max: INT_MAX,
})

const CT = 'net.netfilter.nf_conntrack_'

/** The timeouts of connection tracking in seconds, by the part of the name after nf_conntrack_. */
export const CT_TIMEOUTS: Readonly<Record<string, number>> = {
  generic_timeout: 600,
  gre_timeout: 30,
  gre_timeout_stream: 180,
  icmp_timeout: 30,
  icmpv6_timeout: 30,
  sctp_timeout_closed: 10,
  sctp_timeout_cookie_echoed: 3,
  sctp_timeout_cookie_wait: 3,
  sctp_timeout_established: 210,
  sctp_timeout_heartbeat_sent: 30,
  sctp_timeout_shutdown_ack_sent: 3,
  sctp_timeout_shutdown_recd: 3,
  sctp_timeout_shutdown_sent: 3,
  tcp_timeout_close: 10,
  tcp_timeout_close_wait: 60,
  tcp_timeout_established: 432000,
  tcp_timeout_fin_wait: 120,
  tcp_timeout_last_ack: 30,
  tcp_timeout_max_retrans: 300,
  tcp_timeout_syn_recv: 60,
  tcp_timeout_syn_sent: 120,
  tcp_timeout_time_wait: 120,
  tcp_timeout_unacknowledged: 300,
  udp_timeout: 30,
  udp_timeout_stream: 120,
}

/** What br_netfilter does with bridged frames. Linux: net/bridge/br_netfilter_hooks.c brnf_table */
const BRIDGE_NF: Readonly<Record<string, number>> = {
  'call-arptables': 1,
  'call-ip6tables': 1,
  'call-iptables': 1,
  'filter-pppoe-tagged': 0,
  'filter-vlan-tagged': 0,
  'pass-vlan-input-dev': 0,
}

/** Sysctls of every namespace, whatever devices it has. nf_conntrack_max, _buckets and _count are live values. */
export const SYSCTLS: readonly Sysctl[] = [
  ...Object.entries(BRIDGE_NF).map(([name, value]) => ({
    name: `net.bridge.bridge-nf-${name}`,
    default: value,
    min: INT_MIN,
    max: INT_MAX,
  })),
  { name: 'net.core.message_burst', default: 10, min: INT_MIN, max: INT_MAX },
  { name: 'net.core.message_cost', default: 5, min: INT_MIN, max: INT_MAX },
  { name: 'net.core.somaxconn', default: 4096, min: 0, max: INT_MAX },
  { name: 'net.ipv4.icmp_echo_ignore_all', default: 0, min: 0, max: 1 },
  flag('net.ipv4.icmp_echo_ignore_broadcasts', 1),
  flag('net.ipv4.icmp_errors_use_inbound_ifaddr', 0),
  { name: 'net.ipv4.icmp_msgs_burst', default: 50, min: 0, max: INT_MAX },
  { name: 'net.ipv4.icmp_msgs_per_sec', default: 1000, min: 0, max: INT_MAX },
  { name: 'net.ipv4.icmp_ratelimit', default: 1000, min: 0, max: INT_MAX },
  { name: 'net.ipv4.icmp_ratemask', default: 6168, min: INT_MIN, max: INT_MAX },
  { name: 'net.ipv4.ip_default_ttl', default: 64, min: 1, max: 255 },
  { name: 'net.ipv4.ip_forward', default: 0, min: INT_MIN, max: INT_MAX },
  { name: 'net.ipv4.ipfrag_time', default: 30, min: INT_MIN, max: INT_MAX },
  { name: 'net.ipv4.tcp_fin_timeout', default: 60, min: INT_MIN, max: INT_MAX },
  { name: 'net.ipv4.tcp_retries2', default: 15, min: 0, max: 255 },
  { name: 'net.ipv4.tcp_syn_linear_timeouts', default: 4, min: 0, max: 127 },
  { name: 'net.ipv4.tcp_syn_retries', default: 6, min: 1, max: 127 },
  { name: 'net.ipv4.tcp_synack_retries', default: 5, min: 0, max: 255 },
  flag(`${CT}acct`, 0),
  { name: `${CT}buckets`, default: 0, min: INT_MIN, max: INT_MAX, readOnly: 'namespace' },
  flag(`${CT}checksum`, 1),
  { name: `${CT}count`, default: 0, min: 0, max: INT_MAX, readOnly: 'always' },
  { name: `${CT}events`, default: 2, min: 0, max: 2 },
  { name: `${CT}expect_max`, default: 0, min: 1, max: INT_MAX, readOnly: 'namespace' },
  { name: `${CT}frag6_high_thresh`, default: 4194304, min: 0, max: INT_MAX },
  { name: `${CT}frag6_low_thresh`, default: 3145728, min: 0, max: INT_MAX },
  { name: `${CT}frag6_timeout`, default: 60, min: INT_MIN, max: INT_MAX },
  { name: `${CT}log_invalid`, default: 0, min: 0, max: 255 },
  { name: `${CT}max`, default: 0, min: 0, max: INT_MAX, readOnly: 'namespace' },
  flag(`${CT}tcp_be_liberal`, 0),
  flag(`${CT}tcp_ignore_invalid_rst`, 0),
  flag(`${CT}tcp_loose`, 1),
  { name: `${CT}tcp_max_retrans`, default: 3, min: 0, max: 255 },
  flag(`${CT}timestamp`, 0),
  { name: 'net.nf_conntrack_max', default: 0, min: 0, max: INT_MAX, readOnly: 'namespace' },
  ...Object.entries(CT_TIMEOUTS).map(([name, value]) => seconds(CT + name, value)),
]

/** Per-device sysctls below net.ipv4.conf.<dev>., and for `all` and `default`. */
export const CONF_SYSCTLS: readonly Sysctl[] = [
  { name: 'accept_local', default: 0, min: INT_MIN, max: INT_MAX },
  { name: 'forwarding', default: 0, min: INT_MIN, max: INT_MAX },
  { name: 'log_martians', default: 0, min: INT_MIN, max: INT_MAX },
  { name: 'route_localnet', default: 0, min: INT_MIN, max: INT_MAX },
  { name: 'rp_filter', default: 0, min: INT_MIN, max: INT_MAX },
  { name: 'send_redirects', default: 1, min: INT_MIN, max: INT_MAX },
  { name: 'src_valid_mark', default: 0, min: INT_MIN, max: INT_MAX },
]

/** Those that change little or nothing here: sysctl-kept.ts fills them in, where programs are. */
export interface SysctlList {
  plain: Sysctl[]
  /** Of devices. */
  conf: Sysctl[]
}
export const kept: SysctlList = { plain: [], conf: [] }
/** What the host of a recording has besides: lab/replay/sysctls.ts fills it in. */
export const recordedSysctls: SysctlList = { plain: [], conf: [] }

/** The sysctl of a name, `net.ipv4.conf.eth0.rp_filter` included; null where there is none. */
export function findSysctl(
  sysctls: readonly Sysctl[],
  name: string,
  devices: readonly string[],
  more: SysctlList = kept,
): Sysctl | null {
  const plain = sysctls.find((s) => s.name === name) ?? more.plain.find((s) => s.name === name)
  if (plain) return plain
  const m = /^net\.ipv4\.conf\.(.+)\.([a-z_]+)$/.exec(name)
  if (!m) return null
  const known = [...CONF_SYSCTLS, ...more.conf].find((s) => s.name === m[2])
  if (!known || !['all', 'default', ...devices].includes(m[1] ?? '')) return null
  return { ...known, name }
}

/** The values that a fresh namespace has. Live values (count, max, buckets) are not among them. */
export function defaultSysctls(sysctls: readonly Sysctl[]): Record<string, number> {
  return Object.fromEntries(sysctls.map((s) => [s.name, s.default]))
}

/**
 * Buckets and max that a kernel chooses for its memory. Linux: nf_conntrack_init_start (5.15 and later, 64 bit):
 * more than 4 GiB: 262144, more than 1 GiB: 65536, else memory / 16384 / 8, at least 1024; max is the same.
 */
export function defaultBuckets(memoryBytes: number): number {
  const gib = 1024 ** 3
  if (memoryBytes > 4 * gib) return 262144
  if (memoryBytes > gib) return 65536
  return Math.max(1024, Math.floor(memoryBytes / 16384 / 8))
}
