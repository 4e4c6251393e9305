/** A machine and its network namespaces, as plain data. Linux: struct net, and what is global beside it */
import type { Cidr, Ipv4, Mac } from '../wire/address.ts'
import type { Expectation, TimeoutPolicy } from './conntrack/expectation.ts'
import type { CtTable } from './conntrack/table.ts'
import type { FibRule } from './fib.ts'
import type { Skb } from './skb.ts'
import type { Sock } from './socket.ts'
import type { Netem } from './tc/netem.ts'
import type { TcQdisc } from './tc/qdisc.ts'
import type { TcpTable } from './tcp/table.ts'
import type { Table, TableName } from './xtables/rule.ts'
import type { NetParams } from './conntrack/params.ts'
import type { PeriodName } from './period.ts'
import type { Micros } from './trace.ts'

/** One running kernel: what all its namespaces share. */
export interface Machine {
  name: string
  /** Which Linux it runs, and what that does otherwise: OLD_* of period.ts. */
  period: PeriodName
  differs: number
  /** Bytes of memory: decides the default size of the conntrack table. */
  memoryBytes: number
  /** How many CPUs it has. */
  cpus: number
  ct: CtTable
  /**
   * OLD_PORTS: where the search for a free port goes on, by protocol; OLD_GC: the last bucket that was looked at (`gc`), and
   * for how long it rests after that (`gcWait`, µs). Linux: tcp_port_rover; conntrack_gc_work
   */
  rovers: Record<string, number>
  /** The table was full: the next pass of the gc worker also takes entries that are not assured. */
  gcEarlyDrop: boolean
  /** nf_conntrack_max. It is one value for all namespaces, compared with each namespace's own count. */
  nfConntrackMax: number
  log: KernelLogLine[]
  ratelimit: { begin: Micros; printed: number; missed: number }
  /** Uptime at lab time 0, microseconds: only dmesg and the log show it. */
  bootOffset: Micros
}

export interface KernelLogLine {
  time: Micros
  text: string
}

export interface Netns {
  /** Name of the host, as in the topology. */
  name: string
  index: number
  /** Shown in "table full in netns N"; 0 for the initial namespace, which prints no number. */
  inum: number
  devs: Dev[]
  routes: Route[]
  /** What "fragmentation needed" has taught of the ways to others; absent: nothing. Linux: struct fib_nh_exception */
  pmtu?: { daddr: Ipv4; mtu: number; lock: boolean; expires: Micros }[]
  /** Tables beside main and local that have ever had a route: they stay. */
  fibTables?: number[]
  /** The last handle that was chosen for a queue; absent: none yet. */
  qdiscs?: number
  /** By preference. */
  rules: FibRule[]
  /** Somebody has once changed them, or made a local route: sources are looked at closely ever after. */
  fibCustom: boolean
  /** Somebody has once changed the rules: the table `local` is asked before `main`, and no more with it. */
  fibSplit?: boolean
  /** Counts the changes of addresses, routes and devices: what was worked out from them is then out of date. */
  fibGeneration: number
  neigh: Neigh[]
  /** Fragments that wait for the rest of their datagram. */
  frags: FragQueue[]
  /** Names what a timer is for. */
  nextTimer: number
  /** ICMP errors that may be sent at once, and when that was counted last. */
  icmpCredit: number
  icmpStamp: Micros
  /** What is kept of hosts that ICMP errors go to. */
  peers: Map<Ipv4, InetPeer>
  /** Tables that somebody has touched, in the order of their creation. */
  tables: Record<TableName, Table | undefined>
  tableOrder: TableName[]
  sysctl: Record<string, number>
  /** The same values as the packet path reads them; kept equal by sysctl writes (conntrack/params.ts). */
  params: NetParams
  /** Who needs conntrack (rules, or `always` for a host that keeps it on). 0: hooks not registered, nothing tracked. */
  ctUsers: number
  ctCount: number
  ctStats: CtStats
  /** Connections that helpers have announced; and timeout policies, by name. */
  expects: Expectation[]
  timeoutPolicies: TimeoutPolicy[]
  /** True while somebody listens to conntrack events (`conntrack -E`). */
  ctListeners: number
  /** Somebody outside of the host listens all the time, as a recorder does. */
  ctWatched?: boolean
  /** It does what a recorded host did, and has all of its sysctls. */
  recorded?: boolean
  drops: DropCount[]
  /** Packets that were delivered and that their protocol freed, as nobody wanted them. */
  discards: { reason: string; where: string; count: number }[]
  /** How often each kind of work has been done, by WORK_* (work.ts). */
  work: Float64Array
  /** SNMP counters by their index in snmp.ts. */
  mib: Float64Array
  /** Processes that want to see every frame, at the places where AF_PACKET sockets do. */
  taps: number
  /** Sockets of TCP, and the others by their index; a closed one leaves a hole. */
  tcp: TcpTable
  socks: (Sock | null)[]
  /** Where the search for an ephemeral port begins. */
  nextPort: number
  nextIpId: number
  /** What extensions of xtables keep for the namespace, by their name; made by the first use. Linux: net_generic */
  xt: Record<string, unknown>
  confAll: Record<ConfName, number>
  confDefault: Record<ConfName, number>
}

