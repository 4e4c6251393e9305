/**
 * What a packet is: one IPv4 packet, flat, all numbers, so that a packet in flight is a row of a typed array.
 * Fields that its protocol does not have are 0.
 */
import type { Ipv4 } from './address.ts'

export const IPPROTO_ICMP = 1
export const IPPROTO_TCP = 6
export const IPPROTO_UDP = 17
export const IPPROTO_GRE = 47
export const IPPROTO_SCTP = 132
export const IPPROTO_UDPLITE = 136

export const TH_FIN = 0x01
export const TH_SYN = 0x02
export const TH_RST = 0x04
export const TH_PUSH = 0x08
export const TH_ACK = 0x10
export const TH_URG = 0x20
export const TH_ECE = 0x40
export const TH_CWR = 0x80

/** Bits of `frag`. The rest (13 bits) is the offset in units of 8 bytes. */
export const IP_DF = 0x4000
export const IP_MF = 0x2000
export const IP_OFFMASK = 0x1fff

export interface Packet {
  /** IPPROTO_*. */
  protocol: number
  saddr: Ipv4
  daddr: Ipv4
  tos: number
  ttl: number
  /** IP identification. */
  id: number
  /** IP_DF | IP_MF | offset. */
  frag: number
  /** Total length of the IP packet, bytes. */
  len: number
  /** Length of the transport header, bytes (TCP: with options). */
  thl: number
  /** TCP, UDP, UDP-Lite, SCTP (whose chunks are in wire/sctp.ts). */
  sport: number
  dport: number
  /**
   * TCP: sequence numbers are unsigned 32 bit; `flags` are TH_*; `win` is the raw 16-bit field. UDP: `win` is the length
   * that its header has, where that is not what the IP header says (the first fragment); else 0.
   */
  seq: number
  ack: number
  flags: number
  win: number
  /** TCP options: maximum segment size (0: none), window scale (-1: none), SACK permitted, timestamps. */
  mss: number
  wscale: number
  sackOk: number
  ts: number
  tsval: number
  tsecr: number
  /** ICMP. */
  type: number
  code: number
  icmpId: number
  icmpSeq: number
  /** ICMP redirect: the gateway; fragmentation needed: the MTU. */
  icmpInfo: number
  /** 1: the transport checksum is wrong. */
  badCsum: number
  /** What the payload means: a number in the lab's store of payloads, 0 for bytes without meaning. */
  payload: number
  /** ICMP errors: the packet they quote. */
  inner: Packet | null
}

/** A packet with nothing in it. */
export function emptyPacket(): Packet {
  return {
    protocol: 0,
    saddr: 0,
    daddr: 0,
    tos: 0,
    ttl: 64,
    id: 0,
    frag: IP_DF,
    len: 20,
    thl: 0,
    sport: 0,
    dport: 0,
    seq: 0,
    ack: 0,
    flags: 0,
    win: 0,
    mss: 0,
    wscale: -1,
    sackOk: 0,
    ts: 0,
    tsval: 0,
    tsecr: 0,
    type: 0,
    code: 0,
    icmpId: 0,
    icmpSeq: 0,
    icmpInfo: 0,
    badCsum: 0,
    payload: 0,
    inner: null,
  }
}

const FLAG_LETTERS = 'FSRPAUEC'

/** TCP flags as the recordings write them: letters in the order FSRPAUEC. */
export function printFlags(flags: number): string {
  let out = ''
  for (let i = 0; i < 8; i++) if (flags & (1 << i)) out += FLAG_LETTERS.charAt(i)
  return out
}

/** The reverse. Null where a letter is none of FSRPAUEC. */
export function parseFlags(text: string): number | null {
  let flags = 0
  for (const c of text) {
    const i = FLAG_LETTERS.indexOf(c)
    if (i < 0) return null
    flags |= 1 << i
  }
  return flags
}

/** Bytes after the transport header. */
export function payloadLength(p: Packet): number {
  return p.len - 20 - p.thl
}

/** `tcp`, `udp`, `icmp`, or the number. */
export function protocolName(protocol: number): string {
  return protocol === IPPROTO_TCP
    ? 'tcp'
    : protocol === IPPROTO_UDP
      ? 'udp'
      : protocol === IPPROTO_ICMP
        ? 'icmp'
        : String(protocol)
}
