import { formatOf } from '../format.ts'

const f = formatOf('en')

export const settings = {
  title: 'Every setting, and what it does',
  back: 'Back to the lab',
  skip: 'Skip to the settings',
  lead: 'What sysctl reads and writes on a host of the lab: the connection table, its timeouts, and the settings along the path that decide where a packet goes. Names and values are Linux’s; the sentences are ours.',
  read: 'Read one with sysctl NAME, write it with sysctl -w NAME=VALUE. A change applies from the next packet on: a connection keeps the timeout it was last given.',
  find: 'Find',
  findHint: 'part of a name, or a word',
  contents: 'Groups',
  none: 'No setting has that name.',
  found: (p: { n: number; of: number }) => `${f.number(p.n)} of ${f.number(p.of)}`,
  columns: { name: 'Setting', modern: 'Today', article: 'Ubuntu 18.04', does: 'What it does' },
  sized: 'by memory',
  absent: 'not there',
  range: (p: { min: number; max: number }) => `${f.number(p.min)} to ${f.number(p.max)}`,
  atLeast: (p: { min: number }) => `${f.number(p.min)} or more`,
  access: {
    any: '',
    first: 'One value for the whole machine: only the first namespace can write it.',
    nobody: 'Can only be read.',
  },
  idle: 'Kept, but without effect here.',
  perDevice: 'For each interface, and for all and default.',
  groups: {
    table: 'The connection table',
    tcp: 'TCP: how long, and how strict',
    others: 'UDP, ICMP and the rest',
    told: 'What is counted and reported',
    road: 'The path',
    bridge: 'Frames of a bridge',
    icmp: 'ICMP errors and answers',
    ends: 'TCP at the ends',
    log: 'The kernel log',
    fragments6: 'Fragments of IPv6',
  } as Record<string, string>,
  does: {
    conntrack_max:
      'How many connections a namespace may have. A new one beyond that first looks for an unassured entry to evict (early_drop); if there is none, its packet is dropped and the log says "table full". 0: no limit. Modern default: 262,144 with more than 4 GiB of memory, 65,536 with more than 1 GiB. 4.15: four for each bucket.',
    conntrack_buckets:
      'How many chains the hash table has. Each connection is in two of them. Too few: long chains, slow lookups. Writing it while in use rehashes every entry and loses none; it does not change max. Rounded up to whole pages (512).',
    conntrack_count:
      'How many connections there are now, including those that have expired and that nobody has removed yet.',
    conntrack_expect_max:
      'How many connections helpers may announce at a time, as FTP does for its data. Four for each 256 buckets.',
    conntrack_tcp_timeout_syn_sent: 'Only the SYN has been seen. A retransmitted SYN does not renew it.',
    conntrack_tcp_timeout_syn_recv: 'The SYN has been answered; the last ACK of the handshake is missing.',
    conntrack_tcp_timeout_established:
      'The connection is open and silent. Five days: a connection that dies without a FIN keeps its entry that long.',
    conntrack_tcp_timeout_fin_wait: 'One side has sent its FIN.',
    conntrack_tcp_timeout_close_wait: 'That FIN has been acknowledged; the other side may go on sending.',
    conntrack_tcp_timeout_last_ack: 'Both sides have sent a FIN; the last ACK is missing.',
    conntrack_tcp_timeout_time_wait:
      'The connection is over and waits for stragglers. Most entries of a busy server are in this state: it is the first knob to turn, and 30 s is usually enough.',
    conntrack_tcp_timeout_close: 'The connection was ended by an RST.',
    conntrack_tcp_timeout_max_retrans:
      'The longest timeout of a connection on which the same segment has been sent tcp_max_retrans times, or whose window is shut.',
    conntrack_tcp_timeout_unacknowledged:
      'The longest timeout while something that was sent has not been acknowledged.',
    conntrack_tcp_max_retrans: 'How many retransmissions it takes until timeout_max_retrans applies.',
    conntrack_tcp_loose:
      '1: a packet from the middle of an unknown connection creates a new entry. That is how connections survive the restart of a gateway. 0: it is INVALID.',
    conntrack_tcp_be_liberal:
      '1: a packet outside of the window is tracked all the same; only an RST outside of it is INVALID.',
    conntrack_tcp_ignore_invalid_rst:
      '1: an RST with a number that is too old is not INVALID; an open connection stays open.',
    conntrack_udp_timeout: 'UDP when only one side has spoken, or both for less than two seconds.',
    conntrack_udp_timeout_stream: 'UDP when both sides have kept it up for two seconds or more: a stream.',
    conntrack_icmp_timeout: 'How long a ping waits for its reply. Each packet renews it.',
    conntrack_generic_timeout: 'Protocols that have no tracker of their own.',
    conntrack_gre_timeout: 'GRE when only one side has sent.',
    conntrack_gre_timeout_stream: 'GRE with traffic both ways.',
    conntrack_sctp_timeout_closed: 'An SCTP association has begun (INIT), or is over.',
    conntrack_sctp_timeout_cookie_wait: 'INIT has been answered; the cookie is still to come.',
    conntrack_sctp_timeout_cookie_echoed: 'The cookie has come back; its acknowledgement is missing.',
    conntrack_sctp_timeout_established: 'The association is up.',
    conntrack_sctp_timeout_shutdown_sent: 'The side that began wants to end it.',
    conntrack_sctp_timeout_shutdown_recd: 'The other side wants to end it.',
    conntrack_sctp_timeout_shutdown_ack_sent: 'The end has been acknowledged.',
    conntrack_sctp_timeout_heartbeat_sent: 'Only a HEARTBEAT has been seen: a second path of an association.',
    conntrack_icmpv6_timeout: 'Like icmp_timeout, for IPv6.',
    conntrack_acct: '1: new entries count packets and bytes in both directions.',
    conntrack_timestamp: '1: new entries remember when they began; conntrack -o ktimestamp shows it.',
    conntrack_events:
      '0: no events. 1: always. 2: an entry reports what happens to it if somebody was listening when it was created.',
    conntrack_log_invalid:
      'Why a packet is INVALID is written to the log: 255 for all protocols, or the number of one (6: TCP).',
    conntrack_checksum: '1: what comes in with a wrong checksum is INVALID, and no nat rule sees it.',
    'ipv4.ip_forward':
      'The switch of every router: 0 means that a packet for another host is dropped. Writing it sets forwarding for every interface.',
    'ipv4.conf.*.forwarding': 'The same for packets that come in through one interface.',
    'ipv4.conf.*.rp_filter':
      'Does the route back to the sender use the interface the packet came in by? 1: it must be that one. 2: any interface will do. 0: no check. The larger of all and the interface’s own value counts. With two uplinks, 1 drops what comes in through the other one.',
    'ipv4.conf.*.src_valid_mark':
      '1: when rp_filter looks up the route back, it uses the packet’s mark. WireGuard needs it.',
    'ipv4.conf.*.accept_local': '1: a packet may have one of the host’s own addresses as its source.',
    'ipv4.conf.*.route_localnet':
      '1: 127.0.0.0/8 may come in and go out through this interface. DNAT of other hosts’ packets to 127.0.0.1 needs it.',
    'ipv4.conf.*.log_martians': '1: packets with an impossible source or destination are written to the log.',
    'ipv4.conf.*.send_redirects':
      '1: a host is told if it could have sent a packet to the next router directly.',
    'ipv4.ip_default_ttl': 'The TTL of what the host itself sends.',
    'ipv4.ipfrag_time': 'How long the pieces of a packet wait for the missing one.',
    'bridge.bridge-nf-call-iptables':
      '1: frames that a bridge passes on go through iptables as if they were routed. Docker and Kubernetes need it, and every frame then pays for the whole path.',
    'bridge.bridge-nf-call-ip6tables': 'As call-iptables, for ip6tables.',
    'bridge.bridge-nf-call-arptables': 'As call-iptables, for arptables.',
    'bridge.bridge-nf-filter-vlan-tagged': '1: frames with a VLAN tag, too.',
    'bridge.bridge-nf-filter-pppoe-tagged': '1: frames of PPPoE, too.',
    'bridge.bridge-nf-pass-vlan-input-dev': '1: rules see the device of the VLAN instead of the bridge.',
    'ipv4.icmp_ratelimit':
      'How long one host has to wait between two errors; six are sent at once after a silence. 0: no limit.',
    'ipv4.icmp_ratemask': 'Which types the limits count, a bit for each: 6168 is 3, 4, 11 and 12.',
    'ipv4.icmp_msgs_per_sec': 'How many errors a second, to all hosts together.',
    'ipv4.icmp_msgs_burst': 'How many of them at once.',
    'ipv4.icmp_echo_ignore_all': '1: the host answers no ping.',
    'ipv4.icmp_echo_ignore_broadcasts': '1: the host answers no broadcast ping.',
    'ipv4.icmp_errors_use_inbound_ifaddr':
      '1: an error comes from the address of the interface the packet came in by, not the one the error leaves by.',
    'core.somaxconn':
      'How many connections may wait for a program to accept them, whatever listen() asks for. Beyond that their SYNs are dropped, and sent again after a second.',
    'ipv4.tcp_syn_retries': 'How often a SYN is retransmitted, each time after twice as long.',
    'ipv4.tcp_syn_linear_timeouts': 'How many of the first ones come a second apart instead.',
    'ipv4.tcp_synack_retries': 'How often a SYN/ACK is retransmitted.',
    'ipv4.tcp_retries2': 'How often data is retransmitted before the connection is given up.',
    'ipv4.tcp_fin_timeout': 'How long a closed socket waits for the other side’s FIN.',
    'core.message_cost':
      'In this many seconds the kernel log takes message_burst lines of a kind; the rest is counted and reported later ("callbacks suppressed").',
    'core.message_burst': 'How many lines of a kind those are.',
    conntrack_frag6_high_thresh: 'Memory for pieces of IPv6 packets; beyond it old ones are dropped.',
    conntrack_frag6_low_thresh: 'They are dropped until this much is left.',
    conntrack_frag6_timeout: 'How long pieces wait for the missing one.',
  } as Record<string, string>,
}
