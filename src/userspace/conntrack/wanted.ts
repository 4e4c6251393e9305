/** What a command line of conntrack(8) asks for. */
import type { Cidr, Ipv4 } from '../../wire/address.ts'
import type { LabelMap } from './labelmap.ts'

export type Table = 'conntrack' | 'expect' | 'dying' | 'unconfirmed'

export interface Nat {
  addr: Ipv4 | null
  port: number | null
}

/** What entries must be like. null: no matter. */
export interface Wanted {
  src: Cidr | null
  dst: Cidr | null
  rsrc: Ipv4 | null
  rdst: Ipv4 | null
  proto: number | null
  sport: number | null
  dport: number | null
  rsport: number | null
  rdport: number | null
  state: string | null
  type: number | null
  code: number | null
  icmpId: number | null
  /** SCTP: the tags of both directions. */
  vtags: [number, number]
  /** What was said of ICMP came behind an address of the answer: then the tool takes it for the answer too. */
  icmpOfReply: boolean
  /** Bits that must be there, and what the kernel compares: (status & mask) === status. */
  status: { value: number; mask: number } | null
  mark: { value: number; mask: number } | null
  id: number | null
  srcNat: Nat | null
  dstNat: Nat | null
  anyNat: Nat | null
  /** -w: the zone of both directions; and those of one alone. */
  zone: number | null
  origZone: number | null
  replyZone: number | null
  /** Labels that it must have, all of them. */
  labels: number[] | null
  /** Of an expectation: the ends that the new connection will have, and the bits of its source that count. */
  tupleSrc: Ipv4
  tupleDst: Ipv4
  maskSrc: Ipv4
  /** IPv6: nothing here is like that. */
  nothing: boolean
}

export interface Command {
  /** Letter of the command, '' for none. */
  letter: string
  table: Table
  given: string[]
  wanted: Wanted
  timeout: number
  events: { NEW: boolean; UPDATE: boolean; DESTROY: boolean }
  extended: boolean
  showId: boolean
  timestamp: boolean
  ktimestamp: boolean
  xml: boolean
  save: boolean
  /** Names of labels, where any option has asked for them; -U: those to be added, and to be taken away (null: all). */
  labelMap: LabelMap | null
  addLabels: number[]
  delLabels: number[] | null
  protocol: string
  /** An address or -f has said which family is meant. */
  family: boolean
  warnings: string
}

export function emptyWanted(): Wanted {
  return {
    src: null,
    dst: null,
    rsrc: null,
    rdst: null,
    proto: null,
    sport: null,
    dport: null,
    rsport: null,
    rdport: null,
    state: null,
    type: null,
    code: null,
    icmpId: null,
    vtags: [0, 0],
    icmpOfReply: false,
    status: null,
    mark: null,
    id: null,
    srcNat: null,
    dstNat: null,
    anyNat: null,
    zone: null,
    origZone: null,
    replyZone: null,
    labels: null,
    tupleSrc: 0,
    tupleDst: 0,
    maskSrc: 0,
    nothing: false,
  }
}
