/**
 * What a match or a target is. Linux keeps its two halves in libxt_NAME.c (how it is written and printed) and xt_NAME.c
 * (what it does); here they are one object in one file. Rules name extensions and hold their data, never code.
 *
 * Linux: include/linux/netfilter/x_tables.h (struct xt_match, xt_target); iptables: include/xtables.h
 */
import type { Ipv4 } from '../../wire/address.ts'
import type { Kernel } from '../kernel.ts'
import type { Skb } from '../skb.ts'
import type { Hook, IpSpec, Rule, TableName } from './rule.ts'

/** A target that lets the packet go on to the next rule. Linux: XT_CONTINUE */
export const XT_CONTINUE = -1

/** `hotdrop`: the packet is malformed and dropped at once, whatever the rule says. Linux: struct xt_action_param */
export type MatchResult = boolean | 'hotdrop'

/** The few errno that the interface of the tables answers with. */
export type Errno =
  | 'EINVAL'
  | 'ENOENT'
  | 'ELOOP'
  | 'EEXIST'
  | 'E2BIG'
  | 'EMLINK'
  | 'ENOTEMPTY'
  | 'ERANGE'
  | 'EOPNOTSUPP'
  | 'ENOMEM'
  | 'EDOM'

/** Why checkentry refuses a rule; `log`: what the kernel log says about it, '' for nothing. */
export interface Refusal {
  errno: Errno
  log: string
}

/** Where a rule that is checked stands. Linux: struct xt_mtchk_param, xt_tgchk_param */
export interface CheckPoint {
  k: Kernel
  table: TableName
  rule: Rule
}

/** Host names, which only userspace knows. */
export interface Names {
  addrOf(name: string): Ipv4 | null
  nameOf(addr: Ipv4): string | null
  /** Names of labels and their bits; null: there is no file of them. */
  labels?: () => ReadonlyMap<string, number> | null
}

/** Nobody has a name. */
export const NO_NAMES: Names = { addrOf: () => null, nameOf: () => null }

/** One option being read from a command line. Linux: iptables, struct xt_option_call */
export interface OptionCall {
  /** Name of the extension, for error texts. */
  ext: string
  /** Canonical name of the option, without dashes. */
  option: string
  arg: string
  /** `!` stood before it. */
  invert: boolean
  /** What the command line has said so far about the packet: some options depend on `-p`. */
  ip: IpSpec
  names: Names
  /** What the program can ask the kernel while it reads (the sets of ipset). */
  k: Kernel
  /** Canonical names of the options this use has had so far. */
  used: Set<string>
  /** The word after the option's argument, taken; null where it looks like an option or there is none. */
  next(): string | null
  /** A line on stderr that does not stop the program. */
  warn(text: string): void
}

export interface OptionSpec<D> {
  /** Spellings, without dashes; errors use the first. */
  names: readonly string[]
  takesArg: boolean
  mandatory?: boolean
  /** Canonical names of options it must not be used with. */
  excludes?: readonly string[]
  /** Canonical names of options it needs. */
  needs?: readonly string[]
  /** Position in the extension's own numbering, where it differs from the order of the table. */
  id?: number
  read(data: D, call: OptionCall): void
}

interface Extension<D> {
  name: string
  /** The extension whose data and kernel half it uses: `state` is a spelling of `conntrack`, `NOTRACK` of `CT`. */
  realName?: string
  /** Name to save it under, where the data decide. */
  alias?(data: D): string
  /** Data before any option has been read. */
  init(): D
  options: readonly OptionSpec<D>[]
  /** What must hold once all options are read. Throws XtError. */
  finalCheck?(data: D, used: ReadonlySet<string>): void
  /** The options as iptables-save writes them, each with a blank before it. */
  save(data: D, ip: IpSpec): string
  /** The text in a listing, with a blank before it. */
  print(data: D, numeric: boolean, ip: IpSpec, names: Names): string

  /** The only table it may stand in. */
  table?: TableName
  /** The only hooks a rule with it may be reached from. */
  hooks?: readonly Hook[]
  /** The protocol that `-p` must name, not inverted. */
  proto?: number
  /** Its use keeps connection tracking on. */
  needsConntrack?(data: D): boolean
  /** The kernel's own check of the data. `hooks`: bit 1 << hook number for each hook the rule is reached from. */
  checkentry?(data: D, ip: IpSpec, hooks: number, at: CheckPoint): Refusal | null
  /** What it keeps between packets; see Use.priv. */
  newPriv?(data: D, k: Kernel): unknown
  /** The rule is gone: what newPriv took is given back. */
  destroy?(data: D, k: Kernel, priv: unknown): void
}

export interface Match<D = unknown> extends Extension<D> {
  /** Where it asks for nothing but the state of the connection: the bits it asks for. The traversal looks itself then. */
  stateOnly?(data: D): { bits: number; not: boolean } | null
  match(k: Kernel, skb: Skb, data: D, hook: Hook, priv: unknown): MatchResult
}

export interface Target<D = unknown> extends Extension<D> {
  /** NF_DROP, NF_ACCEPT, NF_STOLEN or XT_CONTINUE. */
  target(k: Kernel, skb: Skb, data: D, hook: Hook): number
}

/** Numbers of the hooks. Linux: enum nf_inet_hooks */
export const HOOK_NUMBER: Record<Hook, number> = {
  PRE_ROUTING: 0,
  LOCAL_IN: 1,
  FORWARD: 2,
  LOCAL_OUT: 3,
  POST_ROUTING: 4,
}
