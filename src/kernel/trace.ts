/**
 * What the kernel did, in order, holding copies: the union that tools, views, lessons and tests read.
 * Times are microseconds since the lab began.
 */
import type { Packet } from '../wire/packet.ts'
import type { Hook, TableName } from './xtables/rule.ts'
import type { ConnView } from './conntrack/conn.ts'

export type Micros = number

/** The header at a moment, for eyes and for comparison. Ports, ids and addresses are numbers. */
export interface Header extends Omit<Packet, 'inner'> {
  inner: Omit<Packet, 'inner'> | null
  mark: number
  /** Interface names, '' for none. */
  in: string
  out: string
  /** Ports of a bridge. */
  physin: string
  physout: string
  smac: number
  dmac: number
}

/** How the packet relates to a connection, at a moment. */
export interface CtState {
  state: 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED'
  dir: 'original' | 'reply' | '-'
  /** Names the connection in the lab; 0: none. */
  id: number
}

interface Common {
  /** Number of the event in the lab, from 0, without gaps. */
  seq: number
  time: Micros
  host: string
  /** The packet's name in the lab; 0 for an event that no packet caused. */
  skb: number
  /** The Linux function that did it. */
  at: string
  /** The position of the lab's history after which the event exists: seeking there shows what it left behind. */
  position?: number
}

export type TraceEvent = Common & TraceBody

export type TraceBody =
  /** A frame arrived at a device. */
  | { type: 'rcv'; dev: string; header: Header }
  /** A local sender made a packet. */
  | { type: 'make'; header: Header; program: string }
  /** A frame for whoever listens at a device with an AF_PACKET socket; only told while somebody does, and not kept. */
  | { type: 'tap'; dev: string; out: boolean; header: Header }
  /**
   * A rule or a policy that a packet of the TRACE target has met, for whoever listens; only told while somebody does, and
   * not kept. `handle`: the rule's number among all of the table, as nft has it; 0 for a policy.
   */
  | {
      type: 'trace'
      table: TableName
      hook: Hook
      chain: string
      handle: number
      verdict: string
      does: string
      header: Header
    }
  /** A frame left by a device. */
  | { type: 'xmit'; dev: string; header: Header }
  /**
   * A station of the road has done its work; `header` is what it left behind. `ran` false: not registered in this
   * namespace. `work`: kinds of work (work.ts) and how often, in turn.
   */
  | {
      type: 'station'
      station: string
      ran: boolean
      verdict: string
      header: Header
      ct: CtState | null
      work: readonly number[]
    }
  /** A chain's decision on a packet, with the header before it. `rule` counts from 1. */
  | {
      type: 'rule'
      table: TableName
      chain: string
      what: 'rule' | 'policy' | 'return'
      rule: number
      does: string
      header: Header
    }
  /** A filter of traffic control fits a packet: what its actions are, with the header before them. */
  | {
      type: 'tc'
      dev: string
      egress: boolean
      prio: number
      handle: number
      does: string
      header: Header
    }
  | {
      type: 'ct'
      event: 'NEW' | 'UPDATE' | 'DESTROY'
      conn: ConnView
      events: number
      listened: boolean
      portid?: number
    }
  /** An address or port was rewritten by NAT. */
  | {
      type: 'nat'
      manip: 'SRC' | 'DST'
      hook: Hook
      from: Endpoint
      to: Endpoint
      dir: 'original' | 'reply'
      conn: number
    }
  | { type: 'route'; to: 'local' | 'forward' | 'unreachable' | 'output'; dev: string; via: number }
  /** INPUT passed: handed to the protocol. `what` is the stack's own word where it has one (NO_SOCKET ..). */
  | { type: 'deliver'; header: Header; what: string; where: string }
  | { type: 'drop'; reason: string; where: string; station: string; header: Header; ct: CtState | null }
  /** Somebody's address on a link is asked for. */
  | { type: 'arp'; dev: string; asks: number; tells: number }
  | { type: 'log'; text: string }
  /** The packet is a copy that the host has made of another one. */
  | { type: 'copy'; of: number }
  /** A program on the host ended, or a line was typed. */
  | { type: 'command'; line: string }
  /** The first payload of an HTTP exchange and the like. */
  | { type: 'note'; text: string }

export interface Endpoint {
  addr: number
  port: number
}
