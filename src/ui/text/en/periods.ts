/** What the two periods do differently, by the topics of kernel/period-table.ts: the topic, then each of the two. */
import type { Topic } from '../../../kernel/period-table.ts'

export interface PeriodWords {
  topic: string
  article: string
  modern: string
}

export const periods: Record<Topic, PeriodWords> = {
  sizes: {
    topic: 'Size of the table for 8 GiB of memory',
    article: '65536 buckets, at most 262144 entries (four for each)',
    modern: '262144 buckets and as many entries',
  },
  object: {
    topic: 'Memory of an entry and of a bucket',
    article: '320 bytes and 8 (the article counts 376 and 16)',
    modern: '256 bytes, 128 more with NAT, and 8',
  },
  'udp-stream': { topic: 'nf_conntrack_udp_timeout_stream', article: '180 s', modern: '120 s' },
  'udp-assured': {
    topic: 'When UDP is a stream and assured',
    article: 'with the first packet after an answer',
    modern: 'with a packet two seconds or more after the first one, if it was answered',
  },
  'syn-again': {
    topic: 'A retransmitted SYN',
    article: 'restarts the 120 s of its entry',
    modern: 'leaves the timeout as it is',
  },
  'inexact-reset': {
    topic: 'A reset inside the window, but not at the exact sequence number',
    article: 'closes the entry (CLOSE, 10 s)',
    modern: 'leaves the state as it is, with 10 s to live, until a challenge ACK has settled it',
  },
  'below-window': {
    topic: 'Data or an ACK from before the window',
    article: 'INVALID',
    modern: 'passes, and changes nothing',
  },
  'late-close': {
    topic: 'FIN or RST outside of the window, from both sides',
    article: 'INVALID, the entry lives on for days',
    modern: 'INVALID, and the entry has 300 s left',
  },
  ports: {
    topic: 'The search for a free port or id',
    article: 'one after another, from the last one found, through the whole range',
    modern: 'from a random start, at most 248 of them',
  },
  'early-drop': {
    topic: 'Where a full table looks for room',
    article: 'one bucket: the loop counts up the hash, not the bucket',
    modern: 'eight buckets',
  },
  collector: {
    topic: 'When expired entries are collected',
    article: 'within 16 s, a 128th of the table at a time',
    modern: 'within a minute, as long as entries last on average',
  },
  'chain-length': {
    topic: 'A chain of more than 50 entries',
    article: 'is simply long',
    modern: 'the packet that would make it longer (50 to 79) is dropped: chaintoolong',
  },
  clash: {
    topic: 'Two packets of one flow at once',
    article: 'the second takes the entry of the first unless NAT has seen it; counted as insert_failed',
    modern: 'the second takes the entry of the first if both tuples are the same; counted as clash_resolve',
  },
  hash: {
    topic: 'Hash of a tuple',
    article: 'jhash2 with 32 bits of secret; the zone is not in it',
    modern: 'SipHash with 128 bits of secret, zone and namespace in it',
  },
  helpers: {
    topic: 'Automatic helper assignment',
    article: 'if nf_conntrack_helper is 1; by default it is 0, which is logged once',
    modern: 'never: only -j CT --helper',
  },
  'icmp-errors': {
    topic: 'An ICMP error that is not addressed to the sender of the quoted packet',
    article: 'RELATED',
    modern: 'INVALID',
  },
  reject: {
    topic: 'REJECT --reject-with tcp-reset',
    article: 'leaves the entry as it is',
    modern: 'closes the entry',
  },
  'max-in-namespaces': {
    topic: 'nf_conntrack_max in a container',
    article:
      'can be written there, and applies everywhere: that is how a privileged container can change its host',
    modern: 'read-only except in the first namespace',
  },
  sysctls: {
    topic: 'Sysctls that exist in one period only',
    article: 'nf_conntrack_helper, _dccp_*, _sctp_timeout_heartbeat_acked',
    modern: 'nf_conntrack_tcp_ignore_invalid_rst, _gre_timeout*, _frag6_*; tcp_syn_linear_timeouts',
  },
  'sysctl-bounds': {
    topic: 'Values that sysctls accept',
    article: 'any integer, with few exceptions',
    modern: 'switches 0 and 1, numbers within bounds',
  },
  events: {
    topic: 'nf_conntrack_events',
    article: '1: every entry reports events',
    modern: '2: only entries created while somebody listens',
  },
  'destroy-event': {
    topic: '[DESTROY] of conntrack -E',
    article: 'tuples only',
    modern: 'with the time left and the TCP state',
  },
  ignore: {
    topic: 'ignore= of conntrack -S',
    article: 'counts packets that already have an entry (on lo) or are untracked',
    modern: 'is not there',
  },
  'error-counts': {
    topic: 'An ICMP error about an unknown packet counts as',
    article: 'error and invalid',
    modern: 'error',
  },
  'table-full': {
    topic: '“table full” in a container',
    article: 'the same as everywhere',
    modern: 'with the number of its namespace',
  },
  'log-invalid': {
    topic: 'nf_conntrack_log_invalid',
    article: 'says nothing: 4.15 checks for two protocols at once by mistake',
    modern: 'says why a packet is INVALID',
  },
  loaded: {
    topic: 'The log when conntrack is loaded',
    article: 'nf_conntrack version 0.5.0 (65536 buckets, 262144 max)',
    modern: 'nothing',
  },
  postrouting: {
    topic: 'IN= of LOG and TRACE in POSTROUTING',
    article: 'empty, and no MAC=',
    modern: 'the interface the packet came in by',
  },
  'syn-retries': {
    topic: 'When connect() sends its SYN again',
    article: 'after 1, 3, 7, 15, 31 and 63 s; gives up after 127 s',
    modern: 'after 1, 2, 3, 4, 5, 7, 11, 19, 35 and 67 s; gives up after 131 s',
  },
  somaxconn: { topic: 'net.core.somaxconn', article: '128', modern: '4096' },
  functions: {
    topic: 'Functions that perf and dropwatch name',
    article: 'ipv4_conntrack_in, iptable_nat_ipv4_in, iptable_filter_hook, ipv4_confirm …',
    modern: 'nf_conntrack_in, nf_nat_ipv4_pre_routing, ipt_do_table, nf_confirm …',
  },
  'rule-refusals': {
    topic: 'What the log says about a rule that a module refuses',
    article: 'xt_TPROXY: Can be used only in combination with either -p tcp or -p udp',
    modern: 'xt_TPROXY: Can be used only with -p tcp or -p udp',
  },
  'drop-reasons': {
    topic: 'Why a packet died',
    article: 'not given; only where: nf_hook_slow',
    modern: 'a reason in addition to the place: NETFILTER_DROP',
  },
  'proc-files': {
    topic: '/proc/net/nf_conntrack and stat/nf_conntrack',
    article: 'not there: Ubuntu left them out',
    modern: 'there',
  },
  uname: { topic: 'uname -r', article: '4.15.0-20-generic', modern: '6.18.44' },
  'protocol-column': {
    topic: 'The column prot of iptables -n -L',
    article: 'names: tcp, all',
    modern: 'numbers: 6, 0',
  },
  prefix: {
    topic: 'How iptables errors begin',
    article: 'iptables v1.6.1: … with an empty line after some',
    modern: 'iptables v1.8.9 (legacy): …',
  },
  'save-header': {
    topic: 'The first line of iptables-save',
    article: '# Generated by iptables-save v1.6.1 on …',
    modern: '# Generated by iptables-save v1.8.9 on …',
  },
  options: {
    topic: 'Options that iptables has gained since',
    article:
      'no MASQUERADE --random-fully, no DNAT --to-destination …/base, no hashlimit --hashlimit-rate-match',
    modern: 'all of them',
  },
  'joined-options': {
    topic: '-ptcp and --protocol=tcp',
    article: 'work',
    modern: 'do not: 1.8.9 takes the whole word as the protocol',
  },
  restore: {
    topic: 'An unknown option of iptables-save and iptables-restore',
    article: 'is reported and ignored, status 0',
    modern: 'ends the program, status 1',
  },
  'conntrack-program': {
    topic: 'conntrack(8)',
    article: '1.4.4: no -A, no -R, no -o save; does not say who deleted an entry',
    modern: '1.4.7: -A, -R, -o save, [USERSPACE] portid=',
  },
  'sysctl-program': {
    topic: 'sysctl(8) after a value that the kernel refuses',
    article: '3.3.12 says so, prints the value anyway, and exits with status 0',
    modern: '4.0.2 says so and exits with status 1',
  },
}
