/**
 * The reference of the settings: every sysctl that a lab's host has, in the order in which one reads about them. Names,
 * defaults and ranges are those of the model (src/kernel/sysctl.ts, src/kernel/article.ts).
 */
import { periods } from '../../kernel/period.ts'
import '../../kernel/article.ts'
import { CONF_SYSCTLS, SYSCTLS, type Sysctl } from '../../kernel/sysctl.ts'

/** What comes before the name of a device's own setting. */
const CONF = 'net.ipv4.conf.*.'

/** By group, the part of the name that tells them from each other. */
const ORDER: Readonly<Record<string, { prefix: string; names: readonly string[] }>> = {
  table: {
    prefix: 'net.netfilter.nf_conntrack_',
    names: ['max', 'buckets', 'count', 'expect_max'],
  },
  tcp: {
    prefix: 'net.netfilter.nf_conntrack_tcp_',
    names: [
      'timeout_syn_sent',
      'timeout_syn_recv',
      'timeout_established',
      'timeout_fin_wait',
      'timeout_close_wait',
      'timeout_last_ack',
      'timeout_time_wait',
      'timeout_close',
      'timeout_max_retrans',
      'timeout_unacknowledged',
      'max_retrans',
      'loose',
      'be_liberal',
      'ignore_invalid_rst',
    ],
  },
  others: {
    prefix: 'net.netfilter.nf_conntrack_',
    names: [
      'udp_timeout',
      'udp_timeout_stream',
      'icmp_timeout',
      'generic_timeout',
      'gre_timeout',
      'gre_timeout_stream',
      'sctp_timeout_closed',
      'sctp_timeout_cookie_wait',
      'sctp_timeout_cookie_echoed',
      'sctp_timeout_established',
      'sctp_timeout_shutdown_sent',
      'sctp_timeout_shutdown_recd',
      'sctp_timeout_shutdown_ack_sent',
      'sctp_timeout_heartbeat_sent',
      'icmpv6_timeout',
    ],
  },
  told: {
    prefix: 'net.netfilter.nf_conntrack_',
    names: ['acct', 'timestamp', 'events', 'log_invalid', 'checksum'],
  },
  road: {
    prefix: '',
    names: [
      'net.ipv4.ip_forward',
      ...[
        'forwarding',
        'rp_filter',
        'src_valid_mark',
        'accept_local',
        'route_localnet',
        'log_martians',
        'send_redirects',
      ].map((name) => CONF + name),
      'net.ipv4.ip_default_ttl',
      'net.ipv4.ipfrag_time',
    ],
  },
  bridge: {
    prefix: 'net.bridge.bridge-nf-',
    names: [
      'call-iptables',
      'call-ip6tables',
      'call-arptables',
      'filter-vlan-tagged',
      'filter-pppoe-tagged',
      'pass-vlan-input-dev',
    ],
  },
  icmp: {
    prefix: 'net.ipv4.icmp_',
    names: [
      'ratelimit',
      'ratemask',
      'msgs_per_sec',
      'msgs_burst',
      'echo_ignore_all',
      'echo_ignore_broadcasts',
      'errors_use_inbound_ifaddr',
    ],
  },
  ends: {
    prefix: 'net.',
    names: [
      'core.somaxconn',
      'ipv4.tcp_syn_retries',
      'ipv4.tcp_syn_linear_timeouts',
      'ipv4.tcp_synack_retries',
      'ipv4.tcp_retries2',
      'ipv4.tcp_fin_timeout',
    ],
  },
  log: { prefix: 'net.core.', names: ['message_cost', 'message_burst'] },
  fragments6: {
    prefix: 'net.netfilter.nf_conntrack_frag6_',
    names: ['high_thresh', 'low_thresh', 'timeout'],
  },
}

/** A second name of a setting that is listed already. */
const ALIASES: readonly string[] = ['net.nf_conntrack_max']

/** They can be read and written, and change nothing here: IPv6, VLANs and ARP rules are left out of the model. */
const IDLE = /ip6|icmpv6|frag6|arptables|vlan|pppoe/

export interface Setting {
  /** Its key in the texts, and its place on the page: the name without what all names begin with. */
  id: string
  name: string
  /** What the default is, in each period; null: that period's kernel has not got it. */
  modern: number | null
  article: number | null
  /** Smallest and largest value that is taken; null: any whole number. */
  range: [min: number, max: number] | null
  unit: 's' | 'ms' | 'B' | ''
  access: 'any' | 'first' | 'nobody'
  isIdle: boolean
  /** Its default comes with the machine's memory. */
  isSized: boolean
}

export interface SettingGroup {
  id: string
  settings: Setting[]
}

const ANY = 2147483647

function unitOf(name: string): Setting['unit'] {
  if (/timeout|ipfrag_time|message_cost/.test(name) && !/linear/.test(name)) return 's'
  if (name.endsWith('icmp_ratelimit')) return 'ms'
  return name.endsWith('thresh') ? 'B' : ''
}

function settingOf(found: Sysctl, name: string): Setting {
  const old = periods.article?.sysctls.find((s) => s.name === found.name)
  const isConf = name.startsWith(CONF)
  const { min, max } = found
  return {
    id: name.replace(/^net\.(netfilter\.nf_)?/, ''),
    name,
    modern: found.default,
    article: isConf ? found.default : (old?.default ?? null),
    range: max === ANY && min !== 0 && min !== 1 ? null : [min, max],
    unit: unitOf(name),
    access: found.readOnly === 'always' ? 'nobody' : found.readOnly === 'namespace' ? 'first' : 'any',
    isIdle: IDLE.test(name),
    isSized: /_(max|buckets|expect_max)$/.test(name) && found.default === 0,
  }
}

/** All of them. A name that the model does not know, or one that nobody has put into a group, is an error: a test asks. */
export function settingGroups(): SettingGroup[] {
  const rest = new Set([...SYSCTLS.map((s) => s.name), ...CONF_SYSCTLS.map((s) => CONF + s.name)])
  for (const alias of ALIASES) rest.delete(alias)
  const groups = Object.entries(ORDER).map(([id, { prefix, names }]) => ({
    id,
    settings: names.map((short) => {
      const name = prefix + short
      rest.delete(name)
      const found = name.startsWith(CONF)
        ? CONF_SYSCTLS.find((s) => CONF + s.name === name)
        : SYSCTLS.find((s) => s.name === name)
      if (!found) throw new Error(`no sysctl ${name}`)
      return settingOf(found, name)
    }),
  }))
  if (rest.size > 0) throw new Error(`in no group: ${[...rest].join(', ')}`)
  return groups
}
