/**
 * Rules as data. What a match or a target does is found by its name (matches/index.ts, targets/index.ts),
 * as in Linux, where a ruleset blob names its xt_match.
 *
 * Linux: include/uapi/linux/netfilter/x_tables.h, linux/netfilter_ipv4/ip_tables.h
 */
import type { Ipv4 } from '../../wire/address.ts'

export type TableName = 'raw' | 'mangle' | 'nat' | 'filter' | 'security'
export type Hook = 'PRE_ROUTING' | 'LOCAL_IN' | 'FORWARD' | 'LOCAL_OUT' | 'POST_ROUTING'
export type ChainName = string

export interface Table {
  name: TableName
  /** Built-in chains first, in hook order; then user chains sorted by name, as libiptc leaves them. */
  chains: Chain[]
  /** Goes up with every change of the rules, so that what is derived from them knows that it is stale. */
  generation: number
}

export interface Chain {
  name: ChainName
  /** The hook that calls it; null for a user chain. */
  hook: Hook | null
  policy: 'ACCEPT' | 'DROP' | null
  /** What the policy decided (built-in chains). */
  pkts: number
  bytes: number
  rules: Rule[]
}

export interface Rule {
  ip: IpSpec
  matches: Use[]
  target: RuleTarget
  pkts: number
  bytes: number
}

/** Linux: struct ipt_ip. A zero mask, an empty interface name and protocol 0 match everything. */
export interface IpSpec {
  src: Ipv4
  srcMask: number
  dst: Ipv4
  dstMask: number
  /** A name that ends in `+` is a prefix. */
  iniface: string
  outiface: string
  protocol: number
  /** `-f`: second and further fragments only. */
  fragment: boolean
  not: {
    src: boolean
    dst: boolean
    iniface: boolean
    outiface: boolean
    protocol: boolean
    fragment: boolean
  }
}

/** Names a match or a target and holds its options, as plain data. */
export interface Use {
  name: string
  data: unknown
  /**
   * What the kernel half keeps between packets (limit's credit, statistic's count), made anew whenever the table is
   * replaced, as checkentry does. Plain data; never part of a comparison.
   */
  priv?: unknown
}

export type RuleTarget =
  | { kind: 'none' }
  | { kind: 'verdict'; verdict: 'ACCEPT' | 'DROP' | 'QUEUE' | 'RETURN' }
  | { kind: 'jump'; chain: ChainName }
  | { kind: 'goto'; chain: ChainName }
  | { kind: 'target'; use: Use }

/** The built-in chains of each table, in hook order. Linux: the tables' valid_hooks */
export const TABLE_HOOKS: Record<TableName, readonly Hook[]> = {
  raw: ['PRE_ROUTING', 'LOCAL_OUT'],
  mangle: ['PRE_ROUTING', 'LOCAL_IN', 'FORWARD', 'LOCAL_OUT', 'POST_ROUTING'],
  nat: ['PRE_ROUTING', 'LOCAL_IN', 'LOCAL_OUT', 'POST_ROUTING'],
  filter: ['LOCAL_IN', 'FORWARD', 'LOCAL_OUT'],
  security: ['LOCAL_IN', 'FORWARD', 'LOCAL_OUT'],
}

/** The chain that iptables shows for a hook. */
export const HOOK_CHAIN: Record<Hook, string> = {
  PRE_ROUTING: 'PREROUTING',
  LOCAL_IN: 'INPUT',
  FORWARD: 'FORWARD',
  LOCAL_OUT: 'OUTPUT',
  POST_ROUTING: 'POSTROUTING',
}

export function newTable(name: TableName): Table {
  return {
    name,
    generation: 0,
    chains: TABLE_HOOKS[name].map((hook) => ({
      name: HOOK_CHAIN[hook],
      hook,
      policy: 'ACCEPT' as const,
      pkts: 0,
      bytes: 0,
      rules: [],
    })),
  }
}

export function anyIp(): IpSpec {
  return {
    src: 0,
    srcMask: 0,
    dst: 0,
    dstMask: 0,
    iniface: '',
    outiface: '',
    protocol: 0,
    fragment: false,
    not: { src: false, dst: false, iniface: false, outiface: false, protocol: false, fragment: false },
  }
}
