/**
 * What the two periods do differently, one row for each difference, with the place where it is written: the page shows
 * it, the tests of test/period hold it. The words are in ui/text (periods.ts), by `topic`.
 *
 * Files are Linux's where nothing else is said; of the programs it was heard what they print (test/recorded,
 * test/userspace/iptables).
 */
import * as old from './period.ts'

export interface Difference<T extends string = string> {
  /** Names the three texts: what it is about, how the article's period does it, how today's does. */
  topic: T
  /** The switch that it hangs on, a bit of period.ts; 0: a number or a text that is looked up by the period. */
  bit: number
  /** Where it is written for Linux 4.15 or the programs of Ubuntu 18.04, and for today's. */
  article: string
  modern: string
}

const CORE = 'net/netfilter/nf_conntrack_core.c'
const TCP = 'net/netfilter/nf_conntrack_proto_tcp.c'
const IPTABLES = 'iptables 1.6.1'

const row = <T extends string>(topic: T, bit: number, article: string, modern: string): Difference<T> => ({
  topic,
  bit,
  article,
  modern,
})

const rows = [
  row('sizes', 0, `${CORE} nf_conntrack_init_start`, `${CORE} nf_conntrack_init_start`),
  row('object', 0, 'include/net/netfilter/nf_conntrack.h struct nf_conn', `${CORE} nf_conntrack_cachep`),
  row('udp-stream', 0, 'net/netfilter/nf_conntrack_proto_udp.c udp_timeouts', 'nf_conntrack_proto_udp.c'),
  row(
    'udp-assured',
    old.OLD_UDP,
    'net/netfilter/nf_conntrack_proto_udp.c udp_packet',
    'nf_conntrack_udp_packet',
  ),
  row('syn-again', old.OLD_SYN, `${TCP} tcp_packet`, `${TCP} nf_conntrack_tcp_packet`),
  row(
    'inexact-reset',
    old.OLD_RST,
    `${TCP} tcp_packet, TCP_CONNTRACK_CLOSE`,
    `${TCP} nf_conntrack_tcp_packet`,
  ),
  row('below-window', old.OLD_WINDOW, `${TCP} tcp_in_window`, `${TCP} tcp_in_window, nf_tcp_log_invalid`),
  row('late-close', old.OLD_TRACKER, `${TCP} tcp_packet`, `${TCP} nf_tcp_handle_invalid`),
  row(
    'ports',
    old.OLD_PORTS,
    'net/netfilter/nf_nat_proto_common.c nf_nat_l4proto_unique_tuple',
    'net/netfilter/nf_nat_core.c nf_nat_l4proto_unique_tuple',
  ),
  row('early-drop', old.OLD_EARLY, `${CORE} early_drop`, `${CORE} early_drop`),
  row('collector', old.OLD_GC, `${CORE} gc_worker`, `${CORE} gc_worker`),
  row(
    'chain-length',
    old.OLD_CONFIRM,
    `${CORE} __nf_conntrack_confirm`,
    `${CORE} __nf_conntrack_confirm, MIN_CHAINLEN`,
  ),
  row('clash', old.OLD_CONFIRM, `${CORE} nf_ct_resolve_clash`, `${CORE} nf_ct_resolve_clash`),
  row('hash', old.OLD_HASH, `${CORE} hash_conntrack_raw`, `${CORE} hash_conntrack_raw`),
  row(
    'helpers',
    old.OLD_HELPERS,
    'net/netfilter/nf_conntrack_helper.c nf_ct_lookup_helper',
    'nf_conntrack_helper.c',
  ),
  row(
    'icmp-errors',
    old.OLD_ICMP,
    'net/ipv4/netfilter/nf_conntrack_proto_icmp.c icmp_error_message',
    'nf_conntrack_proto_icmp.c nf_conntrack_inet_error',
  ),
  row(
    'reject',
    old.OLD_ICMP,
    'net/ipv4/netfilter/nf_reject_ipv4.c nf_send_reset',
    'nf_reject_ipv4.c, nf_ct_set_closing',
  ),
  row(
    'max-in-namespaces',
    0,
    'net/netfilter/nf_conntrack_standalone.c nf_conntrack_standalone_init_sysctl',
    'nf_conntrack_standalone.c',
  ),
  row(
    'sysctls',
    0,
    'net/netfilter/nf_conntrack_standalone.c, nf_conntrack_proto_*.c: procname',
    'nf_conntrack_standalone.c nf_ct_sysctl_table',
  ),
  row(
    'sysctl-bounds',
    0,
    'net/netfilter/nf_conntrack_acct.c and others: proc_dointvec',
    'nf_conntrack_standalone.c: proc_dou8vec_minmax',
  ),
  row(
    'events',
    0,
    'net/netfilter/nf_conntrack_ecache.c NF_CT_EVENTS_DEFAULT',
    'nf_conntrack_ecache.c nf_ct_ecache_ext_add',
  ),
  row(
    'destroy-event',
    old.OLD_DESTROY,
    'net/netfilter/nf_conntrack_netlink.c ctnetlink_conntrack_event',
    'nf_conntrack_netlink.c ctnetlink_conntrack_event',
  ),
  row('ignore', old.OLD_COUNTS, `${CORE} nf_conntrack_in`, `${CORE} nf_conntrack_in`),
  row('error-counts', old.OLD_COUNTS, `${CORE} nf_conntrack_in`, `${CORE} nf_conntrack_handle_icmp`),
  row('table-full', old.OLD_FULL, `${CORE} __nf_conntrack_alloc`, `${CORE} __nf_conntrack_alloc`),
  row(
    'log-invalid',
    old.OLD_LOG_INVALID,
    'net/netfilter/nf_conntrack_proto.c nf_l4proto_log_invalid',
    'nf_conntrack_proto.c nf_l4proto_log_invalid',
  ),
  row('loaded', 0, `${CORE} nf_conntrack_init_start`, `${CORE} nf_conntrack_init_start`),
  row('postrouting', old.OLD_POSTROUTING, 'net/ipv4/ip_output.c ip_output', 'net/ipv4/ip_output.c ip_output'),
  row(
    'syn-retries',
    0,
    'net/ipv4/tcp_timer.c tcp_write_timeout',
    'net/ipv4/tcp_timer.c tcp_retransmit_timer, tcp_syn_linear_timeouts',
  ),
  row('somaxconn', 0, 'include/linux/socket.h SOMAXCONN', 'include/linux/socket.h SOMAXCONN'),
  row(
    'functions',
    old.OLD_NAMES,
    'net/ipv4/netfilter/iptable_nat.c, iptable_filter.c, nf_conntrack_l3proto_ipv4.c',
    'net/netfilter/nf_nat_proto.c, nf_conntrack_proto.c',
  ),
  row(
    'rule-refusals',
    0,
    'net/netfilter/xt_ecn.c, xt_CT.c, xt_TPROXY.c and others: pr_info',
    'xt_ecn.c, xt_CT.c, xt_TPROXY.c and others: pr_info_ratelimited',
  ),
  row('drop-reasons', old.OLD_NAMES, 'net/core/skbuff.c kfree_skb', 'include/net/dropreason-core.h'),
  row(
    'proc-files',
    0,
    'debian.master/config: CONFIG_NF_CONNTRACK_PROCFS is not set',
    'nf_conntrack_standalone.c ct_seq_show',
  ),
  row('uname', 0, 'uname -a of Ubuntu 4.15.0-20.21', 'uname -r'),
  row(
    'protocol-column',
    0,
    `${IPTABLES}, iptables.c print_firewall`,
    'iptables 1.8.9, xshared.c print_rule_details',
  ),
  row(
    'prefix',
    0,
    `${IPTABLES}, libxtables/xtables.c basic_exit_err`,
    'iptables 1.8.9, xtables.c basic_exit_err',
  ),
  row(
    'save-header',
    0,
    `${IPTABLES}, iptables-save.c do_output`,
    'iptables 1.8.9, iptables-save.c do_output',
  ),
  row('options', 0, `${IPTABLES}, extensions/`, 'iptables 1.8.9, extensions/'),
  row('joined-options', 0, `${IPTABLES}, iptables.c do_command4`, 'iptables 1.8.9, xshared.c do_parse'),
  row('restore', 0, `${IPTABLES}, iptables-restore.c`, 'iptables 1.8.9, iptables-restore.c'),
  row(
    'conntrack-program',
    0,
    'conntrack-tools 1.4.4, src/conntrack.c',
    'conntrack-tools 1.4.7, src/conntrack.c',
  ),
  row('sysctl-program', 0, 'procps 3.3.12, sysctl.c WriteSetting', 'procps 4.0.2, src/sysctl.c WriteSetting'),
]

export type Topic = (typeof rows)[number]['topic']

export const differences: readonly Difference<Topic>[] = rows