/** `conntrack -S`. Linux: struct ip_conntrack_stat */
export interface CtStats {
  found: number
  invalid: number
  insert: number
  insert_failed: number
  drop: number
  early_drop: number
  error: number
  search_restart: number
  clash_resolve: number
  chaintoolong: number
  /** OLD_COUNTS: packets that conntrack had nothing to do with. */
  ignore?: number
  expect_new: number
  expect_create: number
  expect_delete: number
}

/** Sysctls that each device has, and `all` and `default` (sysctl.ts CONF_SYSCTLS). */
export type ConfName =
  | 'accept_local'
  | 'forwarding'
  | 'log_martians'
  | 'route_localnet'
  | 'rp_filter'
  | 'send_redirects'
  | 'src_valid_mark'

/** Packets that died in a namespace, by cause. */
export interface DropCount {
  reason: string
  where: string
  /** Station of path.machine.ts. */
  station: string
  count: number
  /** Serial of the last one, and when. */
  last: number
  time: Micros
}

export interface Dev {
  ifindex: number
  name: string
  mac: Mac
  mtu: number
  up: boolean
  loopback: boolean
  /** Index of the bridge whose port it is, 0: none. */
  master: number
  /** A port may send a frame back to where it came from. */
  hairpin: boolean
  /** It is a bridge; null: a card. */
  bridge: Bridge | null
  /** Primary addresses first, then secondary ones (of a subnet that a primary address has already). */
  addrs: IfAddr[]
  /** net.ipv4.conf.<dev>.* */
  conf: Record<ConfName, number>
  /** The other end: index of the link in the lab, -1 for none (lo). */
  link: number
  /** A veth that a program has made: the index of its other end, on the same host. */
  peer?: number
  /** It has never been up: no queue has been made for it yet. */
  fresh?: boolean
  /** It was taken away. Its place is kept, as no other device gets its index. */
  gone?: boolean
  /** What `ip link set` has said of it; absent: nothing. */
  set?: DevSettings
  /** Filters of traffic control; absent: none. */
  tc?: TcQdisc
  /** What lets packets wait and loses them; absent: nothing. */
  netem?: Netem
  rxPackets: number
  rxBytes: number
  txPackets: number
  txBytes: number
}

/** Settings of a device that few labs touch. Absent: as it was made. */
export interface DevSettings {
  group?: number
  alias?: string
  txqueuelen?: number
  promisc?: boolean
  noarp?: boolean
  nomulticast?: boolean
}

