/** What has become of each line that was pasted. */

export type Why =
  /** None of the six programs prints such a line. */
  | { kind: 'unknown' }
  | { kind: 'ipv6' }
  /** Rules in nft's own language. */
  | { kind: 'nft' }
  /** A set as `ipset list` prints it; `ipset save` prints lines that make it again. */
  | { kind: 'ipset-list' }
  /** One of several next hops of a route. */
  | { kind: 'nexthop' }
  /** A sysctl that the model does not have. */
  | { kind: 'no-sysctl' }
  /** It tells a result, not a setting: it follows from the rest. */
  | { kind: 'result' }
  /** The program that would set it refuses, in its own words. */
  | { kind: 'refused'; said: string }
  /** The text is too long: this line and those behind it were not read. */
  | { kind: 'cut' }
  /** The line was taken, but for these words. */
  | { kind: 'part'; words: string }

/** A line that was not taken, or not all of it. */
export interface Note {
  /** From 1. */
  line: number
  text: string
  why: Why
}

/** What the paste did not say and the lab needs. */
export interface Assumed {
  dev: string
  addr: string
}

export interface Brought {
  notes: Note[]
  assumed: Assumed[]
  /** No sysctl was pasted, and the rules are those of a machine that forwards: it does here, too. */
  forwards: boolean
  /** Lines that were taken, by the program that prints them. */
  taken: Record<Program, number>
  /** The machine's name in the lab. */
  host: string
}

export type Program = 'iptables' | 'ipset' | 'addr' | 'route' | 'sysctl' | 'conntrack'
