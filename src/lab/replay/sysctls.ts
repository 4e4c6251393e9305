/**
 * Sysctls that a recorded host has and the lab has not: a scenario may set them, within the range that Linux has for them,
 * and nothing that is told of a scenario changes by that. Defaults and ranges as heard of Linux 6.18.
 *
 * Linux: net/ipv4/sysctl_net_ipv4.c, devinet.c
 */
import type { Netns } from '../../kernel/netns.ts'
import { kept, recordedSysctls, type Sysctl } from '../../kernel/sysctl.ts'

/** Name and default, where that is not 0, by range. */
const PLAIN: Readonly<Record<string, string>> = {
  '0:3': `
    fib_multipath_hash_policy`,
  '0:1': `
    fib_multipath_use_neigh icmp_echo_enable_probe icmp_ignore_bogus_error_responses=1 ip_autobind_reuse
    ip_forward_update_priority=1 tcp_autocorking=1 tcp_ecn_fallback=1 tcp_reflect_tos tcp_shrink_window`,
  '0:2': `
    fib_notify_on_flag_change tcp_ecn=2 tcp_tw_reuse=2`,
  '0:255': `
    igmp_link_local_mcast_reports=1 ip_dynaddr ip_early_demux=1 
    ip_nonlocal_bind tcp_abort_on_overflow tcp_comp_sack_nr=44 tcp_dsack=1 tcp_early_demux=1
    tcp_fack tcp_frto=2 tcp_fwmark_accept tcp_keepalive_probes=9 tcp_moderate_rcvbuf=1 tcp_mtu_probing
    tcp_no_metrics_save tcp_orphan_retries tcp_recovery=1 tcp_retrans_collapse=1 tcp_retries1=3 tcp_rfc1337
    tcp_sack=1 tcp_slow_start_after_idle=1 tcp_stdurg tcp_syncookies=1 tcp_timestamps=1
    tcp_tso_win_divisor=3 tcp_window_scaling=1 tcp_workaround_signed_windows udp_early_demux=1`,
  '0:2147483647': `
    ipfrag_max_dist=64`,
  '0:4': `
    tcp_early_retrans=3`,
  '-2147483648:2147483647': `
    tcp_fastopen=1 tcp_keepalive_intvl=75 tcp_keepalive_time=7200 tcp_max_syn_backlog=2048
    tcp_max_tw_buckets=131072 route.mtu_expires=600 igmp_max_memberships=20 igmp_max_msf=10 tcp_adv_win_scale=1
    tcp_app_win=31 tcp_base_mss=1024 tcp_challenge_ack_limit=2147483647 tcp_invalid_ratelimit=500
    tcp_limit_output_bytes=4194304 tcp_max_reordering=300 tcp_min_rtt_wlen=300 tcp_probe_interval=600
    tcp_probe_threshold=8 tcp_reordering=3 tcp_thin_linear_timeouts`,
  // The first number of several.
  '0:65535': `
    ip_local_reserved_ports ip_unprivileged_port_start=1024 ping_group_range=1`,
  '1:2147483647': `
    udp_rmem_min=4096 udp_wmem_min=4096 tcp_rmem=4096 tcp_wmem=4096 tcp_rto_min_us=200000`,
  '255:2147483647': `
    route.min_pmtu=552`,
}

/** Of devices: any number. */
const CONF = `
    accept_redirects=1 accept_source_route arp_accept arp_announce arp_evict_nocarrier=1 arp_filter
    arp_ignore arp_notify bc_forwarding bootp_relay disable_policy disable_xfrm drop_gratuitous_arp
    drop_unicast_in_l2_multicast force_igmp_version igmpv2_unsolicited_report_interval=10000
    igmpv3_unsolicited_report_interval=1000 ignore_routes_with_linkdown medium_id 
    proxy_arp proxy_arp_pvlan secure_redirects=1 shared_media=1 tag`

function read(text: string, min: number, max: number, prefix: string): Sysctl[] {
  return text
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [name, value = '0'] = word.split('=')
      return { name: prefix + name, default: Number(value), min, max }
    })
}

/** The host has them from now on. */
export function keepMoreSysctls(net: Netns): void {
  net.recorded = true
  const { plain, conf } = recordedSysctls
  if (plain.length > 0) return
  for (const [range, names] of Object.entries(PLAIN)) {
    const [min, max] = range.split(':').map(Number)
    plain.push(...read(names, min, max, 'net.ipv4.'))
  }
  plain.push(...kept.plain)
  conf.push(...read(CONF, -2147483648, 2147483647, ''), ...kept.conf)
}