/** Linux: struct net_bridge */
export interface Bridge {
  /** Where cards have been seen, and when; Infinity: somebody has written it down for good. */
  fdb: { mac: Mac; port: number; time: Micros }[]
  /** Interface indexes of its ports, in the order in which they were added. */
  ports: number[]
  /** Somebody has given it a card address, or an MTU: else both follow its ports. */
  ownMac?: boolean
  ownMtu?: boolean
  /** Its frames go through iptables even where the sysctl says no. */
  callsIptables?: boolean
}

/** An address of a device. Linux: struct in_ifaddr */
export interface IfAddr extends Cidr {
  /** Broadcast address as it was given; 0 or absent: none was. The subnet's own is answered to anyway. */
  brd?: Ipv4
  /** Shown in the place of the device's name. */
  label?: string
  /** The other end, to whose subnet `bits` belong; absent: the address itself. Linux: ifa_address */
  peer?: Ipv4
  /** How far it is known, 0 (everywhere) to 255; absent: 127.* is the host's own, all others are 0. */
  scope?: number
  /** Of the route to its subnet; `bare`: there is none. Linux: ifa_rt_priority, IFA_F_NOPREFIXROUTE */
  metric?: number
  bare?: boolean
}

/** One of several next hops. Linux: struct fib_nh */
export interface Hop {
  via: Ipv4
  ifindex: number
  /** Of all of them so many flows go by this one. */
  weight: number
  /** Its device is down, or has no address. */
  dead?: boolean
}

export interface Route {
  dst: Cidr
  /** 0: on the link. */
  via: Ipv4
  ifindex: number
  /** 0: chosen by the device's primary address. */
  src: Ipv4
  metric: number
  /** `throw`: go on with the next rule. */
  type: 'unicast' | 'unreachable' | 'blackhole' | 'prohibit' | 'throw' | 'local' | 'broadcast'
  /** RT_TABLE_* or another number. */
  table: number
  /** By the name of ip(8), or a number. */
  proto: string
  scope: 'link' | 'global' | 'host'
  /** Bytes that fit through this way, absent: as many as through its device. `lock`: whatever is heard of it. */
  mtu?: number
  lock?: boolean
  /** What else it says of its connections, by the names of ip(8): `advmss`, `hoplimit` …; and which of that is locked. Linux: RTAX_* */
  metrics?: Readonly<Record<string, number | string>>
  locks?: readonly string[]
  /** For packets of this TOS only; absent: for any. Linux: fa_dscp */
  tos?: number
  /** Realms, from << 16 | to; absent: none. Linux: nh_tclassid */
  realms?: number
  /** The next hop is on the link, whatever the other routes say. */
  onlink?: boolean
  /** It has several; `via` and `ifindex` are those of the first, or of the one that was chosen. */
  hops?: Hop[]
}

/**
 * A neighbour: somebody on a link, with the address of his card (0: not known). Linux: struct neighbour
 *
 * Our links know their ends: those that a lab begins with are permanent, others are asked for.
 */
export interface Neigh {
  /** Names it for its timer; 0: it has none. */
  id: number
  addr: Ipv4
  ifindex: number
  mac: Mac
  state: 'PERMANENT' | 'REACHABLE' | 'INCOMPLETE' | 'FAILED'
  /** INCOMPLETE: requests sent so far, and the packets that wait for the answer. */
  probes: number
  waiting: Skb[]
}

/** The pieces of one datagram. Linux: struct ipq */
export interface FragQueue {
  id: number
  saddr: Ipv4
  daddr: Ipv4
  ipId: number
  protocol: number
  /** Who collects them: the same datagram may be put together at several places. */
  user: 'PRE_ROUTING' | 'LOCAL_OUT' | 'LOCAL_IN'
  /** In the order of their offsets, none overlapping. */
  pieces: Skb[]
  /** Where pieces lie that came one behind the other, from and to. Linux: frag_run_len */
  runs: [number, number][]
  /** Bytes of payload in all, -1 until the last piece has come. */
  total: number
}

/** What is remembered of a host that errors are sent to. Linux: struct inet_peer */
export interface InetPeer {
  /** Tokens, in microseconds of silence that they stand for. */
  tokens: number
  last: Micros
  redirects: number
}
