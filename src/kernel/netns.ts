/** A machine and its network namespaces, as plain data. Linux: struct net, and what is global beside it */
import type { Cidr, Ipv4, Mac } from '../wire/address.ts'
import type { CtTable } from './conntrack/table.ts'
import type { Sock } from './socket.ts'
import type { Table, TableName } from './xtables/rule.ts'
import type { NetParams } from './conntrack/params.ts'
import type { Micros } from './trace.ts'

/** One running kernel: what all its namespaces share. */
export interface Machine {
  name: string
  /** Bytes of memory: decides the default size of the conntrack table. */
  memoryBytes: number
  ct: CtTable
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
  neigh: Neigh[]
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
  /** True while somebody listens to conntrack events (`conntrack -E`). */
  ctListeners: number
  drops: DropCount[]
  /** Sockets by index; a closed one leaves a hole. */
  socks: (Sock | null)[]
  /** Where the search for an ephemeral port begins. */
  nextPort: number
  nextIpId: number
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
}

/** Sysctls that each device has, and `all` and `default` (sysctl.ts CONF_SYSCTLS). */
export type ConfName =
  'accept_local' | 'forwarding' | 'log_martians' | 'route_localnet' | 'rp_filter' | 'send_redirects'

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
  /** Primary addresses first, then secondary ones (of a subnet that a primary address has already). */
  addrs: IfAddr[]
  /** net.ipv4.conf.<dev>.* */
  conf: Record<ConfName, number>
  /** The other end: index of the link in the lab, -1 for none (lo). */
  link: number
  rxPackets: number
  rxBytes: number
  txPackets: number
  txBytes: number
}

/** An address of a device. Linux: struct in_ifaddr */
export interface IfAddr extends Cidr {
  /** Broadcast address as it was given; 0 or absent: none was. The subnet's own is answered to anyway. */
  brd?: Ipv4
  /** Shown in the place of the device's name. */
  label?: string
}

export interface Route {
  dst: Cidr
  /** 0: on the link. */
  via: Ipv4
  ifindex: number
  /** 0: chosen by the device's primary address. */
  src: Ipv4
  metric: number
  type: 'unicast' | 'unreachable' | 'blackhole' | 'prohibit'
  proto: 'kernel' | 'boot' | 'static'
  scope: 'link' | 'global'
}

/** A permanent neighbour entry: our links know their ends. */
export interface Neigh {
  addr: Ipv4
  ifindex: number
  mac: Mac
}
