/** What the packet path reads of the sysctls of a namespace: numbers at fixed places, times in microseconds. */
import { SYN_SENT2, tcpStateName } from './tcp.ts'

export interface NetParams {
  /** By TCP state; then the two special ones below. */
  tcpTimeout: Float64Array
  udpTimeout: number
  udpTimeoutStream: number
  icmpTimeout: number
  genericTimeout: number
  tcpLoose: boolean
  tcpBeLiberal: boolean
  tcpIgnoreInvalidRst: boolean
  tcpMaxRetrans: number
  checksum: boolean
  logInvalid: number
  /** nf_conntrack_events: 0 never, 1 always, 2 while somebody listens. */
  events: number
  acct: boolean
  timestamp: boolean
  /** New entries get an extension. */
  extend: boolean
  defaultTtl: number
  /** Of the ports that the kernel chooses from: the first, and how many. */
  portLow: number
  ports: number
  /** Sockets let their packets be cut on the way. */
  noPmtuDisc: boolean
  /** TCP asks with its last segment before the timeout. */
  lossProbes: boolean
  /** Do bridged frames go through iptables? */
  bridgeNf: boolean
  /** fwmark_reflect: what answers a packet by itself has its mark. */
  reflectMark: boolean
  /** Frames that may wait for a CPU. */
  maxBacklog: number
}

export const TCP_CONNTRACK_RETRANS = 10
export const TCP_CONNTRACK_UNACK = 11

const SECOND = 1_000_000

/** The parameters that a set of sysctls means. `labels`: how many rules use the labels of connections. */
export function readParams(sysctl: Readonly<Record<string, number>>, labels: unknown = 0): NetParams {
  const value = (name: string): number => sysctl[`net.netfilter.nf_conntrack_${name}`] ?? 0
  const tcpTimeout = new Float64Array(12)
  for (let s = 1; s < 9; s++) tcpTimeout[s] = value(`tcp_timeout_${tcpStateName(s).toLowerCase()}`) * SECOND
  tcpTimeout[SYN_SENT2] = 120 * SECOND
  tcpTimeout[TCP_CONNTRACK_RETRANS] = value('tcp_timeout_max_retrans') * SECOND
  tcpTimeout[TCP_CONNTRACK_UNACK] = value('tcp_timeout_unacknowledged') * SECOND
  const portRange = sysctl['net.ipv4.ip_local_port_range'] ?? 32768 * 65536 + 60999
  return {
    tcpTimeout,
    udpTimeout: value('udp_timeout') * SECOND,
    udpTimeoutStream: value('udp_timeout_stream') * SECOND,
    icmpTimeout: value('icmp_timeout') * SECOND,
    genericTimeout: value('generic_timeout') * SECOND,
    tcpLoose: value('tcp_loose') !== 0,
    tcpBeLiberal: value('tcp_be_liberal') !== 0,
    tcpIgnoreInvalidRst: value('tcp_ignore_invalid_rst') !== 0,
    tcpMaxRetrans: value('tcp_max_retrans'),
    checksum: value('checksum') !== 0,
    logInvalid: value('log_invalid'),
    events: value('events'),
    acct: value('acct') !== 0,
    timestamp: value('timestamp') !== 0,
    extend: value('acct') !== 0 || value('timestamp') !== 0 || Boolean(labels),
    reflectMark: (sysctl['net.ipv4.fwmark_reflect'] ?? 0) !== 0,
    defaultTtl: sysctl['net.ipv4.ip_default_ttl'] ?? 64,
    portLow: Math.floor(portRange / 65536),
    ports: (portRange & 0xffff) - Math.floor(portRange / 65536) + 1,
    lossProbes: (sysctl['net.ipv4.tcp_early_retrans'] ?? 3) > 2,
    noPmtuDisc: (sysctl['net.ipv4.ip_no_pmtu_disc'] ?? 0) !== 0,
    bridgeNf: sysctl['net.bridge.bridge-nf-call-iptables'] !== 0,
    maxBacklog: sysctl['net.core.netdev_max_backlog'] ?? 1000,
  }
}
